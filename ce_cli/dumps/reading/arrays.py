"""Dumps that hold numbers as numbers: what is common to Parquet and NumPy's files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from ce_cli.dumps.reading.columns import recognise
from ce_cli.dumps.reading.csv_fast import Parsed, settled, unusable
from ce_cli.dumps.reading.csv_lines import LineFormat, bad_row, read_fields
from ce_cli.errors import InputError
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.csv_text import TextOptions
    from ce_cli.dumps.reading.rows import Array, Block

CELLS_AT_ONCE = 2**19
"""So many cells are a piece."""


class Cells(NamedTuple):
    """Some rows of some neighbouring columns."""

    values: NDArray[Any]
    """Shape ``[rows, columns]``: numbers, or texts and other objects."""
    missing: NDArray[np.bool_] | None = None
    """Where there is no value, shape ``[rows]``."""
    problems: Mapping[int, str] = MappingProxyType({})
    """What is wrong with rows that do not fit into the columns."""

    @property
    def numeric(self) -> bool:
        """Whether these are numbers."""
        return self.values.dtype.kind in "fiub"


class Part(NamedTuple):
    """Some consecutive rows, all columns from left to right."""

    first: int
    cells: Sequence[Cells]

    @property
    def rows(self) -> int:
        """How many rows they are."""
        return len(self.cells[0].values)

    @property
    def size(self) -> int:
        """What its cells would take as float64, in bytes."""
        return 8 * sum(cells.values.size for cells in self.cells)

    def texts(self, position: int) -> list[str]:
        """Return the cells of a column as texts."""
        for values, missing, _ in self.cells:
            if position < values.shape[1]:
                found = map(text, values[:, position].tolist())
                empty = repeat(False) if missing is None else missing
                return ["" if none else cell for cell, none in zip(found, empty, strict=False)]
            position -= values.shape[1]
        raise IndexError(position)

    def row(self, index: int) -> list[str]:
        """Return the cells of a row as texts that lose nothing.

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
            texts += [""] if empty else map(text, values[index].tolist())
        return texts


def require_no_pipe(path: Path) -> None:
    """Refuse a pipe: these files are not read from their beginning to their end.

    Raises
    ------
    InputError
        If it is one.
    """
    if path.is_fifo():
        raise InputError(
            f"a {path.suffix} file cannot be read from a pipe", place=str(path),
            hint="write it to a file first",
        )  # fmt: skip


class Table(Protocol):
    """Columns of equal length."""

    names: list[str]
    rows: int

    def parts(self, rows: int) -> Iterator[Part]:
        """Yield all rows in order, about so many at a time."""


@dataclass(frozen=True)
class ArrayDump:
    """A dump of typed columns."""

    form: LineFormat
    table: Table

    @classmethod
    def opened(cls, table: Table, file: str, number: int, options: TextOptions) -> ArrayDump:
        """Find out what the columns of a table are.

        Raises
        ------
        InputError
            If there are no rows, or it cannot be told what the columns are.
        """
        if not table.rows:
            raise InputError("has no rows", place=file)
        columns = recognise(table.names, file, options.chosen)
        return cls(LineFormat(file, number, columns, ",", options.ignore_index, None), table)

    @property
    def columns(self) -> Columns:
        """What its columns are."""
        return self.form.columns

    @property
    def size(self) -> int:
        """The size of all its pieces."""
        return 8 * self.table.rows * len(self.columns.names)

    def pieces(self) -> Iterator[Part]:
        """Yield some rows at a time."""
        return self.table.parts(max(1, CELLS_AT_ONCE // len(self.columns.names)))

    def read(self, piece: Part) -> Block:
        """Return some rows."""
        values = _values(piece, self.columns)
        texts = [piece.texts(position) for position in self.columns.carried]
        doubtful = _doubtful(piece, values, self.columns) | unusable(values, self.form)

        def exactly(index: int) -> Any:  # noqa: ANN401
            row = piece.first + index
            try:
                return read_fields(piece.row(index), row, self.form)
            except InputError as error:
                return bad_row(self.form, row, ("", ""), error)

        return settled(self.form, piece.first, Parsed(values, texts, doubtful), exactly)


def _values(piece: Part, columns: Columns) -> Array:
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


def _doubtful(piece: Part, values: Array, columns: Columns) -> NDArray[np.bool_]:
    """Return the rows that must be read exactly.

    A mask stands for itself, and claims may be anything; whatever else is not finite, and
    what is no number or missing, is looked at.
    """
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
    for kind in ("logits", "label", "targets"):
        if kind in columns.among_numeric:
            doubtful |= _odd(values[columns.among_numeric[kind]])
    return doubtful


@quiet
def _odd(values: Array) -> NDArray[np.bool_]:
    if np.isfinite(values.sum()):
        return np.zeros(values.shape[1], dtype=bool)
    return np.asarray((~np.isfinite(values) & (values != -np.inf)).any(axis=0))


def text(cell: object) -> str:
    """Return a cell as text."""
    if isinstance(cell, str):
        cell = cell.encode("utf-8", "backslashreplace")  # halves of surrogate pairs
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    if isinstance(cell, bool):
        return str(int(cell))
    return "" if cell is None else str(cell)
