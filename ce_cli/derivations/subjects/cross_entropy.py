"""Cross-entropy: from −Σ y_c log p_c by the chain rule to p − y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Expr, KroneckerDelta, log

from ce_cli.derivations.subjects import softmax, true_class
from ce_cli.derivations.subjects.indexing import Entry, EntryLink, Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Assumption, Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.notation import (
    L,
    Partial,
    c,
    fraction,
    i,
    p,
    product,
    split_off,
    sum_over,
    y,
    z,
)

LOSS = Definition(L, -sum_over(y[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, LOSS))
UNIT_SUM = (SumsToOne(y),)


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient of cross-entropy, with the Jacobian it needs."""
    passages = (softmax.definition, softmax.jacobian, *parts(write))
    return write.derivation("cross-entropy", DEFINITIONS, passages)


def parts(write: Indexing) -> tuple[Callable[[Indexing], tuple[Step, ...]], ...]:
    """Return the parts from the loss to the gradient: with a label, those of one-hot targets."""
    return (loss, log_derivative, gradient) if write.label is None else true_class.PARTS


def known(write: Indexing) -> tuple[Step, ...]:
    """State the loss and its gradient, which this subject derives."""
    entry, needed = residual(write)
    step = write.vector_step(
        lambda a: Partial(L, z[a]),
        entry,
        phrase("gradient-of-cross-entropy"),
        phrase("gradient"),
    )
    return (*loss(write), replace(step, assumptions=needed))


def residual(write: Indexing) -> tuple[Entry, tuple[Assumption, ...]]:
    """Return the gradient that the parts end with, and the assumptions on the target."""
    if write.label is None:
        return lambda a: p[a] - y[a], UNIT_SUM
    return lambda a: p[a] - KroneckerDelta(a, write.true_class), write.one_hot


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -write.total(lambda at: y[at] * log(p[at]), c))
    return (Step(claim, phrase("define-cross-entropy"), heading=phrase("the-loss")),)


def _target(a: Expr) -> Expr:
    return y[a]


def log_derivative(write: Indexing, target: Entry = _target) -> tuple[Step, ...]:
    """Differentiate the loss by the probabilities."""
    heading, rule = phrase("derivative-by-probabilities"), phrase("derivative-of-log", p=p[c])

    def derivative(a: Expr) -> Expr:
        return Partial(L, p[a])

    def result(a: Expr) -> Expr:
        return -fraction(target(a), p[a])

    if write.written_out:
        return (write.vector_step(derivative, result, rule, heading, c),)
    inner = -write.total(lambda at: target(at) * Partial(log(p[at]), p[c]))
    in_loss = (inner, phrase("derivative-of-terms-of-loss", c=c, p=p[c]))
    return chain(heading, derivative(c), in_loss, (result(c), rule))


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule, split the sum at c = i, and collect."""
    return write.vectors(
        phrase("chain-rule"),
        lambda a: Partial(L, z[a]),
        *links(write),
        (lambda a: p[a] - y[a], phrase("targets-sum-to-one"), UNIT_SUM),
    )


def links(write: Indexing, target: Entry = _target) -> tuple[EntryLink, ...]:
    """Return the links from the chain rule to p_a Σ target − target_a."""
    chain_rule, join_sum = _chain_rule(write, target), _join_sum(write, target)
    return (*chain_rule, *_split_sum(write, target), *([] if write.written_out else [join_sum]))


def _chain_rule(write: Indexing, target: Entry) -> tuple[EntryLink, ...]:
    total = write.total
    return (
        (
            lambda a: total(lambda at: Partial(L, p[at]) * Partial(p[at], z[a]), c),
            phrase("chain-rule", i=i),
        ),
        (
            lambda a: (
                -total(lambda at: product(fraction(target(at), p[at]), Partial(p[at], z[a])), c)
            ),
            phrase("put-in-log-derivative"),
        ),
    )


def _split_sum(write: Indexing, target: Entry) -> tuple[EntryLink, ...]:
    def total(a: Expr, term: Entry) -> Expr:
        return write.total(term, c, without=a)

    return (
        (
            lambda a: split_off(
                product(-1, fraction(target(a), p[a]), p[a] * (1 - p[a])),
                -total(a, lambda at: product(fraction(target(at), p[at]), -p[at] * p[a])),
            ),
            phrase("split-sum", i=i),
        ),
        (
            lambda a: split_off(-target(a) * (1 - p[a]), total(a, lambda at: target(at) * p[a])),
            phrase("cancel-p"),
        ),
        (
            lambda a: p[a] * split_off(target(a), total(a, target)) - target(a),
            phrase("collect", common=p[i]),
        ),
    )


def _join_sum(write: Indexing, target: Entry) -> EntryLink:
    return lambda a: p[a] * write.total(target, c) - target(a), phrase("join-sum")
