"""The cells of a row, read exactly: slow, and clear about everything that is wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ce_cli.dumps.reading.rows import BadRow, Place
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_logit, read_number
from ce_cli.numeric.block import BY_ROW
from ce_cli.numeric.cross_entropy import LARGEST
from ce_cli.numeric.softmax import LARGEST_LOGIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.dumps.reading.columns import Columns

GoodRow: TypeAlias = "tuple[list[float], list[str]]"
"""The numbers of a row, and the texts that are carried along."""

_LONGEST_SHOWN = 100
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "infinity": math.inf}


@dataclass(frozen=True)
class LineFormat:
    """How a line of a file becomes a row."""

    file: str
    number: int
    """The position of the file among all files, from 0."""
    columns: Columns
    separator: str = ","
    ignore_index: int | None = None
    """A label that is allowed although it is not a class."""
    header_lines: int | None = 1
    """None if the file has no lines."""

    @property
    def wide(self) -> bool:
        """Whether numbers of one row, not of one column, stand side by side in memory."""
        return self.columns.classes >= BY_ROW

    def line_of(self, row: int) -> int | None:
        """Return the number of a row's line, counted from 1."""
        return None if self.header_lines is None else row + self.header_lines + 1


def read_cells(cells: list[str], row: int, form: LineFormat) -> GoodRow | BadRow:
    """Return the numbers and the carried texts of a row, or say why it cannot be read."""
    columns, cell, numbers = form.columns, ("", ""), []
    try:
        for position in columns.numeric:
            cell = (columns.names[position], cells[position])
            numbers.append(_reader(position, form)(cells[position]))
        cell = ("", form.separator.join(cells))
        _require_a_class(numbers, columns)
    except InputError as error:
        return bad_row(form, row, cell, error)
    return numbers, [cells[position] for position in columns.carried]


def bad_row(form: LineFormat, row: int, cell: tuple[str, str], error: InputError) -> BadRow:
    """Return a row that cannot be read because of a column and its text."""
    place = Place(form.number, row, form.file)
    return BadRow(place, form.line_of(row), cell[0], shortened(cell[1]), error.message, error.hint)


def shortened(text: str) -> str:
    """Return a text for a message."""
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _reader(position: int, form: LineFormat) -> Callable[[str], float]:
    """Return the function that reads the cells of a column."""
    kind = form.columns.kinds[position]
    if kind == "label":
        return lambda text: _read_label(text, form.columns.classes, form.ignore_index)
    return {"logits": _read_logit, "targets": _read_target}.get(kind, _read_claim)


def _read_label(text: str, classes: int, ignore_index: int | None) -> float:
    if not text.strip():
        raise InputError("the label is missing")
    number = read_number(text)
    if number != int(number):
        raise InputError("a label must be a whole number")
    if not 0 <= number < classes and number != ignore_index:
        hint = f"the classes are 0 to {classes - 1}"
        hint += "; labels count from 0" if number == classes else ""
        if number < 0:
            hint += f"; if it marks rows that do not count, say --ignore-index {int(number)}"
        raise InputError(f"label {int(number)} is not one of the {classes} classes", hint=hint)
    return number


def _read_logit(text: str) -> float:
    number = read_logit(text)
    if abs(number) > LARGEST_LOGIT and number != -math.inf:
        raise InputError(f"a logit must be within ±{LARGEST_LOGIT:g}", hint="-inf masks a class")
    return number


def _read_target(text: str) -> float:
    number = read_number(text)
    if number < 0:
        raise InputError("a target cannot be negative")
    if number > LARGEST:
        raise InputError(f"a target must be at most {LARGEST:g}")
    return number


def _read_claim(text: str) -> float:
    """Return a claimed number; NaN and infinities are read, for they are judged later."""
    plain = text.strip().lower().replace("−", "-")
    sign = -1.0 if plain.startswith("-") else 1.0
    if plain.lstrip("+-") in _NOT_FINITE:
        return sign * _NOT_FINITE[plain.lstrip("+-")]
    return read_number(text)


def _require_a_class(numbers: list[float], columns: Columns) -> None:
    positions = dict(zip(columns.numeric, numbers, strict=True))
    if all(positions[position] == -math.inf for position in columns.logits):
        raise InputError("all classes are masked (-inf)")
