"""What a command has to say, before anybody decides how it looks.

A ``Document`` is made once from a result; each renderer shows it in its own way: the
blocks as tables for people, ``data`` as JSON, ``records`` as CSV.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Cell: TypeAlias = float | int | str | None
Row: TypeAlias = tuple[Cell, ...]
Style: TypeAlias = Literal["plain", "given", "push", "pull", "text"]
"""How people see a column: rounded, as given, in the colours of push and pull, as text."""


@dataclass(frozen=True)
class Column:
    """A column; ``symbol`` stands below its name, ``key`` is its name in CSV."""

    name: str
    symbol: str = ""
    style: Style = "plain"
    key: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of numbers; the first column names the row."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    marked: frozenset[int] = frozenset()
    """Rows to be seen at a glance, such as the true class."""


@dataclass(frozen=True)
class Verdict:
    """One line that says whether something holds; ``passed`` is None if not applicable."""

    passed: bool | None
    text: str


Block: TypeAlias = Table | Verdict | str


@dataclass(frozen=True)
class Document:
    """The result of a command."""

    blocks: tuple[Block, ...]
    data: dict[str, object]
    records: Table
    warnings: tuple[str, ...] = field(default=())
    """Said on stderr, whatever the format."""
