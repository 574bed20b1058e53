"""Somebody's formulas: read, proved or refuted, and shown."""
