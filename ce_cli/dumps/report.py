"""The report of a batch: a sum over its rows, whatever blocks they were cut into."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ce_cli.numeric.exact_sum import ExactSum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ce_cli.dumps.faults.diagnosis import Explained
    from ce_cli.dumps.reading.rows import BadRow, Block, Place
    from ce_cli.dumps.totals import Totals

Item = TypeVar("Item")

_FIRST = 4
"""So many rows are named that cannot be read for one reason."""


@dataclass(frozen=True)
class First(Generic[Item]):
    """The first few of many ordered items, however they were put together.

    Examples
    --------
    >>> (First(2, (3, 5)) + First(2, (4,))).items
    (3, 4)
    """

    limit: int = 0
    items: tuple[Item, ...] = ()

    def __add__(self, other: First[Item]) -> First[Item]:
        limit = max(self.limit, other.limit)
        return First(limit, tuple(sorted(self.items + other.items)[:limit]))  # type: ignore[type-var]

    def changed(self, change: Callable[[Item], Item]) -> First[Item]:
        """Return the items, each changed in a way that leaves their order."""
        return First(self.limit, tuple(map(change, self.items)))


@dataclass(frozen=True, order=True)
class Difference:
    """A claimed number and the true one; ordered from the worst, equals by their place."""

    rank: float
    """Minus the error in units of the allowance, with two digits."""
    place: Place
    kind: str = field(compare=False)
    index: int | None = field(compare=False)
    """Its class; None for a loss."""
    claim: float = field(compare=False)
    truth: float = field(compare=False)
    carried: dict[str, str] = field(compare=False, default_factory=dict)
    row: Block | None = field(compare=False, default=None)
    """The row itself, until the truth has been computed with 50 digits."""

    @property
    def times_allowed(self) -> float:
        """The error in units of the allowance, with two digits."""
        return -self.rank


@dataclass(frozen=True, order=True)
class NotedRow:
    """The first row of which something is noted, with the true value where it matters."""

    place: Place
    truth: float | None = field(compare=False, default=None)
    row: Block | None = field(compare=False, default=None)
    """The row itself, until the truth has been computed with 50 digits."""


@dataclass(frozen=True)
class Tally:
    """How often something was noted, and where first."""

    rows: int = 0
    first: First[NotedRow] = field(default_factory=First)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.rows + other.rows, self.first + other.first)


@dataclass(frozen=True)
class Repeats:
    """Rows that cannot be read for the same reason."""

    rows: int = 0
    first: First[BadRow] = field(default_factory=First)

    def __add__(self, other: Repeats) -> Repeats:
        return Repeats(self.rows + other.rows, self.first + other.first)


@dataclass(frozen=True)
class BadRows:
    """The rows that cannot be read, those with the same reason together."""

    limit: int = 0
    """So many reasons are listed."""
    kinds: dict[tuple[int, str, str, str], Repeats] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[BadRow], limit: int) -> BadRows:
        """Return some rows, sorted by their reasons."""
        kinds: dict[tuple[int, str, str, str], list[BadRow]] = {}
        for row in rows:
            kinds.setdefault(row.kind, []).append(row)
        first = {kind: First(_FIRST, tuple(rows[:_FIRST])) for kind, rows in kinds.items()}
        return cls(limit, {kind: Repeats(len(kinds[kind]), first[kind]) for kind in kinds})

    def __add__(self, other: BadRows) -> BadRows:
        return BadRows(max(self.limit, other.limit), _added(self.kinds, other.kinds))

    @property
    def listed(self) -> list[Repeats]:
        """The reasons that occur first."""
        return sorted(self.kinds.values(), key=lambda repeats: repeats.first.items[0])[: self.limit]


@dataclass(frozen=True)
class Report:
    """The outcome of a check of rows; ``Report()`` is the report of no rows.

    Examples
    --------
    >>> report = Report(rows=2, passed=2) + Report(rows=1, failed=1)
    >>> report.rows, report.exit_code
    (3, 1)
    """

    rows: int = 0
    """All rows: passed + failed + unclaimed + ignored + unreadable."""
    passed: int = 0
    failed: int = 0
    unclaimed: int = 0
    """Rows that were computed and claim nothing that could be checked."""
    ignored: int = 0
    """Rows with the ignored label; if they claim something wrong, they count as failed."""
    unreadable: int = 0
    loss: ExactSum = field(default_factory=ExactSum)
    files: dict[int, Totals] = field(default_factory=dict)
    bad: BadRows = field(default_factory=BadRows)
    worst: First[Difference] = field(default_factory=First)
    """Of every failing row its worst number."""
    largest: dict[str, First[Difference]] = field(default_factory=dict)
    """Of every kind of claim that fails the worst number."""
    notes: dict[str, Tally] = field(default_factory=dict)
    diagnosis: Explained = field(default_factory=Counter)
    """How many failing rows are explained by exactly these faults."""

    def __add__(self, other: Report) -> Report:
        return Report(
            **{
                part.name: _added(getattr(self, part.name), getattr(other, part.name))
                for part in fields(self)
            }
        )

    @property
    def weight(self) -> ExactSum:
        """The divisor of PyTorch's mean."""
        return sum((totals.weight for totals in self.files.values()), ExactSum())

    @property
    def mean_loss(self) -> float:
        """The total loss divided by the weight of the rows that count, NaN without any."""
        return self.loss.divided_by(self.weight)

    @property
    def exit_code(self) -> int:
        """2 if a row could not be read, else 1 if a claim does not hold, else 0."""
        return 2 if self.unreadable else int(bool(self.failed))


def _added(a: Any, b: Any) -> Any:  # noqa: ANN401
    if type(a) is not dict:
        return a + b
    return {**a, **{key: a[key] + b[key] if key in a else b[key] for key in b}}
