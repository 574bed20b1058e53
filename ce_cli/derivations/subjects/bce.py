"""Binary cross-entropy with logits: its gradient σ(x) − y."""

from __future__ import annotations

from sympy import Symbol, exp, log

from ce_cli.derivations.subjects import sigmoid
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, fraction, product, sigma, x

target = Symbol("y")
LOSS = Definition(L, -(target * log(sigma(x)) + (1 - target) * log(1 - sigma(x))))
DEFINITIONS = Definitions((sigmoid.SIGMOID, LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient of binary cross-entropy."""
    loss = Step(Claim(L, LOSS.body), DEFINITION, heading="The loss")
    steps = (sigmoid.definition(), *sigmoid.derivative(), loss, *gradient(), *with_logits())
    title = "Binary cross-entropy"
    return Derivation("bce", title, DEFINITIONS, steps, write.classes, write.label)


def gradient() -> tuple[Step, ...]:
    """Apply the chain rule through σ."""
    terms = target * Partial(log(sigma(x)), x) + (1 - target) * Partial(log(1 - sigma(x)), x)
    outer = -(fraction(target, sigma(x)) - fraction(1 - target, 1 - sigma(x)))
    return chain(
        "Gradient",
        Partial(L, x),
        (-terms, "linearity"),
        (outer * Partial(sigma(x), x), "chain rule"),
        (product(outer, sigma(x) * (1 - sigma(x))), "derivative of $σ$"),
        (-(target * (1 - sigma(x)) - (1 - target) * sigma(x)), "cancel $σ$ and $1 − σ$"),
        (sigma(x) - target, "collect"),
    )


def with_logits() -> tuple[Step, ...]:
    """Write the loss with the logit only."""
    return chain(
        "With the logit",
        L,
        (target * log(1 + exp(-x)) + (1 - target) * log(1 + exp(x)), "definition of $σ$"),
        (log(1 + exp(x)) - target * x, "$log(1 + e^{-x}) = log(1 + e^x) − x$"),
    )
