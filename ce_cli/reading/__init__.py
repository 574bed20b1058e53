"""Text in, data out: numbers and dumps, with the place of everything that cannot be read."""
