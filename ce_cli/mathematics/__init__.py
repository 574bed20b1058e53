"""Mathematics as people write it: one tree of printed forms, and LaTeX, MathML and text of it."""
