"""Formulas as people write them, in LaTeX and plain text: text in, claims out.

Read in this order: ``tokens`` (with ``vocabulary``), ``tree``, ``parser``, ``parse``, ``remarks``,
``lines``, ``chains``, ``roles``, ``meaning``, ``meaning_rules``, ``claims``. A part that is not
understood is refused with its place; nothing is ever evaluated as code, and no part of a formula
is dropped.
"""
