"""Pieces of a text dump at full speed; doubtful lines are read once more, exactly.

Polars parses a piece with the type of every column given. It is trusted where it found a
finite number. It makes null of what is no number, pads short lines with nulls, reads 1e400
as infinity and takes NaN: such lines, and a whole piece where it stumbles, are left to
``dump_lines``, which knows what is wrong with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ce_cli.dumps.reading.csv_lines import Found, as_block, read_line, read_lines
from ce_cli.dumps.reading.rows import BadRow
from ce_cli.numeric.cross_entropy import LARGEST
from ce_cli.numeric.double_double import quiet
from ce_cli.numeric.softmax import LARGEST_LOGIT

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from numpy.typing import NDArray

    from ce_cli.dumps.reading.csv_lines import LineFormat, Row
    from ce_cli.dumps.reading.rows import Array, Block

    Flags = NDArray[np.bool_]

_NEWLINE = ord("\n")
_COULD_OVERFLOW = re.compile(rb"[eE]\+?0*[1-9][0-9]{2}|[0-9]{200}")
"""Without this in a text, an infinity was written as one."""


@dataclass(frozen=True)
class Piece:
    """Some whole lines, of which the first is row ``first`` of the file."""

    first: int
    rows: int
    """How many lines they are."""
    data: bytes
    """Ends with a newline."""

    @classmethod
    def of(cls, first: int, data: bytes) -> Piece:
        r"""Count the lines, and end the last one as the others.

        Polars reads a last line without a newline otherwise: it drops an empty last cell.

        Examples
        --------
        >>> Piece.of(7, b"1,2\n3,4")
        Piece(first=7, rows=2, data=b'1,2\n3,4\n')
        """
        data = data if data.endswith(b"\n") else data + b"\n"
        newlines = np.count_nonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
        return cls(first, int(newlines), data)

    @property
    def size(self) -> int:
        """How many bytes they are."""
        return len(self.data)

    @cached_property
    def ends(self) -> list[int]:
        """Where every line ends, behind its newline."""
        ends, end = [], 0
        while end < len(self.data):
            end = self.data.find(b"\n", end) + 1
            ends.append(end)
        return ends

    def line(self, index: int) -> bytes:
        """Return one of the lines."""
        return self.data[self.ends[index - 1] if index else 0 : self.ends[index]]


class Parsed(NamedTuple):
    """Some rows before the doubtful ones are settled."""

    values: Array
    """The numeric columns in file order, shape ``[columns, lines]``."""
    carried: list[list[str]]
    doubtful: Flags
    """Lines that must be read exactly."""


def read_piece(piece: Piece, form: LineFormat) -> Block:
    """Return the rows of some lines."""
    flat = form.wide and b'"' not in piece.data
    parsed = (_parse_flat if flat else _parse)(piece, form)
    if parsed is None:
        return read_lines(map(piece.line, range(piece.rows)), piece.first, form)
    parsed.doubtful[:] |= _not_finite(parsed.values, piece, form) | unusable(parsed.values, form)

    def exactly(index: int) -> Row | BadRow:
        return read_line(piece.line(index), piece.first + index, form)

    return settled(form, piece.first, parsed, exactly)


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


def _parse(piece: Piece, form: LineFormat) -> Parsed | None:
    """Parse the numeric columns as numbers and the others as text."""
    import polars as pl  # noqa: PLC0415

    columns = form.columns
    quote = '"' if b'"' in piece.data else None
    if quote and _has_open_quotes(piece):
        return None
    schema: dict[str, Any] = {str(k): pl.Float64 for k in range(len(columns.names))}
    schema |= {str(k): pl.String for k in columns.carried}
    frame = _polars(piece.data, schema, separator=form.separator, quote_char=quote)
    if frame is None or frame.height != piece.rows:
        return None
    values, doubtful = np.empty((len(columns.numeric), frame.height)), np.zeros(frame.height, bool)
    for index, position in enumerate(columns.numeric):
        column = frame.to_series(position)
        if column.null_count():
            doubtful |= column.is_null().to_numpy()
        values[index] = column.to_numpy()
    carried = [frame.to_series(position) for position in columns.carried]
    if carried and columns.carried[-1] == len(columns.names) - 1:
        doubtful |= (carried[-1] == "").to_numpy()  # a line that is too short ends like this
    if carried and columns.carried[0] == 0:
        doubtful |= carried[0].str.starts_with("#").to_numpy()
    return Parsed(values, [column.to_list() for column in carried], doubtful)


def _has_open_quotes(piece: Piece) -> bool:
    quotes = np.flatnonzero(np.frombuffer(piece.data, np.uint8) == ord('"'))
    at = np.searchsorted(piece.ends, quotes, side="right")
    return bool((np.bincount(at) % 2).any())


def _parse_flat(piece: Piece, form: LineFormat) -> Parsed | None:
    """Parse all cells as one column, lines' ends being separators like others."""
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
    return Parsed(values, carried, doubtful)


def _have_separators(piece: Piece, separator: bytes, count: int) -> bool:
    """Return whether every line has exactly so many separators."""
    found = np.frombuffer(piece.data, np.uint8) == ord(separator)
    starts = [0, *piece.ends[:-1]]
    return all(
        np.count_nonzero(found[start:end]) == count
        for start, end in zip(starts, piece.ends, strict=True)
    )


def _carried(piece: Piece, form: LineFormat, separator: bytes) -> tuple[list[list[str]], list[int]]:
    """Return the carried texts of all lines, and which lines must be read exactly."""
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
def _not_finite(values: Array, piece: Piece, form: LineFormat) -> Flags:
    """Return the lines with infinities or NaN that are not written where they may stand."""
    columns = form.columns
    if np.isfinite(values.sum()):
        return np.zeros(values.shape[1], bool)
    odd = ~np.isfinite(values)
    if _COULD_OVERFLOW.search(piece.data) is None:
        odd[columns.among_numeric["logits"]] &= values[columns.among_numeric["logits"]] != -np.inf
        for kind in columns.claims:
            odd[columns.among_numeric[kind]] = False
    return np.asarray(odd.any(axis=0))


@quiet
def unusable(values: Array, form: LineFormat) -> Flags:
    """Return the lines with a number out of its range, or with all classes masked."""
    columns, place = form.columns, form.columns.among_numeric
    bad = np.zeros(values.shape[1], bool)
    logits = values[place["logits"]]
    if not np.isfinite(np.einsum("kr,kr->", logits, logits)):  # a square may have overflowed
        masked = logits == -np.inf
        bad |= masked.all(axis=0) | ((np.abs(logits) > LARGEST_LOGIT) & ~masked).any(axis=0)
    if columns.targets:
        targets = values[place["targets"]]
        bad |= ~((targets >= 0) & (targets <= LARGEST)).all(axis=0)
    if columns.label is not None:
        label = values[place["label"]][0]
        outside = ~((label >= 0) & (label < columns.classes)) & (label != form.ignore_index)
        bad |= outside | (np.floor(label) != label)
    return bad


def settled(
    form: LineFormat,
    first: int,
    parsed: Parsed,
    exactly: Callable[[int], Row | BadRow],
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
