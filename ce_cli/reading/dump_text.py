"""Text dumps, CSV and its like, in blocks of whole lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from ce_cli.errors import InputError
from ce_cli.reading.columns import recognise
from ce_cli.reading.dump_lines import LineFormat, read_lines, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.reading.dump import Block

BLOCK_SIZE = 2**22
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def cut(stream: BinaryIO, size: int = BLOCK_SIZE) -> Iterator[bytes]:
    r"""Yield a stream in pieces of about ``size`` bytes, each of whole lines.

    Examples
    --------
    >>> import io
    >>> list(cut(io.BytesIO(b"1,2\n3,4\n5"), 5))
    [b'1,2\n', b'3,4\n', b'5']
    """
    rest = b""
    while piece := stream.read(size):
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = piece[end:]
        else:
            rest += piece
    if rest:
        yield rest


@dataclass(frozen=True)
class TextDump:
    """An open text dump: its format, and its blocks, which can be read once."""

    form: LineFormat
    stream: BinaryIO
    size: int = BLOCK_SIZE

    @classmethod
    def opened(
        cls,
        stream: BinaryIO,
        file: str,
        number: int,
        ignore_index: int | None = None,
        size: int = BLOCK_SIZE,
    ) -> TextDump:
        """Read the header of a stream.

        Raises
        ------
        InputError
            If there is no header or it has no logits.
        """
        header = stream.readline().removeprefix(_BYTE_ORDER_MARK)
        if not header.strip():
            raise InputError("is empty" if not header else "begins with a blank line", place=file)
        names = split(_decoded(header, file), ",")
        return cls(
            LineFormat(file, number, recognise(names, file), ",", ignore_index), stream, size
        )

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks.

        Raises
        ------
        InputError
            If there are no rows.
        """
        first = 0
        for piece in cut(self.stream, self.size):
            lines = piece.removesuffix(b"\n").split(b"\n")
            yield read_lines(lines, first, self.form)
            first += len(lines)
        if not first:
            raise InputError("has a header but no rows", place=self.form.file)


def _decoded(header: bytes, file: str) -> str:
    try:
        return header.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError("the header is not UTF-8", place=file) from None
