"""Parquet files, in flat memory."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

import numpy as np

from ce_cli.dumps.reading.arrays import Cells, TypedPiece
from ce_cli.dumps.reading.columns import is_spread, spread
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

_CELLS_DECODED_AT_ONCE = 2**20
"""A read that begins or ends within a compressed page decodes all of the page: reads are
much larger than the pieces that are made of them."""
_ROWS_LOOKED_AT = 100
"""The first lists may be null or empty: one of so many rows must show their length."""


class ParquetTable:
    """A Parquet file.

    Raises
    ------
    InputError
        If it cannot be read, or lists of numbers are empty throughout its first rows.
    """

    def __init__(self, path: Path, chosen: Mapping[str, Sequence[str]] | None = None) -> None:
        import polars as pl  # noqa: PLC0415

        self._path = path
        try:
            scan = pl.scan_parquet(path, glob=False)
            schema = scan.collect_schema()
            self.rows = int(scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._unreadable(error) from None
        self._columns = schema.names()
        self._widths = [
            self._width(name, dtype) if is_spread(name, chosen) else None
            for name, dtype in schema.items()
        ]
        self.names = [
            name
            for column, width in zip(self._columns, self._widths, strict=True)
            for name in spread(column, width)
        ]

    def _width(self, name: str, dtype: pl.DataType) -> int | None:
        """Return the length of a column's lists, None if it holds no lists."""
        kind = dtype.base_type().__name__
        if kind == "Array":
            return cast("pl.Array", dtype).shape[0]
        if kind != "List":
            return None
        for row in range(min(self.rows, _ROWS_LOOKED_AT)):
            width = self._read(row, 1)[name].list.len()[0]
            if width:  # neither null nor 0
                return int(width)
        if self.rows:
            problem = f"column '{name}' has no list with numbers in its first rows"
            hint = "every row has a list with a number for each class"
            raise InputError(problem, place=str(self._path), hint=hint)
        return 0

    def pieces(self, rows: int) -> Iterator[TypedPiece]:
        """Yield all rows in order, ``rows`` at a time."""
        together = rows * max(1, _CELLS_DECODED_AT_ONCE // (rows * len(self.names)))
        for start in range(0, self.rows, together):
            frame = self._read(start, min(together, self.rows - start))
            for first in range(0, frame.height, rows):
                yield TypedPiece(start + first, list(self._cells(frame.slice(first, rows))))

    def _cells(self, frame: pl.DataFrame) -> Iterator[Cells]:
        """Yield the columns from left to right, plain ones of one type together."""
        columns = zip(frame.get_columns(), self._widths, strict=True)
        for kind, group in groupby(columns, lambda pair: _plain_type(pair[0])):
            if kind is not None:
                yield Cells(frame.select(column.name for column, _ in group).to_numpy())
                continue
            for column, width in group:
                yield _single(column) if width is None else _list_cells(column, width)

    def _read(self, first: int, length: int) -> pl.DataFrame:
        import polars as pl  # noqa: PLC0415

        try:
            scan = pl.scan_parquet(self._path, glob=False).slice(first, length)
            frame = scan.collect(engine="in-memory")
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._unreadable(error) from None
        if frame.height != length or frame.columns != self._columns:
            raise InputError("changed while it was read", place=str(self._path))
        return frame

    def _unreadable(self, error: Exception) -> InputError:
        text = (str(error).splitlines() or ["damaged"])[0].strip()
        return InputError(f"cannot be read as Parquet: {text}", place=str(self._path))


def _plain_type(column: pl.Series) -> pl.DataType | None:
    return column.dtype if _is_number(column.dtype) and not column.null_count() else None


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() and not dtype.is_decimal()


def _single(column: pl.Series) -> Cells:
    missing = column.is_null().to_numpy() if column.null_count() else None
    if missing is not None and _is_number(column.dtype):
        return Cells(column.fill_null(0).to_numpy()[:, None], missing)
    values = np.empty((len(column), 1), dtype=object)
    values[:, 0] = cast("list[object]", column.to_list())
    return Cells(values, missing)


def _list_cells(column: pl.Series, width: int) -> Cells:
    """Return a column of lists as ``width`` columns; lists that do not fit are problems."""
    lists = column.dtype.base_type().__name__ == "List"
    lengths = column.list.len() if lists else None
    regular = not column.null_count() and (lengths is None or bool((lengths == width).all()))
    flat = column.explode(empty_as_null=True)
    if regular and _plain_type(flat) is not None:
        return Cells(flat.to_numpy().reshape(-1, width))
    values = np.full((len(column), width), None, dtype=object)
    problems = {}
    for row, cells in enumerate(column.to_list()):
        if cells is not None and len(cells) == width:
            values[row] = list(cells)
        else:
            found = "no list" if cells is None else f"{len(cells)} numbers"
            problems[row] = f"{column.name}: {found} where the first list has {width}"
    return Cells(values, problems=problems)
