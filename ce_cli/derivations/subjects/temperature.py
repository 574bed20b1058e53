"""Softmax with a temperature: every derivative gains a factor 1/T."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, exp

from ce_cli.derivations.subjects import cross_entropy
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step
from ce_cli.symbolic.kernel.claims import Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, T, c, fraction, i, k, p, sum_over, y, z

PROBABILITY = Definition(p[i], exp(z[i] / T) / sum_over(exp(z[k] / T), k))
DEFINITIONS = Definitions((PROBABILITY, cross_entropy.LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the Jacobian and the gradient at temperature T."""
    parts = (definition, jacobian, cross_entropy.loss, gradient)
    return write.derivation("temperature", "Softmax with temperature", DEFINITIONS, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define p."""
    total = write.total(lambda at: exp(z[at] / T))
    step = write.vector_step(
        lambda at: p[at], lambda at: exp(z[at] / T) / total, heading="Definition"
    )
    return (step,)


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p: the inner derivative of z/T is 1/T."""
    total = write.total(lambda at: exp(z[at] / T))

    def by_quotients(a: Expr, b: Expr) -> Expr:
        top = Partial(exp(z[a] / T), z[b]) * total - exp(z[a] / T) * Partial(total, z[b])
        return fraction(top, total**2)

    def differentiated(a: Expr, b: Expr) -> Expr:
        own = KroneckerDelta(a, b) / T * exp(z[a] / T) * total
        return fraction(own - exp(z[a] / T) * exp(z[b] / T) / T, total**2)

    return write.matrices(
        "Jacobian",
        lambda a, b: Partial(p[a], z[b]),
        (by_quotients, "quotient rule"),
        (differentiated, "chain rule for $e^{z/T}$"),
        (lambda a, b: p[a] * (KroneckerDelta(a, b) - p[b]) / T, "definition of $p$"),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule to the loss."""
    total = write.total
    return write.vectors(
        "Gradient",
        lambda a: Partial(L, z[a]),
        (cross_entropy.by_probabilities(write, y), "chain rule"),
        (lambda a: -total(lambda at: y[at] * (KroneckerDelta(at, a) - p[a]) / T, c), "Jacobian"),
        (lambda a: (p[a] * total(lambda at: y[at], c) - y[a]) / T, "sum of a delta"),
        (lambda a: (p[a] - y[a]) / T, "$Σy = 1$", cross_entropy.UNIT_SUM),
    )
