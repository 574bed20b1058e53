"""Dumps that hold numbers as numbers: the common part of Parquet and NumPy's files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from ce_cli.dumps.reading.cells import CellText, LineFormat, bad_row, read_cells
from ce_cli.dumps.reading.columns import recognise
from ce_cli.dumps.reading.drafts import Draft, settled, unusable
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ce_cli.dumps.reading.cells import GoodRow
    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.csv_text import TextOptions
    from ce_cli.dumps.reading.drafts import Flags
    from ce_cli.dumps.reading.rows import BadRow, Block
    from ce_cli.numeric.double_double import Array

CELLS_AT_ONCE = 2**19
"""The number of cells of a piece."""


class Cells(NamedTuple):
    """Some rows of some neighbouring columns."""

    values: NDArray[Any]
    """Shape ``[rows, columns]``: numbers, or texts and other objects."""
    missing: Flags | None = None
    """Where a single column has no value, shape ``[rows]``."""
    problems: Mapping[int, str] = MappingProxyType({})
    """The rows that do not fit into the columns, and why."""

    @property
    def numeric(self) -> bool:
        """Whether these are numbers."""
        return self.values.dtype.kind in "fiub"


class TypedPiece(NamedTuple):
    """Some consecutive rows, all columns from left to right."""

    first: int
    cells: Sequence[Cells]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.cells[0].values)

    @property
    def size(self) -> int:
        """The size of its cells as float64, in bytes."""
        return 8 * sum(cells.values.size for cells in self.cells)

    def texts(self, position: int) -> list[str]:
        """Return the cells of a column as texts."""
        for values, missing, _ in self.cells:
            if position < values.shape[1]:
                texts = map(_text, values[:, position].tolist())
                empty = repeat(False) if missing is None else missing
                return ["" if none else cell for cell, none in zip(texts, empty, strict=False)]
            position -= values.shape[1]
        raise IndexError(position)

    def row(self, index: int) -> list[str]:
        """Return the cells of a row as texts with all digits.

        Raises
        ------
        InputError
            If the row does not fit into the columns.
        """
        texts: list[str] = []
        for values, missing, problems in self.cells:
            if index in problems:
                raise InputError(problems[index])
            empty = missing is not None and missing[index]
            texts += [""] if empty else map(_text, values[index].tolist())
        return texts


def require_no_pipe(path: Path) -> None:
    """Refuse a pipe: these files are not read from their beginning to their end."""
    if path.is_fifo():
        raise InputError(
            f"a {path.suffix} file cannot be read from a pipe", place=str(path),
            hint="write it to a file first",
        )  # fmt: skip


class TypedTable(Protocol):
    """Columns of equal length."""

    names: list[str]
    rows: int

    def pieces(self, rows: int) -> Iterator[TypedPiece]:
        """Yield all rows in order, about ``rows`` at a time."""


@dataclass(frozen=True)
class ArrayDump:
    """A dump of typed columns."""

    form: LineFormat
    table: TypedTable

    @classmethod
    def opened(cls, table: TypedTable, file: str, number: int, options: TextOptions) -> ArrayDump:
        """Recognise the columns of a table.

        Raises
        ------
        InputError
            If there are no rows, or the columns cannot be recognised.
        """
        if not table.rows:
            raise InputError("has no rows", place=file)
        columns = recognise(table.names, file, options.chosen)
        form = LineFormat(file, number, columns, ",", options.ignore_index, None, options.names)
        return cls(form, table)

    @property
    def columns(self) -> Columns:
        """The dump's columns."""
        return self.form.columns

    @property
    def size(self) -> int:
        """The size of all pieces."""
        return 8 * self.table.rows * len(self.columns.names)

    def pieces(self) -> Iterator[TypedPiece]:
        """Yield the rows in pieces."""
        return self.table.pieces(max(1, CELLS_AT_ONCE // len(self.columns.names)))

    def read(self, piece: TypedPiece) -> Block:
        """Return the rows of a piece."""
        piece = _with_classes(piece, self.form)
        values = _values(piece, self.columns)
        texts = [piece.texts(position) for position in self.columns.carried]
        doubtful = _doubtful(piece, self.columns) | unusable(values, self.form)
        return settled(
            Draft(values, texts, doubtful),
            piece.first,
            self.form,
            lambda index: self._read_row(piece, index),
        )

    def _read_row(self, piece: TypedPiece, index: int) -> GoodRow | BadRow:
        row = piece.first + index
        try:
            return read_cells(piece.row(index), row, self.form)
        except InputError as error:
            return bad_row(self.form, row, CellText(""), error)


def _with_classes(piece: TypedPiece, form: LineFormat) -> TypedPiece:
    """Return a piece with numbers for the names of classes, if all its labels are such names."""
    classes = {name: float(index) for index, name in enumerate(form.names)}
    parts, start = list(piece.cells), 0
    for at, cells in enumerate(parts):
        if classes and start == form.columns.label and not cells.numeric:
            found = [classes.get(_text(cell)) for cell in cells.values[:, 0].tolist()]
            if None not in found:
                parts[at] = Cells(np.array(found)[:, None])
        start += cells.values.shape[1]
    return piece._replace(cells=parts)


def _values(piece: TypedPiece, columns: Columns) -> Array:
    """Return the numeric columns in file order, NaN where there is no number."""
    parts = [
        cells.values.astype(np.float64, copy=False) if cells.numeric
        else np.full(cells.values.shape, np.nan)
        for cells in piece.cells
    ]  # fmt: skip
    table = np.concatenate(parts, axis=1)
    if len(columns.numeric) < len(columns.names):
        table = table[:, columns.numeric]
    return np.asarray(table.T)


def _doubtful(piece: TypedPiece, columns: Columns) -> Flags:
    """Return the rows in which a column with a meaning has no number, or which do not fit."""
    starts = accumulate((cells.values.shape[1] for cells in piece.cells), initial=0)
    doubtful, meant = np.zeros(piece.rows, dtype=bool), set(columns.numeric)
    for start, cells in zip(starts, piece.cells, strict=False):
        doubtful[list(cells.problems)] = True
        if meant.isdisjoint(range(start, start + cells.values.shape[1])):
            continue
        if not cells.numeric:
            doubtful[:] = True
        elif cells.missing is not None:
            doubtful |= cells.missing
    return doubtful


def _text(cell: object) -> str:
    """Return a cell as text."""
    if isinstance(cell, str):
        cell = cell.encode("utf-8", "backslashreplace")  # halves of surrogate pairs
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    if isinstance(cell, bool):
        return str(int(cell))
    return "" if cell is None else str(cell)
