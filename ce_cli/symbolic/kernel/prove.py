"""The prover: proved, refuted with an exact counterexample, or undecided with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from sympy import ImmutableDenseMatrix, Symbol

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
from ce_cli.symbolic.kernel.counterexample import find_counterexample, is_witnessed
from ce_cli.symbolic.kernel.limits import Budget, Undecidable
from ce_cli.symbolic.kernel.normal_form import NormalForm
from ce_cli.symbolic.kernel.points import points
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Scope, Undecided, Verdict
from ce_cli.symbolic.notation import C, Y, y

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.symbolic.kernel.evaluate import Point
    from ce_cli.symbolic.kernel.names import Names

Assumptions = tuple[Assumption, ...]

EXPANDED_CLASSES = 8
MOST_RELATIONS = 3
NO_COUNTEREXAMPLE = "the normal forms differ, but no counterexample was found"


def prove(
    claim: Claim,
    assumptions: Iterable[Assumption] = (),
    *,
    classes: int | None = None,
    definitions: Definitions | None = None,
) -> Verdict:
    """Judge a claim under the stated assumptions.

    Parameters
    ----------
    claim
        Two expressions, or two matrices of one shape.
    assumptions
        What may be used; the verdict says what was needed.
    classes
        A class count, if the claim is about one; otherwise it is judged for all of them.
    definitions
        What the defined symbols stand for.

    Examples
    --------
    >>> from sympy import log, exp
    >>> from ce_cli.symbolic.notation import i, z
    >>> print(prove(Claim(log(exp(z[i]) ** 2), 2 * z[i])))
    proved for every C (normal form)
    >>> print(prove(Claim(log(exp(z[i]) ** 2), z[i])))
    refuted: C = 3, z = (0, ln 2, ln 3), i = 1: left 2·ln 2 = 1.386294, right ln 2 = 0.693147
    """
    stated = tuple(dict.fromkeys(assumptions))
    definitions = definitions or Definitions()
    verdicts = [
        _prove_entry(Question(entry, stated, classes, definitions)) for entry in entries_of(claim)
    ]
    return _all_of(verdicts)


def entries_of(claim: Claim) -> list[Claim]:
    """Return the claims a matrix claim makes about its entries, or the claim itself."""
    sides = (claim.lhs, claim.rhs)
    if not any(isinstance(side, ImmutableDenseMatrix) for side in sides):
        return [claim]
    if getattr(claim.lhs, "shape", None) != getattr(claim.rhs, "shape", None):
        raise ValueError("the two sides have different shapes")
    return [Claim(left, right) for left, right in zip(claim.lhs, claim.rhs, strict=True)]


def _all_of(verdicts: list[Verdict]) -> Verdict:
    """Return the worst verdict; a proof of all entries needs all their assumptions."""
    for kind in (Refuted, Undecided):
        for verdict in verdicts:
            if isinstance(verdict, kind):
                return verdict
    proofs = [verdict for verdict in verdicts if isinstance(verdict, Proved)]
    needed = tuple(dict.fromkeys(each for proof in proofs for each in proof.assumptions))
    widest = max((proof.scope for proof in proofs), key=lambda scope: scope.least)
    return Proved(proofs[0].method, widest, needed)


@dataclass(frozen=True)
class Truth:
    """Whether the two normal forms agree in a case, or why that is not known."""

    case: Case
    holds: bool
    reason: str = ""


@dataclass
class Question:
    """A claim about expressions with everything the answer depends on."""

    claim: Claim
    stated: Assumptions
    classes: int | None
    definitions: Definitions

    def __post_init__(self) -> None:
        self.sizes: dict[Symbol, int] = {} if self.classes is None else {C: self.classes}
        self.budget = Budget()
        self.known: dict[Assumptions, list[Truth]] = {}

    @property
    def relations(self) -> Assumptions:
        """The stated assumptions about indices."""
        return tuple(each for each in self.stated if isinstance(each, Equal | Distinct))

    def names(self, vectors: Assumptions = ()) -> Names:
        """Return the index names of the claim and of what is assumed."""
        sides = (self.claim.lhs, self.claim.rhs)
        return names_of(sides, (*self.stated, *vectors), self.definitions, self.sizes)

    def points(self) -> Iterator[Point]:
        """Yield points that satisfy what is stated."""
        sides = (self.claim.lhs, self.claim.rhs)
        try:
            names = self.names()
        except Undecidable:
            return iter(())
        return points(names, sides, self.stated, self.classes)

    def truths(self, vectors: Assumptions) -> list[Truth]:
        """Return in which cases the claim holds, given assumptions about vectors."""
        if vectors not in self.known:
            names = self.names(vectors)
            truths = self._truths(names, vectors)
            if self.classes is not None and self.classes <= EXPANDED_CLASSES:
                if not all(truth.holds for truth in truths):
                    names.constants |= {(C, value) for value in range(self.classes)}
                    truths = self._truths(names, vectors)
            self.known[vectors] = truths
        return self.known[vectors]

    def _truths(self, names: Names, vectors: Assumptions) -> list[Truth]:
        return [self._truth(case, vectors) for case in cases_of(names, self.sizes)]

    def _truth(self, case: Case, vectors: Assumptions) -> Truth:
        form = NormalForm(case, vectors, self.definitions, self.budget)
        try:
            difference = form.atoms.subtract(form.of(self.claim.lhs), form.of(self.claim.rhs))
        except Undecidable as unknown:
            return Truth(case, holds=False, reason=str(unknown))
        return Truth(case, holds=not difference.top)


def _prove_entry(question: Question) -> Verdict:
    reason = ""
    try:
        needed = _weakest_stated(question)
        if needed is not None:
            return _confirmed(question, needed)
        reason = _why_not(question)
    except Undecidable as unknown:
        reason = str(unknown)
    return _not_proved(question, reason)


def _not_proved(question: Question, reason: str) -> Verdict:
    found = find_counterexample(question.claim, question.points(), question.definitions)
    if found is not None:
        return Refuted(found, _holds_if(question))
    return Undecided(reason, _holds_if(question))


def _confirmed(question: Question, needed: Assumptions) -> Verdict:
    """Return a proof, unless the second evaluator objects or finds no point to look at."""
    agree = is_witnessed(question.claim, question.points(), question.definitions)
    if agree is None:
        return Undecided("no point was found where both sides are defined")
    if not agree:
        return Undecided("the normal form and the exact evaluation disagree")
    least = 1 + max((value for its, value in question.names().constants if its == C), default=0)
    return Proved("normal form", Scope(question.classes, least), needed)


def _levels(stated: Assumptions) -> list[Assumptions]:
    """Return what the stated assumptions say about vectors, from the weakest to all of it."""
    strongest = tuple(each for each in stated if isinstance(each, OneHot | SumsToOne))
    sums = tuple(SumsToOne(each.vector) for each in strongest)
    return list(dict.fromkeys(((), sums, strongest)))


def _weakest_stated(question: Question) -> Assumptions | None:
    """Return the weakest part of the stated assumptions under which the claim is true."""
    for vectors in _levels(question.stated):
        for count in range(len(question.relations) + 1):
            for relations in combinations(question.relations, count):
                if _holds_under(question.truths(vectors), relations):
                    return (*relations, *vectors)
    return None


def _holds_under(truths: list[Truth], relations: Assumptions) -> bool:
    """Say whether a claim holds in every case that satisfies relations, and there is one."""
    left = [truth for truth in truths if all(map(truth.case.satisfies, relations))]
    return bool(left) and all(truth.holds for truth in left)


def _why_not(question: Question) -> str:
    """Return why the claim is not proved under all that was stated."""
    truths = question.truths(_levels(question.stated)[-1])
    left = [truth for truth in truths if all(map(truth.case.satisfies, question.relations))]
    if not left:
        return "the assumptions leave no case"
    return next((truth.reason for truth in left if truth.reason), NO_COUNTEREXAMPLE)


def _holds_if(question: Question) -> Assumptions:
    """Return the weakest further assumptions under which the claim would be proved."""
    strongest = _levels(question.stated)[-1]
    ladder = [(), (SumsToOne(y),), (OneHot(y, Y),)] if not strongest else [()]
    for vectors in ladder:
        try:
            truths = question.truths((*strongest, *vectors))
        except Undecidable:
            continue
        relations = _repairing_relations(truths, question.relations)
        if relations is not None:
            return (*vectors, *relations)
    return ()


def _repairing_relations(truths: list[Truth], stated: Assumptions) -> Assumptions | None:
    """Return the fewest relations that leave only true cases, and as many of them as possible."""
    truths = [truth for truth in truths if all(map(truth.case.satisfies, stated))]
    candidates = list(_relations(truths)) if truths else []
    for count in range(MOST_RELATIONS + 1):
        sufficient = [
            relations for relations in combinations(candidates, count)
            if _holds_under(truths, relations)
        ]
        if sufficient:
            return max(sufficient, key=lambda relations: _coverage(truths, relations))
    return None


def _coverage(truths: list[Truth], relations: Assumptions) -> int:
    return sum(all(map(truth.case.satisfies, relations)) for truth in truths)


def _relations(truths: list[Truth]) -> Iterator[Assumption]:
    """Yield the relations that can hold between two free indices, or an index and a constant."""
    case = truths[0].case
    names = {name: its for (its, name) in case.numbers if name.is_Symbol or name.is_Integer}
    for first, second in combinations(names, 2):
        if first.is_Integer:
            first, second = second, first
        if names[first] == names[second] and not first.is_Integer:
            yield Equal(first, second)
            yield Distinct(first, second)
