"""The focal loss −(1 − p_Y)^γ log p_Y.

Lin et al., "Focal loss for dense object detection", 2017.
"""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, fraction, p, product, z

focusing = Symbol("gamma", positive=True)


def derive(write: Indexing) -> Derivation:
    """Return the gradient of the focal loss."""
    write = write.with_label()
    loss = Definition(L, _loss(p[write.true_class]))
    definitions = Definitions((softmax.PROBABILITY, softmax.NORMALISER, loss))
    parts = (softmax.definition, definition, by_probability, gradient)
    return write.derivation("focal", definitions, parts)


def _loss(true: Expr) -> Expr:
    return -((1 - true) ** focusing) * log(true)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    true = p[write.true_class]
    rule = phrase("define-focal-loss", p=true)
    return (Step(Claim(L, _loss(true)), rule, heading=phrase("the-loss")),)


def by_probability(write: Indexing) -> tuple[Step, ...]:
    """Differentiate by the probability of the true class with the product rule."""
    true = p[write.true_class]
    factor = (1 - true) ** focusing
    by_product = -(Partial(factor, true) * log(true) + factor * Partial(log(true), true))
    return chain(
        phrase("derivative-by-probability"),
        Partial(L, true),
        (by_product, phrase("product-rule", g=factor, h=log(true))),
        (_derivative(true), phrase("power-and-logarithm", p=true)),
    )


def _derivative(true: Expr) -> Expr:
    power = focusing * (1 - true) ** (focusing - 1)
    return power * log(true) - fraction((1 - true) ** focusing, true)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule through the probability of the true class."""
    at = write.true_class
    true = p[at]
    factor = focusing * (1 - true) ** (focusing - 1) * true * log(true) - (1 - true) ** focusing

    def entry(a: Expr) -> Expr:
        return KroneckerDelta(a, at) - p[a]

    return write.vectors(
        phrase("one-term-chain-rule"),
        lambda a: Partial(L, z[a]),
        (
            lambda a: Partial(L, true) * Partial(true, z[a]),
            phrase("one-term-chain-rule", true=at),
        ),
        (
            lambda a: product(Partial(L, true), true * entry(a)),
            phrase("softmax-jacobian"),
        ),
        (lambda a: product(factor, entry(a)), phrase("put-in-focal-derivative", p=true)),
    )
