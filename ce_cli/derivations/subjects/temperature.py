"""Softmax with a temperature: every derivative gains a factor 1/T."""

from __future__ import annotations

from sympy import KroneckerDelta, exp

from ce_cli.derivations.subjects import cross_entropy
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.notation import L, Partial, T, c, fraction, i, k, p, product, sum_over, y, z

PROBABILITY = Definition(p[i], exp(z[i] / T) / sum_over(exp(z[k] / T), k))
DEFINITIONS = Definitions((PROBABILITY, cross_entropy.LOSS))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the Jacobian and the gradient at temperature T."""
    write = Indexing(classes, label)
    parts = (definition, jacobian, cross_entropy.loss, gradient)
    steps = tuple(step for part in parts for step in part(write))
    title = "Softmax with temperature"
    return Derivation("temperature", title, DEFINITIONS, steps, classes, label)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State what p is."""
    total = write.total(lambda at: exp(z[at] / T))
    claim = Claim(write.vector(lambda at: p[at]), write.vector(lambda at: exp(z[at] / T) / total))
    return (Step(claim, DEFINITION, heading="Definition", entries=(i,)),)


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p: the inner derivative of z/T is 1/T."""
    total = write.total(lambda at: exp(z[at] / T))
    return chain(
        "Jacobian",
        write.matrix(lambda a, b: Partial(p[a], z[b])),
        (
            write.matrix(
                lambda a, b: fraction(
                    Partial(exp(z[a] / T), z[b]) * total - exp(z[a] / T) * Partial(total, z[b]),
                    total**2,
                )
            ),
            "quotient rule",
        ),
        (
            write.matrix(
                lambda a, b: fraction(
                    KroneckerDelta(a, b) / T * exp(z[a] / T) * total
                    - exp(z[a] / T) * exp(z[b] / T) / T,
                    total**2,
                )
            ),
            "chain rule for $e^{z/T}$",
        ),
        (write.matrix(lambda a, b: p[a] * (KroneckerDelta(a, b) - p[b]) / T), "definition of $p$"),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule to the loss."""
    return chain(
        "Gradient",
        write.vector(lambda a: Partial(L, z[a])),
        (
            write.vector(
                lambda a: (
                    -write.total(
                        lambda at: product(fraction(y[at], p[at]), Partial(p[at], z[a])), c
                    )
                )
            ),
            "chain rule",
        ),
        (
            write.vector(
                lambda a: -write.total(lambda at: y[at] * (KroneckerDelta(at, a) - p[a]) / T, c)
            ),
            "Jacobian",
        ),
        (
            write.vector(lambda a: (p[a] * write.total(lambda at: y[at], c) - y[a]) / T),
            "sum of a delta",
        ),
        (write.vector(lambda a: (p[a] - y[a]) / T), "$Σy = 1$", (SumsToOne(y),)),
    )
