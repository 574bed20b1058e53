"""Label smoothing: targets (1 − ε) y + ε/C, and the gradient p minus them."""

from __future__ import annotations

from sympy import Expr, Integer, KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import C, L, Partial, c, p, sum_over, vector, y, z

smoothing = Symbol("epsilon")
q = vector("q")
TARGET = Definition(q[c], (1 - smoothing) * y[c] + smoothing / C)
LOSS = Definition(L, -sum_over(q[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, TARGET, LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the gradient of cross-entropy with smoothed labels."""
    parts = (softmax.definition, definition, unit_sum, gradient, one_hot)
    return write.derivation("label-smoothing", "Label smoothing", DEFINITIONS, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State the smoothed targets and the loss."""
    loss = Claim(L, -write.total(lambda at: q[at] * log(p[at]), c))
    targets = write.vector_step(
        lambda at: q[at],
        lambda at: (1 - smoothing) * y[at] + smoothing / C,
        heading="Smoothed targets",
        index=c,
    )
    return targets, Step(loss, DEFINITION)


def unit_sum(write: Indexing) -> tuple[Step, ...]:
    """Show that smoothing keeps the sum of the targets."""
    return chain(
        "The targets still sum to one",
        write.total(lambda at: q[at], c),
        ((1 - smoothing) * write.total(lambda at: y[at], c) + smoothing, "definition of $q$"),
        (Integer(1), "$Σy = 1$", cross_entropy.UNIT_SUM),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Repeat the derivation for cross-entropy with q in place of y."""
    return write.vectors(
        "Gradient",
        lambda a: Partial(L, z[a]),
        (cross_entropy.by_probabilities(write, q), "chain rule"),
        (
            lambda a: p[a] * write.total(lambda at: q[at], c) - q[a],
            "softmax Jacobian, sum of a delta",
        ),
        (lambda a: p[a] - q[a], "$Σq = 1$", cross_entropy.UNIT_SUM),
        (lambda a: p[a] - (1 - smoothing) * y[a] - smoothing / C, "definition of $q$"),
    )


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""

    def entry(a: Expr) -> Expr:
        return p[a] - (1 - smoothing) * KroneckerDelta(a, write.true_class) - smoothing / C

    return write.vectors(
        "One-hot targets",
        lambda a: Partial(L, z[a]),
        (entry, "one-hot target"),
        assumptions=write.one_hot,
    )
