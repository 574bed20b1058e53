"""Numbers and small texts, as people write them."""
