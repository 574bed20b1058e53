"""The Kullback-Leibler divergence KL(y‖p): cross-entropy minus entropy, the same gradient."""

from __future__ import annotations

from sympy import Symbol, log

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, c, p, sum_over, y, z

divergence = Symbol("D")
DIVERGENCE = Definition(divergence, sum_over(y[c] * log(y[c] / p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, cross_entropy.LOSS, DIVERGENCE))


def derive(write: Indexing) -> Derivation:
    """Return the gradient of KL(y‖p) for targets that do not depend on the logits."""
    parts = (softmax.definition, cross_entropy.loss, value, gradient)
    return write.derivation("kl", "The Kullback-Leibler divergence", DEFINITIONS, parts)


def value(write: Indexing) -> tuple[Step, ...]:
    """Split the divergence into cross-entropy and entropy."""
    definition = write.total(lambda at: y[at] * log(y[at] / p[at]), c)
    entropy = write.total(lambda at: y[at] * log(y[at]), c)
    return (
        Step(Claim(divergence, definition), DEFINITION, heading="The divergence"),
        *chain(
            "",
            definition,
            (entropy - write.total(lambda at: y[at] * log(p[at]), c), "logarithm of a quotient"),
            (entropy + L, "definition of $L$"),
        ),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Drop the entropy, which does not depend on the logits."""
    entropy = write.total(lambda at: y[at] * log(y[at]), c)
    return write.vectors(
        "Gradient",
        lambda a: Partial(divergence, z[a]),
        (lambda a: Partial(entropy, z[a]) + Partial(L, z[a]), "linearity"),
        (lambda a: Partial(L, z[a]), "the entropy does not depend on $z$"),
        (lambda a: p[a] - y[a], "gradient of cross-entropy", cross_entropy.UNIT_SUM),
    )
