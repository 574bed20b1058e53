"""The focal loss −(1 − p_Y)^γ log p_Y.

Lin et al., "Focal loss for dense object detection", 2017.
"""

from __future__ import annotations

from sympy import KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, fraction, p, z

focusing = Symbol("gamma", positive=True)


def derive(write: Indexing) -> Derivation:
    """Return the gradient of the focal loss."""
    true = p[write.true_class]
    body = -((1 - true) ** focusing) * log(true)
    loss = Step(Claim(L, body), DEFINITION, heading="The loss")
    steps = (*softmax.definition(write), loss, *gradient(write))
    definitions = Definitions((softmax.PROBABILITY, softmax.NORMALISER, Definition(L, body)))
    return Derivation("focal", "The focal loss", definitions, steps, write.classes, write.label)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule through the probability of the true class."""
    at = write.true_class
    true = p[at]
    by_probability = focusing * (1 - true) ** (focusing - 1) * log(true) - fraction(
        (1 - true) ** focusing, true
    )
    factor = focusing * (1 - true) ** (focusing - 1) * true * log(true) - (1 - true) ** focusing
    return (
        *chain("Derivative by the probability", Partial(L, true), (by_probability, "product rule")),
        *write.vectors(
            "Gradient",
            lambda a: Partial(L, z[a]),
            (lambda a: Partial(L, true) * Partial(true, z[a]), "chain rule"),
            (lambda a: by_probability * Partial(true, z[a]), "derivative by the probability"),
            (lambda a: by_probability * true * (KroneckerDelta(a, at) - p[a]), "softmax Jacobian"),
            (lambda a: factor * (KroneckerDelta(a, at) - p[a]), "cancel $p$"),
        ),
    )
