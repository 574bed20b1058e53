"""How numbers and cells are written: five significant digits for people, all for programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ce_cli.errors import visible

if TYPE_CHECKING:
    from ce_cli.output.document import Cell, Column


def for_people(value: Cell) -> str:
    """Return a number with four decimals, very large and small ones with an exponent.

    Examples
    --------
    >>> for_people(0.8437947), for_people(8.49670851e-18), for_people(3.0)
    ('0.8438', '8.4967e-18', '3')
    """
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    if 0.01 <= abs(value) < 1e6:
        return f"{value:.4f}"
    digits, exponent = f"{value:.4e}".split("e")
    return f"{digits}e{int(exponent)}"


def for_programs(value: Cell) -> str:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> for_programs(0.1), for_programs(3.0), for_programs(float("-inf")), for_programs(None)
    ('0.1', '3.0', '-inf', '')
    """
    return "" if value is None else str(value)


def heading(column: Column, separator: str = " ") -> str:
    """Return a column's name and symbol."""
    return visible(column.name) + (separator + column.symbol if column.symbol else "")


def cell_text(column: Column, cell: Cell) -> str:
    """Return a cell as people see it; a pull upwards carries its plus sign."""
    if column.style == "given" and isinstance(cell, float):
        return for_programs(cell).removesuffix(".0")
    text = visible(for_people(cell)).replace("\n", "␊")
    return f"+{text}" if column.style == "pull" and isinstance(cell, float) and cell > 0 else text
