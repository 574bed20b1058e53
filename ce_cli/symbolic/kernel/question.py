"""In which cases a claim holds, and the weakest assumptions that leave only such cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from ce_cli.symbolic.kernel.cases import Case, cases_of, names_of
from ce_cli.symbolic.kernel.claims import (
    Assumption,
    Claim,
    Definitions,
    Distinct,
    Equal,
    OneHot,
    SumsToOne,
)
from ce_cli.symbolic.kernel.limits import OPERATIONS, Budget, Undecidable, work
from ce_cli.symbolic.kernel.normal_form import NormalForm
from ce_cli.symbolic.notation import C, Y, y

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sympy import Basic, Symbol

    from ce_cli.symbolic.kernel.names import Names
    from ce_cli.symbolic.kernel.polynomials import Polynomial

Assumptions: TypeAlias = tuple[Assumption, ...]

EXPANDED_CLASSES = 8
MOST_RELATIONS = 3
NO_COUNTEREXAMPLE = "the normal forms differ, but no counterexample was found"


@dataclass(frozen=True)
class Truth:
    """Whether the normal forms agree in a case, or why that is not known."""

    case: Case
    holds: bool
    reason: str = ""
    form: NormalForm | None = None
    differences: tuple[Polynomial, ...] = ()
    """The numerators of what is left of both sides' differences."""

    def given(self, sums: frozenset[Basic]) -> Truth:
        """Return the same with 1 put for the sums of some vectors."""
        if self.holds or self.form is None:
            return self
        atoms = self.form.atoms
        holds = not any(atoms.at_unit_sums(left, sums) for left in self.differences)
        return replace(self, holds=holds)


@dataclass
class Question:
    """Claims (one, or one an entry of a matrix) with everything the answer depends on."""

    claims: tuple[Claim, ...]
    stated: Assumptions
    classes: int | None
    definitions: Definitions

    def __post_init__(self) -> None:
        self.sizes: dict[Symbol, int] = {} if self.classes is None else {C: self.classes}
        self.budget = Budget(OPERATIONS * len(self.claims))
        self.named: dict[Assumptions, Names] = {}
        self.known: dict[Assumptions, list[Truth]] = {}

    @property
    def relations(self) -> Assumptions:
        """The stated assumptions about indices."""
        return tuple(each for each in self.stated if isinstance(each, Equal | Distinct))

    @property
    def vectors(self) -> Assumptions:
        """The stated assumptions about vectors."""
        return tuple(each for each in self.stated if isinstance(each, OneHot | SumsToOne))

    def names(self, vectors: Assumptions = ()) -> Names:
        """Return the index names of the claims and of what is assumed."""
        assumed = tuple(dict.fromkeys((*self.stated, *vectors)))
        if assumed not in self.named:
            sides = [side for claim in self.claims for side in (claim.lhs, claim.rhs)]
            self.named[assumed] = names_of(sides, assumed, self.definitions, self.sizes)
        return self.named[assumed]

    def truths(self, vectors: Assumptions) -> list[Truth]:
        """Return in which cases the claims hold, given assumptions about vectors."""
        if vectors not in self.known:
            self.known[vectors] = self._with_sums(vectors) or self._all_truths(vectors)
        return self.known[vectors]

    def _with_sums(self, vectors: Assumptions) -> list[Truth] | None:
        """Put Σ = 1 into what is known without it, if that makes every case true."""
        if not set(vectors) <= {each for each in self.stated if isinstance(each, SumsToOne)}:
            return None
        sums = frozenset(each.vector for each in vectors if isinstance(each, SumsToOne))
        truths = [truth.given(sums) for truth in self.known.get((), [])]
        return truths if all(truth.holds for truth in truths) else None

    def _all_truths(self, vectors: Assumptions) -> list[Truth]:
        names = self.names(vectors)
        truths = self._truths(names, vectors)
        few = self.classes is not None and self.classes <= EXPANDED_CLASSES
        if few and not all(truth.holds for truth in truths):
            every = names.constants | {(C, value) for value in range(self.sizes[C])}
            truths = self._truths(replace(names, constants=every), vectors)
        return truths

    def _truths(self, names: Names, vectors: Assumptions) -> list[Truth]:
        return [self._truth(case, vectors) for case in cases_of(names, self.sizes)]

    def _truth(self, case: Case, vectors: Assumptions) -> Truth:
        work()
        form = NormalForm(case, vectors, self.definitions, self.budget)
        try:
            left = tuple(form.difference(claim.lhs, claim.rhs) for claim in self.claims)
        except Undecidable as unknown:
            return Truth(case, holds=False, reason=str(unknown))
        return Truth(case, not any(left), "", form, left)


def _levels(strongest: Assumptions) -> list[Assumptions]:
    """Return what assumptions say about vectors, from nothing to all of it."""
    sums: Assumptions = tuple(
        SumsToOne(each.vector) for each in strongest if isinstance(each, OneHot | SumsToOne)
    )
    nothing: Assumptions = ()
    return list(dict.fromkeys((nothing, sums, strongest)))


def weakest_stated(question: Question) -> Assumptions | None:
    """Return the weakest part of the stated assumptions under which the claim is true."""
    for vectors in _levels(question.vectors):
        for count in range(len(question.relations) + 1):
            for relations in combinations(question.relations, count):
                if _holds_under(question.truths(vectors), relations):
                    return (*relations, *vectors)
    return None


def _holds_under(truths: list[Truth], relations: Assumptions) -> bool:
    """Say whether a claim holds in every case that satisfies relations, and there is one."""
    work(len(truths))
    left = [truth for truth in truths if truth.case.satisfies_all(relations)]
    return bool(left) and all(truth.holds for truth in left)


def why_not(question: Question) -> str:
    """Return why the claim is not proved under all that was stated."""
    truths = question.truths(question.vectors)
    left = [truth for truth in truths if truth.case.satisfies_all(question.relations)]
    if not left:
        return "the assumptions leave no case"
    return next((truth.reason for truth in left if truth.reason), NO_COUNTEREXAMPLE)


def holds_if(question: Question) -> Assumptions:
    """Return the weakest further assumptions under which the claim would be proved."""
    strongest = question.vectors
    ladder: list[Assumptions] = [()]
    if not strongest and _concerns_targets(question):
        ladder += [(SumsToOne(y),), (OneHot(y, Y),)]
    for vectors in ladder:
        try:
            truths = question.truths((*strongest, *vectors))
        except Undecidable:
            continue
        relations = _repairing_relations(truths, question.relations)
        if relations is not None:
            return (*vectors, *relations)
    return ()


def _concerns_targets(question: Question) -> bool:
    """Say whether y occurs in the claims or in what they are about."""
    try:
        return str(y) in question.names().called
    except Undecidable:
        return False


def _repairing_relations(truths: list[Truth], stated: Assumptions) -> Assumptions | None:
    """Return the fewest relations that leave only true cases, and as many of them as possible."""
    truths = [truth for truth in truths if truth.case.satisfies_all(stated)]
    candidates = list(_relations(truths)) if truths else []
    for count in range(MOST_RELATIONS + 1):
        sufficient = [
            relations
            for relations in combinations(candidates, count)
            if _holds_under(truths, relations)
        ]
        if sufficient:
            return max(sufficient, key=lambda relations: _coverage(truths, relations))
    return None


def _coverage(truths: list[Truth], relations: Assumptions) -> int:
    return sum(truth.case.satisfies_all(relations) for truth in truths)


def _relations(truths: list[Truth]) -> Iterator[Assumption]:
    """Yield the relations that can hold between two free indices, or an index and a constant."""
    case = truths[0].case
    symbols = list(case.free)
    constants = [(name, its) for its, name in case.numbers if name.is_Integer]
    pairs = [(one, other, case.free[other]) for one, other in combinations(symbols, 2)]
    pairs += [(one, constant, its) for one in symbols for constant, its in constants]
    for one, other, index_set in pairs:
        if case.free[one] == index_set:
            yield Equal(one, other)
            yield Distinct(one, other)
