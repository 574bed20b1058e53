"""The cases in which a claim holds, and the weakest assumptions that leave only such cases."""

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
from ce_cli.symbolic.kernel.limits import OPERATIONS, Budget, Undecidable, Undefined, work
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
class CaseOutcome:
    """Whether the normal forms agree in a case, or why that is not known."""

    case: Case
    holds: bool
    reason: str = ""
    is_defined: bool = True
    """Whether both sides have values in this case, as far as is known."""
    form: NormalForm | None = None
    differences: tuple[Polynomial, ...] = ()
    """The numerators of the differences of both sides."""

    def given(self, sums: frozenset[Basic]) -> CaseOutcome:
        """Return the outcome with 1 put for the sums of some vectors."""
        if self.holds or self.form is None:
            return self
        atoms = self.form.atoms
        holds = not any(atoms.at_unit_sums(part, sums) for part in self.differences)
        return replace(self, holds=holds)


@dataclass
class Question:
    """One claim, or one for each entry of a matrix, with all that the answer depends on."""

    claims: tuple[Claim, ...]
    stated: Assumptions
    classes: int | None
    definitions: Definitions

    def __post_init__(self) -> None:
        self.sizes: dict[Symbol, int] = {} if self.classes is None else {C: self.classes}
        self.budget = Budget(OPERATIONS * len(self.claims))
        self.named: dict[Assumptions, Names] = {}
        self.known: dict[Assumptions, list[CaseOutcome]] = {}
        self.has_zero_log_zero = False
        self.is_defined_everywhere = True

    @property
    def relations(self) -> Assumptions:
        """The stated assumptions about indices."""
        return tuple(part for part in self.stated if isinstance(part, Equal | Distinct))

    @property
    def vectors(self) -> Assumptions:
        """The stated assumptions about vectors."""
        return tuple(part for part in self.stated if isinstance(part, OneHot | SumsToOne))

    def names(self, vectors: Assumptions = ()) -> Names:
        """Return the index names of the claims and of the assumptions."""
        assumed = tuple(dict.fromkeys((*self.stated, *vectors)))
        if assumed not in self.named:
            sides = [side for claim in self.claims for side in (claim.lhs, claim.rhs)]
            self.named[assumed] = names_of(sides, assumed, self.definitions, self.sizes)
        return self.named[assumed]

    def outcomes(self, vectors: Assumptions) -> list[CaseOutcome]:
        """Return the outcome in every case, given assumptions about vectors."""
        if vectors not in self.known:
            self.known[vectors] = self._with_sums(vectors) or self.all_outcomes(vectors)
        return self.known[vectors]

    def _with_sums(self, vectors: Assumptions) -> list[CaseOutcome] | None:
        """Put Σ = 1 into the outcomes without it; None unless every case then holds."""
        stated = {part for part in self.stated if isinstance(part, SumsToOne)}
        if not stated.issuperset(vectors):
            return None
        sums = frozenset(part.vector for part in stated.intersection(vectors))
        outcomes = [outcome.given(sums) for outcome in self.known.get((), [])]
        return outcomes if all(outcome.holds for outcome in outcomes) else None

    def all_outcomes(self, vectors: Assumptions) -> list[CaseOutcome]:
        """Return the outcome in every case, computed with the assumptions about vectors."""
        names = self.names(vectors)
        outcomes = self._outcomes(names, vectors)
        few = self.classes is not None and self.classes <= EXPANDED_CLASSES
        if few and not all(outcome.holds for outcome in outcomes):
            every = names.constants | {(C, value) for value in range(self.sizes[C])}
            outcomes = self._outcomes(replace(names, constants=every), vectors)
        return outcomes

    def _outcomes(self, names: Names, vectors: Assumptions) -> list[CaseOutcome]:
        return [self._outcome(case, vectors) for case in cases_of(names, self.sizes)]

    def _outcome(self, case: Case, vectors: Assumptions) -> CaseOutcome:
        work()
        form = NormalForm(case, vectors, self.definitions, self.budget)
        try:
            differences = tuple(form.difference(claim.lhs, claim.rhs) for claim in self.claims)
        except Undecidable as unknown:
            is_defined = not isinstance(unknown, Undefined)
            return CaseOutcome(case, holds=False, reason=str(unknown), is_defined=is_defined)
        self.has_zero_log_zero |= form.has_zero_log_zero
        self.is_defined_everywhere &= form.is_defined_everywhere
        return CaseOutcome(case, not any(differences), form=form, differences=differences)


def _levels(strongest: Assumptions) -> list[Assumptions]:
    """Return assumptions about vectors from the weakest, none, to the strongest."""
    sums: Assumptions = tuple(
        SumsToOne(part.vector) for part in strongest if isinstance(part, OneHot | SumsToOne)
    )
    nothing: Assumptions = ()
    return list(dict.fromkeys((nothing, sums, strongest)))


def weakest_stated(question: Question) -> Assumptions | None:
    """Return the weakest part of the stated assumptions under which the claim is true."""
    for vectors in _levels(question.vectors):
        for count in range(len(question.relations) + 1):
            for relations in combinations(question.relations, count):
                if _holds_under(question.outcomes(vectors), relations):
                    return (*relations, *vectors)
    return None


def _holds_under(outcomes: list[CaseOutcome], relations: Assumptions) -> bool:
    """Say whether a claim holds in every case that satisfies relations, and in at least one."""
    work(len(outcomes))
    relevant = [outcome for outcome in outcomes if outcome.case.satisfies_all(relations)]
    return bool(relevant) and all(outcome.holds for outcome in relevant)


def undefined_case(question: Question) -> str:
    """Return the reason if a side has no value in a case that the stated assumptions leave.

    A proof from fewer assumptions does not see that: y_k/y_k = 1, but y_k may be stated to be 0.
    """
    if question.is_defined_everywhere or not question.vectors:
        return ""
    outcomes = question.all_outcomes(question.vectors)
    return next((
        outcome.reason for outcome in outcomes
        if not outcome.is_defined and outcome.case.satisfies_all(question.relations)
    ), "")  # fmt: skip


def why_not(question: Question) -> str:
    """Return the reason why the claim is not proved under the stated assumptions."""
    outcomes = question.outcomes(question.vectors)
    relevant = [outcome for outcome in outcomes if outcome.case.satisfies_all(question.relations)]
    if not relevant:
        return "the assumptions leave no case"
    return next((outcome.reason for outcome in relevant if outcome.reason), NO_COUNTEREXAMPLE)


def holds_if(question: Question) -> Assumptions:
    """Return the weakest further assumptions under which the claim would be proved."""
    strongest = question.vectors
    ladder: list[Assumptions] = [()]
    if not strongest and _concerns_targets(question):
        ladder += [(SumsToOne(y),), (OneHot(y, Y),)]
    for vectors in ladder:
        try:
            outcomes = question.outcomes((*strongest, *vectors))
        except Undecidable:
            continue
        relations = _repairing_relations(outcomes, question.relations)
        if relations is not None:
            return (*vectors, *relations)
    return ()


def _concerns_targets(question: Question) -> bool:
    """Say whether y occurs in the claims or in the definitions they use."""
    try:
        return str(y) in question.names().called
    except Undecidable:
        return False


def _repairing_relations(outcomes: list[CaseOutcome], stated: Assumptions) -> Assumptions | None:
    """Return the fewest relations that leave only true cases; of equally few, the weakest."""
    outcomes = [outcome for outcome in outcomes if outcome.case.satisfies_all(stated)]
    candidates = list(_relations(outcomes)) if outcomes else []
    for count in range(MOST_RELATIONS + 1):
        sufficient = [
            relations
            for relations in combinations(candidates, count)
            if _holds_under(outcomes, relations)
        ]
        if sufficient:
            return max(sufficient, key=lambda relations: _coverage(outcomes, relations))
    return None


def _coverage(outcomes: list[CaseOutcome], relations: Assumptions) -> int:
    return sum(outcome.case.satisfies_all(relations) for outcome in outcomes)


def _relations(outcomes: list[CaseOutcome]) -> Iterator[Assumption]:
    """Yield the relations that can hold between two free indices, or an index and a constant."""
    case = outcomes[0].case
    symbols = list(case.free)
    constants = [(index_set, name) for index_set, name in case.numbers if name.is_Integer]
    pairs = [(first, case.free[second], second) for first, second in combinations(symbols, 2)]
    pairs += [(symbol, *constant) for symbol in symbols for constant in constants]
    for first, index_set, second in pairs:
        if case.free[first] == index_set:
            yield Equal(first, second)
            yield Distinct(first, second)
