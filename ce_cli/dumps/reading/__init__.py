"""Dumps in, rows out, with the place of every row that cannot be read."""
