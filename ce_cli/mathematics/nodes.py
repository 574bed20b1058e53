"""The nodes of printed mathematics, which every writer prints in its own way.

They hold the look of a formula, not its meaning: order of terms, signs, brackets and
fractions are settled here, once, for every output.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ce_cli.alphabet import ACCENTS, GREEK, split_accents

if TYPE_CHECKING:
    from collections.abc import Callable


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
    """Entries row by row.

    If it is shown in parts, each has a label: one of ``labels``, for one column and for several,
    which count from ``first``.
    """

    rows: tuple[tuple[Node, ...], ...]
    first: int = 0
    labels: tuple[str, str] = ("column {}", "columns {} to {}")


class Lines(NamedTuple):
    """A formula in lines, all but the first of them indented unless ``is_flush``."""

    parts: tuple[Node, ...]
    is_flush: bool = False


Node: TypeAlias = (
    Letter | Digits | Operator | Words | Row | Fenced | Subscript | Superscript | Fraction | BigSum
    | Applied | Brace | Grid | Lines
)  # fmt: skip

MINUS, PLUS, EQUALS, UNEQUAL, SLASH = map(Operator, "−+=≠/")
PARTIAL, ONE = Letter("partial"), Digits("1")
LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Small digits, of indices and of exponents."""


def row(*parts: Node) -> Node:
    """Return parts side by side; a single part stands alone.

    >>> row(Letter("p"))
    Letter(name='p')
    """
    return parts[0] if len(parts) == 1 else Row(parts)


def signed(node: Node) -> tuple[Operator | None, Node]:
    """Return the sign in front of a formula, or None, and the rest.

    >>> signed(Row((MINUS, ONE)))
    (Operator(sign='−'), Digits(text='1'))
    """
    first, *rest = flat(node)
    return (first, row(*rest)) if rest and isinstance(first, Operator) else (None, node)


def flat(node: Node) -> tuple[Node, ...]:
    """Return the parts of a row, or the node alone."""
    return node.parts if isinstance(node, Row) else (node,)


class Glyph(NamedTuple):
    """How one letter or sign is written in Unicode, ASCII and LaTeX."""

    unicode: str
    ascii: str
    latex: str


GLYPHS = {name: Glyph(sign, name, f"\\{name}") for name, sign in GREEK.items()
          if not name.startswith("var") or name == "vartheta"}  # fmt: skip
GLYPHS |= {
    "partial": Glyph("∂", "d", r"\partial "),
    "epsilon": Glyph("ε", "eps", r"\varepsilon"),
    "ℒ": Glyph("ℒ", "L", r"\mathcal{L}"),
    "𝕃": Glyph("𝕃", "L", r"\mathbb{L}"),
    "transposed": Glyph("ᵀ", "^T", r"{\mathsf{T}}"),
    "−": Glyph("−", "-", "-"),
    "≠": Glyph("≠", "!=", r"\ne"),
    "≥": Glyph("≥", ">=", r"\ge"),
    "·": Glyph("·", "*", r"\cdot"),
    "⟨": Glyph("⟨", "<", r"\langle "),
    "⟩": Glyph("⟩", ">", r"\rangle "),
    "⊙": Glyph("⊙", "*", r"\odot"),
    "→": Glyph("→", "->", r"\to"),
    "Sigma": Glyph("Σ", "sum", r"\Sigma"),
    "…": Glyph("…", "...", r"\dots"),
}
_BY_SIGN = {sign.unicode: sign for sign in GLYPHS.values()}
_ACCENT_NAMES = {accent: name for name, accent in reversed(ACCENTS.items())}
_LATIN = "A-Za-z\u00c0-\u024f"
_ACCENTED = (
    rf"(?<![{_LATIN}])(?:[^\W\d_][\u0302-\u0304]|[\u00c0-\u024f\u1e00-\u1fff])"
    rf"(?![{_LATIN}\u0302-\u0304])"
)
"""A letter that may have an accent, and is no part of a word."""


def glyph(name: str) -> Glyph:
    r"""Return how a letter or sign is written, by its name or in Unicode, with its accent.

    Most are written as they are called.

    >>> glyph("sigma").unicode, glyph("θ").ascii, glyph("p").latex, glyph("ŷ")
    ('σ', 'theta', 'p', Glyph(unicode='ŷ', ascii='yhat', latex='\\hat{y}'))
    """
    known = GLYPHS.get(name) or _BY_SIGN.get(name)
    return known or _accented(name) or Glyph(name, name, name)


def _accented(name: str) -> Glyph | None:
    if not re.fullmatch(_ACCENTED, name):
        return None
    base, accent = split_accents(name)
    plain, word = glyph(base), _ACCENT_NAMES.get(accent)
    return Glyph(name, plain.ascii + word, rf"\{word}{{{plain.latex}}}") if word else None


def respelt(text: str, spelling: Callable[[Glyph], str], rest: Callable[[str], str]) -> str:
    """Return a text with its accented letters in a spelling, and the rest as ``rest`` gives it.

    >>> respelt("∂L/∂ŷ_i of São Paulo", lambda letter: letter.ascii, str.upper)
    '∂L/∂yhat_I OF SÃO PAULO'
    """
    written, end = "", 0
    for match in re.finditer(_ACCENTED, text):
        letter = _accented(match.group())
        if letter:
            written += rest(text[end : match.start()]) + spelling(letter)
            end = match.end()
    return written + rest(text[end:])
