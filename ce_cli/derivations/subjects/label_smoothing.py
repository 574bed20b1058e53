"""Label smoothing: targets (1 − ε) y + ε/C, and the gradient p minus them."""

from __future__ import annotations

from sympy import Integer, KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.notation import (
    C,
    L,
    Partial,
    c,
    fraction,
    p,
    product,
    sum_over,
    vector,
    y,
    z,
)

smoothing = Symbol("epsilon")
q = vector("q")
TARGET = Definition(q[c], (1 - smoothing) * y[c] + smoothing / C)
LOSS = Definition(L, -sum_over(q[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, TARGET, LOSS))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the gradient of cross-entropy with smoothed labels."""
    write = Indexing(classes, label)
    parts = (softmax.definition, definition, unit_sum, gradient, one_hot)
    steps = tuple(step for part in parts for step in part(write))
    title = "Label smoothing"
    return Derivation("label-smoothing", title, DEFINITIONS, steps, classes, label)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State the smoothed targets and the loss."""
    targets = Claim(
        write.vector(lambda at: q[at], c),
        write.vector(lambda at: (1 - smoothing) * y[at] + smoothing / C, c),
    )
    loss = Claim(L, -write.total(lambda at: q[at] * log(p[at]), c))
    return (
        Step(targets, DEFINITION, heading="Smoothed targets", entries=(c,)),
        Step(loss, DEFINITION),
    )


def unit_sum(write: Indexing) -> tuple[Step, ...]:
    """Show that smoothing keeps the sum of the targets."""
    return chain(
        "The targets still sum to one",
        write.total(lambda at: q[at], c),
        ((1 - smoothing) * write.total(lambda at: y[at], c) + smoothing, "definition of $q$"),
        (Integer(1), "$Σy = 1$", (SumsToOne(y),)),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Repeat the derivation for cross-entropy with q in place of y."""
    return chain(
        "Gradient",
        write.vector(lambda a: Partial(L, z[a])),
        (
            write.vector(
                lambda a: (
                    -write.total(
                        lambda at: product(fraction(q[at], p[at]), Partial(p[at], z[a])), c
                    )
                )
            ),
            "chain rule",
        ),
        (
            write.vector(lambda a: p[a] * write.total(lambda at: q[at], c) - q[a]),
            "softmax Jacobian, sum of a delta",
        ),
        (write.vector(lambda a: p[a] - q[a]), "$Σq = 1$", (SumsToOne(y),)),
        (
            write.vector(lambda a: p[a] - (1 - smoothing) * y[a] - smoothing / C),
            "definition of $q$",
        ),
    )


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    return chain(
        "One-hot targets",
        write.vector(lambda a: Partial(L, z[a])),
        (
            write.vector(
                lambda a: (
                    p[a] - (1 - smoothing) * KroneckerDelta(a, write.true_class) - smoothing / C
                )
            ),
            "one-hot target",
        ),
        assumptions=write.one_hot,
    )
