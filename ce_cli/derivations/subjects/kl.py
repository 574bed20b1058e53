"""The Kullback-Leibler divergence KL(y‖p): cross-entropy minus entropy, the same gradient."""

from __future__ import annotations

from sympy import Symbol, log

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.notation import L, Partial, c, p, sum_over, y, z

divergence = Symbol("D")
DIVERGENCE = Definition(divergence, sum_over(y[c] * log(y[c] / p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, cross_entropy.LOSS, DIVERGENCE))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the gradient of KL(y‖p) for targets that do not depend on the logits."""
    write = Indexing(classes, label)
    parts = (softmax.definition, cross_entropy.loss, value, gradient)
    steps = tuple(step for part in parts for step in part(write))
    title = "The Kullback-Leibler divergence"
    return Derivation("kl", title, DEFINITIONS, steps, classes, label)


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
    return chain(
        "Gradient",
        write.vector(lambda a: Partial(divergence, z[a])),
        (write.vector(lambda a: Partial(entropy, z[a]) + Partial(L, z[a])), "linearity"),
        (write.vector(lambda a: Partial(L, z[a])), "the entropy does not depend on $z$"),
        (write.vector(lambda a: p[a] - y[a]), "gradient of cross-entropy", (SumsToOne(y),)),
    )
