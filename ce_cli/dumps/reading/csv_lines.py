"""Lines of a text dump, read exactly: slow, and clear about everything that is wrong."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from ce_cli.dumps.reading.rows import BadRow, Block, Place
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_logit, read_number
from ce_cli.numeric.block import BY_ROW
from ce_cli.numeric.cross_entropy import LARGEST
from ce_cli.numeric.softmax import LARGEST_LOGIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.rows import Array, Labels

Row: TypeAlias = "tuple[list[float], list[str]]"
"""The numbers of a row and the texts that are carried along."""

_LONGEST_SHOWN = 100
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "infinity": math.inf}


@dataclass(frozen=True)
class LineFormat:
    """How a line of a file becomes a row."""

    file: str
    number: int
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


def read_lines(lines: Iterable[bytes], first: int, form: LineFormat) -> Block:
    """Return the rows of ``lines``, of which the first is row ``first`` of the file."""
    found = (read_line(line, row, form) for row, line in enumerate(lines, first))
    return gathered(found, first, form)


def gathered(found: Iterable[Row | BadRow], first: int, form: LineFormat) -> Block:
    """Return consecutive rows, of which the first is row ``first`` of the file, as a block."""
    good: list[tuple[int, list[float], list[str]]] = []
    bad: list[BadRow] = []
    for row, read in enumerate(found, first):
        if isinstance(read, BadRow):
            bad.append(read)
        else:
            good.append((row, *read))
    numbers = np.array([values for _, values, _ in good], dtype=np.float64)
    rows = np.array([row for row, _, _ in good], dtype=np.int64)
    names = [form.columns.names[position] for position in form.columns.carried]
    carried = {name: [texts[k] for _, _, texts in good] for k, name in enumerate(names)}
    values = numbers.reshape(len(good), len(form.columns.numeric)).T
    return as_block(form, Found(first, rows, values, carried, bad))


class Found(NamedTuple):
    """What was found in some consecutive lines."""

    first: int
    """The row that the first of the lines is."""
    rows: Labels
    values: Array
    """The numeric columns in file order, shape ``[columns, rows]``."""
    carried: dict[str, list[str]]
    bad: list[BadRow]


def as_block(form: LineFormat, found: Found) -> Block:
    """Return what was found with every column in its place."""
    where = form.columns.among_numeric
    # The order in memory is the format's own, so that sums are rounded alike in all blocks.
    values = np.asarray(found.values, order="F" if form.wide else "C")

    def several(kind: str) -> Array | None:
        return values[where[kind]] if kind in where else None

    def single(kind: str) -> Array | None:
        return values[where[kind]][0] if kind in where else None

    labels = single("label")
    return Block(
        form.file,
        form.number,
        found.first,
        found.rows,
        values[where["logits"]],
        None if labels is None else labels.astype(np.int64),
        several("targets"),
        single("loss"),
        several("probabilities"),
        several("gradient"),
        found.carried,
        tuple(found.bad),
    )


def read_line(line: bytes, row: int, form: LineFormat) -> Row | BadRow:
    """Return the numbers and the carried texts of a line, or what is wrong with it."""
    try:
        fields = _fields(line, form)
    except InputError as error:
        return bad_row(form, row, ("", shown(line)), error)
    return read_fields(fields, row, form)


def read_fields(fields: list[str], row: int, form: LineFormat) -> Row | BadRow:
    """Return the numbers and the carried texts of a row's cells, or what is wrong with it."""
    columns, cell, numbers = form.columns, ("", ""), []
    try:
        for position in columns.numeric:
            cell = (columns.names[position], fields[position])
            numbers.append(_reader(columns, position, form)(fields[position]))
        cell = ("", shortened(form.separator.join(fields)))
        _require_a_class(numbers, columns)
    except InputError as error:
        return bad_row(form, row, cell, error)
    return numbers, [fields[position] for position in columns.carried]


def bad_row(form: LineFormat, row: int, cell: tuple[str, str], error: InputError) -> BadRow:
    """Return a row that cannot be read because of a column and its text."""
    place = Place(form.number, row, form.file)
    return BadRow(place, form.line_of(row), cell[0], shortened(cell[1]), error.message, error.hint)


def shown(line: bytes) -> str:
    """Return a line for a message: what is not UTF-8 escaped, and not too long."""
    return shortened(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))


def shortened(text: str) -> str:
    """Return a text for a message."""
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _fields(line: bytes, form: LineFormat) -> list[str]:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError("not UTF-8") from None
    if not text.strip():
        raise InputError("a blank line")
    fields = split(text, form.separator)
    expected = len(form.columns.names)
    if text.startswith("#") and (len(fields) != expected or 0 in form.columns.numeric):
        raise InputError("a comment line", hint="leave comments out")
    if len(fields) != expected:
        raise InputError(f"{_counted(len(fields))} where there are {expected} columns")
    return fields


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"


def split(text: str, separator: str) -> list[str]:
    """Return the fields of a line.

    Raises
    ------
    InputError
        If a quote is not closed, or something follows it.

    Examples
    --------
    >>> split('a,"b,c", 3', ",")
    ['a', 'b,c', ' 3']
    """
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        raise InputError("a quote is not closed on its line, or something follows it") from None


def _reader(columns: Columns, position: int, form: LineFormat) -> Callable[[str], float]:
    if position == columns.label:
        return lambda text: _read_label(text, columns.classes, form.ignore_index)
    if position in columns.logits:
        return _read_logit
    return _read_target if position in columns.targets else _read_claim


def _read_label(text: str, classes: int, ignore_index: int | None) -> float:
    number = read_number(text) if text.strip() else _missing()
    if number != int(number):
        raise InputError("a label must be a whole number")
    if not 0 <= number < classes and number != ignore_index:
        hint = f"the classes are 0 to {classes - 1}"
        hint += "; labels count from 0" if number == classes else ""
        if number < 0:
            hint += f"; if it marks rows that do not count, say --ignore-index {int(number)}"
        raise InputError(f"label {int(number)} is not one of the {classes} classes", hint=hint)
    return number


def _missing() -> float:
    raise InputError("the label is missing")


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
