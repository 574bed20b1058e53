"""The marks of verdicts, and the signs that replace our own where only ASCII is wanted."""

from __future__ import annotations

from typing import NamedTuple

from ce_cli.mathematics.nodes import GLYPHS, respelt


class Mark(NamedTuple):
    """A mark as it is written everywhere, and its colour on a terminal."""

    sign: str
    ascii: str
    latex: str
    colour: str


MARKS = {
    True: Mark("✓", "+", r"\checkmark", "green"),
    False: Mark("✗", "!", r"\times", "bold red"),
    None: Mark("–", "-", "-", "dim"),
}
_ASCII = str.maketrans(
    {sign.unicode: sign.ascii for sign in GLYPHS.values()}
    | {mark.sign: mark.ascii for mark in MARKS.values()}
    | {"═": "=", "─": "-"}
)


def in_ascii(text: str) -> str:
    """Return a text with our own signs in ASCII.

    >>> in_ascii("✓ Σp ≠ 1")
    '+ sum p != 1'
    """
    return respelt(text, lambda letter: letter.ascii, lambda rest: rest.translate(_ASCII))
