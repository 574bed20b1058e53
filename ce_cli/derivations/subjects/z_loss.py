"""The z-loss: a penalty λ (log Σ e^z)² keeps the normaliser near one."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, S, p, z

strength = Symbol("lambda")


def derive(write: Indexing) -> Derivation:
    """Return the gradient of the negative log-likelihood with z-loss."""
    body = -log(p[write.true_class]) + strength * log(S) ** 2
    loss = Step(Claim(L, body), DEFINITION, heading="The loss")
    steps = (*softmax.definition(write), loss, *gradient(write))
    definitions = Definitions((softmax.PROBABILITY, softmax.NORMALISER, Definition(L, body)))
    return Derivation("z-loss", "The z-loss", definitions, steps, write.classes, write.label)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the two terms."""
    true = write.true_class

    def by_chain_rule(a: Expr) -> Expr:
        return Partial(-log(p[true]), z[a]) + 2 * strength * log(S) * Partial(log(S), z[a])

    def by_likelihood(a: Expr) -> Expr:
        return p[a] - KroneckerDelta(a, true) + 2 * strength * log(S) * Partial(log(S), z[a])

    def by_logarithm(a: Expr) -> Expr:
        return p[a] - KroneckerDelta(a, true) + 2 * strength * log(S) * p[a]

    return write.vectors(
        "Gradient",
        lambda a: Partial(L, z[a]),
        (by_chain_rule, "chain rule"),
        (by_likelihood, "gradient of the log-likelihood"),
        (by_logarithm, "derivative of $log S$"),
        (lambda a: (1 + 2 * strength * log(S)) * p[a] - KroneckerDelta(a, true), "collect $p$"),
    )
