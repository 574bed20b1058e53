"""Dumps that hold numbers as numbers: Parquet and NumPy's archives."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from ce_cli.errors import InputError
from ce_cli.reading.columns import recognise
from ce_cli.reading.dump_fast import Parsed, settled, unusable
from ce_cli.reading.dump_lines import LineFormat, read_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    from numpy.typing import NDArray

    from ce_cli.reading.columns import Columns
    from ce_cli.reading.dump import Block

_CELLS_AT_ONCE = 2**19
_ARRAYS = {
    "logits": "z", "targets": "y", "probabilities": "p", "gradient": "grad",
    "z": "z", "y": "y", "p": "p", "grad": "grad",
}  # fmt: skip
_LISTS = {"labels": "label", "label": "label", "loss": "loss"}


Cells: TypeAlias = "list[Any] | NDArray[Any]"


class RowRange(NamedTuple):
    """Some rows of a table."""

    first: int
    length: int

    @property
    def size(self) -> int:
        """How many rows they are."""
        return self.length


class Table(Protocol):
    """Columns of equal length."""

    names: list[str]
    rows: int

    def read(self, part: RowRange) -> dict[str, Cells]:
        """Return some rows of all columns; None stands where there is no value."""


@dataclass(frozen=True)
class ArrayDump:
    """A dump of typed columns."""

    form: LineFormat
    table: Table

    @classmethod
    def opened(
        cls,
        table: Table,
        file: str,
        number: int,
        chosen: Mapping[str, Sequence[str]] | None,
        ignore_index: int | None,
    ) -> ArrayDump:
        """Find out what the columns of a table are.

        Raises
        ------
        InputError
            If there are no rows, or it cannot be told what the columns are.
        """
        if not table.rows:
            raise InputError("has no rows", place=file)
        columns = recognise(table.names, file, chosen)
        return cls(LineFormat(file, number, columns, ",", ignore_index, None), table)

    @property
    def columns(self) -> Columns:
        """What its columns are."""
        return self.form.columns

    def pieces(self) -> Iterator[RowRange]:
        """Yield ranges of rows."""
        step = max(1, _CELLS_AT_ONCE // len(self.columns.names))
        for first in range(0, self.table.rows, step):
            yield RowRange(first, min(step, self.table.rows - first))

    def read(self, piece: RowRange) -> Block:
        """Return some rows."""
        names, columns = self.columns.names, self.columns
        read = self.table.read(piece)
        cells = [read[name] for name in self.table.names]
        values = np.array([_numbers(cells[k]) for k in columns.numeric])
        texts = [[_text(cell) for cell in cells[k]] for k in columns.carried]
        # A mask stands for itself; whatever else is not finite is looked at.
        odd = ~np.isfinite(values) & (values != -np.inf)
        claims = [k in {p for kind in columns.claims for p in columns.of(kind)}
                  for k in columns.numeric]  # fmt: skip
        missing = np.array([_missing(cells[k]) for k in columns.numeric])
        odd[np.array(claims)] = False
        doubtful = (odd | missing).any(axis=0) | unusable(values, self.form)

        def exactly(index: int) -> Any:  # noqa: ANN401
            fields = [_text(cells[k][index]) for k in range(len(names))]
            return read_fields(fields, piece.first + index, self.form)

        return settled(self.form, piece.first, Parsed(values, texts, doubtful), exactly)


def _numbers(cells: Cells) -> NDArray[np.float64]:
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiub":
        return cells.astype(np.float64)
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _missing(cells: Cells) -> NDArray[np.bool_]:
    if isinstance(cells, np.ndarray):
        return np.zeros(len(cells), dtype=bool)
    return np.array([cell is None for cell in cells], dtype=bool)


def _number(cell: object) -> float:
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


class ParquetTable:
    """A Parquet file, read range by range."""

    def __init__(self, path: Path) -> None:
        import polars as pl  # noqa: PLC0415

        self._path = path
        try:
            self.names = pl.scan_parquet(path).collect_schema().names()
            self.rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise InputError(_first_line(error), place=str(path)) from None

    def read(self, part: RowRange) -> dict[str, Cells]:
        """Return some rows of all columns."""
        import polars as pl  # noqa: PLC0415

        frame = pl.scan_parquet(self._path).slice(part.first, part.length).collect()
        return {column.name: _cells(column) for column in frame.get_columns()}


def _cells(column: pl.Series) -> Cells:
    plain = column.dtype.is_numeric() and not column.null_count()
    return column.to_numpy() if plain else column.to_list()


def _first_line(error: Exception) -> str:
    text = (str(error).splitlines() or ["cannot be read"])[0].strip()
    return f"cannot be read as Parquet: {text}"


class ArchiveTable:
    """A NumPy archive of arrays: logits and labels, or targets, and what is claimed."""

    def __init__(self, path: Path) -> None:
        self._columns: dict[str, NDArray[Any]] = {}
        try:
            with np.load(path, allow_pickle=False) as archive:
                for name in archive.files:
                    self._add(name, archive[name], path)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            if isinstance(error, InputError):
                raise
            reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else ""
            raise InputError(
                reason or "cannot be read as a NumPy archive", place=str(path)
            ) from None
        lengths = {len(column) for column in self._columns.values()}
        if len(lengths) > 1:
            raise InputError("its arrays have different lengths", place=str(path))
        self.names, self.rows = list(self._columns), max(lengths, default=0)

    def _add(self, name: str, array: NDArray[Any], path: Path) -> None:
        if array.ndim == 2 and name in _ARRAYS:
            self._columns |= {f"{_ARRAYS[name]}{k}": array[:, k] for k in range(array.shape[1])}
        elif array.ndim == 1:
            self._columns[_LISTS.get(name, name)] = array
        else:
            raise InputError(
                f"array '{name}' has shape {array.shape}", place=str(path),
                hint="arrays: logits [rows, classes], labels [rows], claims loss, probabilities, "
                "gradient",
            )  # fmt: skip

    def read(self, part: RowRange) -> dict[str, Cells]:
        """Return some rows of all columns."""
        rows = slice(part.first, part.first + part.length)
        return {name: column[rows] for name, column in self._columns.items()}
