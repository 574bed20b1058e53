"""The limits of a formula: they are checked before SymPy sees anything."""

from __future__ import annotations

LENGTH = 20_000
"""Bytes of one chain."""
TOTAL_LENGTH = 200_000
"""Bytes of a whole text."""
NESTING = 64
EXPONENT = 64
DIGITS = 40
NUMBER_BITS = 4096
LINKS = 200
CLASSES = 64
"""The largest number of classes that a claim may be judged for."""
NODES = 1_500
"""Nodes of one side."""
NESTED_SUMS = 5
EXPANDED_TERMS = 1_200
"""Terms that a side has at most when its products and powers are multiplied out."""
