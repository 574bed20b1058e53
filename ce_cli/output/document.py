"""What a command has to say, before anybody decides how it looks.

A ``Document`` is made once from a result; each renderer shows it in its own way: the
blocks as tables for people, ``data`` as JSON, ``records`` as CSV.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Cell: TypeAlias = float | int | str | None
TableRow: TypeAlias = tuple[Cell, ...]
Style: TypeAlias = Literal["plain", "given", "push", "pull", "text"]
"""How people see a column: rounded, as given, in the colours of push and pull, as text."""


class Column(NamedTuple):
    """A column; ``symbol`` stands below its name, ``key`` is its name in CSV."""

    name: str
    symbol: str = ""
    style: Style = "plain"
    key: str = ""


class Table(NamedTuple):
    """Rows of numbers; the first column names the row."""

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    title: str = ""
    marked: frozenset[int] = frozenset()
    """Rows to be seen at a glance, such as the true class."""


class Verdict(NamedTuple):
    """One line that says whether something holds; ``passed`` is None if not applicable."""

    passed: bool | None
    text: str


Part: TypeAlias = Table | Verdict | str


class Document(NamedTuple):
    """The result of a command."""

    blocks: tuple[Part, ...]
    data: dict[str, object]
    records: Table
    warnings: tuple[str, ...] = ()
    """Said on stderr, whatever the format."""
