"""Cross-entropy with class weights."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, log

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, c, p, sum_over, vector, y, z

w = vector("w")
LOSS = Definition(L, -sum_over(w[c] * y[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the gradient of weighted cross-entropy."""
    parts = (softmax.definition, loss, log_derivative, gradient, one_hot)
    return write.derivation("weights", DEFINITIONS, parts)


def _weighted(at: Expr) -> Expr:
    return w[at] * y[at]


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -write.total(lambda at: w[at] * y[at] * log(p[at]), c))
    return (Step(claim, phrase("define-weighted-loss"), heading=phrase("the-loss")),)


def log_derivative(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the loss by the probabilities."""
    return cross_entropy.log_derivative(write, _weighted)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Repeat the derivation for cross-entropy with w y in place of y."""
    links = cross_entropy.links(write, _weighted)
    return write.alike.vectors(phrase("chain-rule"), lambda a: Partial(L, z[a]), *links)


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    write = write.with_label()
    true = write.true_class
    return write.vectors(
        phrase("one-hot-weights"),
        lambda a: Partial(L, z[a]),
        (
            lambda a: p[a] * w[true] - w[true] * KroneckerDelta(a, true),
            phrase("one-hot-target", true=true),
        ),
        (lambda a: w[true] * (p[a] - KroneckerDelta(a, true)), phrase("collect", common=w[true])),
        assumptions=write.one_hot,
    )
