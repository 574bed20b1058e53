"""The marks of verdicts, and the signs that replace our own where only ASCII is wanted."""

from __future__ import annotations

from typing import NamedTuple

from ce_cli.mathematics.nodes import GLYPHS, respelt
from ce_cli.output.document import Mark


class MarkSigns(NamedTuple):
    """A mark as it is written everywhere, and its colour on a terminal."""

    unicode: str
    ascii: str
    latex: str
    colour: str

    def sign(self, *, only_ascii: bool) -> str:
        """Return the sign for a terminal."""
        return self.ascii if only_ascii else self.unicode


MARKS = {
    Mark.TRUE: MarkSigns("✓", "+", r"\checkmark", "green"),
    Mark.CONDITIONAL: MarkSigns("~", "~", r"\sim", "yellow"),
    Mark.LOSES_DIGITS: MarkSigns("△", "^", r"\triangle", "magenta"),
    Mark.WRONG: MarkSigns("✗", "!", r"\times", "bold red"),
    Mark.OPEN: MarkSigns("–", "?", "-", "dim"),
}
_ASCII = str.maketrans(
    {sign.unicode: sign.ascii for sign in GLYPHS.values()}
    | {mark.unicode: mark.ascii for mark in MARKS.values()}
    | {"═": "=", "─": "-", "–": "-"}
)


def in_ascii(text: str) -> str:
    """Return a text with our own signs in ASCII.

    >>> in_ascii("✓ Σp ≠ 1")
    '+ sum p != 1'
    """
    return respelt(text, lambda letter: letter.ascii, lambda rest: rest.translate(_ASCII))
