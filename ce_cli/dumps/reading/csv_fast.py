"""Pieces of a text dump at full speed.

Polars parses a piece with the type of every column given. It is trusted where it found a
finite number. Where it did not, lines are doubtful: Polars makes null of a cell that is no
number, pads short lines with nulls, reads 1e400 as infinity and takes NaN. A piece where it
stumbles is doubtful as a whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ce_cli.dumps.reading.csv_lines import read_line, read_lines
from ce_cli.dumps.reading.drafts import Draft, settled, unusable
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from ce_cli.dumps.reading.cells import LineFormat
    from ce_cli.dumps.reading.drafts import Flags
    from ce_cli.dumps.reading.lines import LinePiece
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.numeric.double_double import Array

_COULD_OVERFLOW = re.compile(rb"[eE]\+?0*[1-9][0-9]{2}|[0-9]{200}")
"""Without this in a text, an infinity was written as one."""


def read_piece(piece: LinePiece, form: LineFormat) -> Block:
    """Return the rows of some lines."""
    flat = form.wide and b'"' not in piece.data and not form.names
    draft = (_parse_flat if flat else _parse)(piece, form)
    if draft is None:
        return read_lines([piece.line(index) for index in range(piece.rows)], piece.first, form)
    draft.doubtful[:] |= _overflowed(draft.values, piece.data) | unusable(draft.values, form)
    return settled(
        draft,
        piece.first,
        form,
        lambda index: read_line(piece.line(index), piece.first + index, form),
    )


def _polars(
    data: bytes,
    schema: dict[str, Any],
    **options: Any,  # noqa: ANN401
) -> pl.DataFrame | None:
    """Return text as Polars reads it, or None where it gives up."""
    import polars as pl  # noqa: PLC0415  # only text dumps pay for it

    try:
        lazy = pl.scan_csv(
            data, has_header=False, schema=schema, ignore_errors=True,
            empty_string_is_null=False, **options,
        )  # fmt: skip
        return lazy.collect(engine="in-memory")
    except pl.exceptions.PolarsError:
        return None


def _parse(piece: LinePiece, form: LineFormat) -> Draft | None:
    """Parse the numeric columns as numbers and the others as text."""
    import polars as pl  # noqa: PLC0415

    columns = form.columns
    quote = '"' if b'"' in piece.data else None
    if quote and _has_open_quotes(piece):
        return None
    schema: dict[str, Any] = {str(k): pl.Float64 for k in range(len(columns.names))}
    named = [columns.label] if form.names and columns.label is not None else []
    schema |= {str(k): pl.String for k in [*columns.carried, *named]}
    frame = _polars(piece.data, schema, separator=form.separator, quote_char=quote)
    if frame is None or frame.height != piece.rows:
        return None
    values, doubtful = np.empty((len(columns.numeric), frame.height)), np.zeros(frame.height, bool)
    for index, position in enumerate(columns.numeric):
        column = frame.to_series(position)
        if position in named:
            column = _as_classes(column, form.names)
        if column.null_count():
            doubtful |= column.is_null().to_numpy()
        values[index] = column.to_numpy()
    carried = [frame.to_series(position) for position in columns.carried]
    if carried and columns.carried[-1] == len(columns.names) - 1:
        doubtful |= (carried[-1] == "").to_numpy()  # a line that is too short ends like this
    if carried and columns.carried[0] == 0:
        doubtful |= carried[0].str.starts_with("#").to_numpy()
    return Draft(values, [column.to_list() for column in carried], doubtful)


def _as_classes(labels: pl.Series, names: Sequence[str]) -> pl.Series:
    """Return names and numbers of classes as numbers, null where there is neither."""
    import polars as pl  # noqa: PLC0415

    numbers = labels.cast(pl.Float64, strict=False)
    classes = [float(index) for index in range(len(names))]
    return labels.replace_strict(names, classes, default=numbers, return_dtype=pl.Float64)


def _has_open_quotes(piece: LinePiece) -> bool:
    quotes = np.flatnonzero(np.frombuffer(piece.data, np.uint8) == ord('"'))
    at = np.searchsorted(piece.ends, quotes, side="right")
    return bool((np.bincount(at) % 2).any())


def _parse_flat(piece: LinePiece, form: LineFormat) -> Draft | None:
    """Parse all cells as one column; the ends of lines count as separators."""
    import polars as pl  # noqa: PLC0415

    columns, separator = form.columns, form.separator.encode()
    width = len(columns.names)
    if not _have_separators(piece, separator, width - 1):
        return None
    data = piece.data.replace(b"\r\n", b"\n") if b"\r" in piece.data else piece.data
    data = data.replace(b"\n", separator)
    options = {"eol_char": separator.decode(), "separator": "\n"}  # no newline is left
    frame = _polars(data, {"cell": pl.Float64}, quote_char=None, **options)
    if frame is None or frame.height != width * piece.rows:
        return None
    cells, doubtful = frame.to_series(0), np.zeros(piece.rows, bool)
    values = cells.to_numpy().reshape(piece.rows, width).T
    carried, unreadable = _carried(piece, form, separator)
    doubtful[unreadable] = True
    if columns.carried:
        values = values[list(columns.numeric)]
    if cells.null_count():  # a null has become NaN
        doubtful |= np.isnan(values).any(axis=0)
    return Draft(values, carried, doubtful)


def _have_separators(piece: LinePiece, separator: bytes, count: int) -> bool:
    """Return whether every line has exactly ``count`` separators."""
    starts = [0, *piece.ends[:-1]]
    lines = zip(starts, piece.ends, strict=True)
    return all(piece.data.count(separator, start, end) == count for start, end in lines)


def _carried(
    piece: LinePiece, form: LineFormat, separator: bytes
) -> tuple[list[list[str]], list[int]]:
    """Return the carried texts of all lines, and the lines that must be read exactly."""
    positions, unreadable = form.columns.carried, []
    texts: list[list[str]] = [[] for _ in positions]
    for index in range(piece.rows if positions else 0):
        fields = piece.line(index).rstrip(b"\r\n").split(separator, positions[-1] + 1)
        for column, position in zip(texts, positions, strict=True):
            column.append(fields[position].decode("utf-8", "replace"))
        if fields[0].startswith(b"#") or any("\ufffd" in column[-1] for column in texts):
            unreadable.append(index)
    return texts, unreadable


@quiet
def _overflowed(values: Array, data: bytes) -> Flags:
    """Return the lines with an infinity that may have been written as a number, as in 1e400."""
    if np.isfinite(values.sum()) or _COULD_OVERFLOW.search(data) is None:
        return np.zeros(values.shape[1], bool)
    return np.asarray(~np.isfinite(values).all(axis=0))
