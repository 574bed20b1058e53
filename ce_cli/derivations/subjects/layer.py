"""The last layer z = wᵀa + b: gradients of its weights, its bias, and its input."""

from __future__ import annotations

from sympy import KroneckerDelta

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.notation import (
    L,
    M,
    Partial,
    b,
    i,
    j,
    m,
    matrix,
    p,
    sum_over,
    vector,
    y,
    z,
)

w, a = matrix("w", M), vector("a", M)
LOGITS = Definition(z[j], sum_over(w[m, j] * a[m], m, M) + b[j])
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, cross_entropy.LOSS, LOGITS))
TARGETS = (SumsToOne(y),)
NOTE = "Here $w$ has a row for each input; a matrix $W$ with a row for each class is its transpose."


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the derivation of ∂L/∂w_ij, ∂L/∂b_j and ∂L/∂a_i."""
    write = Indexing(classes, label)
    parts = (
        definition,
        softmax.definition,
        cross_entropy.loss,
        cross_entropy.gradient,
        weights,
        bias,
        inputs,
    )
    steps = tuple(step for part in parts for step in part(write))
    title = "The gradients of the last layer"
    return Derivation("layer", title, DEFINITIONS, steps, classes, label, NOTE)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State what the logits are."""
    logits = write.vector(lambda at: sum_over(w[m, at] * a[m], m, M) + b[at], j)
    claim = Claim(write.vector(lambda at: z[at], j), logits)
    return (Step(claim, DEFINITION, heading="The layer", entries=(j,)),)


def weights(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by a weight: only its own logit depends on it."""
    return chain(
        "Weights",
        write.vector(lambda at: Partial(L, w[i, at]), j),
        (
            write.vector(
                lambda at: write.total(lambda c: Partial(L, z[c]) * Partial(z[c], w[i, at])), j
            ),
            "chain rule",
        ),
        (
            write.vector(
                lambda at: write.total(lambda c: Partial(L, z[c]) * KroneckerDelta(c, at) * a[i]), j
            ),
            "derivative of the layer",
        ),
        (write.vector(lambda at: Partial(L, z[at]) * a[i], j), "sum of a delta"),
        (write.vector(lambda at: (p[at] - y[at]) * a[i], j), "gradient of cross-entropy", TARGETS),
    )


def bias(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by a bias."""
    return chain(
        "Bias",
        write.vector(lambda at: Partial(L, b[at]), j),
        (
            write.vector(
                lambda at: write.total(lambda c: Partial(L, z[c]) * Partial(z[c], b[at])), j
            ),
            "chain rule",
        ),
        (
            write.vector(
                lambda at: write.total(lambda c: Partial(L, z[c]) * KroneckerDelta(c, at)), j
            ),
            "derivative of the layer",
        ),
        (write.vector(lambda at: Partial(L, z[at]), j), "sum of a delta"),
        (write.vector(lambda at: p[at] - y[at], j), "gradient of cross-entropy", TARGETS),
    )


def inputs(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by an input: every logit depends on it."""
    return chain(
        "Inputs",
        Partial(L, a[i]),
        (write.total(lambda c: Partial(L, z[c]) * Partial(z[c], a[i])), "chain rule"),
        (write.total(lambda c: Partial(L, z[c]) * w[i, c]), "derivative of the layer"),
        (write.total(lambda c: (p[c] - y[c]) * w[i, c]), "gradient of cross-entropy", TARGETS),
    )
