"""The cases of a claim: which of its indices are equal.

A claim is true for every class count if it is true in each case. A case says which free indices
are equal to each other, and which to the constants 0, 1, 2 ... that occur in the claim.
In a case an index set consists of index classes, each of them a group of equal indices, and of
a rest that may have any number of elements unless the size of the set is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import Expr, Integer, Symbol

from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne
from ce_cli.symbolic.kernel.limits import FREE_INDICES, Undecidable
from ce_cli.symbolic.kernel.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sympy import Basic

    from ce_cli.symbolic.kernel.claims import Assumption, Definitions

IndexClass = tuple[Expr, ...]
Partition = tuple[IndexClass, ...]


@dataclass(frozen=True)
class Case:
    """The numbers of the index classes of every index set, and the sizes that are known."""

    numbers: Mapping[tuple[Symbol, Expr], int]
    sizes: Mapping[Symbol, int]
    free: Mapping[Symbol, Symbol]

    def numbers_in(self, index_set: Symbol) -> list[int]:
        """Return the numbers of the index classes of an index set."""
        return sorted({number for (over, _), number in self.numbers.items() if over == index_set})

    def is_complete(self, index_set: Symbol) -> bool:
        """Say whether the index classes make up the whole index set."""
        return self.sizes.get(index_set) == len(self.numbers_in(index_set))

    def same(self, first: Expr, second: Expr) -> bool:
        """Say whether two indices are equal in this case."""
        index_set = self.free.get(first) or self.free.get(second)
        numbers = self.numbers
        sides = [numbers.get((index_set, index), index) for index in (first, second)]
        return bool(sides[0] == sides[1])

    def satisfies_all(self, assumptions: Iterable[Assumption]) -> bool:
        """Say whether all assumptions about indices hold in this case."""
        return all(map(self.satisfies, assumptions))

    def satisfies(self, assumption: Assumption) -> bool:
        """Say whether an assumption about indices holds; one about vectors does not matter."""
        match assumption:
            case Equal(first, second):
                return self.same(first, second)
            case Distinct(first, second):
                return not self.same(first, second)
        return True


def names_of(
    expressions: Iterable[Basic],
    assumptions: Iterable[Assumption],
    definitions: Definitions,
    sizes: Mapping[Symbol, int],
) -> Names:
    """Return the index names of expressions and of the true classes of one-hot vectors."""
    assumptions = tuple(assumptions)
    names = Names(definitions, sizes)
    for expr in expressions:
        names.collect(expr, {})
    for assumption in assumptions:
        match assumption:
            case Equal(first, second) | Distinct(first, second):
                names.pairs.append((first, second))
            case OneHot() | SumsToOne():
                _check_vector(assumption, assumptions, definitions)
        if isinstance(assumption, OneHot):
            names.record(assumption.label, assumption.vector.shape[0], {})
    names.settle_pairs()
    names.check_scopes()
    return names


def _check_vector(
    assumption: OneHot | SumsToOne, others: Iterable[Assumption], definitions: Definitions
) -> None:
    """Refuse an assumption about a defined vector, or a second true class of a vector."""
    vector = assumption.vector
    if vector.shape is None or len(vector.shape) != 1:
        raise Undecidable(f"{vector} is not a vector")
    if vector in definitions.by_head:
        raise Undecidable(f"{vector} is defined, so nothing can be assumed about it")
    labels = {
        other.label for other in others if isinstance(other, OneHot) and other.vector == vector
    }
    if len(labels) > 1:
        raise Undecidable(f"{vector} has two true classes")


def cases_of(names: Names, sizes: Mapping[Symbol, int]) -> Iterator[Case]:
    """Yield every case of a claim.

    Raises
    ------
    Undecidable
        For more free indices than can be told apart in reasonable time.
    """
    if len(names.free) > FREE_INDICES:
        raise Undecidable(f"more than {FREE_INDICES} free indices")
    sets = sorted(
        {*names.free.values(), *names.last, *(index_set for index_set, _ in names.constants)},
        key=str,
    )
    yield from _combine(names, sets, Case({}, dict(sizes), names.free))


def _combine(names: Names, sets: list[Symbol], case: Case) -> Iterator[Case]:
    if not sets:
        yield case
        return
    index_set, *others = sets
    for partition, size in _partitions_of(names, index_set, case.sizes.get(index_set)):
        start = len(set(case.numbers.values()))
        numbers = {
            (index_set, index): start + at for at, equal in enumerate(partition) for index in equal
        }
        sizes = {**case.sizes, index_set: size} if size is not None else case.sizes
        yield from _combine(names, others, Case({**case.numbers, **numbers}, sizes, names.free))


def _partitions_of(
    names: Names, index_set: Symbol, size: int | None
) -> Iterator[tuple[Partition, int | None]]:
    """Yield the partitions of the names of one index set, with its size where it follows."""
    constants = names.constants_of(index_set)
    last = index_set - 1
    if index_set in names.last and size is not None:
        constants.add(size - 1)
    start: Partition = tuple((Integer(value),) for value in sorted(constants))
    joining = [index for index, over in names.free.items() if over == index_set]
    if index_set in names.last and size is None:
        joining.append(last)
    for partition in _partitions(start, joining):
        known = size if size is not None else _size_in(partition, last)
        if known is None or (len(partition) <= known and max(constants, default=0) < known):
            yield _with_last(partition, last, size), known


def _with_last(partition: Partition, last: Expr, size: int | None) -> Partition:
    """Let C - 1 join the index class of the constant it is equal to."""
    if size is None:
        return partition
    final = Integer(size - 1)
    return tuple((*equal, last) if final in equal else equal for equal in partition)


def _size_in(partition: Partition, last: Expr) -> int | None:
    """Return the size of the set if its last element is a constant in this partition."""
    (equal,) = [equal for equal in partition if last in equal] or [()]
    constants = [int(index) for index in equal if isinstance(index, Integer)]
    return constants[0] + 1 if constants else None


def _partitions(start: Partition, joining: list[Expr]) -> Iterator[Partition]:
    """Yield every way in which further names join existing index classes or open new ones."""
    if not joining:
        yield start
        return
    first, *others = joining
    for at, equal in enumerate(start):
        yield from _partitions((*start[:at], (*equal, first), *start[at + 1 :]), others)
    yield from _partitions((*start, (first,)), others)
