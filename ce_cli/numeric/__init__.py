"""Numbers in, numbers out: stable softmax and cross-entropy on NumPy arrays."""
