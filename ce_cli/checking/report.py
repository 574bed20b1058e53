"""The report of a batch: a sum over its rows, whatever blocks they were cut into."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Generic, TypeVar

from ce_cli.numeric.exact_sum import ExactSum

if TYPE_CHECKING:
    from ce_cli.reading.dump import BadRow

Item = TypeVar("Item")


@dataclass(frozen=True)
class First(Generic[Item]):
    """The first few of many ordered items: ``First(limit, a) + First(limit, b)`` is the same
    as ``First(limit, a + b)``.

    Examples
    --------
    >>> (First(2, (3, 5)) + First(2, (4,))).items
    (3, 4)
    """  # noqa: D205

    limit: int = 0
    items: tuple[Item, ...] = ()

    def __add__(self, other: First[Item]) -> First[Item]:
        limit = max(self.limit, other.limit)
        return First(limit, tuple(sorted(self.items + other.items)[:limit]))  # type: ignore[type-var]


@dataclass(frozen=True)
class Report:
    """What a check of rows found; ``Report()`` is the report of no rows.

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
    unreadable: int = 0
    loss: ExactSum = field(default_factory=ExactSum)
    weight: ExactSum = field(default_factory=ExactSum)
    """What PyTorch's mean divides by: Σ w[label] of the rows that count."""
    bad: First[BadRow] = field(default_factory=First)

    def __add__(self, other: Report) -> Report:
        return Report(
            **{part.name: getattr(self, part.name) + getattr(other, part.name)
               for part in fields(self)}
        )  # fmt: skip

    @property
    def mean_loss(self) -> float:
        """The total loss divided by the weight of the rows that count, NaN without any."""
        return self.loss.divided_by(self.weight)

    @property
    def exit_code(self) -> int:
        """2 if a row could not be read, else 1 if a claim does not hold, else 0."""
        return 2 if self.unreadable else int(bool(self.failed))
