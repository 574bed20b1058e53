"""Data in, reports out: what holds, what does not, and by how much."""
