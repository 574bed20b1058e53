"""The entropy of the softmax: every logit moves towards the mean surprise."""

from __future__ import annotations

from sympy import Expr, Symbol, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import Partial, c, fraction, i, p, product, split_off, sum_over, z

H = Symbol("H")
ENTROPY = Definition(H, -sum_over(p[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, ENTROPY))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient of the entropy by the logits."""
    parts = (softmax.definition, value, derivative_by_probabilities, gradient)
    return write.derivation("entropy", DEFINITIONS, parts)


def value(write: Indexing) -> tuple[Step, ...]:
    """Define the entropy."""
    claim = Claim(H, -write.total(lambda at: p[at] * log(p[at]), c))
    return (Step(claim, phrase("define-entropy"), heading=phrase("the-entropy")),)


def derivative_by_probabilities(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p log p as a product."""
    return write.alike.vectors(
        phrase("derivative-by-probabilities"),
        lambda a: Partial(H, p[a]),
        (
            lambda a: -(log(p[a]) + product(p[a], fraction(1, p[a]))),
            phrase("product-rule", g=p[c], h=log(p[c])),
        ),
        (lambda a: -(log(p[a]) + 1), phrase("cancel-p")),
        index=c,
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule and collect the mean of log p, which is −H."""
    total = write.total

    def put_in(a: Expr) -> Expr:
        return write.minus_total(lambda at: _raised(at) * softmax.by_delta(at, a), c, first=a)

    def picked(a: Expr) -> Expr:
        return split_off(
            -p[a] * _raised(a), write.total_in_order(lambda at: p[a] * p[at] * _raised(at), c)
        )

    return write.alike.vectors(
        phrase("chain-rule"),
        lambda a: Partial(H, z[a]),
        (
            lambda a: total(lambda at: Partial(H, p[at]) * Partial(p[at], z[a]), c),
            phrase("chain-rule", i=i),
        ),
        (put_in, phrase("put-in-both")),
        (picked, phrase("sum-of-delta", k=c, i=i)),
        (lambda a: split_off(-p[a] * _raised(a), p[a] * (1 - H)), phrase("mean-is-entropy", i=i)),
        (lambda a: -p[a] * split_off(log(p[a]), H), phrase("ones-cancel", i=i)),
    )


def _raised(a: Expr) -> Expr:
    return log(p[a]) + 1
