"""Negative log-likelihood of the true class, and why it is cross-entropy."""

from __future__ import annotations

from sympy import KroneckerDelta, exp, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import L, Partial, S, c, p, y, z


def loss_definition(write: Indexing) -> Definition:
    """Return L = −log p of the true class."""
    return Definition(L, -log(p[write.true_class]))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the derivation of the log-sum-exp form, of its gradient, and of its name."""
    write = Indexing(classes, label)
    parts = (softmax.definition, value, gradient, as_cross_entropy)
    steps = tuple(step for part in parts for step in part(write))
    definitions = Definitions((softmax.PROBABILITY, softmax.NORMALISER, loss_definition(write)))
    title = "Negative log-likelihood"
    return Derivation("nll", title, definitions, steps, classes, label)


def value(write: Indexing) -> tuple[Step, ...]:
    """Write the loss with logits only."""
    true = write.true_class
    return (
        Step(Claim(L, -log(p[true])), DEFINITION, heading="The loss"),
        *chain(
            "",
            -log(p[true]),
            (-log(exp(z[true]) / S), "definition of $p$"),
            (-(z[true] - log(S)), "logarithm of a quotient"),
            (-(z[true] - log(write.total(lambda at: exp(z[at])))), "definition of $S$"),
        ),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the log-sum-exp form."""
    true = write.true_class
    return chain(
        "Gradient",
        write.vector(lambda a: Partial(L, z[a])),
        (write.vector(lambda a: Partial(log(S) - z[true], z[a])), "log-sum-exp form"),
        (
            write.vector(lambda a: Partial(S, z[a]) / S - differentiate(z[true], z[a])),
            "derivative of the logarithm",
        ),
        (
            write.vector(lambda a: exp(z[a]) / S - KroneckerDelta(a, true)),
            "derivative of the exponential",
        ),
        (write.vector(lambda a: p[a] - KroneckerDelta(a, true)), "definition of $p$"),
    )


def as_cross_entropy(write: Indexing) -> tuple[Step, ...]:
    """Reduce cross-entropy with a one-hot target to this loss."""
    true = write.true_class
    return chain(
        "Equal to cross-entropy for a one-hot target",
        -write.total(lambda at: y[at] * log(p[at]), c),
        (-write.total(lambda at: KroneckerDelta(at, true) * log(p[at]), c), "one-hot target"),
        (-log(p[true]), "sum of a delta"),
        (L, DEFINITION),
        assumptions=write.one_hot,
    )
