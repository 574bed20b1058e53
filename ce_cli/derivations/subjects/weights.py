"""Cross-entropy with class weights."""

from __future__ import annotations

from sympy import KroneckerDelta, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, c, fraction, p, product, sum_over, vector, y, z

w = vector("w")
LOSS = Definition(L, -sum_over(w[c] * y[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, LOSS))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the gradient of weighted cross-entropy."""
    write = Indexing(classes, label)
    parts = (softmax.definition, loss, gradient, one_hot)
    steps = tuple(step for part in parts for step in part(write))
    title = "Cross-entropy with class weights"
    return Derivation("weights", title, DEFINITIONS, steps, classes, label)


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -write.total(lambda at: w[at] * y[at] * log(p[at]), c))
    return (Step(claim, DEFINITION, heading="The loss"),)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Repeat the derivation for cross-entropy with w y in place of y."""
    return chain(
        "Gradient",
        write.vector(lambda a: Partial(L, z[a])),
        (
            write.vector(
                lambda a: (
                    -write.total(
                        lambda at: product(w[at], fraction(y[at], p[at]), Partial(p[at], z[a])), c
                    )
                )
            ),
            "chain rule",
        ),
        (
            write.vector(
                lambda a: -write.total(lambda at: w[at] * y[at] * (KroneckerDelta(at, a) - p[a]), c)
            ),
            "softmax Jacobian",
        ),
        (
            write.vector(lambda a: p[a] * write.total(lambda at: w[at] * y[at], c) - w[a] * y[a]),
            "sum of a delta",
        ),
    )


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    true = write.true_class
    return chain(
        "One-hot targets",
        write.vector(lambda a: p[a] * write.total(lambda at: w[at] * y[at], c) - w[a] * y[a]),
        (
            write.vector(lambda a: p[a] * w[true] - w[true] * KroneckerDelta(a, true)),
            "one-hot target",
        ),
        (write.vector(lambda a: w[true] * (p[a] - KroneckerDelta(a, true))), "collect the weight"),
        assumptions=write.one_hot,
    )
