"""The last layer z = wᵀa + b: gradients of its weights, its bias, and its input."""

from __future__ import annotations

from sympy import Expr, Integer, KroneckerDelta

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.cross_entropy import UNIT_SUM
from ce_cli.derivations.subjects.indexing import Entry, Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Definition, Definitions
from ce_cli.symbolic.notation import L, M, Partial, b, i, j, m, matrix, p, sum_over, vector, y, z

w, a = matrix("w", M), vector("a", M)
LOGITS = Definition(z[j], sum_over(w[m, j] * a[m], m, M) + b[j])
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, cross_entropy.LOSS, LOGITS))
NOTE = "Here $w$ has a row for each input; a matrix $W$ with a row for each class is its transpose."


def derive(write: Indexing) -> Derivation:
    """Return the derivation of ∂L/∂w_ij, ∂L/∂b_j and ∂L/∂a_i."""
    loss = (softmax.definition, cross_entropy.loss, cross_entropy.gradient)
    parts = (definition, *loss, weights, bias, inputs)
    title = "The gradients of the last layer"
    return write.derivation("layer", title, DEFINITIONS, parts, NOTE)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define the logits."""

    def logit(at: Expr) -> Expr:
        return sum_over(w[m, at] * a[m], m, M) + b[at]

    return (write.vector_step(lambda at: z[at], logit, heading="The layer", index=j),)


def weights(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by a weight: only its own logit depends on it."""
    return _by_parameter(write, "Weights", lambda at: w[i, at], a[i])


def bias(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by a bias."""
    return _by_parameter(write, "Bias", lambda at: b[at], Integer(1))


def _by_parameter(write: Indexing, heading: str, by: Entry, factor: Expr) -> tuple[Step, ...]:
    """Differentiate by a parameter that moves one logit, and that by ``factor``."""

    def inner(at: Expr) -> Expr:
        return write.total(lambda c: Partial(L, z[c]) * Partial(z[c], by(at)))

    def outer(at: Expr) -> Expr:
        return write.total(lambda c: Partial(L, z[c]) * KroneckerDelta(c, at) * factor)

    return write.vectors(
        heading,
        lambda at: Partial(L, by(at)),
        (inner, "chain rule"),
        (outer, "derivative of the layer"),
        (lambda at: Partial(L, z[at]) * factor, "sum of a delta"),
        (lambda at: (p[at] - y[at]) * factor, "gradient of cross-entropy", UNIT_SUM),
        index=j,
    )


def inputs(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by an input: every logit depends on it."""
    return chain(
        "Inputs",
        Partial(L, a[i]),
        (write.total(lambda c: Partial(L, z[c]) * Partial(z[c], a[i])), "chain rule"),
        (write.total(lambda c: Partial(L, z[c]) * w[i, c]), "derivative of the layer"),
        (write.total(lambda c: (p[c] - y[c]) * w[i, c]), "gradient of cross-entropy", UNIT_SUM),
    )
