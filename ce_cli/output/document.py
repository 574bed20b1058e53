"""The result of a command, before anybody decides how it looks.

A ``Document`` is made once from a result; each writer shows it in its own way: the parts
for people, ``data`` as JSON, ``records`` as CSV. The sentences of titles, headings, paragraphs
and equations have their mathematics between dollar signs; other texts are shown as they are.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.mathematics.nodes import Node

Cell: TypeAlias = float | int | str | None
TableRow: TypeAlias = tuple[Cell, ...]
Style: TypeAlias = Literal["plain", "given", "push", "pull", "text"]
"""How people see a column: rounded, as given, in the colours of push and pull, as text."""


class Mark(Enum):
    """The outcome of a check in one sign."""

    TRUE = "true"
    """It is true, right, or a definition."""
    CONDITIONAL = "conditional"
    """It is true only under an assumption that nobody stated."""
    LOSES_DIGITS = "loses digits"
    """It is right, but its evaluation loses digits."""
    WRONG = "wrong"
    OPEN = "open"
    """It is undecided, not understood, or not applicable."""

    @classmethod
    def of(cls, passed: bool | None) -> Mark:
        """Return the mark of a check that passed, failed, or does not apply.

        >>> Mark.of(None)
        <Mark.OPEN: 'open'>
        """
        return cls.OPEN if passed is None else cls.TRUE if passed else cls.WRONG


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
    """One line that says whether something holds."""

    mark: Mark
    text: str


class Summary(NamedTuple):
    """The last line, which says whether all of the document holds."""

    mark: Mark
    text: str


class Title(NamedTuple):
    """The title of the whole document, and the notes that stand below it."""

    text: str
    notes: tuple[str, ...] = ()


class Heading(NamedTuple):
    """The heading of a section."""

    text: str


class Paragraph(NamedTuple):
    """Sentences with mathematics."""

    text: str


class Equation(NamedTuple):
    """``lhs = rhs``, the rule that gives it, and whether it holds.

    ``how`` has the assumptions that it needs, or the reason why it does not hold. ``numbers`` are
    the values of both sides at the indices ``at``. The sentences of ``prose`` stand in front of it.
    """

    lhs: Node
    rhs: Node
    rule: str
    mark: Mark
    how: str = ""
    numbers: tuple[Node, Node] | None = None
    at: str = ""
    prose: str = ""


class EquationChain(NamedTuple):
    """Equations a = b, b = c, c = d, read as a = b = c = d."""

    equations: tuple[Equation, ...]


Part: TypeAlias = Table | Verdict | Summary | Title | Heading | Paragraph | EquationChain | str


class Document(NamedTuple):
    """The result of a command."""

    parts: tuple[Part, ...]
    data: dict[str, object]
    records: Table
    warnings: tuple[str, ...] = ()
    """They go to stderr, whatever the format."""
    language: str = "en"

    @property
    def is_clean(self) -> bool:
        """Whether nothing is warned of, and all verdicts are that something is true."""
        verdicts = (part for part in self.parts if isinstance(part, Verdict | Summary))
        return not self.warnings and all(verdict.mark is Mark.TRUE for verdict in verdicts)

    def spaced(self) -> Iterator[tuple[bool, Part]]:
        """Yield whether a blank line comes first, and a part; verdicts make one list."""
        before: Part | None = None
        for part in self.parts:
            one_list = isinstance(before, Verdict) and isinstance(part, Verdict)
            yield before is not None and not one_list, part
            before = part
