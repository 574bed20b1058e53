"""cecheck: a derivation checker for softmax and cross-entropy."""

__version__ = "0.1.0"
