"""The computed numbers of every row, as CSV, Parquet or JSON lines, block after block."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import numpy as np

from ce_cli.dumps.blocks import Computed
from ce_cli.dumps.reading.rows import Block
from ce_cli.errors import InputError
from ce_cli.output.files import is_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl

    from ce_cli.dumps.reading.columns import Columns

_PARTS = {"loss": "loss", "p": "probabilities", "grad": "gradient"}
"""The parts that can be written of every row, and their names in typed files."""
_ENDINGS = (".csv", ".parquet", ".jsonl", ".ndjson")
_CELLS_IN_A_ROW_GROUP = 2**20
_CELLS_OF_TEXT = 2**16

_WriteFrame: TypeAlias = "Callable[[pl.DataFrame], None]"


@dataclass(frozen=True)
class Results:
    """The layout of a file of computed rows."""

    ending: str
    carried: tuple[str, ...]
    classes: int
    labelled: bool
    parts: tuple[str, ...]

    @classmethod
    def for_file(cls, path: Path, columns: Columns, only: list[str] | None = None) -> Results:
        """Return the layout of a file of this name for the rows of a dump.

        Raises
        ------
        InputError
            If the name's ending is not known, or ``only`` names no part.
        """
        ending, parts = path.suffix.lower(), tuple(only or _PARTS)
        if not ending and is_stream(path):  # a shell names its pipes, as /dev/fd/63
            ending = ".csv"
        if ending not in _ENDINGS:
            raise InputError(
                f"cannot tell the format of '{path}'", place="--rows-to",
                hint=f"let its name end in {', '.join(_ENDINGS)}",
            )  # fmt: skip
        if unknown := set(parts) - set(_PARTS):
            raise InputError(
                f"no part is named '{min(unknown)}'", place="--only",
                hint=f"the parts are {', '.join(_PARTS)}",
            )  # fmt: skip
        carried = tuple(columns.names[position] for position in columns.carried)
        ordered = tuple(part for part in _PARTS if part in parts)
        return cls(ending, carried, columns.classes, columns.label is not None, ordered)

    @contextmanager
    def writer(self, stream: BinaryIO) -> Iterator[Callable[[Block, Computed], None]]:
        """Yield a function that writes the rows of a block."""
        writers = {".csv": self._csv_writer, ".parquet": self._parquet_writer}
        with writers.get(self.ending, self._json_writer)(stream) as write_frame:
            yield lambda block, computed: write_frame(self._frame(block, computed))

    @contextmanager
    def _csv_writer(self, stream: BinaryIO) -> Iterator[_WriteFrame]:
        stream.write(self._header().encode())
        yield lambda frame: self._write(stream, frame, _csv_lines)

    @contextmanager
    def _json_writer(self, stream: BinaryIO) -> Iterator[_WriteFrame]:
        yield lambda frame: self._write(stream, frame, _json_lines)

    def _write(
        self, stream: BinaryIO, frame: pl.DataFrame, lines: Callable[[pl.DataFrame], str]
    ) -> None:
        stream.writelines(
            lines(part).encode() for part in frame.iter_slices(self._rows(_CELLS_OF_TEXT))
        )

    def _rows(self, cells: int) -> int:
        """Return the number of rows that have about so many cells."""
        return max(1, cells // (2 * self.classes + len(self.carried) + 4))

    @contextmanager
    def _parquet_writer(self, stream: BinaryIO) -> Iterator[_WriteFrame]:
        from ce_cli.dumps.writing.parquet import parquet_writer  # noqa: PLC0415  # loads Polars

        rows = self._rows(_CELLS_IN_A_ROW_GROUP)
        with parquet_writer(stream, self._nothing(), rows) as write:
            yield write

    def _frame(self, block: Block, computed: Computed) -> pl.DataFrame:
        """Return the rows of a block, numbers of all classes in one column."""
        import polars as pl  # noqa: PLC0415  # only for output

        file = pl.Series("file", [block.file]).new_from_index(0, len(block.rows))
        columns = [file, pl.Series("row", block.rows)]
        texts = zip(self._carried, block.carried.values(), strict=True)
        columns += [pl.Series(name, text, pl.String) for name, text in texts]
        if block.labels is not None:
            columns.append(pl.Series("label", block.labels))
        for part in self.parts:
            values = getattr(computed, _PARTS[part]).T
            columns.append(pl.Series(_PARTS[part], np.ascontiguousarray(values)))
        return pl.DataFrame(columns)

    def _nothing(self) -> pl.DataFrame:
        """Return a frame without rows."""
        none, table = np.zeros(0), np.zeros((self.classes, 0))
        labels = none.astype(np.int64)
        block = Block("", 0, 0, labels, table, labels if self.labelled else None, None,
                      carried={name: [] for name in self.carried})  # fmt: skip
        return self._frame(block, Computed(none, table, table))

    def _header(self) -> str:
        names = ["file", "row", *self._carried, *(["label"] if self.labelled else [])]
        for part in self.parts:
            names += ["loss"] if part == "loss" else [f"{part}{k}" for k in range(self.classes)]
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(names)
        return line.getvalue()

    @cached_property
    def _carried(self) -> list[str]:
        """Return the carried names, changed where they would stand twice."""
        taken = {"file", "row", "label", "loss", "probabilities", "gradient"}
        taken |= {f"{part}{k}" for part in ("p", "grad") for k in range(self.classes)}
        names: list[str] = []
        for name in self.carried:
            while name in taken:
                name = f"input_{name}"  # noqa: PLW2901
            taken.add(name)
            names.append(name)
        return names


def _csv_lines(frame: pl.DataFrame) -> str:
    """Return lines, quoted where they must be.

    The numbers of all classes become one text: Polars' cost for each column is too large
    for many classes.
    """
    lines = frame.select(_csv_cell(column) for column in frame.get_columns())
    return lines.write_csv(include_header=False, quote_style="never")


def _csv_cell(column: pl.Series) -> pl.Expr:
    import polars as pl  # noqa: PLC0415  # only for output

    cell = pl.col(column.name)
    if column.dtype == pl.String:
        quoted = '"' + cell.str.replace_all('"', '""', literal=True) + '"'
        needed = cell.str.contains('[,"\r\n]')
        return pl.when(needed).then(quoted).otherwise(cell).alias(column.name)
    if isinstance(column.dtype, pl.Array):
        return cell.cast(pl.Array(pl.String, column.dtype.shape)).arr.join(",")
    return cell


def _json_lines(frame: pl.DataFrame) -> str:
    """Return lines in strict JSON, which has no infinity: that of a loss is a text.

    Polars writes null for it. No other null is there, and in a text the quotes would be escaped.
    """
    return frame.write_ndjson().replace('"loss":null', '"loss":"inf"')
