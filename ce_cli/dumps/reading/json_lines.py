"""JSON lines: an object a line, with numbers by name or in lists for all classes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from ce_cli.dumps.reading.columns import is_spread, recognise, spread
from ce_cli.dumps.reading.csv_fast import Piece
from ce_cli.dumps.reading.csv_lines import LineFormat, bad_row, gathered, read_fields, shown
from ce_cli.dumps.reading.csv_text import cut
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.csv_lines import Row
    from ce_cli.dumps.reading.csv_text import Source, TextOptions
    from ce_cli.dumps.reading.rows import BadRow, Block


Member = TypeVar("Member")
_HINT = 'every line is an object, as in {"logits": [1.5, -0.5], "label": 0}'


@dataclass(frozen=True)
class JsonDump:
    """A dump of JSON lines; the first line says what all have."""

    form: LineFormat
    source: Source
    chosen: Mapping[str, Sequence[str]] | None = None

    @classmethod
    def opened(cls, source: Source, file: str, number: int, options: TextOptions) -> JsonDump:
        """Read the first line.

        Raises
        ------
        InputError
            If it is no object, or it cannot be told what its members are.
        """
        with source() as stream:
            line = stream.readline()
        if not line.strip():
            raise InputError("is empty" if not line else "begins with a blank line", place=file)
        try:
            names = list(flat(line, options.chosen))
        except InputError as error:
            error.place, error.text = f"{file}:1", shown(line)
            raise
        columns = recognise(names, file, options.chosen)
        form = LineFormat(file, number, columns, ",", options.ignore_index, 0)
        return cls(form, source, options.chosen)

    @property
    def columns(self) -> Columns:
        """What its columns are."""
        return self.form.columns

    def pieces(self) -> Iterator[Piece]:
        """Yield some lines at a time."""
        first = 0
        with self.source() as stream:
            for data in cut(stream):
                piece = Piece.of(first, data)
                yield piece
                first += piece.rows

    def read(self, piece: Piece) -> Block:
        """Return the rows of some lines."""
        lines = enumerate(piece.data.removesuffix(b"\n").split(b"\n"), piece.first)
        found = (self._read_line(line, row) for row, line in lines)
        return gathered(found, piece.first, self.form)

    def _read_line(self, line: bytes, row: int) -> Row | BadRow:
        text = line.decode("utf-8", "backslashreplace")
        try:
            cells = flat(line, self.chosen)
            _require_members(cells, self.columns.names)
        except InputError as error:
            return bad_row(self.form, row, ("", text), error)
        return read_fields([cells[name] for name in self.columns.names], row, self.form)


def _require_members(cells: dict[str, str], names: Sequence[str]) -> None:
    for name in names:
        if name not in cells:
            raise InputError(f"'{name}' is missing")
    for name in cells:
        if name not in names:
            raise InputError(f"'{name}' is not in the first line")


def flat(line: bytes, chosen: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    r"""Return the members of an object as they are written, lists for all classes spread out.

    Raises
    ------
    InputError
        If it is not an object, has no form in UTF-8, or a list for all classes holds more than
        numbers and texts.

    Examples
    --------
    >>> flat(b'{"logits": [1, 2.50], "label": 1}')
    {'logits0': '1', 'logits1': '2.50', 'label': '1'}
    """
    try:
        value = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_distinct
        )
    except InputError:
        raise
    except UnicodeDecodeError:
        raise InputError("not UTF-8") from None
    except (ValueError, RecursionError):
        problem = "a blank line" if not line.strip() else "not JSON"
        raise InputError(problem, hint=_HINT) from None
    if not isinstance(value, dict):
        raise InputError("not a JSON object", hint=_HINT)
    pairs: list[tuple[str, str]] = []
    for name, member in value.items():
        if isinstance(member, list) and is_spread(name, chosen):
            pairs += zip(spread(name, len(member)), map(_text, member), strict=True)
        elif isinstance(member, list | dict):
            whole = json.loads(line)[name]  # with numbers that are numbers
            pairs.append((name, json.dumps(whole, ensure_ascii=False)))
        else:
            pairs.append((name, _text(member)))
    return _distinct(_encodable(pairs))


def _encodable(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Refuse what JSON can escape and nobody can write: half of a surrogate pair."""
    try:
        "".join(chain.from_iterable(pairs)).encode()
    except UnicodeEncodeError:
        raise InputError("not UTF-8: half of a surrogate pair stands alone") from None
    return pairs


def _distinct(pairs: list[tuple[str, Member]]) -> dict[str, Member]:
    """Return what Python would take the last of where a name stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"'{twice}' stands twice")
    return found


def _text(member: object) -> str:
    if isinstance(member, dict | list):
        raise InputError("a member is not a number or text")
    if isinstance(member, bool):
        return str(member).lower()
    return "" if member is None else str(member)
