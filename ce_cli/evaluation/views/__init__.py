"""The documents that show evaluated numbers."""
