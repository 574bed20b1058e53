"""Whole small text files, and stdin as ``-``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ce_cli.errors import InputError
from ce_cli.input.numbers import read_list

_MOST_BYTES = 64 * 2**20


def name_of(path: str) -> str:
    r"""Return the name of a file in messages and reports: its bytes may be no text.

    >>> name_of("-"), name_of("run\udcff.csv")
    ('stdin', 'run\\udcff.csv')
    """
    return "stdin" if path == "-" else path.encode("utf-8", "backslashreplace").decode()


def read_text(path: str) -> str:
    """Return the text of a file, or of stdin for ``-``, its lines ended as on Unix.

    A byte order mark is dropped.

    Raises
    ------
    InputError
        If it is missing, a directory, not readable, not UTF-8, or above 64 MiB.
    """
    name = name_of(path)
    data = _head(path, name)
    if len(data) > _MOST_BYTES:
        raise InputError("the file is larger than 64 MiB", place=name)
    try:
        return re.sub("\r\n?", "\n", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        *lines, last = error.object[: error.start].decode().split("\n")
        place = f"{name}:{len(lines) + 1}:{len(last) + 1}"
        raise InputError("not UTF-8 text", place=place) from None


def _head(path: str, name: str) -> bytes:
    try:
        if path == "-":
            return sys.stdin.buffer.read(_MOST_BYTES + 1)
        with Path(path).open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with NUL is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(reason[0].lower() + reason[1:], place=name) from None


def read_matrix(path: str) -> list[list[float]]:
    """Return the rows of a file of numbers separated by commas; blank lines are skipped.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, has a cell that is not a number, or rows
        of different lengths; it names file, line and column.
    """
    name = name_of(path)
    rows: list[list[float]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip():
            continue
        row = read_list(line, name, line=number)
        if rows and len(row) != len(rows[0]):
            raise InputError(
                f"{len(row)} numbers where the first row has {len(rows[0])}",
                place=f"{name}:{number}:1",
                text=line,
            )
        rows.append(row)
    if not rows:
        raise InputError("no numbers", place=name)
    return rows
