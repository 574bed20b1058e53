"""The judgement of one link of a chain: its assumptions, its counterexample, its other readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Indexed, Integer

from ce_cli.formulas.dependence import heads, logits_hint, missing_dependence
from ce_cli.formulas.judgement import ClassCount, Judgement
from ce_cli.formulas.other_readings import other_reading
from ce_cli.formulas.proofs import Attempts, prove_claim
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.claims import COLUMN, ENTRY, ROW
from ce_cli.formulas.reading.function_meaning import maximum_symbol
from ce_cli.formulas.reading.name_meaning import assumption_of
from ce_cli.formulas.reading.roles import LOGITS, LOSS, PROBABILITIES, base_of
from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne, head_of
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Scope
from ce_cli.symbolic.notation import Y

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sympy import Expr

    from ce_cli.formulas.judgement import AnyAssumption
    from ce_cli.formulas.proofs import Level
    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.symbolic.kernel.claims import Assumption, Claim
    from ce_cli.symbolic.kernel.verdicts import Verdict

MOST_CLASSES = 8


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
    attempts = Attempts(claim, link, reading)
    proof = attempts.proof()
    if proof is not None:
        judgement = _judge_proved(proof, claim, link, reading)
        if conventions or not judgement.conventional:
            return judgement
    verdicts = attempts.informative(proof)
    needed = _needed_assumptions(claim, link, reading, verdicts)
    if needed:
        return _judge_conditional(needed, link, verdicts, conventions=conventions)
    return _judge_unproved(claim, link, reading, verdicts[-1][1])


def _judge_proved(proof: Proved, claim: Claim, link: Link, reading: Reading) -> Judgement:
    conventional = tuple(
        assumption for assumption in proof.assumptions
        if isinstance(assumption, SumsToOne | OneHot) and assumption not in link.assumptions
    )  # fmt: skip
    definitions = {(definition.term, definition.body) for definition in reading.definitions}
    is_definition = (claim.lhs, claim.rhs) in definitions
    return Judgement(
        "proved_if" if proof.assumptions else "proved",
        proof.assumptions,
        conventional=conventional,
        reason=f"it defines {head_of(claim.lhs)}" if is_definition else "",
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
        if isinstance(assumption, SumsToOne | OneHot) and conventions
    )  # fmt: skip
    known = (*conventional, *link.assumptions)
    unstated = tuple(assumption for assumption in needed if assumption not in known)
    points = [verdict.counterexample for _, verdict in verdicts if isinstance(verdict, Refuted)]
    return Judgement("proved_if", needed, unstated, conventional, points[-1] if points else None,
                     scope=Scope(link.classes))  # fmt: skip


def _judge_unproved(claim: Claim, link: Link, reading: Reading, verdict: Verdict) -> Judgement:
    """Judge a claim that no assumption makes true: it may be right as it was meant."""
    if not isinstance(verdict, Refuted):
        return Judgement("undecided", reason=getattr(verdict, "reason", ""))
    counterexample = verdict.counterexample
    reason = _unknown_letter(claim, link, reading, counterexample.values) or other_reading(
        claim, link, reading, counterexample
    )
    if reason:
        return Judgement("undecided", reason=reason)
    return Judgement("refuted", counterexample=counterexample)


def _unknown_letter(claim: Claim, link: Link, reading: Reading, point: Collection[str]) -> str:
    """Return the reason if an unknown letter stands on one side only, "" if none does.

    One on both sides may be anything: then the claim is wrong for some value of it. ``point``
    has the names that were given values to refute it.
    """
    roles = reading.setting.roles
    left, right = ({str(head) for head in heads(side) if not head.is_integer}
                   for side in (claim.lhs, claim.rhs))  # fmt: skip
    known = {str(head) for definition in link.definitions.entries
             for head in (definition.head, *heads(definition.body))}  # fmt: skip
    known |= {name for name in roles.by_letter if name not in roles.guesses}
    # A loss or p that takes any value is none that is known: L_n, P(y = 1 | x).
    subject = {LOSS, PROBABILITIES}
    known -= {name for name in point if roles.by_letter.get(name, LOSS) in subject}
    known |= {str(maximum_symbol(letter)) for letter in roles.letters(LOGITS)}
    # e_{z_i} is a slip for e^{z_i}, and wrong.
    known |= {name for name in left ^ right if base_of(name) == "e" != name}
    unknown = min((left ^ right) - known, default="")
    if not unknown:
        return ""
    has_role = roles.by_letter.get(unknown) in subject
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

    Nobody picks an entry of a vector, or writes y_i and means the classes where it is 0, or writes
    cases for i = j and for all others and means one of them alone.
    """
    if not isinstance(assumption, Equal | Distinct):
        return False
    indices = {assumption.first, assumption.second}
    is_empty = isinstance(assumption, Distinct) and Y in indices and any(
        entry.base == reading.targets
        for side in (claim.lhs, claim.rhs) for entry in side.atoms(Indexed)
    )  # fmt: skip
    is_case = frozenset(indices) in _indices_of_cases(link)
    return not is_empty and not is_case and not indices & {ENTRY, ROW, COLUMN}


def _indices_of_cases(link: Link) -> set[frozenset[Expr]]:
    """Return the pairs of indices that the cases of a claim are about."""
    rows = (row for node in link.nodes for part in t.walk(node) if isinstance(part, t.Cases)
            for row in part.rows)  # fmt: skip
    conditions = (assumption_of(link.meaning, part) for _, parts in rows for part in parts)
    return {frozenset({condition.first, condition.second}) for condition in conditions}


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
