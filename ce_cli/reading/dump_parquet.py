"""Parquet files, in flat memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from ce_cli.errors import InputError
from ce_cli.reading.dump_arrays import Cells, Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

_CELLS_DECODED_AT_ONCE = 2**21
"""Where a read begins or ends within a compressed page, all of the page is decoded: reads
are much larger than the parts that they are handed out in."""


class ParquetTable:
    """A Parquet file.

    Raises
    ------
    InputError
        If it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        import polars as pl  # noqa: PLC0415

        self._path = path
        try:
            scan = pl.scan_parquet(path, glob=False)
            self.names = scan.collect_schema().names()
            self.rows = int(scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._unreadable(error) from None

    def parts(self, rows: int) -> Iterator[Part]:
        """Yield all rows in order, so many at a time."""
        together = rows * max(1, _CELLS_DECODED_AT_ONCE // (rows * len(self.names)))
        for start in range(0, self.rows, together):
            frame = self._read(start, min(together, self.rows - start))
            for first in range(0, frame.height, rows):
                part = frame.slice(first, rows)
                yield Part(start + first, [_cells(column) for column in part.get_columns()])

    def _read(self, first: int, length: int) -> pl.DataFrame:
        import polars as pl  # noqa: PLC0415

        try:
            scan = pl.scan_parquet(self._path, glob=False).slice(first, length)
            frame = scan.collect(engine="in-memory")
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._unreadable(error) from None
        if frame.height != length or frame.columns != self.names:
            raise InputError("changed while it was read", place=str(self._path))
        return frame

    def _unreadable(self, error: Exception) -> InputError:
        text = (str(error).splitlines() or ["damaged"])[0].strip()
        return InputError(f"cannot be read as Parquet: {text}", place=str(self._path))


def _cells(column: pl.Series) -> Cells:
    missing = column.is_null().to_numpy() if column.null_count() else None
    if column.dtype.is_numeric() and not column.dtype.is_decimal():
        known = column.fill_null(0) if missing is not None else column
        return Cells(known.to_numpy()[:, None], missing)
    values = np.empty((len(column), 1), dtype=object)
    values[:, 0] = cast("list[object]", column.to_list())
    return Cells(values, missing)
