"""The logistic sigmoid: its derivative, its symmetry, and the two-class softmax."""

from __future__ import annotations

from sympy import Integer, exp

from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import Partial, fraction, product, sigma, split_off, x, z

SIGMOID = Definition(sigma(x), 1 / (1 + exp(-x)))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of σ' = σ(1 − σ), σ(x) = 1 − σ(−x), and σ as a softmax."""
    parts = (definition, derivative, symmetry, two_classes)
    return write.derivation("sigmoid", Definitions((SIGMOID,)), parts)


def definition(_: Indexing) -> tuple[Step, ...]:
    """Define σ."""
    claim = Claim(sigma(x), SIGMOID.body)
    return (Step(claim, phrase("define-sigmoid"), heading=phrase("definition")),)


def derivative(_: Indexing) -> tuple[Step, ...]:
    """Differentiate by the quotient rule."""
    below = 1 + exp(-x)
    top = product(Partial(Integer(1), x), below) - product(1, Partial(below, x))
    put_in = split_off(product(Integer(0), below), -product(1, differentiate(below, x)))
    widened = split_off(below, Integer(-1))
    return chain(
        phrase("derivative-of-sigmoid"),
        Partial(sigma(x), x),
        (Partial(1 / below, x), phrase("definition-of-sigmoid")),
        (fraction(top, below**2), phrase("quotient-rule", g=Integer(1), h=below)),
        (fraction(put_in, below**2), phrase("constant-numerator")),
        (fraction(exp(-x), below**2), phrase("simplify")),
        (fraction(widened, below**2), phrase("add-and-subtract-one")),
        (split_off(1 / below, -1 / below**2), phrase("split-the-fraction")),
        (split_off(sigma(x), -(sigma(x) ** 2)), phrase("back-to-sigmoid")),
        (sigma(x) * (1 - sigma(x)), phrase("collect", common=sigma(x))),
    )


def symmetry(_: Indexing) -> tuple[Step, ...]:
    """Show σ(x) = 1 − σ(−x)."""
    return chain(
        phrase("symmetry-of-sigmoid"),
        1 - sigma(-x),
        (1 - 1 / (1 + exp(x)), phrase("definition-of-sigmoid")),
        (fraction(exp(x), 1 + exp(x)), phrase("common-denominator")),
        (1 / (1 + exp(-x)), phrase("divide-by-exponential")),
        (sigma(x), phrase("back-to-sigmoid")),
    )


def two_classes(_: Indexing) -> tuple[Step, ...]:
    """Show that the softmax of two logits is the sigmoid of their difference."""
    return chain(
        phrase("softmax-of-two"),
        exp(z[0]) / (exp(z[0]) + exp(z[1])),
        (1 / (1 + exp(z[1] - z[0])), phrase("divide-by-first", first=z[0])),
        (sigma(z[0] - z[1]), phrase("back-to-sigmoid")),
    )
