"""The last layer z = wᵀa + b: gradients of its weights, its bias, and its input."""

from __future__ import annotations

from sympy import Expr, Integer

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Entry, Indexing
from ce_cli.symbolic.derivation import Derivation, Phrase, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Definition, Definitions
from ce_cli.symbolic.notation import (
    L,
    M,
    Partial,
    b,
    c,
    j,
    m,
    matrix,
    ordered,
    product,
    sum_over,
    vector,
    z,
)

w, a = matrix("w", M), vector("a", M)
LOGITS = Definition(z[j], sum_over(w[m, j] * a[m], m, M) + b[j])
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, cross_entropy.LOSS, LOGITS))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of ∂L/∂w_mj, ∂L/∂b_j and ∂L/∂a_m."""
    loss = (cross_entropy.known,) if write.written_out else cross_entropy.parts(write)
    parts = (definition, softmax.definition, *loss, weights, bias, inputs)
    return write.derivation("layer", DEFINITIONS, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define the logits."""

    def logit(at: Expr) -> Expr:
        return sum_over(w[m, at] * a[m], m, M) + b[at]

    step = write.vector_step(
        lambda at: z[at], logit, phrase("define-layer"), phrase("the-layer"), index=j
    )
    return (step,)


def weights(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by a weight: only one logit depends on it."""
    return _by_parameter(write, phrase("weights"), lambda at: w[m, at], a[m])


def bias(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by a bias."""
    return _by_parameter(write, phrase("bias"), lambda at: b[at], Integer(1))


def _by_parameter(write: Indexing, heading: Phrase, by: Entry, factor: Expr) -> tuple[Step, ...]:
    """Differentiate by a parameter that moves one logit, and that by ``factor``."""
    residual, needed = cross_entropy.residual(write)
    return write.alike.vectors(
        heading,
        lambda at: Partial(L, by(at)),
        (
            lambda at: Partial(L, z[at]) * Partial(z[at], by(at)),
            phrase("one-logit-depends", parameter=by(j), logit=z[j]),
        ),
        (
            lambda at: product(Partial(L, z[at]), factor),
            phrase("derivative-of-layer", parameter=by(j)),
        ),
        (lambda at: ordered(residual(at), factor), phrase("put-in-gradient"), needed),
        index=j,
    )


def inputs(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by an input: every logit depends on it."""
    total = write.total
    residual, needed = cross_entropy.residual(write)
    return chain(
        phrase("inputs"),
        Partial(L, a[m]),
        (
            total(lambda at: Partial(L, z[at]) * Partial(z[at], a[m]), c),
            phrase("every-logit-depends"),
        ),
        (
            total(lambda at: Partial(L, z[at]) * w[m, at], c),
            phrase("derivative-of-layer", parameter=a[m]),
        ),
        (total(lambda at: residual(at) * w[m, at], c), phrase("put-in-gradient"), needed),
    )
