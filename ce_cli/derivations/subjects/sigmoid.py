"""The logistic sigmoid: its derivative, its symmetry, and the two-class softmax."""

from __future__ import annotations

from sympy import Integer, exp

from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import Partial, fraction, product, sigma, x, z

SIGMOID = Definition(sigma(x), 1 / (1 + exp(-x)))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of σ' = σ(1 − σ), σ(x) = 1 − σ(−x), and σ as a softmax."""
    steps = (definition(), *derivative(), *symmetry(), *two_classes())
    title = "The sigmoid"
    return Derivation("sigmoid", title, Definitions((SIGMOID,)), steps, write.classes, write.label)


def definition() -> Step:
    """Define σ."""
    return Step(Claim(sigma(x), SIGMOID.body), DEFINITION, heading="Definition")


def derivative() -> tuple[Step, ...]:
    """Differentiate by the quotient rule."""
    below = 1 + exp(-x)
    top = product(Partial(Integer(1), x), below) - Partial(below, x)
    return chain(
        "Derivative",
        Partial(sigma(x), x),
        (Partial(1 / below, x), "definition of $σ$"),
        (fraction(top, below**2), "quotient rule"),
        (fraction(-differentiate(below, x), below**2), "derivative of the exponential"),
        (product(fraction(Integer(1), below), fraction(below - 1, below)), "factor"),
        (product(1 / below, 1 - 1 / below), "split the fraction"),
        (sigma(x) * (1 - sigma(x)), "definition of $σ$"),
    )


def symmetry() -> tuple[Step, ...]:
    """Show σ(x) = 1 − σ(−x)."""
    return chain(
        "Symmetry",
        1 - sigma(-x),
        (1 - 1 / (1 + exp(x)), "definition of $σ$"),
        (fraction(exp(x), 1 + exp(x)), "common denominator"),
        (1 / (1 + exp(-x)), "divide by $e^x$"),
        (sigma(x), "definition of $σ$"),
    )


def two_classes() -> tuple[Step, ...]:
    """Show that the softmax of two logits is the sigmoid of their difference."""
    return chain(
        "The softmax of two logits",
        exp(z[0]) / (exp(z[0]) + exp(z[1])),
        (1 / (1 + exp(z[1] - z[0])), "divide by $e^{z_#0}$"),
        (sigma(z[0] - z[1]), "definition of $σ$"),
    )
