"""Lines of a text dump, read exactly."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ce_cli.dumps.reading.cells import bad_row, read_cells, shortened
from ce_cli.dumps.reading.drafts import settled, unread
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.dumps.reading.cells import GoodRow, LineFormat
    from ce_cli.dumps.reading.rows import BadRow, Block


def read_lines(lines: Sequence[bytes], first: int, form: LineFormat) -> Block:
    """Return the rows of ``lines``, of which the first is row ``first`` of the file."""
    return settled(
        unread(len(lines), form.columns),
        first,
        form,
        lambda index: read_line(lines[index], first + index, form),
    )


def read_line(line: bytes, row: int, form: LineFormat) -> GoodRow | BadRow:
    """Return the numbers and the carried texts of a line, or say why it cannot be read."""
    try:
        fields = _fields(line, form)
    except InputError as error:
        return bad_row(form, row, ("", shown(line)), error)
    return read_cells(fields, row, form)


def shown(line: bytes) -> str:
    """Return a line for a message, with escapes where it is not UTF-8, and not too long."""
    return shortened(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))


def _fields(line: bytes, form: LineFormat) -> list[str]:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError("not UTF-8") from None
    if not text.strip():
        raise InputError("a blank line")
    fields = split(text, form.separator)
    count, expected = len(fields), len(form.columns.names)
    if text.startswith("#") and (count != expected or 0 in form.columns.numeric):
        raise InputError("a comment line", hint="leave comments out")
    if count != expected:
        counted = "1 field" if count == 1 else f"{count} fields"
        raise InputError(f"{counted} where there are {expected} columns")
    return fields


def split(text: str, separator: str) -> list[str]:
    """Return the fields of a line.

    Raises
    ------
    InputError
        If a quote is not closed, or something follows it.

    Examples
    --------
    >>> split('a,"b,c", 3', ",")
    ['a', 'b,c', ' 3']
    """
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        raise InputError("a quote is not closed on its line, or something follows it") from None
