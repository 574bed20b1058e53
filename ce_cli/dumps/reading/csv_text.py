"""Text dumps: CSV and its like."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.dumps.reading.cells import LineFormat
from ce_cli.dumps.reading.columns import has_meaning, recognise
from ce_cli.dumps.reading.csv_fast import read_piece
from ce_cli.dumps.reading.csv_lines import decoded, in_first_line, split, starts
from ce_cli.dumps.reading.lines import LineDump, first_line
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.lines import LinePiece, Source
    from ce_cli.dumps.reading.rows import Block

_OF_CELLS = '+-."\r\n' + string.digits + string.ascii_letters
"""Characters of numbers, names and quotes, which separate nothing."""
_NO_COMMENT = "the first line names the columns, without a # before them"


class TextOptions(NamedTuple):
    """How a text dump is to be read."""

    header: bool = True
    separator: str | None = None
    """Found from the first line if None."""
    chosen: Mapping[str, Sequence[str]] | None = None
    """For some kinds of columns their names, instead of those found by convention."""
    ignore_index: int | None = None
    names: tuple[str, ...] = ()
    """The names of all classes, which labels may be."""


@dataclass(frozen=True)
class TextDump(LineDump):
    """A text dump; its first line names the columns."""

    @classmethod
    def opened(cls, source: Source, file: str, number: int, options: TextOptions) -> TextDump:
        """Read the first line of a dump.

        Raises
        ------
        InputError
            If it is empty, or its columns cannot be recognised.
        """
        text = _decoded(first_line(source, file), file)
        separator = _accepted(options.separator) or _separator(text)
        columns = _columns(text, separator, file, options)
        header_lines = int(options.header)
        form = LineFormat(
            file, number, columns, separator, options.ignore_index, header_lines, options.names
        )
        return cls(form, source)

    def read(self, piece: LinePiece) -> Block:
        """Return the rows of a piece."""
        return read_piece(piece, self.form)


def text_names(source: Source, file: str) -> list[str]:
    """Return the names in the first line of a dump.

    Raises
    ------
    InputError
        If it is empty, or not text.
    """
    text = _decoded(first_line(source, file), file)
    return _fields(text, _separator(text), file)


def _columns(text: str, separator: str, file: str, options: TextOptions) -> Columns:
    """Return the columns that the first line names, or that its fields are without names."""
    fields = _fields(text, separator, file)
    if not options.header:
        names = _positional(len(fields))
    elif fields[0].startswith("#") and has_meaning(fields[0].lstrip("# "), options.chosen or {}):
        comment = InputError("the first line is a comment", hint=_NO_COMMENT)
        raise in_first_line(comment, text.encode(), file)
    else:
        names = fields
    try:
        return recognise(names, file, options.chosen, starts(text, separator))
    except InputError as error:
        if error.message == "no logits":
            error.hint = _reason(text, fields, options.header) or error.hint
        raise


def _fields(text: str, separator: str, file: str) -> list[str]:
    try:
        return [field.strip() for field in split(text, separator)]
    except InputError as error:
        raise in_first_line(error, text.encode(), file) from None


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
        return _one_line(decoded(header))
    except InputError as error:
        raise in_first_line(error, header, file) from None


def _one_line(text: str) -> str:
    if "\r" in text:
        end = text.index("\r")
        raise InputError(
            "its lines end with a lone carriage return", span=(end, end + 1),
            hint=r"make newlines of them, as tr '\r' '\n' does",
        )  # fmt: skip
    return text
