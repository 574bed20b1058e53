"""Pieces of a text dump at full speed; doubtful lines are read once more, exactly.

Polars parses a piece with the type of every column given. It is trusted where it found a
finite number. It makes null of what is no number, pads short lines with nulls, reads 1e400
as infinity and takes NaN: such lines, and a whole piece where it stumbles, are left to
``dump_lines``, which knows what is wrong with them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ce_cli.reading.dump import BadRow
from ce_cli.reading.dump_lines import Found, as_block, read_line, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from numpy.typing import NDArray

    from ce_cli.reading.dump import Array, Block
    from ce_cli.reading.dump_lines import LineFormat

    Flags = NDArray[np.bool_]

_WIDE = 200
"""So many columns are parsed as one: Polars' cost for each column grows too large."""
_COULD_OVERFLOW = re.compile(rb"[eE]\+?0*[1-9][0-9]{2}|[0-9]{200}")
"""Without this in a text, an infinity was written as one."""


class _Piece(NamedTuple):
    data: bytes
    first: int
    form: LineFormat
    ends: NDArray[np.int64]
    """Where every line ends, behind its newline."""

    def line(self, index: int) -> bytes:
        """Return one of its lines."""
        return self.data[int(self.ends[index - 1]) if index else 0 : int(self.ends[index])]


class Parsed(NamedTuple):
    """Some rows before the doubtful ones are settled."""

    values: Array
    """The numeric columns in file order, shape ``[columns, lines]``."""
    carried: list[list[str]]
    doubtful: Flags
    """Lines that must be read exactly."""


def read_piece(data: bytes, first: int, form: LineFormat) -> Block:
    """Return the rows of some whole lines, of which the first is row ``first`` of the file."""
    piece = _Piece(data, first, form, _ends(data))
    wide = len(form.columns.names) >= _WIDE and not form.columns.carried and b'"' not in data
    parsed = (_parse_flat if wide else _parse)(piece)
    if parsed is None:
        return read_lines(map(piece.line, range(len(piece.ends))), first, form)
    parsed.doubtful[:] |= _not_finite(parsed.values, piece) | unusable(parsed.values, form)
    return settled(
        form, first, parsed, lambda index: read_line(piece.line(index), first + index, form)
    )


def _ends(data: bytes) -> NDArray[np.int64]:
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    return ends if data.endswith(b"\n") else np.append(ends, len(data))


def _polars(
    data: bytes,
    schema: dict[str, Any],
    **options: Any,  # noqa: ANN401
) -> pl.DataFrame | None:
    """Return what Polars makes of text, or None where it gives up."""
    import polars as pl  # noqa: PLC0415  # only text dumps pay for it

    try:
        lazy = pl.scan_csv(
            data, has_header=False, schema=schema, ignore_errors=True,
            empty_string_is_null=False, **options,
        )  # fmt: skip
        return lazy.collect(engine="in-memory")
    except pl.exceptions.PolarsError:
        return None


def _parse(piece: _Piece) -> Parsed | None:
    import polars as pl  # noqa: PLC0415

    columns = piece.form.columns
    quote = '"' if b'"' in piece.data else None
    if quote and _has_open_quotes(piece):
        return None
    schema: dict[str, Any] = {str(k): pl.Float64 for k in range(len(columns.names))}
    schema |= {str(k): pl.String for k in columns.carried}
    frame = _polars(piece.data, schema, separator=piece.form.separator, quote_char=quote)
    if frame is None or frame.height != len(piece.ends):
        return None
    values, doubtful = np.empty((len(columns.numeric), frame.height)), np.zeros(frame.height, bool)
    for index, position in enumerate(columns.numeric):
        column = frame.get_column(str(position))
        if column.null_count():
            doubtful |= column.is_null().to_numpy()
        values[index] = column.to_numpy()
    carried = [frame.get_column(str(k)) for k in columns.carried]
    if carried and columns.carried[-1] == len(columns.names) - 1:
        doubtful |= (carried[-1] == "").to_numpy()  # a line that is too short ends like this
    if carried and columns.carried[0] == 0:
        doubtful |= carried[0].str.starts_with("#").to_numpy()
    return Parsed(values, [column.to_list() for column in carried], doubtful)


def _has_open_quotes(piece: _Piece) -> bool:
    quotes = np.flatnonzero(np.frombuffer(piece.data, np.uint8) == ord('"'))
    lines = np.searchsorted(piece.ends, quotes, side="right")
    return bool((np.bincount(lines) % 2).any())


def _parse_flat(piece: _Piece) -> Parsed | None:
    """Parse all cells as one column, lines' ends being separators like others."""
    import polars as pl  # noqa: PLC0415

    width, separator = len(piece.form.columns.names), piece.form.separator
    lines = range(len(piece.ends))
    if any(piece.line(k).count(separator.encode()) != width - 1 for k in lines):
        return None
    data = piece.data.replace(b"\r\n", b"\n").replace(b"\n", separator.encode())
    frame = _polars(data, {"cell": pl.Float64}, eol_char=separator, quote_char=None)
    if frame is None or frame.height != width * len(lines):
        return None
    cells = frame.get_column("cell")
    doubtful = np.zeros(len(lines), bool)
    if cells.null_count():
        doubtful |= cells.is_null().to_numpy().reshape(len(lines), width).any(axis=1)
    return Parsed(cells.to_numpy().reshape(len(lines), width).T, [], doubtful)


@np.errstate(all="ignore")
def _not_finite(values: Array, piece: _Piece) -> Flags:
    """Return the lines with infinities or NaN that are not written where they may stand."""
    doubtful = np.zeros(values.shape[1], bool)
    columns = piece.form.columns
    if np.isfinite(values.sum()):
        return doubtful
    overflow = _COULD_OVERFLOW.search(piece.data) is not None
    for position, column in zip(columns.numeric, values, strict=True):
        if not np.isfinite(column.sum()):
            bad = ~np.isfinite(column)
            if not overflow and position in columns.logits:
                bad &= column != -np.inf
            elif not overflow and position not in {columns.label, *columns.targets}:
                bad[:] = False
            doubtful |= bad
    return doubtful


def unusable(values: Array, form: LineFormat) -> Flags:
    """Return the lines with a label or target out of range, or with all classes masked."""
    columns = form.columns
    at = {position: index for index, position in enumerate(columns.numeric)}
    bad = values[[at[k] for k in columns.logits[:1]]][0] == -np.inf
    if bad.any():
        bad = (values[[at[k] for k in columns.logits]] == -np.inf).all(axis=0)
    for position in columns.targets:
        bad |= ~(values[at[position]] >= 0)
    if columns.label is not None:
        label = values[at[columns.label]]
        outside = ~((label >= 0) & (label < columns.classes)) & (label != form.ignore_index)
        bad |= outside | (np.floor(label) != label)
    return np.asarray(bad)


def settled(
    form: LineFormat,
    first: int,
    parsed: Parsed,
    exactly: Callable[[int], tuple[list[float], list[str]] | BadRow],
) -> Block:
    """Read the doubtful lines exactly and return the block."""
    values, keep = parsed.values, ~parsed.doubtful
    bad: list[BadRow] = []
    for index in np.flatnonzero(parsed.doubtful).tolist():
        found = exactly(index)
        if isinstance(found, BadRow):
            bad.append(found)
        else:
            values = values if values.flags.writeable else values.copy()
            values[:, index], keep[index] = found[0], True
            for texts, text in zip(parsed.carried, found[1], strict=True):
                texts[index] = text
    rows, carried = np.arange(len(keep)), parsed.carried
    if bad:
        rows, values = rows[keep], values[:, keep]
        carried = [[texts[k] for k in rows.tolist()] for texts in carried]
    names = [form.columns.names[position] for position in form.columns.carried]
    named = dict(zip(names, carried, strict=True))
    return as_block(form, Found(first, first + rows, values, named, bad))
