"""The z-loss: a penalty λ (log Σ e^z)² keeps the normaliser near one."""

from __future__ import annotations

from sympy import KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, S, p, z

strength = Symbol("lambda")


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the gradient of the negative log-likelihood with z-loss."""
    write = Indexing(classes, label)
    body = -log(p[write.true_class]) + strength * log(S) ** 2
    loss = Step(Claim(L, body), DEFINITION, heading="The loss")
    steps = (*softmax.definition(write), loss, *gradient(write))
    definitions = Definitions((softmax.PROBABILITY, softmax.NORMALISER, Definition(L, body)))
    return Derivation("z-loss", "The z-loss", definitions, steps, classes, label)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the two terms."""
    true = write.true_class
    return chain(
        "Gradient",
        write.vector(lambda a: Partial(L, z[a])),
        (
            write.vector(
                lambda a: (
                    Partial(-log(p[true]), z[a]) + 2 * strength * log(S) * Partial(log(S), z[a])
                )
            ),
            "chain rule",
        ),
        (
            write.vector(
                lambda a: (
                    p[a] - KroneckerDelta(a, true) + 2 * strength * log(S) * Partial(log(S), z[a])
                )
            ),
            "gradient of the log-likelihood",
        ),
        (
            write.vector(lambda a: p[a] - KroneckerDelta(a, true) + 2 * strength * log(S) * p[a]),
            "derivative of $log S$",
        ),
        (
            write.vector(lambda a: (1 + 2 * strength * log(S)) * p[a] - KroneckerDelta(a, true)),
            "collect $p$",
        ),
    )
