"""Cross-entropy with class weights."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Entry, Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, c, fraction, p, product, sum_over, vector, y, z

w = vector("w")
LOSS = Definition(L, -sum_over(w[c] * y[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the gradient of weighted cross-entropy."""
    parts = (softmax.definition, loss, gradient, one_hot)
    return write.derivation("weights", "Cross-entropy with class weights", DEFINITIONS, parts)


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -write.total(lambda at: w[at] * y[at] * log(p[at]), c))
    return (Step(claim, DEFINITION, heading="The loss"),)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Repeat the derivation for cross-entropy with w y in place of y."""

    def by_probabilities(a: Expr) -> Expr:
        return -write.total(
            lambda at: product(w[at], fraction(y[at], p[at]), Partial(p[at], z[a])), c
        )

    def by_jacobian(a: Expr) -> Expr:
        return -write.total(lambda at: w[at] * y[at] * (KroneckerDelta(at, a) - p[a]), c)

    return write.vectors(
        "Gradient",
        lambda a: Partial(L, z[a]),
        (by_probabilities, "chain rule"),
        (by_jacobian, "softmax Jacobian"),
        (_collected(write), "sum of a delta"),
    )


def _collected(write: Indexing) -> Entry:
    return lambda a: p[a] * write.total(lambda at: w[at] * y[at], c) - w[a] * y[a]


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    true = write.true_class
    return write.vectors(
        "One-hot targets",
        _collected(write),
        (lambda a: p[a] * w[true] - w[true] * KroneckerDelta(a, true), "one-hot target"),
        (lambda a: w[true] * (p[a] - KroneckerDelta(a, true)), "collect the weight"),
        assumptions=write.one_hot,
    )
