"""Lines of a text dump, read exactly."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from ce_cli.dumps.reading.cells import CellText, bad_row, read_cells, shortened
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
        text = decoded(line)
        fields = _fields(text, form)
    except InputError as error:
        return bad_row(form, row, whole(line, error), error)
    return read_cells(fields, row, form, lambda position: starts(text, form.separator)[position])


def whole(line: bytes, error: InputError) -> CellText:
    """Return a line that cannot be read, from where the error is."""
    return CellText(shown(line), error.span[0] if error.span else 0)


def in_first_line(error: InputError, line: bytes, file: str) -> InputError:
    """Return an error about the first line of a file, with its place."""
    error.text, start, _ = whole(line, error)
    error.place = f"{file}:1:{start + 1}"
    return error


def shown(line: bytes) -> str:
    """Return a line for a message, with escapes where it is not UTF-8, and not too long."""
    return shortened(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))


def decoded(line: bytes) -> str:
    """Return a line without its end.

    Raises
    ------
    InputError
        If it is not UTF-8; the span says where.
    """
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        start = len(line[: error.start].decode("utf-8"))
        raise InputError("not UTF-8", span=(start, start + 1)) from None


def _fields(text: str, form: LineFormat) -> list[str]:
    if not text.strip():
        raise InputError("a blank line")
    fields = split(text, form.separator)
    count, expected = len(fields), len(form.columns.names)
    if text.startswith("#") and (count != expected or 0 in form.columns.numeric):
        raise InputError("a comment line", hint="leave comments out")
    if count != expected:
        counted = "1 field" if count == 1 else f"{count} fields"
        start = [*starts(text, form.separator), len(text)][min(count, expected)]
        problem = f"{counted} where there are {expected} columns"
        raise InputError(problem, span=(start, start + 1))
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


def starts(text: str, separator: str) -> list[int]:
    """Return where the fields of a line begin that can be split, behind blanks.

    Examples
    --------
    >>> starts('a,"b,c", 3', ",")
    [0, 2, 9]
    """
    end = re.escape(separator)
    field = re.compile(rf'(?:^|{end})("(?:[^"]|"")*"|[^{end}]*)')
    return [match.start(1) + _indent(match[1]) for match in field.finditer(text)]


def _indent(cell: str) -> int:
    return len(cell) - len(cell.lstrip())
