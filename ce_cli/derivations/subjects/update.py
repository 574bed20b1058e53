"""One gradient step on the logits: push all, pull one."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, KroneckerDelta, Symbol

from ce_cli.derivations.subjects import nll, softmax
from ce_cli.derivations.subjects.indexing import Indexing, Link
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Definition, Definitions, Distinct, Equal
from ce_cli.symbolic.notation import L, Partial, i, p, product, vector, z

rate = Symbol("eta", positive=True)
moved = vector("z'")
STEP = Definition(moved[i], z[i] - rate * Partial(L, z[i]))


def derive(write: Indexing) -> Derivation:
    """Return the change of every logit in one gradient step."""
    write = write.with_label()
    parts = (softmax.definition, nll.loss, nll.known_gradient, step, balance)
    return write.derivation("update", Definitions((*nll.definitions(write), STEP)), parts)


def step(write: Indexing) -> tuple[Step, ...]:
    """Put the gradient into the step, and tell the true class from the others."""
    if write.written_out:
        return write.entries(
            phrase("the-step"),
            _moved,
            lambda at: [*_links(write, at)],
            lambda at: _case(write, at)[0],
        )
    true = write.true_class
    return (
        *chain(phrase("the-step"), moved[i], _defined(i), _put_in(write, i)),
        *chain(phrase("other-class"), moved[i], _push(i), assumptions=(Distinct(i, true),)),
        *chain(phrase("true-class"), moved[i], _pull(i), assumptions=(Equal(i, true),)),
    )


def _moved(at: Expr) -> Expr:
    return moved[at]


def _links(write: Indexing, at: Expr) -> Iterator[Link]:
    """Yield the links of one entry; for a wrong class the gradient is p alone."""
    yield _defined(at)
    if at == write.true_class:
        yield _put_in(write, at)
    yield _case(write, at)


def _defined(at: Expr) -> Link:
    return z[at] - rate * Partial(L, z[at]), phrase("define-step")


def _put_in(write: Indexing, at: Expr) -> Link:
    return z[at] - rate * _gradient(write, at), phrase("put-in-gradient")


def _gradient(write: Indexing, at: Expr) -> Expr:
    return p[at] - KroneckerDelta(at, write.true_class)


def _case(write: Indexing, at: Expr) -> Link:
    return _pull(at) if at == write.true_class else _push(at)


def _push(at: Expr) -> Link:
    return z[at] - rate * p[at], phrase("push-all")


def _pull(at: Expr) -> Link:
    return z[at] + rate * (1 - p[at]), phrase("pull-one")


def balance(write: Indexing) -> tuple[Step, ...]:
    """Show that all pushes and pulls add up to zero."""

    def change(at: Expr) -> Expr:
        return product(-1, rate, _gradient(write, at))

    return chain(
        phrase("balance"),
        write.total_in_order(lambda at: moved[at] - z[at], i),
        (write.total_in_order(change, i), phrase("put-in-step")),
        (-rate * (write.total(lambda at: p[at], i) - 1), phrase("sum-of-changes")),
        (Integer(0), phrase("probabilities-sum-to-one")),
    )
