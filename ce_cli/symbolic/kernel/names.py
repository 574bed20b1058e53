"""The indices of a claim, and the index set that each of them runs over.

An index set is known by its size: the symbol ``C`` (classes), ``M`` (inputs) ...
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sympy import Add, Basic, Expr, Indexed, Integer, KroneckerDelta, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.core.relational import Eq, Ne

from ce_cli.symbolic.kernel.claims import head_of
from ce_cli.symbolic.kernel.limits import NESTING, Undecidable
from ce_cli.symbolic.notation import C, Partial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ce_cli.symbolic.kernel.claims import Definition, Definitions

MOST_CONSTANTS = 256


@dataclass(frozen=True)
class IndexRange:
    """The range of a sum's index: ``start`` to the end of a set, or to ``stop`` (exclusive)."""

    index_set: Symbol
    start: int
    stop: int | None
    short: bool = False

    @property
    def constants(self) -> range:
        """The constants that the range leaves out, or all constants of an explicit range."""
        return range(self.start) if self.stop is None else range(self.start, self.stop)


def slot_sets(entry: Indexed) -> tuple[Symbol, ...]:
    """Return the index set of every index of z[i] or w[i, j]; classes if it has no shape."""
    shape = entry.base.shape
    return tuple(shape) if shape is not None else (C,) * len(entry.indices)


def range_of(total: Sum, at: int, sizes: Mapping[Symbol, int]) -> IndexRange:
    """Return the range of the index in the ``at``-th limit of a sum."""
    index, lower, upper = total.limits[at]
    if not isinstance(lower, Integer) or lower < 0:
        raise Undecidable(f"a sum starts at {lower}")
    if isinstance(upper, Integer):
        index_set = _set_by_use(total.function, index) or C
        if sizes.get(index_set) == upper + 1:
            return IndexRange(index_set, int(lower), None)
        if not lower <= upper + 1 <= lower + MOST_CONSTANTS:
            raise Undecidable(f"a sum runs from {lower} to {upper}")
        return IndexRange(index_set, int(lower), int(upper) + 1)
    sets = [part for part in Add.make_args(upper) if isinstance(part, Symbol)]
    if len(sets) != 1 or upper - sets[0] not in {Integer(-1), Integer(-2)}:
        raise Undecidable(f"a sum runs up to {upper}")
    return IndexRange(sets[0], int(lower), None, short=upper - sets[0] == -2)


def _set_by_use(expr: Basic, index: Symbol) -> Symbol | None:
    """Return the index set of the first place where an index is used."""
    if isinstance(expr, Indexed) and index in expr.indices:
        return slot_sets(expr)[expr.indices.index(index)]
    found = (_set_by_use(part, index) for part in expr.args)
    return next((index_set for index_set in found if index_set is not None), None)


@dataclass
class Names:
    """The index names of a claim: free symbols, constants, and the last element of a set."""

    definitions: Definitions
    sizes: Mapping[Symbol, int]
    free: dict[Symbol, Symbol] = field(default_factory=dict)
    constants: set[tuple[Symbol, int]] = field(default_factory=set)
    last: set[Symbol] = field(default_factory=set)
    pairs: list[tuple[Expr, Expr]] = field(default_factory=list)
    bound: set[Symbol] = field(default_factory=set)
    opened: set[Basic] = field(default_factory=set)
    inside: int = 0
    of_definitions: set[Symbol] = field(default_factory=set)
    called: dict[str, Basic] = field(default_factory=dict)
    sets: set[Symbol] = field(default_factory=lambda: {C})

    def constants_of(self, index_set: Symbol) -> set[int]:
        """Return the constants that stand for elements of an index set."""
        return {value for over, value in self.constants if over == index_set}

    def collect(self, expr: Basic, bound: Mapping[Expr, Symbol], depth: int = 0) -> None:
        """Record every index that occurs in an expression or in a definition it uses."""
        if depth > NESTING:
            raise Undecidable("nested too deeply, or a definition refers to itself")
        match expr:
            case Sum():
                self._collect_sum(expr, bound, depth)
            case KroneckerDelta() | Eq() | Ne():
                self._collect_pair(expr.args[0], expr.args[1], bound)
            case Indexed():
                for index, index_set in zip(expr.indices, slot_sets(expr), strict=True):
                    self.record(index, index_set, bound)
                self._open(expr, depth)
            case _:
                self._collect_parts(expr, bound, depth)

    def _collect_parts(self, expr: Basic, bound: Mapping[Expr, Symbol], depth: int) -> None:
        if isinstance(expr, Symbol | AppliedUndef):
            self._open(expr, depth)
        for part in expr.args:
            self.collect(part, bound, depth + 1)

    def record(self, index: Expr, index_set: Symbol, bound: Mapping[Expr, Symbol]) -> None:
        """Record one index that stands where an element of an index set is expected."""
        if isinstance(index, Integer):
            self._record_constant(int(index), index_set)
        elif isinstance(index, Symbol) and index.is_integer:
            known = bound.get(index) or self._free(index, index_set)
            if known != index_set:
                raise Undecidable(f"the index {index} runs over two different sets")
        elif index == index_set - 1:
            self.last.add(index_set)
        else:
            raise Undecidable(f"{index} is not an index")

    def _free(self, index: Symbol, index_set: Symbol) -> Symbol:
        if self.inside:
            self.of_definitions.add(index)
        return self.free.setdefault(index, index_set)

    def _record_constant(self, value: int, index_set: Symbol) -> None:
        if not 0 <= value < min(self.sizes.get(index_set, MOST_CONSTANTS), MOST_CONSTANTS):
            raise Undecidable(f"there is no index {value}")
        self.constants.add((index_set, value))

    def _collect_sum(self, total: Sum, bound: Mapping[Expr, Symbol], depth: int) -> None:
        inner = dict(bound)
        for at in reversed(range(len(total.limits))):
            over = range_of(total, at, self.sizes)
            for constant in over.constants:
                self._record_constant(constant, over.index_set)
            if over.short:
                self.last.add(over.index_set)
            inner[total.limits[at][0]] = over.index_set
            self.sets.add(over.index_set)
            self.bound.add(total.limits[at][0])
        self.collect(total.function, inner, depth + 1)

    def _collect_pair(self, first: Expr, second: Expr, bound: Mapping[Expr, Symbol]) -> None:
        for one, other in ((first, second), (second, first)):
            if one in bound:
                self.record(other, bound[one], bound)
                return
        if self.inside:
            self.of_definitions |= {one for one in (first, second) if isinstance(one, Symbol)}
        self.pairs.append((first, second))

    def settle_pairs(self) -> None:
        """Give an index that occurs only in comparisons the set of the other side."""
        for first, second in self.pairs + self.pairs[::-1]:
            index_set = self.free.get(first) or self.free.get(second)
            if index_set is not None:
                self.record(first, index_set, {})
                self.record(second, index_set, {})
        for first, second in self.pairs:
            self.record(first, self.free.get(first, C), {})
            self.record(second, self.free.get(second, C), {})

    def _open(self, term: Expr, depth: int) -> None:
        """Record the name of a term and, once, the indices of its definition."""
        head = head_of(term)
        if self.called.setdefault(str(head), head) != head:
            raise Undecidable(f"{head} stands for two different things")
        if term.is_nonpositive or term.is_extended_real is False:
            raise Undecidable(f"{head} is not a real symbol of any sign")
        found = self.definitions.find(term)
        if found is None or head in self.opened:
            return
        self.opened.add(head)
        self.inside += 1
        self.collect(found.body, self._parameters(found), depth + 1)
        self.inside -= 1

    def _parameters(self, found: Definition) -> dict[Expr, Symbol]:
        """Return the indices among the parameters of a definition, with their sets."""
        if not isinstance(found.term, Indexed):
            if found.parameters and found.body.has(Partial):
                raise Undecidable(f"{found.term} is defined by a derivative")
            return {}
        self.bound |= set(found.parameters)
        return dict(zip(found.parameters, slot_sets(found.term), strict=True))

    def check_scopes(self) -> None:
        """Refuse a bound index or parameter that is also a free index of a definition.

        Unfolding that definition under the binder would capture the index.
        """
        clash = self.bound & self.of_definitions
        if clash:
            raise Undecidable(f"{min(map(str, clash))} is bound here and free in a definition")
