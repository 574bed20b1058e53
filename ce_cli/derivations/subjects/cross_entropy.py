"""Cross-entropy: from −Σ y_c log p_c by the chain rule to p − y."""

from __future__ import annotations

from sympy import Expr, IndexedBase, Integer, KroneckerDelta, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Entry, Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import L, Partial, c, fraction, p, product, sum_over, y, z

LOSS = Definition(L, -sum_over(y[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, LOSS))
UNIT_SUM = (SumsToOne(y),)


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient of cross-entropy, with the Jacobian it needs."""
    parts = [softmax.definition, softmax.jacobian, loss, log_derivative, gradient]
    if write.label is not None:
        parts.append(one_hot)
    title = "The gradient of cross-entropy"
    return write.derivation("cross-entropy", title, DEFINITIONS, parts)


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -write.total(lambda at: y[at] * log(p[at]), c))
    return (Step(claim, DEFINITION, heading="The loss"),)


def log_derivative(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the loss by the probabilities."""
    return write.vectors(
        "Derivative by the probabilities",
        lambda a: Partial(L, p[a]),
        (lambda a: -y[a] * differentiate(log(p[a]), p[a]), "derivative of the logarithm"),
        index=c,
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule, split the sum at c = i, and collect."""
    total = write.total
    return write.vectors(
        "Chain rule",
        lambda a: Partial(L, z[a]),
        (lambda a: total(lambda at: Partial(L, p[at]) * Partial(p[at], z[a]), c), "chain rule"),
        (by_probabilities(write, y), "derivative of the logarithm"),
        (
            lambda a: (
                product(-1, fraction(y[a], p[a]), p[a] * (1 - p[a]))
                - total(lambda at: product(fraction(y[at], p[at]), -p[at] * p[a]), c, without=a)
            ),
            "split the sum at $c = i$",
        ),
        (lambda a: -y[a] * (1 - p[a]) + total(lambda at: y[at] * p[a], c, without=a), "cancel $p$"),
        (lambda a: p[a] * (y[a] + total(lambda at: y[at], c, without=a)) - y[a], "collect $p_i$"),
        (lambda a: p[a] * total(lambda at: y[at], c) - y[a], "join the sum"),
        (lambda a: p[a] - y[a], "$Σy = 1$", UNIT_SUM),
    )


def by_probabilities(write: Indexing, target: IndexedBase) -> Entry:
    """Return −Σ_c target_c / p_c ∂p_c/∂z_a, the derivative of a cross-entropy."""

    def entry(a: Expr) -> Expr:
        return -write.total(
            lambda at: product(fraction(target[at], p[at]), Partial(p[at], z[a])), c
        )

    return entry


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    true = Integer(write.label or 0)
    return write.vectors(
        f"True class #{write.label}",
        lambda a: Partial(L, z[a]),
        (lambda a: p[a] - y[a], "$Σy = 1$"),
        (lambda a: p[a] - KroneckerDelta(a, true), "one-hot target"),
        assumptions=write.one_hot,
    )
