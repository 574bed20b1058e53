"""Text dumps, CSV and its like, in pieces of whole lines."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.reading.columns import recognise
from ce_cli.reading.dump_fast import read_piece
from ce_cli.reading.dump_lines import LineFormat, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ce_cli.reading.columns import Columns
    from ce_cli.reading.dump import Block

BLOCK_SIZE = 2**21
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NEWLINE = ord("\n")

Source = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens a dump once more from its beginning."""


class Piece(NamedTuple):
    """Some whole lines, the first of which is row ``first``."""

    first: int
    rows: int
    data: bytes

    @property
    def size(self) -> int:
        """How many bytes were read for it."""
        return len(self.data)


def cut(stream: BinaryIO, size: int = BLOCK_SIZE) -> Iterator[bytes]:
    r"""Yield a stream in pieces of about ``size`` bytes, each of whole lines.

    Examples
    --------
    >>> import io
    >>> list(cut(io.BytesIO(b"1,2\n3,4\n5"), 5))
    [b'1,2\n', b'3,4\n', b'5']
    """
    rest: list[bytes] = []
    while piece := stream.read(size):
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join([*rest, piece[:end]])
            rest = [piece[end:]] if end < len(piece) else []
        else:
            rest.append(piece)
    if rest:
        yield b"".join(rest)


def count_lines(data: bytes) -> int:
    """Return the number of lines, the last with or without a newline."""
    newlines = np.count_nonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
    return int(newlines) + (not data.endswith(b"\n"))


class TextOptions(NamedTuple):
    """How a text dump is to be read."""

    header: bool = True
    separator: str | None = None
    """Found from the first line if None."""
    chosen: Mapping[str, Sequence[str]] | None = None
    ignore_index: int | None = None


_DEFAULT = TextOptions()


@dataclass(frozen=True)
class TextDump:
    """A text dump, whose rows can be read again and again."""

    form: LineFormat
    source: Source
    size: int = BLOCK_SIZE

    @classmethod
    def opened(
        cls, source: Source, file: str, number: int, options: TextOptions = _DEFAULT
    ) -> TextDump:
        """Read the first line of a dump.

        Raises
        ------
        InputError
            If it is empty, or it cannot be told what its columns are.
        """
        with source() as stream:
            line = stream.readline().removeprefix(_BYTE_ORDER_MARK)
        if not line.strip():
            raise InputError("is empty" if not line else "begins with a blank line", place=file)
        text = _decoded(line, file)
        separator = options.separator or _separator(text)
        names = [name.strip() for name in split(text, separator)]
        if not options.header:
            names = _positional(len(names))
        columns = _recognised(names, file, options)
        form = LineFormat(
            file, number, columns, separator, options.ignore_index, int(options.header)
        )
        return cls(form, source)

    @property
    def columns(self) -> Columns:
        """What its columns are."""
        return self.form.columns

    def pieces(self) -> Iterator[Piece]:
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
            for data in cut(stream, self.size):
                rows = count_lines(data)
                yield Piece(first, rows, data if first else data.removeprefix(_BYTE_ORDER_MARK))
                first += rows
        if not first:
            raise InputError("has a header but no rows", place=self.form.file)

    def read(self, piece: Piece) -> Block:
        """Return the rows of a piece."""
        return read_piece(piece.data, piece.first, self.form)


def _recognised(names: list[str], file: str, options: TextOptions) -> Columns:
    try:
        return recognise(names, file, options.chosen)
    except InputError as error:
        if error.message == "no logits" and all(map(_is_number, names)):
            error.hint = "the first line holds numbers: say --no-header if it is a row"
        raise


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _separator(text: str) -> str:
    """Return the separator of a line: the one of comma, tab, semicolon that it has most of."""
    return max(",\t;", key=text.count)


def _positional(count: int) -> list[str]:
    """Return the names of columns that have none: all logits, the last the label."""
    return [*(f"z{k}" for k in range(count - 1)), "label"]


def _decoded(header: bytes, file: str) -> str:
    try:
        return header.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError("the header is not UTF-8", place=file) from None
