"""Derivations as data: a tuple of steps, each a claim with a rule and assumptions.

Rules and headings are names. The sentences that stand for them are made where derivations are
shown, in the language of the reader.

Verdicts live outside the step. ``judge`` asks the kernel, which looks only at the claim and the
stated assumptions. It does not know who wrote the step, and it does not trust the rule's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.symbolic.kernel.claims import Assumption, Claim, Definitions, substitute
from ce_cli.symbolic.kernel.prove import prove

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sympy import Expr, ImmutableDenseMatrix, Symbol

    from ce_cli.symbolic.kernel.verdicts import Verdict


@dataclass(frozen=True)
class Phrase:
    """The name of a sentence, and the expressions that stand in it."""

    name: str
    parts: tuple[tuple[str, Expr], ...] = ()

    def at(self, values: Mapping[Expr, Expr]) -> Phrase:
        """Return the phrase with values for free symbols."""
        return Phrase(self.name, tuple((key, substitute(part, values)) for key, part in self.parts))


def phrase(name: str, **parts: Expr) -> Phrase:
    """Return a phrase with named parts.

    >>> from ce_cli.symbolic.notation import i, z
    >>> phrase("constant", i=i, z=z[i]).at({i: 0}).parts
    (('i', 0), ('z', z[0]))
    """
    return Phrase(name, tuple(parts.items()))


@dataclass(frozen=True)
class Step:
    """One line of a derivation: a claim, the reason for it, and its assumptions.

    Parameters
    ----------
    claim
        The equation that is claimed.
    rule
        The rule: its name, as "quotient-rule", and its letters, as g and h.
    assumptions
        The assumptions that the step needs besides the definitions.
    heading
        The title of a new part of the derivation, or None if the part goes on.
    entries
        Indices of an entry, if the claim is one entry of a vector or matrix equation. The
        equation may then be shown without indices: J = diag(p) − p pᵀ.
    """

    claim: Claim
    rule: Phrase
    assumptions: tuple[Assumption, ...] = ()
    heading: Phrase | None = None
    entries: tuple[Symbol, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """A chain of steps from definitions to a result.

    ``classes`` is the class count if every sum is written out, ``label`` the fixed true class.
    """

    subject: str
    definitions: Definitions
    steps: tuple[Step, ...]
    classes: int | None = None
    label: int | None = None

    @property
    def result(self) -> Claim:
        """The last equation: the first side of the last chain equals its last side."""
        *_, last = self.chains()
        return Claim(last[0].claim.lhs, last[-1].claim.rhs)

    def chains(self) -> Iterator[tuple[Step, ...]]:
        """Yield the runs of steps in which each left side is the right side before it.

        A chain reads a = b, = c, = d; a heading always starts a new one.
        """
        chain = [self.steps[0]]
        for before, step in pairwise(self.steps):
            if step.heading or step.claim.lhs != before.claim.rhs:
                yield tuple(chain)
                chain = []
            chain.append(step)
        yield tuple(chain)


def judge(derivation: Derivation) -> tuple[Verdict, ...]:
    """Return the kernel's verdict on every step.

    >>> from ce_cli.derivations.subjects import derive
    >>> {type(verdict).__name__ for verdict in judge(derive("softmax"))}
    {'Proved'}
    """
    return tuple(
        prove(
            step.claim,
            step.assumptions,
            classes=derivation.classes,
            definitions=derivation.definitions,
        )
        for step in derivation.steps
    )


def chain(
    heading: Phrase | None,
    start: Expr | ImmutableDenseMatrix,
    *links: tuple[Expr | ImmutableDenseMatrix, Phrase]
    | tuple[Expr | ImmutableDenseMatrix, Phrase, tuple[Assumption, ...]],
    assumptions: tuple[Assumption, ...] = (),
) -> tuple[Step, ...]:
    """Return the steps start = first, first = second, ...; each link names its rule.

    ``assumptions`` hold for every link. A link may add assumptions; they hold from there on. A
    link that changes nothing is left out: written out, a sum over a delta is one term already.
    """
    steps: list[Step] = []
    for right, rule, *more in links:
        assumptions += more[0] if more else ()
        if right == start:
            continue
        steps.append(Step(Claim(start, right), rule, assumptions, None if steps else heading))
        start = right
    return tuple(steps)
