"""How numbers and cells are written: a few digits for people, all for programs."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from ce_cli.errors import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.output.document import Cell, Column


def for_people(value: Cell, more: int = 0) -> str:
    """Return a number with four decimals, or ``more``; very large and small ones with an exponent.

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
        return f"{value:.{4 + more}f}"
    digits, exponent = f"{value:.{4 + more}e}".split("e")
    return f"{digits}e{int(exponent)}"


def significant(value: float, more: int = 0) -> str:
    """Return a number with six significant digits, or ``more``, and no zeros at their end.

    Examples
    --------
    >>> significant(12.5), significant(1000001.0), significant(1000001.0, 1)
    ('12.5', '1e+06', '1000001')
    """
    return f"{value:.{6 + more}g}"


def told_apart(
    first: float, second: float, write: Callable[[float, int], str] = for_people
) -> tuple[str, str]:
    """Return two numbers with as few digits more than usual as make them differ.

    Each text is nearer to its own number than to the other one: equal texts are equal numbers.
    ``write`` takes a number and how many digits more than usual it writes.

    Examples
    --------
    >>> told_apart(0.5, 1.3133), told_apart(1.31326168, 1.31326172)
    (('0.5000', '1.3133'), ('1.31326168', '1.31326172'))
    >>> told_apart(1000001.0, 1000002.0, significant)
    ('1000001', '1000002')
    """
    for more in count():  # 17 significant digits tell any two numbers apart
        texts = write(first, more), write(second, more)
        if _are_apart(first, second, *texts):
            break
    return texts


def _are_apart(first: float, second: float, left: str, right: str) -> bool:
    """Say whether each text is nearer to its own number, or no digits could make it so."""
    if first == second or not (math.isfinite(first) and math.isfinite(second)):
        return True
    return _is_nearer(left, first, second) and _is_nearer(right, second, first)


def _is_nearer(text: str, number: float, other: float) -> bool:
    written = Fraction(text)
    return abs(written - Fraction(number)) < abs(written - Fraction(other))


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
