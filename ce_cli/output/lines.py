"""Lines of text in pieces of one style each, as a terminal shows them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ce_cli.alphabet import BOUND, columns

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING, _CLOSING = "(（「『《【“‘", ").,;:!?）」』》】”’，。、；：！？…"
"""Signs that never end a line, and signs that never begin one, beside Chinese characters."""


class Segment(NamedTuple):
    """A piece of a line in one style of Rich's; no style is plain."""

    text: str
    style: str = ""


Line: TypeAlias = list[Segment]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of a width, broken between words or Chinese characters if possible.

    A no-break space becomes a space at which no line ends.

    >>> wrapped("one two three", 8), wrapped("损失，梯度", 6)
    (['one two', 'three'], ['损失，', '梯度'])
    >>> wrapped(f"so p{BOUND}={BOUND}1 holds", 6)
    ['so', 'p = 1', 'holds']
    """
    lines = text.expandtabs().split("\n")
    return [part.replace(BOUND, " ") for line in lines for part in _broken(line, width)]


def _broken(line: str, width: int) -> list[str]:
    if columns(line) <= width:
        return [line]
    lines = [""]
    for piece in _pieces(line):
        if columns(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
        else:
            lines += _cut(piece, width)
    return [part for part in map(str.rstrip, lines) if part] or [""]


def _pieces(line: str) -> Iterator[str]:
    """Yield parts that stay together, with the spaces behind them."""
    start = 0
    for at, (before, after) in enumerate(pairwise(line), 1):
        if _may_part(before, after):
            yield line[start:at]
            start = at
    yield line[start:]


def _may_part(before: str, after: str) -> bool:
    if BOUND in {before, after}:
        return False
    if before.isspace() or after.isspace():
        return not after.isspace()
    chinese = 2 in (columns(before), columns(after))
    return chinese and before not in _OPENING and after not in _CLOSING


def _cut(piece: str, width: int) -> list[str]:
    """Return a part in as many lines as it takes."""
    lines = [""]
    for character in piece:
        if columns(lines[-1] + character) > width and not character.isspace():
            lines.append("")
        lines[-1] += character
    return lines
