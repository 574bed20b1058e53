"""The nodes of printed mathematics, which every writer prints in its own way.

They hold the look of a formula, not its meaning: order of terms, signs, brackets and
fractions are settled here, once, for every output.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Letter(NamedTuple):
    """A symbol by its name: ``p``, ``sigma``, ``partial``."""

    name: str


class Digits(NamedTuple):
    """A number as it is written."""

    text: str


class Operator(NamedTuple):
    """A sign between terms, or in front of one: ``+``, ``−``, ``=``, ``≠``, ``/``."""

    sign: str


class Words(NamedTuple):
    """Upright words within a formula."""

    text: str


class Row(NamedTuple):
    """Factors side by side, or terms with operators between them."""

    parts: tuple[Node, ...]


class Fenced(NamedTuple):
    """Something in round brackets."""

    inner: Node


class Subscript(NamedTuple):
    """A letter with its indices."""

    base: Node
    indices: tuple[Node, ...]


class Superscript(NamedTuple):
    """A base with an exponent on one line."""

    base: Node
    exponent: Node


class Fraction(NamedTuple):
    """Top over bottom."""

    top: Node
    bottom: Node


class BigSum(NamedTuple):
    """Σ with the index below it (``k``, ``k ≠ i``) and the summand."""

    below: Node
    body: Node


class Applied(NamedTuple):
    """A named function in front of its argument, which brings its own brackets: ``log p``."""

    name: str
    argument: Node


class Brace(NamedTuple):
    """Values with their conditions."""

    rows: tuple[tuple[Node, Node], ...]


class Grid(NamedTuple):
    """Entries row by row."""

    rows: tuple[tuple[Node, ...], ...]


Node: TypeAlias = (
    Letter | Digits | Operator | Words | Row | Fenced | Subscript | Superscript | Fraction | BigSum
    | Applied | Brace | Grid
)  # fmt: skip

MINUS, PLUS, EQUALS, UNEQUAL, SLASH = map(Operator, "−+=≠/")
PARTIAL, ONE = Letter("partial"), Digits("1")


def row(*parts: Node) -> Node:
    """Return parts side by side; a single part stands alone.

    >>> row(Letter("p"))
    Letter(name='p')
    """
    return parts[0] if len(parts) == 1 else Row(parts)


def flat(node: Node) -> tuple[Node, ...]:
    """Return the parts of a row, or the node alone."""
    return node.parts if isinstance(node, Row) else (node,)


class Glyph(NamedTuple):
    """How one letter or sign is written in Unicode, ASCII and LaTeX."""

    unicode: str
    ascii: str
    latex: str


GLYPHS = {
    "partial": Glyph("∂", "d", r"\partial "),
    "sigma": Glyph("σ", "sigma", r"\sigma"),
    "delta": Glyph("δ", "delta", r"\delta"),
    "eta": Glyph("η", "eta", r"\eta"),
    "lambda": Glyph("λ", "lambda", r"\lambda"),
    "gamma": Glyph("γ", "gamma", r"\gamma"),
    "epsilon": Glyph("ε", "eps", r"\varepsilon"),
    "transposed": Glyph("ᵀ", "^T", r"{\mathsf{T}}"),
    "−": Glyph("−", "-", "-"),
    "≠": Glyph("≠", "!=", r"\ne"),
    "≥": Glyph("≥", ">=", r"\ge"),
    "·": Glyph("·", "*", r"\cdot"),
    "⊙": Glyph("⊙", "*", r"\odot"),
    "→": Glyph("→", ">", r"\to"),
    "Σ": Glyph("Σ", "sum ", r"\Sigma"),
    "…": Glyph("…", "...", r"\dots"),
}


def glyph(name: str) -> Glyph:
    """Return how a letter or sign is written; most are written as they are called.

    >>> glyph("sigma").unicode, glyph("p").latex
    ('σ', 'p')
    """
    return GLYPHS.get(name) or Glyph(name, name, name)
