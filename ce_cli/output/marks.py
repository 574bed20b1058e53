"""The small signs that terminal and Markdown share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.errors import visible
from ce_cli.output.numbers import for_people, for_programs

if TYPE_CHECKING:
    from ce_cli.output.document import Cell, Column

_MARKS = {True: "✓", False: "✗", None: "–"}


def mark(passed: bool | None) -> str:
    """Return the sign of a verdict.

    Examples
    --------
    >>> mark(True), mark(False), mark(None)
    ('✓', '✗', '–')
    """
    return _MARKS[passed]


def heading(column: Column, separator: str) -> str:
    """Return a column's name and symbol."""
    return visible(column.name) + (separator + column.symbol if column.symbol else "")


def shown(column: Column, cell: Cell) -> str:
    """Return a cell as people see it; what pulls up carries its plus sign."""
    if column.style == "given" and isinstance(cell, float):
        return for_programs(cell).removesuffix(".0")
    text = visible(for_people(cell)).replace("\n", "␊")
    return f"+{text}" if column.style == "pull" and isinstance(cell, float) and cell > 0 else text
