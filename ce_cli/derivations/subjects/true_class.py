"""The loss of a one-hot target: only the true class stands in it."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, KroneckerDelta, log

from ce_cli.derivations.subjects.indexing import Entry, Indexing, Link
from ce_cli.symbolic.derivation import Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Distinct, Equal
from ce_cli.symbolic.notation import L, Partial, c, fraction, i, p, product, y, z


def loss(write: Indexing) -> tuple[Step, ...]:
    """Put the one-hot vector into the loss."""
    true = write.true_class
    return chain(
        phrase("one-hot-loss"),
        L,
        (-write.total(lambda at: y[at] * log(p[at]), c), phrase("define-cross-entropy")),
        (with_target(write), phrase("one-hot-target", true=true)),
        (-log(p[true]), phrase("one-term-remains")),
        assumptions=write.one_hot,
    )


def with_target(write: Indexing) -> Expr:
    """Return −Σ y_c log p_c with 0 and 1 for the targets, which stay where they are written."""
    true = write.true_class
    if write.written_out is None:
        return -write.total(lambda at: KroneckerDelta(at, true) * log(p[at]), c)
    terms = (product(-1, KroneckerDelta(at, true), log(p[at])) for at in range(write.written_out))
    return Add(*terms, evaluate=False)


def derivative_by_probability(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the loss by the probability of the true class."""
    true = write.true_class
    by_log = phrase("derivative-of-log", p=p[true])
    if write.written_out:
        return chain(None, Partial(L, p[true]), (-1 / p[true], by_log), assumptions=write.one_hot)
    return chain(
        None,
        Partial(L, p[true]),
        (-fraction(y[true], p[true]), by_log),
        (-1 / p[true], phrase("true-target-is-one", true=true)),
        assumptions=write.one_hot,
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule, which has one term, to the true class and to the others."""
    whole = _whole(write)
    if write.written_out:
        return write.entries(
            phrase("one-term-chain-rule"),
            _derivative,
            lambda at: [*_chain_rule(write, at), *_case(write, at)],
            whole,
            assumptions=write.one_hot,
        )
    true, start = write.true_class, _derivative(i)
    same, other = (Equal(i, true), *write.one_hot), (Distinct(i, true), *write.one_hot)
    heading = phrase("one-term-chain-rule")
    return (
        *chain(heading, start, *_chain_rule(write, i), assumptions=write.one_hot),
        *chain(phrase("true-class"), start, *_true_case(write, i), assumptions=same),
        *chain(phrase("other-class"), start, *_other_case(write, i), assumptions=other),
        *chain(
            phrase("both-cases"),
            start,
            (whole(i), phrase("kronecker-delta")),
            assumptions=write.one_hot,
        ),
    )


def _derivative(at: Expr) -> Expr:
    return Partial(L, z[at])


def _whole(write: Indexing) -> Entry:
    return lambda at: p[at] - KroneckerDelta(at, write.true_class)


def _chain_rule(write: Indexing, at: Expr) -> Iterator[Link]:
    true = write.true_class
    yield Partial(L, p[true]) * Partial(p[true], z[at]), phrase("one-term-chain-rule", true=true)
    if write.written_out is None:
        yield -Partial(p[true], z[at]) / p[true], phrase("put-in-log-derivative")


def _case(write: Indexing, at: Expr) -> Iterator[Link]:
    return _true_case(write, at) if at == write.true_class else _other_case(write, at)


def _true_case(write: Indexing, at: Expr) -> Iterator[Link]:
    true = write.true_class
    yield product(-1, fraction(1, p[true]), p[true] * (1 - p[true])), phrase("diagonal-entry")
    yield p[at] - 1, phrase("cancel-p")


def _other_case(write: Indexing, at: Expr) -> Iterator[Link]:
    true = write.true_class
    yield product(-1, fraction(1, p[true]), -p[true] * p[at]), phrase("other-entry")
    yield p[at], phrase("cancel-p")


PARTS = (loss, derivative_by_probability, gradient)
