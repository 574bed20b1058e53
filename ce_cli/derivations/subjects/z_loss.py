"""The z-loss: a penalty λ (log Σ e^z)² keeps the normaliser near one."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Symbol, exp, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, S, i, p, split_off, z

strength = Symbol("lambda")


def _loss(write: Indexing) -> Expr:
    return split_off(-log(p[write.true_class]), strength * log(S) ** 2)


def derive(write: Indexing) -> Derivation:
    """Return the gradient of the negative log-likelihood with z-loss."""
    write = write.with_label()
    loss = Definition(L, _loss(write))
    definitions = Definitions((softmax.PROBABILITY, softmax.NORMALISER, loss))
    parts = (softmax.definition, definition, penalty, gradient)
    return write.derivation("z-loss", definitions, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    rule = phrase("define-z-loss")
    return (Step(Claim(L, _loss(write)), rule, heading=phrase("the-loss")),)


def penalty(write: Indexing) -> tuple[Step, ...]:
    """Differentiate log S."""
    return write.alike.vectors(
        phrase("derivative-of-log-normaliser"),
        lambda a: Partial(log(S), z[a]),
        (lambda a: Partial(S, z[a]) / S, phrase("log-of-normaliser")),
        (lambda a: exp(z[a]) / S, phrase("derivative-of-terms", i=i)),
        (lambda a: p[a], phrase("back-to-p")),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the two terms."""
    true, slope = write.true_class, 2 * strength * log(S)

    def by_terms(a: Expr) -> Expr:
        return split_off(Partial(-log(p[true]), z[a]), slope * Partial(log(S), z[a]))

    def by_likelihood(a: Expr) -> Expr:
        return split_off(p[a] - KroneckerDelta(a, true), slope * Partial(log(S), z[a]))

    def by_logarithm(a: Expr) -> Expr:
        return split_off(p[a] - KroneckerDelta(a, true), slope * p[a])

    return write.vectors(
        phrase("gradient"),
        lambda a: Partial(L, z[a]),
        (by_terms, phrase("chain-rule-of-square")),
        (by_likelihood, phrase("gradient-of-likelihood")),
        (by_logarithm, phrase("put-in-log-normaliser")),
        (
            lambda a: (1 + slope) * p[a] - KroneckerDelta(a, true),
            phrase("collect", common=p[i]),
        ),
    )
