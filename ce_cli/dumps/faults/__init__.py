"""The faults that explain why claims are wrong."""
