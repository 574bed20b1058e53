"""One step of somebody else's chain, judged: what it needs, where it fails, what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Indexed, Integer, Symbol

from ce_cli.formulas.dependence import heads, or_logits, reached, unsaid
from ce_cli.formulas.judgement import ClassCount, Judgement
from ce_cli.formulas.other_readings import of_labels, of_sigmoids, other_reading
from ce_cli.formulas.reading.claims import COLUMN, ENTRY, ROW
from ce_cli.formulas.reading.roles import LOSS, PROBABILITIES
from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne, head_of
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Scope, Undecided
from ce_cli.symbolic.notation import Y

if TYPE_CHECKING:
    from collections.abc import Collection

    from ce_cli.formulas.judgement import Needed
    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.symbolic.kernel.claims import Assumption, Claim
    from ce_cli.symbolic.kernel.counterexample import Counterexample
    from ce_cli.symbolic.kernel.verdicts import Verdict

MOST_CLASSES = 8


def judge_link(link: Link, reading: Reading, *, conventions: bool = True) -> Judgement:
    """Judge one step of a chain.

    Examples
    --------
    >>> from ce_cli.formulas.reading.claims import read_formula
    >>> reading = read_formula("dL/dz_i = p_i - y_i")
    >>> judgement = judge_link(reading.chains[0][0], reading)
    >>> judgement.verdict, [str(each) for each in judgement.assumptions]
    ('proved_if', ['Σy = 1'])
    """
    if link.claim is None:
        raise ValueError("a step that is not understood has no verdict")
    return judge_claim(link.claim, link, reading, conventions=conventions)


def judge_claim(
    claim: Claim, link: Link, reading: Reading, *, conventions: bool = True
) -> Judgement:
    """Judge a claim with the definitions and assumptions of a link."""
    reason = unsaid(claim, link, reading)
    if reason:
        return Judgement("undecided", reason=reason)
    attempts = _Attempts(claim, link, reading)
    proof = attempts.proof()
    if proof is not None:
        judgement = _proved(proof, claim, link, reading)
        if conventions or not judgement.conventional:
            return judgement
    return _unproved(claim, link, reading, attempts.informative(proof), conventions=conventions)


class _Attempts:
    """The verdicts on a claim under what is stated, then with Σy = 1, then one-hot.

    The last two only if targets matter to the claim; each is found when it is asked for.
    """

    def __init__(self, claim: Claim, link: Link, reading: Reading) -> None:
        self.claim, self.link = claim, link
        self.levels: list[tuple[Assumption, ...]] = [()]
        if _speaks_of_targets(claim, link, reading):
            self.levels += [(SumsToOne(reading.targets),), (OneHot(reading.targets, Y),)]
        self.found: dict[tuple[Assumption, ...], Verdict] = {}

    def at(self, level: tuple[Assumption, ...]) -> Verdict:
        """Return the verdict under some assumptions besides the stated ones."""
        if level not in self.found:
            self.found[level] = _prove(self.claim, self.link, level)
        return self.found[level]

    def informative(self, proof: Proved | None) -> list[Verdict]:
        """Return the verdicts at all levels, or the last one if no case repairs the claim there.

        What repairs it under weaker assumptions does so under the strongest.
        """
        last = self.at(self.levels[-1])
        if proof is None and isinstance(last, Refuted) and not last.holds_if:
            return [last]
        return [self.at(level) for level in self.levels]

    def proof(self) -> Proved | None:
        """Return a proof under nothing but what it says it needs, None if there is none.

        It starts where most proofs are found; a verdict names the weakest that suffices.
        """
        is_about_label = any(Y in side.free_symbols for side in (self.claim.lhs, self.claim.rhs))
        for level in self.levels[2:] if is_about_label else self.levels[1:] or self.levels:
            verdict = self.at(level)
            if isinstance(verdict, Proved):
                vectors = (
                    each for each in verdict.assumptions if each not in self.link.assumptions
                )
                verdict = self.at(tuple(vectors))
            if isinstance(verdict, Proved):
                return verdict
        return None


def _proved(proof: Proved, claim: Claim, link: Link, reading: Reading) -> Judgement:
    usual = tuple(each for each in proof.assumptions if isinstance(each, SumsToOne | OneHot)
                  and each not in link.assumptions)  # fmt: skip
    kind = "proved_if" if proof.assumptions else "proved"
    reason = _definition(claim, link, reading)
    return Judgement(kind, proof.assumptions, conventional=usual, reason=reason, scope=proof.scope)


def _unproved(
    claim: Claim, link: Link, reading: Reading, attempts: list[Verdict], *, conventions: bool
) -> Judgement:
    """Judge a claim that does not hold as it stands: under more conditions, or not at all."""
    last = attempts[-1]
    needed = _needed(claim, link, reading, attempts)
    if needed:
        return _conditional(needed, link, attempts, conventions=conventions)
    if isinstance(last, Refuted):
        unknown = _unknown(claim, link, reading, last.counterexample.values)
        if unknown:
            has_role = reading.setting.roles.of.get(unknown) in {LOSS, PROBABILITIES}
            or_role = "" if has_role else or_logits(unknown, reading) or " or --role"
            return Judgement("undecided", reason=f"what {unknown}{' with this index' * has_role} "
                             f"is is not said; say it with --define{or_role}")  # fmt: skip
        target = Symbol(reading.setting.roles.targets)
        other = (
            other_reading(link, reading.text, last.counterexample)
            or of_sigmoids(claim, link, _holds)
            or of_labels(claim, link, target, _holds)
        )
        if other:
            return Judgement("undecided", reason=other)
        return Judgement("refuted", counterexample=last.counterexample)
    return Judgement("undecided", reason=getattr(last, "reason", ""))


def _unknown(claim: Claim, link: Link, reading: Reading, point: Collection[str]) -> str:
    """Return a letter that nothing is known about and that stands on one side only; "" if none.

    One on both sides may be anything: then the claim is wrong for some value of it. ``point``
    has the names that were given values to refute it.
    """
    left, right = ({str(head) for head in heads(side) if not head.is_integer}
                   for side in (claim.lhs, claim.rhs))  # fmt: skip
    known = {str(head) for each in link.definitions.entries
             for head in (each.head, *heads(each.body))}  # fmt: skip
    roles = reading.setting.roles
    known |= set(roles.of) - set(roles.guessed)
    # A loss or p that takes any value is none that is known: L_n, P(y = 1 | x).
    known -= {name for name in point if roles.of.get(name, LOSS) in {LOSS, PROBABILITIES}}
    strangers = (name for name in left ^ right if name not in known)
    return min((name for name in strangers if not name.startswith(("e_", "max "))), default="")


def _definition(claim: Claim, link: Link, reading: Reading) -> str:
    """Say so if a claim is what the text itself defines: then there is nothing to judge."""
    found = link.definitions.by_head.get(head_of(claim.lhs))
    if found is None or str(found.term) not in reading.defined:
        return ""
    is_it = (found.term, found.body) == (claim.lhs, claim.rhs)
    return f"it defines {head_of(claim.lhs)}" if is_it else ""


def _conditional(
    needed: Needed, link: Link, attempts: list[Verdict], *, conventions: bool
) -> Judgement:
    """Return the judgement of a claim that is true under assumptions."""
    usual = tuple(each for each in needed if isinstance(each, SumsToOne | OneHot) and conventions)
    unstated = tuple(each for each in needed if each not in (*usual, *link.assumptions))
    found = [each.counterexample for each in attempts if isinstance(each, Refuted)]
    return Judgement("proved_if", needed, unstated, usual, found[-1] if found else None,
                     scope=Scope(link.classes))  # fmt: skip


def _prove(
    claim: Claim, link: Link, more: tuple[Assumption, ...] = (), classes: int | None = None
) -> Verdict:
    """Ask the prover; what it refuses to judge, such as clashing definitions, is undecided."""
    try:
        return prove(claim, (*link.assumptions, *more), classes=classes or link.classes,
                     definitions=link.definitions)  # fmt: skip
    except ValueError as error:
        return Undecided(str(error))
    except OverflowError:
        return Undecided("the numbers are too large")


def _holds(claim: Claim, link: Link) -> bool:
    return isinstance(_prove(claim, link), Proved)


def _needed(claim: Claim, link: Link, reading: Reading, attempts: list[Verdict]) -> Needed:
    """Return the weakest assumptions found under which a claim is true, none if there are none."""
    if isinstance(attempts[-1], Proved):
        return attempts[-1].assumptions
    levels = ((), (SumsToOne(reading.targets),), (OneHot(reading.targets, Y),))
    for level, attempt in zip(levels[: len(attempts)], attempts, strict=True):
        relations = getattr(attempt, "holds_if", ())
        if relations and all(_may_be_meant(each, claim, reading) for each in relations):
            return (*_of_this_claim(link), *level, *relations)
    return _class_count(claim, link)


def _may_be_meant(assumption: Assumption, claim: Claim, reading: Reading) -> bool:
    """Say whether somebody may have meant a claim under an assumption.

    Nobody picks an entry of a vector, or writes y_i and means the classes where it is 0.
    """
    if not isinstance(assumption, Equal | Distinct):
        return False
    indices = {assumption.first, assumption.second}
    empties = isinstance(assumption, Distinct) and Y in indices and any(
        entry.base == reading.targets
        for side in (claim.lhs, claim.rhs) for entry in side.atoms(Indexed)
    )  # fmt: skip
    return not empties and not indices & {ENTRY, ROW, COLUMN}


def _of_this_claim(link: Link) -> tuple[Assumption, ...]:
    return tuple(each for each in link.assumptions if isinstance(each, Equal | Distinct))


def _class_count(claim: Claim, link: Link) -> Needed:
    """Return the class count if a claim that names the last class is true for it alone."""
    constants = [
        int(index)
        for side in (claim.lhs, claim.rhs) for entry in side.atoms(Indexed)
        for index in entry.indices if isinstance(index, Integer)
    ]  # fmt: skip
    classes = max(constants, default=0) + 1
    if link.classes is None and 2 <= classes <= MOST_CLASSES:
        attempt = _prove(claim, link, classes=classes)
        if isinstance(attempt, Proved):
            return (*attempt.assumptions, ClassCount(classes))
    return ()


def _speaks_of_targets(claim: Claim, link: Link, reading: Reading) -> bool:
    """Say whether the targets matter to a claim: they occur in it or in what it is about."""
    return bool(reached([claim.lhs, claim.rhs], link) & {reading.targets, Y})


def shown_point(found: Counterexample, base: int) -> str:
    """Return a counterexample's point: C = 3, z = (0, ln 2, ln 3), i = 0, j = 1."""
    text = str(found).split(": left", 1)[0]
    if not base:
        return text
    for name, value in found.indices.items():
        text = text.replace(f", {name} = {value}", f", {name} = {value + base}")
    return text
