"""The totals of a file: the divisors of reductions."""

from __future__ import annotations

from dataclasses import dataclass, field

from ce_cli.numeric.exact_sum import ExactSum


@dataclass(frozen=True)
class Totals:
    """The divisors of a file's reductions."""

    rows: int = 0
    counting: int = 0
    """Rows that are not ignored."""
    weight: ExactSum = field(default_factory=ExactSum)
    """Σ w[label] of the rows that count; their number where there are no labels."""

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.rows + other.rows, self.counting + other.counting, self.weight + other.weight
        )
