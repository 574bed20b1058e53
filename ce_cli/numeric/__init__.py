"""Numbers in, numbers out: NumPy, and no SymPy."""
