"""Text dumps, CSV and its like, in pieces of whole lines."""

from __future__ import annotations

import string
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ce_cli.dumps.reading.columns import has_meaning, recognise
from ce_cli.dumps.reading.csv_fast import Piece, read_piece
from ce_cli.dumps.reading.csv_lines import LineFormat, shortened, split
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.rows import Block

BLOCK_SIZE = 3 * 2**20
_OF_CELLS = '+-."\r\n' + string.digits + string.ascii_letters
_NO_COMMENT = "the first line names the columns, without a # before them"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Source = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens a dump once more from its beginning."""


def cut(stream: BinaryIO, size: int = BLOCK_SIZE) -> Iterator[bytes]:
    r"""Yield a stream in pieces of about ``size`` bytes, each of whole lines.

    Examples
    --------
    >>> import io
    >>> list(cut(io.BytesIO(b"1,2\n3,4\n5"), 5))
    [b'1,2\n3,4\n', b'5']
    """
    while piece := stream.read(size):
        yield piece if piece.endswith(b"\n") else piece + stream.readline()


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
    piece_size: int = BLOCK_SIZE

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
        separator = _accepted(options.separator) or _separator(text)
        columns = _columns(text, separator, file, options)
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
            for data in cut(stream, self.piece_size):
                piece = Piece.of(first, data if first else data.removeprefix(_BYTE_ORDER_MARK))
                yield piece
                first += piece.rows
        if not first:
            raise InputError("has a header but no rows", place=self.form.file)

    def read(self, piece: Piece) -> Block:
        """Return the rows of a piece."""
        return read_piece(piece, self.form)


def _columns(text: str, separator: str, file: str, options: TextOptions) -> Columns:
    """Return what the columns are by the first line."""
    fields = _fields(text, separator, file)
    if not options.header:
        names = _positional(len(fields))
    elif fields[0].startswith("#") and has_meaning(fields[0].lstrip("# "), options.chosen or {}):
        raise InputError(
            "the first line is a comment", place=f"{file}:1", text=shortened(text), hint=_NO_COMMENT
        )
    else:
        names = fields
    try:
        return recognise(names, file, options.chosen)
    except InputError as error:
        if error.message == "no logits":
            error.hint = _reason(text, fields, options.header) or error.hint
        raise


def _fields(text: str, separator: str, file: str) -> list[str]:
    try:
        return [field.strip() for field in split(text, separator)]
    except InputError as error:
        error.place, error.text = f"{file}:1", shortened(text)
        raise


def _reason(text: str, fields: list[str], header: bool) -> str:
    """Return why the first line may name no logits."""
    if header and text.startswith("#"):
        return _NO_COMMENT
    if header and all(map(_is_number, fields)):
        return "the first line holds numbers: say --no-header if it is a row"
    between = [character for character in " |:" if character in text and len(fields) == 1]
    return f"say --separator '{between[0]}' if that stands between columns" if between else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _accepted(separator: str | None) -> str | None:
    """Return the separator that was asked for, if numbers and quotes can do without it."""
    if separator and (len(separator) > 1 or not separator.isascii() or separator in _OF_CELLS):
        raise InputError(
            "must be one character that no number has", place="--separator", text=separator,
            hint="',', ';', '|', a space or a tab, for which the shell has $'\\t'",
        )  # fmt: skip
    return separator


def _separator(text: str) -> str:
    """Return the separator of a line: the one of comma, tab, semicolon that it has most of."""
    return max(",\t;", key=text.count)


def _positional(count: int) -> list[str]:
    """Return the names of columns that have none: all logits, the last the label."""
    return [*(f"z{k}" for k in range(count - 1)), "label"]


def _decoded(header: bytes, file: str) -> str:
    try:
        text = header.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError("the header is not UTF-8", place=file) from None
    if "\r" in text:
        raise InputError(
            "its lines end with a lone carriage return", place=file,
            hint=r"make newlines of them, as tr '\r' '\n' does",
        )  # fmt: skip
    return text
