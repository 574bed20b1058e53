"""Label smoothing: targets (1 − ε) y + ε/C, and the gradient p minus them."""

from __future__ import annotations

from sympy import Expr, Integer, KroneckerDelta, Symbol, log

from ce_cli.derivations.subjects import cross_entropy, softmax
from ce_cli.derivations.subjects.cross_entropy import UNIT_SUM
from ce_cli.derivations.subjects.indexing import Entry, Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import (
    C,
    L,
    Partial,
    c,
    fraction,
    in_order,
    ordered,
    p,
    product,
    split_off,
    sum_over,
    vector,
    y,
    z,
)

smoothing = Symbol("epsilon")
q = vector("q")
TARGET = Definition(q[c], (1 - smoothing) * y[c] + smoothing / C)
LOSS = Definition(L, -sum_over(q[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, TARGET, LOSS))


def derive(write: Indexing) -> Derivation:
    """Return the gradient of cross-entropy with smoothed labels."""
    parts = (softmax.definition, definition, unit_sum, log_derivative, gradient, one_hot)
    return write.derivation("label-smoothing", DEFINITIONS, parts)


def _share(write: Indexing) -> Expr:
    """Return ε/C, the part of a target that every class gets."""
    return fraction(smoothing, C if write.written_out is None else Integer(write.written_out))


def definition(write: Indexing) -> tuple[Step, ...]:
    """State the smoothed targets and the loss."""
    loss = Claim(L, -write.total(lambda at: q[at] * log(p[at]), c))
    targets = write.vector_step(
        _smoothed, lambda at: split_off(ordered(1 - smoothing, y[at]), _share(write)),
        phrase("define-smoothing"), phrase("smoothed-targets"), index=c,
    )  # fmt: skip
    return targets, Step(loss, phrase("define-smoothed-loss"))


def _smoothed(at: Expr) -> Expr:
    return q[at]


def unit_sum(write: Indexing) -> tuple[Step, ...]:
    """Show that smoothing keeps the sum of the targets."""
    return chain(
        phrase("smoothed-sum"),
        write.total(_smoothed, c),
        (
            split_off((1 - smoothing) * write.total(lambda at: y[at], c), smoothing),
            phrase("sum-of-shares"),
        ),
        (Integer(1), phrase("targets-sum-to-one"), UNIT_SUM),
    )


def log_derivative(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the loss by the probabilities."""
    return cross_entropy.log_derivative(write, _smoothed)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Repeat the derivation for cross-entropy with q in place of y."""
    return write.alike.vectors(
        phrase("chain-rule"),
        lambda a: Partial(L, z[a]),
        *cross_entropy.links(write, _smoothed),
        (lambda a: p[a] - q[a], phrase("smoothed-sum-to-one"), UNIT_SUM),
    )


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    write = write.with_label()
    true = write.true_class
    return write.vectors(
        phrase("one-hot-smoothing"),
        lambda a: Partial(L, z[a]),
        (_result(write, lambda a: y[a]), phrase("put-in-smoothing")),
        (
            _result(write, lambda a: KroneckerDelta(a, true)),
            phrase("one-hot-target", true=true),
        ),
        assumptions=write.one_hot,
    )


def _result(write: Indexing, target: Entry) -> Entry:
    def entry(a: Expr) -> Expr:
        kept = product(-1, ordered(1 - smoothing, target(a))) if target(a) != 0 else Integer(0)
        return in_order(p[a], kept, -_share(write))

    return entry
