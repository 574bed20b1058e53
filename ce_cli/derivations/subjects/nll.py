"""Negative log-likelihood of the true class, and why it is cross-entropy."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, exp, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import L, Partial, S, c, p, y, z


def definitions(write: Indexing) -> tuple[Definition, ...]:
    """Return the meaning of p, S and L = −log p of the true class."""
    loss = Definition(L, -log(p[write.true_class]))
    return softmax.PROBABILITY, softmax.NORMALISER, loss


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the log-sum-exp form, of its gradient, and of its name."""
    parts = (softmax.definition, value, gradient, as_cross_entropy)
    meaning = Definitions(definitions(write))
    return write.derivation("nll", "Negative log-likelihood", meaning, parts)


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

    def by_logarithm(a: Expr) -> Expr:
        return Partial(S, z[a]) / S - differentiate(z[true], z[a])

    return write.vectors(
        "Gradient",
        lambda a: Partial(L, z[a]),
        (lambda a: Partial(log(S) - z[true], z[a]), "log-sum-exp form"),
        (by_logarithm, "derivative of the logarithm"),
        (lambda a: exp(z[a]) / S - KroneckerDelta(a, true), "derivative of the exponential"),
        (lambda a: p[a] - KroneckerDelta(a, true), "definition of $p$"),
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
