"""One text for two forms of a derivation: with indices for every C, or written out for one C.

Written out, some entries of a vector or matrix are followed through all steps; then all entries
are stated at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from sympy import Add, Expr, ImmutableDenseMatrix, Integer, Symbol

from ce_cli.symbolic.derivation import Derivation, Phrase, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Assumption, Claim, Definitions, OneHot
from ce_cli.symbolic.notation import Y, i, in_order, j, k, split_off, sum_over, unequal, y
from ce_cli.symbolic.notation import product as product_of

Entry: TypeAlias = Callable[[Expr], Expr]
MatrixEntry: TypeAlias = Callable[[Expr, Expr], Expr]
Link: TypeAlias = tuple[Expr, Phrase] | tuple[Expr, Phrase, tuple[Assumption, ...]]
EntryLink: TypeAlias = tuple[Entry, Phrase] | tuple[Entry, Phrase, tuple[Assumption, ...]]
Side: TypeAlias = Expr | ImmutableDenseMatrix

MOST_WRITTEN_OUT = 8
"""More classes than this are derived with indices: one proof covers all entries."""
ALL_ENTRIES = phrase("all-entries")


@dataclass(frozen=True)
class Indexing:
    """Writes vectors, matrices and sums with indices or with named entries."""

    classes: int | None = None
    label: int | None = None
    every_entry: bool = False
    follows_one: bool = False

    @property
    def alike(self) -> Indexing:
        """The same for entries that have the same steps: one of them is followed."""
        return replace(self, follows_one=True)

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

    @property
    def followed(self) -> list[Integer]:
        """The classes whose entries are followed: class 0, or the true class and one other."""
        if self.every_entry:
            return list(map(Integer, range(self.written_out or 0)))
        alone = self.label is None or self.follows_one
        return [self._first] if alone else [self._first, self._other]

    @property
    def followed_pairs(self) -> list[tuple[Integer, Integer]]:
        """The entries of a matrix that are followed: one on the diagonal, one beside it."""
        if self.every_entry:
            return list(product(self.followed, repeat=2))
        return [(self._first, self._first), (self._first, self._other)]

    def with_label(self) -> Indexing:
        """Return the same with a true class: written out, class 0 unless there is a label."""
        return replace(self, label=0) if self.written_out and self.label is None else self

    @property
    def _first(self) -> Integer:
        return Integer(self.label or 0)

    @property
    def _other(self) -> Integer:
        return Integer(0 if self.label else 1)

    def derivation(
        self,
        subject: str,
        definitions: Definitions,
        parts: Iterable[Callable[[Indexing], tuple[Step, ...]]],
    ) -> Derivation:
        """Return a derivation in parts."""
        steps = tuple(step for part in parts for step in part(self))
        return Derivation(subject, definitions, steps, self.classes, self.label)

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
            body = term(index)
            return sum_over(
                body if without is None else product_of(body, unequal(index, without)), index
            )
        indices = map(Integer, range(self.written_out))
        return Add(*(term(at) for at in indices if at != without))

    def minus_total(self, term: Entry, index: Symbol, first: Expr) -> Expr:
        """Return minus a sum; written out, every term has the minus, and one class comes first."""
        if self.written_out is None:
            return product_of(-1, self.total(term, index))
        return split_off(-term(first), -self.total(term, index, without=first))

    def total_in_order(self, term: Entry, index: Symbol = k) -> Expr:
        """Return a sum over the classes that is written in their order, whatever the signs."""
        if self.written_out is None:
            return self.total(term, index)
        return in_order(*(term(Integer(at)) for at in range(self.written_out)))

    def vectors(
        self,
        heading: Phrase | None,
        start: Entry,
        *links: EntryLink,
        index: Symbol = i,
        assumptions: tuple[Assumption, ...] = (),
    ) -> tuple[Step, ...]:
        """Return a chain for every entry; written out, for the followed ones and the vector."""

        def links_at(at: Expr) -> list[Link]:
            return [(entry(at), rule.at({index: at}), *more) for entry, rule, *more in links]

        return self.entries(
            heading, start, links_at, links[-1][0], index=index, assumptions=assumptions
        )

    def entries(  # noqa: PLR0913
        self,
        heading: Phrase | None,
        start: Entry,
        links_at: Callable[[Expr], Iterable[Link]],
        whole: Entry | None = None,
        *,
        index: Symbol = i,
        assumptions: tuple[Assumption, ...] = (),
    ) -> tuple[Step, ...]:
        """Return a chain for every entry, whose links ``links_at`` gives.

        ``whole`` is the end of the chain for any entry, if the vector is to be shown.
        """

        def chain_at(at: Expr, title: Phrase | None) -> tuple[Step, ...]:
            return chain(title, start(at), *links_at(at), assumptions=assumptions)

        if self.written_out is None:
            return chain_at(index, heading)
        chains = [chain_at(at, _once(heading, number)) for number, at in enumerate(self.followed)]
        if whole is None:
            return tuple(_joined(chains))
        needed = chains[0][-1].assumptions if chains[0] else assumptions
        return (*_joined(chains), *_all(self.vector(start), self.vector(whole), needed))

    def matrices(
        self,
        heading: Phrase | None,
        start: MatrixEntry,
        links_at: Callable[[Expr, Expr], Iterable[Link]],
        whole: MatrixEntry,
    ) -> tuple[Step, ...]:
        """Return a chain for every entry of a matrix, whose links ``links_at`` gives."""

        def chain_at(at: tuple[Expr, Expr], title: Phrase | None) -> tuple[Step, ...]:
            return chain(title, start(*at), *links_at(*at))

        if self.written_out is None:
            return chain_at((i, j), heading)
        pairs = enumerate(self.followed_pairs)
        chains = [chain_at(at, _once(heading, number)) for number, at in pairs]
        return (*_joined(chains), *_all(self.matrix(start), self.matrix(whole)))

    def vector_step(
        self,
        left: Entry,
        right: Entry,
        rule: Phrase,
        heading: Phrase | None = None,
        index: Symbol = i,
    ) -> Step:
        """Return an equation of vectors, which may be shown without indices."""
        claim = Claim(self.vector(left, index), self.vector(right, index))
        return Step(claim, rule, heading=heading, entries=(index,))

    def matrix_step(
        self, left: MatrixEntry, right: MatrixEntry, rule: Phrase, heading: Phrase | None = None
    ) -> Step:
        """Return an equation of matrices, which may be shown without indices."""
        claim = Claim(self.matrix(left), self.matrix(right))
        return Step(claim, rule, heading=heading, entries=(i, j))


def _once(heading: Phrase | None, number: int) -> Phrase | None:
    """Return the heading for the first of several chains."""
    return None if number else heading


def _joined(chains: Iterable[tuple[Step, ...]]) -> Iterator[Step]:
    return (step for steps in chains for step in steps)


def _all(left: Side, right: Side, assumptions: tuple[Assumption, ...] = ()) -> Iterator[Step]:
    if left != right:
        yield Step(Claim(left, right), ALL_ENTRIES, assumptions)
