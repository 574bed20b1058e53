"""Negative log-likelihood of the true class, and why it is cross-entropy."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, exp, log

from ce_cli.derivations.subjects import softmax, true_class
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import L, Partial, S, c, i, p, product, y, z


def definitions(write: Indexing) -> tuple[Definition, ...]:
    """Return the meaning of p, S and L = −log p of the true class."""
    loss = Definition(L, -log(p[write.true_class]))
    return softmax.PROBABILITY, softmax.NORMALISER, loss


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the log-sum-exp form, of its gradient, and of its name."""
    write = write.with_label()
    parts = (softmax.definition, loss, monotony, log_sum_exp, gradient, as_cross_entropy)
    return write.derivation("nll", Definitions(definitions(write)), parts)


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    true = write.true_class
    rule = phrase("define-likelihood", true=true)
    return (Step(Claim(L, -log(p[true])), rule, heading=phrase("the-loss")),)


def monotony(write: Indexing) -> tuple[Step, ...]:
    """Show that the loss falls where the probability of the true class rises."""
    true = p[write.true_class]
    rule = phrase("derivative-of-log", p=true)
    return chain(phrase("why-logarithm", p=true), Partial(L, true), (-1 / true, rule))


def log_sum_exp(write: Indexing) -> tuple[Step, ...]:
    """Write the loss with logits only."""
    true = write.true_class
    return chain(
        phrase("loss-of-logits"),
        L,
        (-log(exp(z[true]) / S), phrase("put-in-softmax")),
        (product(-1, z[true] - log(S)), phrase("log-of-quotient")),
        (log(S) - z[true], phrase("remove-brackets")),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the log-sum-exp form."""
    true = write.true_class

    def by_logarithm(a: Expr) -> Expr:
        return Partial(S, z[a]) / S - differentiate(z[true], z[a])

    return write.vectors(
        phrase("gradient"),
        lambda a: Partial(L, z[a]),
        (lambda a: Partial(log(S) - z[true], z[a]), phrase("log-sum-exp-form")),
        (by_logarithm, phrase("derivative-of-log-sum", i=i, true=true)),
        (lambda a: exp(z[a]) / S - KroneckerDelta(a, true), phrase("derivative-of-terms", i=i)),
        (lambda a: p[a] - KroneckerDelta(a, true), phrase("back-to-p")),
    )


def known_gradient(write: Indexing) -> tuple[Step, ...]:
    """State the gradient, which this subject derives."""
    true = write.true_class
    step = write.vector_step(
        lambda a: Partial(L, z[a]),
        lambda a: p[a] - KroneckerDelta(a, true),
        phrase("gradient-of-likelihood"),
        phrase("gradient"),
    )
    return (step,)


def as_cross_entropy(write: Indexing) -> tuple[Step, ...]:
    """Reduce cross-entropy with a one-hot target to this loss."""
    true = write.true_class
    return chain(
        phrase("equal-to-cross-entropy"),
        -write.total(lambda at: y[at] * log(p[at]), c),
        (true_class.with_target(write), phrase("one-hot-target", true=true)),
        (-log(p[true]), phrase("one-term-remains")),
        (L, phrase("loss-of-above")),
        assumptions=write.one_hot,
    )
