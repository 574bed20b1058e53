"""One text for two forms of a derivation: with indices for every C, or written out for one C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sympy import Add, Expr, ImmutableDenseMatrix, Integer

from ce_cli.symbolic.kernel.claims import OneHot
from ce_cli.symbolic.notation import Y, i, j, k, sum_over, unequal, y

if TYPE_CHECKING:
    from collections.abc import Callable

    from sympy import Symbol

    from ce_cli.symbolic.kernel.claims import Assumption

Side: TypeAlias = Expr | ImmutableDenseMatrix

MOST_WRITTEN_OUT = 8
"""More classes than this are derived with indices: one proof covers all entries."""


@dataclass(frozen=True)
class Indexing:
    """Writes vectors, matrices and sums with indices or with named entries."""

    classes: int | None = None
    label: int | None = None

    @property
    def written_out(self) -> int | None:
        """The class count if entries are named one by one."""
        few = self.classes is not None and self.classes <= MOST_WRITTEN_OUT
        return self.classes if few else None

    @property
    def true_class(self) -> Expr:
        """The index of the true class."""
        return Y if self.label is None else Integer(self.label)

    @property
    def one_hot(self) -> tuple[Assumption, ...]:
        """The assumption that y is one-hot with this true class."""
        return (OneHot(y, self.true_class),)

    def vector(self, entry: Callable[[Expr], Expr], index: Symbol = i) -> Side:
        """Return the entry at a free index, or the column of all entries."""
        if self.written_out is None:
            return entry(index)
        return ImmutableDenseMatrix([entry(Integer(at)) for at in range(self.written_out)])

    def matrix(self, entry: Callable[[Expr, Expr], Expr]) -> Side:
        """Return the entry at two free indices, or the matrix of all entries."""
        size = self.written_out
        if size is None:
            return entry(i, j)
        return ImmutableDenseMatrix(
            [
                [entry(Integer(row), Integer(column)) for column in range(size)]
                for row in range(size)
            ]
        )

    def total(
        self, term: Callable[[Expr], Expr], index: Symbol = k, without: Expr | None = None
    ) -> Expr:
        """Return a sum over the classes, all or all but one."""
        if self.written_out is None:
            return sum_over(
                term(index) * (1 if without is None else unequal(index, without)), index
            )
        indices = map(Integer, range(self.written_out))
        return Add(*(term(at) for at in indices if at != without))
