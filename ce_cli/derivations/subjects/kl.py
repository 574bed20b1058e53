"""The Kullback-Leibler divergence KL(y‖p): cross-entropy minus entropy, the same gradient."""

from __future__ import annotations

from sympy import Expr, Symbol, log

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, c, p, sum_over, y, z

divergence, entropy = Symbol("D"), Symbol("H")
DIVERGENCE = Definition(divergence, sum_over(y[c] * log(y[c] / p[c]), c))
ENTROPY = Definition(entropy, -sum_over(y[c] * log(y[c]), c))
DEFINITIONS = Definitions((
    softmax.PROBABILITY, softmax.NORMALISER, cross_entropy.LOSS, ENTROPY, DIVERGENCE,
))  # fmt: skip


def derive(write: Indexing) -> Derivation:
    """Return the gradient of KL(y‖p) for targets that do not depend on the logits."""
    parts = (softmax.definition, cross_entropy.loss, entropy_of_target, value, gradient)
    return write.derivation("kl", DEFINITIONS, parts)


def _negative_entropy(write: Indexing) -> Expr:
    return write.total(lambda at: y[at] * log(y[at]), c)


def entropy_of_target(write: Indexing) -> tuple[Step, ...]:
    """Define the entropy."""
    return (Step(Claim(entropy, -_negative_entropy(write)), phrase("define-entropy-of-target")),)


def value(write: Indexing) -> tuple[Step, ...]:
    """Split the divergence into cross-entropy and entropy."""
    total = write.total
    by_quotients = total(lambda at: y[at] * log(y[at] / p[at]), c)
    split = _negative_entropy(write) - total(lambda at: y[at] * log(p[at]), c)
    return chain(
        phrase("the-divergence"),
        divergence,
        (by_quotients, phrase("define-divergence")),
        (split, phrase("log-of-quotient")),
        (L - entropy, phrase("entropies-of-above")),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Drop the entropy, which does not depend on the logits."""
    return write.alike.vectors(
        phrase("gradient"),
        lambda a: Partial(divergence, z[a]),
        (lambda a: Partial(L, z[a]) - Partial(entropy, z[a]), phrase("differentiate-both")),
        (lambda a: Partial(L, z[a]), phrase("entropy-is-constant")),
        (lambda a: p[a] - y[a], phrase("gradient-of-cross-entropy"), cross_entropy.UNIT_SUM),
    )
