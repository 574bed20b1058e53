"""Binary cross-entropy with logits: its gradient σ(x) − y."""

from __future__ import annotations

from sympy import Symbol, exp, log

from ce_cli.derivations.subjects import sigmoid
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, fraction, ordered, product, sigma, x

target = Symbol("y")
LOSS = Definition(L, -(target * log(sigma(x)) + (1 - target) * log(1 - sigma(x))))
DEFINITIONS = Definitions((sigmoid.SIGMOID, LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient of binary cross-entropy."""
    parts = (sigmoid.definition, loss, known_derivative, gradient, with_logits)
    return write.derivation("bce", DEFINITIONS, parts)


def loss(_: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, LOSS.body)
    return (Step(claim, phrase("define-binary-cross-entropy"), heading=phrase("the-loss")),)


def known_derivative(_: Indexing) -> tuple[Step, ...]:
    """State the derivative of σ, which its subject derives."""
    claim = Claim(Partial(sigma(x), x), sigma(x) * (1 - sigma(x)))
    rule, heading = phrase("known-derivative-of-sigmoid"), phrase("derivative-of-sigmoid")
    return (Step(claim, rule, heading=heading),)


def gradient(_: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule through σ."""
    terms = target * Partial(log(sigma(x)), x) + (1 - target) * Partial(log(1 - sigma(x)), x)
    fractions = fraction(target, sigma(x)) - fraction(1 - target, 1 - sigma(x))
    derivative = sigma(x) * (1 - sigma(x))
    cancelled = target * (1 - sigma(x)) - ordered(1 - target, sigma(x))
    return chain(
        phrase("gradient"),
        Partial(L, x),
        (-terms, phrase("target-is-constant")),
        (product(-1, fractions, Partial(sigma(x), x)), phrase("chain-rule-of-log")),
        (product(-1, fractions, derivative), phrase("put-in-sigmoid-derivative")),
        (product(-1, cancelled), phrase("cancel-sigmoid")),
        (sigma(x) - target, phrase("expand-and-collect")),
    )


def with_logits(_: Indexing) -> tuple[Step, ...]:
    """Write the loss with the logit only."""
    return chain(
        phrase("with-the-logit"),
        L,
        (target * log(1 + exp(-x)) + (1 - target) * log(1 + exp(x)), phrase("logs-of-sigmoid")),
        (log(1 + exp(x)) - target * x, phrase("softplus-identity")),
    )
