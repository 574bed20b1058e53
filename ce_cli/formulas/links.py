"""The judgement of one link of a chain: its assumptions, its counterexample, its other readings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Indexed, Integer, KroneckerDelta

from ce_cli.formulas.dependence import logits_hint, missing_dependence
from ce_cli.formulas.judgement import ClassCount, Independent, Judgement, is_stated
from ce_cli.formulas.other_readings import other_reading
from ce_cli.formulas.proofs import Attempts, prove_claim
from ce_cli.formulas.reading.roles import CONVENTIONS, LOSS, PROBABILITIES, TARGETS
from ce_cli.formulas.reading.shapes import COLUMN, ENTRY, ROW
from ce_cli.formulas.reading.slips import sum_without_index
from ce_cli.formulas.strangers import (
    is_differentiated_alone,
    letter_that_may_repair,
    missing_sum,
    needed_constants,
    proof_for_any_dependence,
    strangers_under_derivatives,
)
from ce_cli.symbolic.kernel.claims import (
    Claim,
    Definitions,
    Distinct,
    Equal,
    OneHot,
    SumsToOne,
    ZeroLogZero,
    head_of,
)
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Scope
from ce_cli.symbolic.notation import Partial, Y

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sympy import Basic

    from ce_cli.formulas.judgement import AnyAssumption
    from ce_cli.formulas.proofs import Level
    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.symbolic.kernel.claims import Assumption
    from ce_cli.symbolic.kernel.verdicts import Verdict

MOST_CLASSES = 8
USUAL = SumsToOne | OneHot | ZeroLogZero
"""The assumptions that the subject makes without a word."""


def judge_claim(
    claim: Claim, link: Link, reading: Reading, *, conventions: bool = True
) -> Judgement:
    """Judge a claim with the definitions and assumptions of a link.

    Examples
    --------
    >>> from ce_cli.formulas.reading.claims import read_formula
    >>> reading = read_formula("dL/dz_i = p_i - y_i")
    >>> [[link]] = reading.chains
    >>> judgement = judge_claim(link.claim, link, reading)
    >>> judgement.verdict, list(map(str, judgement.assumptions))
    ('proved_if', ['Σy = 1'])
    """
    reason = missing_dependence(claim, link, reading)
    if reason:
        return Judgement("undecided", reason=reason)
    strangers = strangers_under_derivatives(claim, link, reading)
    proof = proof_for_any_dependence(claim, link, reading, strangers) if strangers else None
    if proof is not None and conventions:
        return _judge_proved(proof, claim, link)
    judgement = _judge_constants(claim, link, reading, conventions=conventions)
    if strangers and proof is None and judgement.verdict in {"proved", "proved_if"}:
        needed = needed_constants(claim, link, reading, strangers)
        alone = [head for head in needed if is_differentiated_alone(head, claim, link)]
        if alone:
            return Judgement("undecided", reason=_dependence_text(str(alone[0])))
        return judgement.resting_on((_independence(needed, claim),))
    return judgement


def _independence(strangers: Sequence[Basic], claim: Claim) -> Independent:
    variables = {str(head_of(partial.variable)) for side in (claim.lhs, claim.rhs)
                 for partial in side.atoms(Partial)}  # fmt: skip
    return Independent(tuple(map(str, strangers)), tuple(sorted(variables)))


def _judge_constants(claim: Claim, link: Link, reading: Reading, *, conventions: bool) -> Judgement:
    """Judge a claim in which strangers are constants."""
    attempts = Attempts(claim, link, reading)
    proof = attempts.proof()
    if proof is not None:
        judgement = _judge_proved(proof, claim, link)
        if conventions or not judgement.conventional:
            return judgement
    verdicts = attempts.informative(proof)
    needed = _needed_assumptions(claim, link, reading, verdicts)
    if needed:
        return _judge_conditional(needed, link, verdicts, conventions=conventions)
    return _judge_unproved(claim, link, reading, verdicts[-1][1])


def _judge_proved(proof: Proved, claim: Claim, link: Link) -> Judgement:
    conventional = tuple(
        assumption for assumption in proof.assumptions
        if isinstance(assumption, USUAL) and not is_stated(assumption, link.assumptions)
    )  # fmt: skip
    is_definition = link.defines and claim == link.claim
    return Judgement(
        "definition" if is_definition else "proved_if" if proof.assumptions else "proved",
        proof.assumptions,
        conventional=conventional,
        reason=f"of {head_of(claim.lhs)}" if is_definition else "",
        scope=proof.scope,
    )


def _judge_conditional(
    needed: tuple[AnyAssumption, ...],
    link: Link,
    verdicts: Sequence[tuple[Level, Verdict]],
    *,
    conventions: bool,
) -> Judgement:
    """Return the judgement of a claim that is true under assumptions."""
    conventional = tuple(
        assumption for assumption in needed
        if isinstance(assumption, USUAL) and conventions
        and not is_stated(assumption, link.assumptions)
    )  # fmt: skip
    known = (*conventional, *link.assumptions)
    unstated = tuple(assumption for assumption in needed if not is_stated(assumption, known))
    points = [verdict.counterexample for _, verdict in verdicts if isinstance(verdict, Refuted)]
    return Judgement("proved_if", needed, unstated, conventional, points[-1] if points else None,
                     scope=Scope(link.classes))  # fmt: skip


def _judge_unproved(claim: Claim, link: Link, reading: Reading, verdict: Verdict) -> Judgement:
    """Judge a claim that no assumption makes true: it may be right as it was meant."""
    if not isinstance(verdict, Refuted):
        return Judgement("undecided", reason=getattr(verdict, "reason", ""))
    counterexample = verdict.counterexample
    reason = (
        _unknown_letter(claim, link, reading, counterexample.values)
        or _other_role(claim, link, reading)
        or other_reading(claim, link, reading, counterexample)
    )
    if reason:
        return Judgement("undecided", reason=reason)
    return Judgement("refuted", counterexample=counterexample)


def _dependence_text(letter: str) -> str:
    return f"how {letter} depends on the variable is not said; say it with --define or --role"


def _other_role(claim: Claim, link: Link, reading: Reading) -> str:
    """Return the reason if a claim is true for a y that is the targets, not the probabilities."""
    roles = reading.setting.roles
    for letter in set(roles.letters(PROBABILITIES)) - roles.user_letters:
        if TARGETS not in CONVENTIONS.get(letter, ()):
            continue
        kept = tuple(entry for entry in link.definitions.entries if str(entry.head) != letter)
        other, targets = replace(link, definitions=Definitions(kept)), reading.vector(letter)
        for level in ((), (SumsToOne(targets),), (OneHot(targets, Y),)):
            if isinstance(prove_claim(claim, other, level), Proved):
                return f"true if {letter} is the targets: say --role {letter}=targets"
    return ""


def _unknown_letter(claim: Claim, link: Link, reading: Reading, point: Collection[str]) -> str:
    """Return the reason if a letter that nobody explained may make a claim true, "" if none does.

    ``point`` has the names that were given values to refute it.
    """
    vector = missing_sum(claim, link, reading)
    if vector:
        return f"true if Σ{vector} = 1, which is not stated"
    unknown = letter_that_may_repair(claim, link, reading, point)
    if not unknown:
        return ""
    idle = next(filter(None, map(sum_without_index, link.nodes)), None)
    if idle is not None and idle.index is not None:
        return f"the index {idle.index.letter} of a sum does not occur in it"
    if unknown in map(str, strangers_under_derivatives(claim, link, reading)):
        return _dependence_text(unknown)
    has_role = reading.setting.roles.by_letter.get(unknown) in {LOSS, PROBABILITIES}
    hint = "" if has_role else logits_hint(unknown, reading) or " or --role"
    index = " with this index" if has_role else ""
    return f"{unknown}{index} is not explained; say it with --define{hint}"


def _needed_assumptions(
    claim: Claim, link: Link, reading: Reading, verdicts: Sequence[tuple[Level, Verdict]]
) -> tuple[AnyAssumption, ...]:
    """Return the weakest assumptions found under which a claim is true, none if there are none."""
    _, last = verdicts[-1]
    if isinstance(last, Proved):
        return last.assumptions
    for level, verdict in verdicts:
        relations = getattr(verdict, "holds_if", ())
        if relations and all(
            _may_be_meant(relation, claim, link, reading) for relation in relations
        ):
            stated = [known for known in link.assumptions if isinstance(known, Equal | Distinct)]
            return (*stated, *level, *relations)
    return _needed_class_count(claim, link)


def _may_be_meant(assumption: Assumption, claim: Claim, link: Link, reading: Reading) -> bool:
    """Say whether somebody may have meant a claim under an assumption.

    Nobody picks an entry of a vector, writes y_i and means the classes where it is 0, writes δ_ij
    and means one of the two cases, or writes z_i - z_j and means 0. An index on one side alone may
    be meant for a sum, so δ_ij with it says nothing.
    """
    if not isinstance(assumption, Equal | Distinct):
        return False
    indices = {assumption.first, assumption.second}
    sides = (claim.lhs, claim.rhs)
    is_empty = isinstance(assumption, Distinct) and Y in indices and any(
        entry.base == reading.targets for side in sides for entry in side.atoms(Indexed)
    )  # fmt: skip
    is_free = all(index in side.free_symbols or index.is_Integer
                  for side in sides for index in indices)  # fmt: skip
    is_distinguished = is_free and any(
        set(delta.args) == indices for side in sides for delta in side.atoms(KroneckerDelta)
    )
    is_trivial = isinstance(assumption, Equal) and any(
        isinstance(prove_claim(Claim(claim.lhs, Integer(value)), link, (assumption,)), Proved)
        for value in (0, 1)
    )
    return not (is_empty or is_distinguished or is_trivial or indices & {ENTRY, ROW, COLUMN})


def _needed_class_count(claim: Claim, link: Link) -> tuple[AnyAssumption, ...]:
    """Return the class count if a claim that names the last class is true for it alone."""
    constants = [
        int(index)
        for side in (claim.lhs, claim.rhs) for entry in side.atoms(Indexed)
        for index in entry.indices if isinstance(index, Integer)
    ]  # fmt: skip
    classes = max(constants, default=0) + 1
    if link.classes is None and 2 <= classes <= MOST_CLASSES:
        verdict = prove_claim(claim, link, classes=classes)
        if isinstance(verdict, Proved):
            return (*verdict.assumptions, ClassCount(classes))
    return ()
