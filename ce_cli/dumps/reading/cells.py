"""The cells of a row, read exactly: slow, and clear about everything that is wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ce_cli.dumps.reading.rows import BadRow, Place
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_logit, read_number
from ce_cli.numeric.block import BY_ROW
from ce_cli.numeric.softmax import LARGEST, LARGEST_LOGIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ce_cli.dumps.reading.columns import Columns

GoodRow: TypeAlias = "tuple[list[float], list[str]]"
"""The numbers of a row, and the texts that are carried along."""

_LONGEST_SHOWN = 100
_MOST_NAMES = 12
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "infinity": math.inf}


class CellText(NamedTuple):
    """The text of a cell, or of a whole line."""

    text: str
    start: int = 0
    """Where it begins in its line, from 0."""
    column: str = ""
    """Empty for a whole line."""


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
    names: tuple[str, ...] = ()
    """The names of all classes, which labels may be; none if they have no names."""

    @property
    def wide(self) -> bool:
        """Whether numbers of one row, not of one column, stand side by side in memory."""
        return self.columns.classes >= BY_ROW


def read_cells(
    cells: list[str], row: int, form: LineFormat, start_of: Callable[[int], int] = lambda _: 0
) -> GoodRow | BadRow:
    """Return the numbers and the carried texts of a row, or say why it cannot be read.

    ``start_of`` returns where in the line, from 0, a cell begins.
    """
    columns, numbers = form.columns, []
    for position in columns.numeric:
        text = cells[position]
        try:
            numbers.append(_reader(position, form)(text))
        except InputError as error:
            cell = CellText(text, start_of(position), columns.names[position])
            return bad_row(form, row, cell, error)
    if _is_masked(numbers, columns):
        masked = InputError("all classes are masked (-inf)")
        return bad_row(form, row, CellText(form.separator.join(cells)), masked)
    return numbers, [cells[position] for position in columns.carried]


def bad_row(form: LineFormat, row: int, cell: CellText, error: InputError) -> BadRow:
    """Return a row that cannot be read because of one of its cells, or as a whole."""
    place = Place.counted(form.number, row, form.file, form.header_lines)
    text = shortened(cell.text)
    return BadRow(place, cell.start + 1, cell.column, text, error.message, error.hint)


def shortened(text: str) -> str:
    """Return a text for a message."""
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _reader(position: int, form: LineFormat) -> Callable[[str], float]:
    """Return the function that reads the cells of a column."""
    kind = form.columns.kinds[position]
    if kind == "label":
        return lambda text: _read_label(text, form)
    return {"logits": _read_logit, "targets": _read_target}.get(kind, _read_claim)


def _read_label(text: str, form: LineFormat) -> float:
    word = text.strip()
    if not word:
        raise InputError("the label is missing")
    if word in form.names:
        return float(form.names.index(word))
    try:
        number = read_number(text)
    except InputError as error:
        raise _no_class(error, word, form.names) from None
    _require_class(number, form.columns.classes, form.ignore_index)
    return number


def _no_class(error: InputError, word: str, names: Sequence[str]) -> InputError:
    """Return the error of a label that is not a number."""
    if names:
        more = ", ..." if len(names) > _MOST_NAMES else ""
        hint = f"the classes are {', '.join(names[:_MOST_NAMES])}{more}"
        return InputError("is no class", hint=hint)
    hint = "if labels are names, say --names with all of them, the first one for class 0"
    return InputError(error.message, hint=hint if word.isalpha() else error.hint)


def _require_class(number: float, classes: int, ignore_index: int | None) -> None:
    if number != int(number):
        raise InputError("a label must be a whole number")
    if not 0 <= number < classes and number != ignore_index:
        hint = f"the classes are 0 to {classes - 1}"
        hint += "; labels count from 0" if number == classes else ""
        if number < 0:
            hint += f"; if it marks rows that do not count, say --ignore-index {int(number)}"
        raise InputError(f"label {int(number)} is not one of the {classes} classes", hint=hint)


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


def _is_masked(numbers: list[float], columns: Columns) -> bool:
    positions = dict(zip(columns.numeric, numbers, strict=True))
    return all(positions[position] == -math.inf for position in columns.logits)
