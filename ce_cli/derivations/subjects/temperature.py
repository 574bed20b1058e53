"""Softmax with a temperature: every derivative gains a factor 1/T."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, exp

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import EntryLink, Indexing, Link
from ce_cli.symbolic.derivation import Derivation, Step, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, S, T, i, k, p, product, sum_over, vector, y, z

u = vector("u")
SCALED = Definition(u[i], z[i] / T)
PROBABILITY = Definition(p[i], exp(u[i]) / sum_over(exp(u[k]), k))
NORMALISER = Definition(S, sum_over(exp(u[k]), k))
DEFINITIONS = Definitions((SCALED, PROBABILITY, NORMALISER, cross_entropy.LOSS))

SCALING: tuple[EntryLink, ...] = (
    (
        lambda a: Partial(L, u[a]) * Partial(u[a], z[a]),
        phrase("one-scaled-logit", z=z[i], u=u[i]),
    ),
    (lambda a: product(Partial(L, u[a]), 1 / T), phrase("derivative-of-scaling")),
)
"""The chain rule from a loss by u to the loss by z."""


def derive(write: Indexing) -> Derivation:
    """Return the Jacobian and the gradient at temperature T."""
    parts = (definition, jacobian, cross_entropy.loss, gradient)
    return write.derivation("temperature", DEFINITIONS, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define u, S and p."""
    return (
        write.vector_step(
            lambda at: u[at], lambda at: z[at] / T, phrase("divide-logits"), phrase("definition")
        ),
        Step(Claim(S, write.total(lambda at: exp(u[at]))), phrase("define-normaliser")),
        write.vector_step(lambda at: p[at], lambda at: exp(u[at]) / S, phrase("define-softmax")),
    )


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p: the inner derivative of z/T is 1/T."""

    def links(a: Expr, b: Expr) -> Iterator[Link]:
        rule = phrase("one-scaled-logit", z=z[b], u=u[b])
        yield Partial(p[a], u[b]) * Partial(u[b], z[b]), rule
        yield product(Partial(p[a], u[b]), 1 / T), phrase("derivative-of-scaling")
        yield softmax.by_delta(a, b) / T, phrase("softmax-jacobian")

    return write.matrices(
        phrase("softmax-jacobian"),
        lambda a, b: Partial(p[a], z[b]),
        links,
        lambda a, b: softmax.by_delta(a, b) / T,
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule to the loss."""
    return write.alike.vectors(
        phrase("gradient"),
        lambda a: Partial(L, z[a]),
        *SCALING,
        (
            lambda a: (p[a] - y[a]) / T,
            phrase("gradient-of-cross-entropy"),
            cross_entropy.UNIT_SUM,
        ),
    )
