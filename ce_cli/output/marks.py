"""The marks of verdicts: one table for all commands and formats."""

from __future__ import annotations

from typing import NamedTuple

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
