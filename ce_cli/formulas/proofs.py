"""Proofs of claims under the assumptions of a link, and under the conventions for targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sympy import Mul, log

from ce_cli.formulas.dependence import reachable_heads
from ce_cli.formulas.judgement import is_stated
from ce_cli.symbolic.kernel.claims import OneHot, SumsToOne, ZeroLogZero
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Undecided
from ce_cli.symbolic.notation import Y

if TYPE_CHECKING:
    from sympy import IndexedBase

    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.symbolic.kernel.claims import Assumption, Claim
    from ce_cli.symbolic.kernel.verdicts import Verdict

Level: TypeAlias = "tuple[Assumption, ...]"


def prove_claim(claim: Claim, link: Link, level: Level = (), classes: int | None = None) -> Verdict:
    """Return the prover's verdict; a claim that it refuses to judge is undecided."""
    try:
        return prove(claim, (*link.assumptions, *level), classes=classes or link.classes,
                     definitions=link.definitions)  # fmt: skip
    except ValueError as error:
        return Undecided(str(error))
    except OverflowError:
        return Undecided("the numbers are too large")


def is_proved(claim: Claim, link: Link) -> bool:
    """Say whether a claim is true under the assumptions of a link alone."""
    return isinstance(prove_claim(claim, link), Proved)


class Attempts:
    """The verdicts on a claim at three levels: as stated, then with Σy = 1, then one-hot.

    The last two only if the claim uses targets. Each verdict is found when it is asked for.
    """

    def __init__(self, claim: Claim, link: Link, reading: Reading) -> None:
        self.claim, self.link = claim, link
        self.levels: list[Level] = [()]
        used = reachable_heads([claim.lhs, claim.rhs], link)
        levels: list[Level] = []
        if used & {reading.targets, Y}:
            levels = [(SumsToOne(reading.targets),), (OneHot(reading.targets, Y),)]
        if levels and Y not in used and self._has_entropy(reading.targets):
            levels = levels[:1]  # an entropy of the targets is about soft ones
        self.levels += [level for level in levels if not is_stated(level[0], link.assumptions)]
        self.verdicts: dict[Level, Verdict] = {}

    def _has_entropy(self, targets: IndexedBase) -> bool:
        """Say whether a logarithm of a target occurs."""
        logarithms = self.claim.lhs.atoms(log) | self.claim.rhs.atoms(log)
        factors = (factor for part in logarithms for factor in Mul.make_args(part.args[0]))
        return any(factor.is_Indexed and factor.base == targets for factor in factors)

    def verdict(self, level: Level) -> Verdict:
        """Return the verdict under some assumptions besides the stated ones."""
        if level not in self.verdicts:
            self.verdicts[level] = prove_claim(self.claim, self.link, level)
        return self.verdicts[level]

    def informative(self, proof: Proved | None) -> list[tuple[Level, Verdict]]:
        """Return the verdicts at all levels, or the last one if no case repairs the claim there.

        A case that repairs it under weaker assumptions does so under the strongest.
        """
        last = self.verdict(self.levels[-1])
        if proof is None and isinstance(last, Refuted) and not last.holds_if:
            return [(self.levels[-1], last)]
        return [(level, self.verdict(level)) for level in self.levels]

    def proof(self) -> Proved | None:
        """Return a proof under the assumptions alone that it names, None if there is none.

        It starts where most proofs are found; a verdict names the weakest that suffices.
        """
        is_about_label = any(Y in side.free_symbols for side in (self.claim.lhs, self.claim.rhs))
        for level in self.levels[-1:] if is_about_label else self.levels[1:] or self.levels:
            verdict = self.verdict(level)
            if isinstance(verdict, Proved):
                stated = (*self.link.assumptions, ZeroLogZero())
                used = (part for part in verdict.assumptions if not is_stated(part, stated))
                verdict = self.verdict(tuple(used))
            if isinstance(verdict, Proved):
                return verdict
        return None
