"""One module per result: what there is to say of it, as a document."""
