"""JSON lines: an object a line, with numbers by name or in lists for all classes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from ce_cli.dumps.reading.cells import LineFormat, bad_row, read_cells
from ce_cli.dumps.reading.columns import is_spread, recognise, spread
from ce_cli.dumps.reading.csv_lines import decoded, in_first_line, whole
from ce_cli.dumps.reading.drafts import settled, unread
from ce_cli.dumps.reading.lines import LineDump, first_line
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ce_cli.dumps.reading.cells import GoodRow
    from ce_cli.dumps.reading.csv_text import TextOptions
    from ce_cli.dumps.reading.lines import LinePiece, Source
    from ce_cli.dumps.reading.rows import BadRow, Block


Member = TypeVar("Member")
_DECODER = json.JSONDecoder()
_SIGNS = re.compile(r"[ \t\r\n:,]*")
"""Blanks, commas and colons stand between values."""
_HINT = 'every line is an object, as in {"logits": [1.5, -0.5], "label": 0}'


@dataclass(frozen=True)
class JsonDump(LineDump):
    """A dump of JSON lines; every line has the members of the first."""

    chosen: Mapping[str, Sequence[str]] | None = None

    @classmethod
    def opened(cls, source: Source, file: str, number: int, options: TextOptions) -> JsonDump:
        """Read the first line.

        Raises
        ------
        InputError
            If it is no object, or its members cannot be recognised.
        """
        line = first_line(source, file).rstrip(b"\r\n")
        try:
            names = flat(line, options.chosen)
        except InputError as error:
            raise in_first_line(error, line, file) from None
        begins = list(starts(line, options.chosen).values())
        columns = recognise(list(names), file, options.chosen, begins)
        form = LineFormat(file, number, columns, ",", options.ignore_index, 0, options.names)
        return cls(form, source, chosen=options.chosen)

    def read(self, piece: LinePiece) -> Block:
        """Return the rows of a piece."""
        return settled(
            unread(piece.rows, self.columns),
            piece.first,
            self.form,
            lambda index: self._read_line(piece.line(index)[:-1], piece.first + index),
        )

    def _read_line(self, line: bytes, row: int) -> GoodRow | BadRow:
        try:
            cells = flat(line, self.chosen)
            _require_members(cells, self.columns.names)
        except InputError as error:
            return bad_row(self.form, row, whole(line, error), error)
        names = self.columns.names
        return read_cells(
            [cells[name] for name in names], row, self.form,
            lambda position: starts(line, self.chosen)[names[position]],
        )  # fmt: skip


def _require_members(cells: dict[str, str], names: Sequence[str]) -> None:
    for name in names:
        if name not in cells:
            raise InputError(f"'{name}' is missing")
    if len(cells) > len(names):
        extra = next(name for name in cells if name not in names)
        raise InputError(f"'{extra}' is not in the first line")


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
    text = decoded(line)
    try:
        value = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_distinct
        )
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        problem = "a blank line" if not line.strip() else "not JSON"
        start = getattr(error, "pos", 0)
        raise InputError(problem, span=(start, start + 1), hint=_HINT) from None
    if not isinstance(value, dict):
        raise InputError("not a JSON object", hint=_HINT)
    pairs: list[tuple[str, str]] = []
    for name, member in value.items():
        if isinstance(member, list) and is_spread(name, chosen):
            pairs += zip(spread(name, len(member)), map(_text, member), strict=True)
        elif isinstance(member, list | dict):
            whole = json.loads(text)[name]  # with numbers that are numbers
            pairs.append((name, json.dumps(whole, ensure_ascii=False)))
        else:
            pairs.append((name, _text(member)))
    return _distinct(_encodable(pairs))


def starts(line: bytes, chosen: Mapping[str, Sequence[str]] | None = None) -> dict[str, int]:
    """Return where in a line the members begin that ``flat`` returns of it.

    Examples
    --------
    >>> starts(b'{"logits": [1, 2.50], "label": 1}')
    {'logits0': 12, 'logits1': 15, 'label': 31}
    """
    text = decoded(line)
    values = list(_values(text, text.index("{")))
    places: dict[str, int] = {}
    for (name, _), (member, start) in zip(values[::2], values[1::2], strict=True):
        if isinstance(member, list) and is_spread(name, chosen):
            entries = [at for _, at in _values(text, start)]
            places |= zip(spread(name, len(entries)), entries, strict=True)
        else:
            places[name] = start
    return places


def _values(text: str, bracket: int) -> Iterator[tuple[Any, int]]:
    """Yield what stands in a bracket, the names of members too, and where it begins."""
    at = _behind_signs(text, bracket + 1)
    while text[at] not in "]}":
        value, end = _DECODER.raw_decode(text, at)
        yield value, at
        at = _behind_signs(text, end)


def _behind_signs(text: str, start: int) -> int:
    signs = _SIGNS.match(text, start)
    return signs.end() if signs else start


def _encodable(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Refuse half of a surrogate pair, which JSON can escape and nobody can write."""
    try:
        "".join(chain.from_iterable(pairs)).encode()
    except UnicodeEncodeError:
        raise InputError("not UTF-8: half of a surrogate pair stands alone") from None
    return pairs


def _distinct(pairs: list[tuple[str, Member]]) -> dict[str, Member]:
    """Return members by name; where a name stands twice, Python would take the last."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"'{twice}' stands twice")
    return members


def _text(member: object) -> str:
    if isinstance(member, dict | list):
        raise InputError("a member is not a number or text")
    if isinstance(member, bool):
        return str(member).lower()
    return "" if member is None else str(member)
