"""One text for two forms of a derivation: with indices for every C, or written out for one C."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Add, Expr, ImmutableDenseMatrix, Integer, Symbol

from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Assumption, Claim, Definitions, OneHot
from ce_cli.symbolic.notation import Y, i, j, k, sum_over, unequal, y

Entry: TypeAlias = Callable[[Expr], Expr]
MatrixEntry: TypeAlias = Callable[[Expr, Expr], Expr]
StepEntry: TypeAlias = tuple[Entry, str] | tuple[Entry, str, tuple[Assumption, ...]]
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

    def derivation(
        self,
        subject: str,
        title: str,
        definitions: Definitions,
        parts: Iterable[Callable[[Indexing], tuple[Step, ...]]],
        note: str = "",
    ) -> Derivation:
        """Return a derivation in parts."""
        steps = tuple(step for part in parts for step in part(self))
        return Derivation(subject, title, definitions, steps, self.classes, self.label, note)

    def vector(self, entry: Entry, index: Symbol = i) -> Side:
        """Return the entry at a free index, or the column of all entries."""
        size = self.written_out
        if size is None:
            return entry(index)
        return ImmutableDenseMatrix(size, 1, lambda at, _: entry(at))

    def matrix(self, entry: MatrixEntry) -> Side:
        """Return the entry at two free indices, or the matrix of all entries."""
        size = self.written_out
        return entry(i, j) if size is None else ImmutableDenseMatrix(size, size, entry)

    def total(self, term: Entry, index: Symbol = k, without: Expr | None = None) -> Expr:
        """Return a sum over the classes, all or all but one."""
        if self.written_out is None:
            return sum_over(
                term(index) * (1 if without is None else unequal(index, without)), index
            )
        indices = map(Integer, range(self.written_out))
        return Add(*(term(at) for at in indices if at != without))

    def vectors(
        self,
        heading: str,
        start: Entry,
        *links: StepEntry,
        index: Symbol = i,
        assumptions: tuple[Assumption, ...] = (),
    ) -> tuple[Step, ...]:
        """Return a chain of vectors, each side given by its entry."""
        sides = [(self.vector(link[0], index), *link[1:]) for link in links]
        return chain(heading, self.vector(start, index), *sides, assumptions=assumptions)

    def matrices(
        self, heading: str, start: MatrixEntry, *links: tuple[MatrixEntry, str]
    ) -> tuple[Step, ...]:
        """Return a chain of matrices, each side given by its entry."""
        return chain(
            heading, self.matrix(start), *((self.matrix(entry), rule) for entry, rule in links)
        )

    def vector_step(
        self,
        left: Entry,
        right: Entry,
        rule: str = DEFINITION,
        heading: str = "",
        index: Symbol = i,
    ) -> Step:
        """Return an equation of vectors, which may be shown without indices."""
        claim = Claim(self.vector(left, index), self.vector(right, index))
        return Step(claim, rule, heading=heading, entries=(index,))

    def matrix_step(
        self, left: MatrixEntry, right: MatrixEntry, rule: str = DEFINITION, heading: str = ""
    ) -> Step:
        """Return an equation of matrices, which may be shown without indices."""
        claim = Claim(self.matrix(left), self.matrix(right))
        return Step(claim, rule, heading=heading, entries=(i, j))
