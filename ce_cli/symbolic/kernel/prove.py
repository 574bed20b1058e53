"""The prover: proved, refuted with an exact counterexample, or undecided with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import ImmutableDenseMatrix

from ce_cli.symbolic.kernel.claims import Assumption, Claim, Definitions, ZeroLogZero
from ce_cli.symbolic.kernel.counterexample import find_counterexample, is_witnessed
from ce_cli.symbolic.kernel.limits import OutOfWorkError, Undecidable
from ce_cli.symbolic.kernel.points import points
from ce_cli.symbolic.kernel.question import (
    EXPANDED_CLASSES,
    Assumptions,
    Question,
    holds_if,
    undefined_case,
    weakest_stated,
    why_not,
)
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Scope, Undecided, Verdict
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.symbolic.kernel.evaluate import Point

CHECKED_CLASSES = range(2, 7)


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
        The assumptions that may be used; the verdict names those that were needed.
    classes
        A class count, if the claim is about one; otherwise it is judged for all of them.
    definitions
        The meanings of the defined symbols.

    Raises
    ------
    ValueError
        For fewer than one class, matrices of different shapes, or definitions that clash.

    Examples
    --------
    >>> from sympy import log, exp
    >>> from ce_cli.symbolic.notation import i, z
    >>> print(prove(Claim(log(exp(z[i]) ** 2), 2 * z[i])))
    proved for every C (normal form)
    >>> print(prove(Claim(log(exp(z[i]) ** 2), z[i])))
    refuted: C = 3, z = (0, ln 2, ln 3), i = 1: left 2·ln 2 = 1.38629, right ln 2 = 0.693147
    """
    if classes is not None and classes < 1:
        raise ValueError(f"there are no {classes} classes")
    stated = tuple(dict.fromkeys(assumptions))
    definitions = definitions or Definitions()
    claims = tuple(entries_of(claim))
    if classes is not None and classes > EXPANDED_CLASSES:
        general = _answer(Question(claims, stated, None, definitions))
        if isinstance(general, Proved) and _covers(general.scope, classes):
            return Proved(general.method, Scope(classes), general.assumptions)
    return _answer(Question(claims, stated, classes, definitions))


def _covers(scope: Scope, classes: int) -> bool:
    """Say whether a general proof holds for a class count: C - 12 may be a denominator in it."""
    return scope.least <= classes and not scope.is_partial


def entries_of(claim: Claim) -> list[Claim]:
    """Return the claims about the entries of a matrix claim, or the claim itself."""
    sides = (claim.lhs, claim.rhs)
    if not any(isinstance(side, ImmutableDenseMatrix) for side in sides):
        return [claim]
    if getattr(claim.lhs, "shape", None) != getattr(claim.rhs, "shape", None):
        raise ValueError("the two sides have different shapes")
    return [Claim(left, right) for left, right in zip(claim.lhs, claim.rhs, strict=True)]


def _answer(question: Question) -> Verdict:
    try:
        return _answered(question)
    except OutOfWorkError as unknown:
        return Undecided(str(unknown))


def _answered(question: Question) -> Verdict:
    try:
        needed = weakest_stated(question)
        if needed is not None:
            undefined = undefined_case(question)
            return Undecided(undefined) if undefined else _confirmed(question, needed)
        reason = why_not(question)
    except Undecidable as unknown:
        reason = str(unknown)
    except RecursionError:
        reason = "nested too deeply"
    found = find_counterexample(question.claims, _points(question), question.definitions)
    if found is not None:
        return Refuted(found, _repair(question))
    return Undecided(reason + _checked(question), _repair(question))


def _confirmed(question: Question, needed: Assumptions) -> Verdict:
    """Return a proof, unless the second evaluator disagrees or finds no point."""
    agree = is_witnessed(question.claims, _points(question), question.definitions)
    if agree is None:
        return Undecided("no point was found where both sides are defined")
    if not agree:
        return Undecided("the normal form and the exact evaluation disagree")
    least = 1 + max(question.names().constants_of(C), default=0)
    if question.has_zero_log_zero:
        needed = (*needed, ZeroLogZero())
    scope = Scope(question.classes, least, is_partial=not question.is_defined_everywhere)
    return Proved("normal form", scope, needed)


def _repair(question: Question) -> Assumptions:
    """Return the weakest further assumptions under which the claim is proved, if any."""
    more = holds_if(question)
    if not more:
        return ()
    stated = (*question.stated, *more)
    repaired = Question(question.claims, stated, question.classes, question.definitions)
    return more if is_witnessed(repaired.claims, _points(repaired), repaired.definitions) else ()


def _points(question: Question) -> Iterator[Point]:
    """Yield points that satisfy the assumptions; none if the indices are not understood."""
    try:
        names = question.names()
    except Undecidable:
        return iter(())
    sides = [side for claim in question.claims for side in (claim.lhs, claim.rhs)]
    return points(names, sides, question.stated, question.classes)


def _checked(question: Question) -> str:
    """Return a remark if an undecided claim is proved for each of some small class counts."""
    if question.classes is not None:
        return ""
    for classes in CHECKED_CLASSES:
        single = Question(question.claims, question.stated, classes, question.definitions)
        try:
            if weakest_stated(single) is None:
                return ""
        except Undecidable:
            return ""
    return f"; checked for C = {CHECKED_CLASSES.start}..{CHECKED_CLASSES.stop - 1} only"
