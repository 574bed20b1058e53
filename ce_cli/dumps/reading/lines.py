"""Dumps of lines, in pieces that can be read on several threads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.dumps.reading.cells import LineFormat
    from ce_cli.dumps.reading.columns import Columns

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PIECE_SIZE = 3 * 2**20
_NEWLINE = ord("\n")

Source = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens a dump once more from its beginning."""


def first_line(source: Source, file: str) -> bytes:
    """Return the first line of a dump, without a byte order mark.

    Raises
    ------
    InputError
        If there is none, or it is blank.
    """
    with source() as stream:
        line = stream.readline().removeprefix(_BYTE_ORDER_MARK)
    if not line.strip():
        if line:
            raise InputError("a blank line", place=f"{file}:1:1")
        raise InputError("is empty", place=file)
    return line


def cut(stream: BinaryIO, size: int) -> Iterator[bytes]:
    r"""Yield a stream in pieces of about ``size`` bytes, each of whole lines.

    Examples
    --------
    >>> import io
    >>> list(cut(io.BytesIO(b"1,2\n3,4\n5"), 5))
    [b'1,2\n3,4\n', b'5']
    """
    while piece := stream.read(size):
        yield piece if piece.endswith(b"\n") else piece + stream.readline()


@dataclass(frozen=True)
class LinePiece:
    """Some whole lines, of which the first is row ``first`` of the file."""

    first: int
    rows: int
    """The number of lines."""
    data: bytes
    """Ends with a newline."""

    @classmethod
    def from_bytes(cls, first: int, data: bytes) -> LinePiece:
        r"""Count the lines, and end the last one as the others.

        Polars reads a last line without a newline otherwise: it drops an empty last cell.

        Examples
        --------
        >>> LinePiece.from_bytes(7, b"1,2\n3,4")
        LinePiece(first=7, rows=2, data=b'1,2\n3,4\n')
        """
        data = data if data.endswith(b"\n") else data + b"\n"
        newlines = np.count_nonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
        return cls(first, int(newlines), data)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self.data)

    @cached_property
    def ends(self) -> list[int]:
        """The end of every line, behind its newline."""
        ends, end = [], 0
        while end < len(self.data):
            end = self.data.find(b"\n", end) + 1
            ends.append(end)
        return ends

    def line(self, index: int) -> bytes:
        """Return one of the lines."""
        return self.data[self.ends[index - 1] if index else 0 : self.ends[index]]


@dataclass(frozen=True)
class LineDump:
    """A dump of lines, which can be read again and again."""

    form: LineFormat
    source: Source
    piece_size: int = _PIECE_SIZE

    @property
    def columns(self) -> Columns:
        """The dump's columns."""
        return self.form.columns

    def pieces(self) -> Iterator[LinePiece]:
        """Yield the rows in pieces, not yet read.

        Raises
        ------
        InputError
            If there are no rows, or the file cannot be read to its end.
        """
        first = 0
        with self.source() as stream:
            if self.form.header_lines:
                stream.readline()
            for data in cut(stream, self.piece_size):
                whole = data if first else data.removeprefix(_BYTE_ORDER_MARK)
                piece = LinePiece.from_bytes(first, whole)
                yield piece
                first += piece.rows
        if not first:
            raise InputError("has a header but no rows", place=self.form.file)
