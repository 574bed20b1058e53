"""Lines of text in pieces of one style each, as a terminal shows them."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import NamedTuple, TypeAlias


class Segment(NamedTuple):
    """A piece of a line in one style of Rich's; no style is plain."""

    text: str
    style: str = ""


Line: TypeAlias = list[Segment]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of a width, broken between words if possible.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    lines = text.expandtabs().split("\n")
    return [part for line in lines for part in _broken(line, width)]


def _broken(line: str, width: int) -> list[str]:
    if columns(line) <= width:
        return [line]
    return textwrap.wrap(line, width, break_on_hyphens=False) or [""]


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> columns("p̂ = 1"), columns("損失")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
