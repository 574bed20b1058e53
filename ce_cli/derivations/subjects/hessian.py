"""The Hessian of the loss: diag(p) − p pᵀ again, singular and positive semidefinite."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sympy import Add, Expr, Integer, KroneckerDelta, Rational, Symbol

from ce_cli.derivations.subjects import nll, softmax
from ce_cli.derivations.subjects.indexing import Indexing, Link
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, i, j, matrix, p, product, split_off, sum_over, v, z

H = matrix("H")
form = Symbol("Q")
SECOND = Definition(H[i, j], Partial(Partial(L, z[i]), z[j]))
FORM = Definition(form, sum_over(sum_over(v[i] * H[i, j] * v[j], j), i))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the Hessian and of why it is positive semidefinite."""
    write = write.with_label()
    loss = (softmax.definition, nll.loss, nll.known_gradient)
    parts = (*loss, entries, matrix_form, null_vector, quadratic_form)
    definitions = Definitions((*nll.definitions(write), SECOND, *softmax.MATRICES, FORM))
    return write.derivation("hessian", definitions, parts)


def _entry(a: Expr, b: Expr) -> Expr:
    return H[a, b]


def entries(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the gradient once more."""
    true = write.true_class

    def links(a: Expr, b: Expr) -> Iterator[Link]:
        yield Partial(Partial(L, z[a]), z[b]), phrase("define-hessian")
        yield Partial(p[a] - KroneckerDelta(a, true), z[b]), phrase("put-in-gradient")
        yield Partial(p[a], z[b]), phrase("target-stays")
        yield softmax.by_delta(a, b), phrase("softmax-jacobian")

    return write.matrices(phrase("hessian-entries"), _entry, links, softmax.by_delta)


def matrix_form(write: Indexing) -> tuple[Step, ...]:
    """Write the Hessian as the Jacobian of the softmax."""
    diagonal, outer = softmax.diagonal, softmax.outer
    step = write.matrix_step(
        _entry,
        lambda a, b: diagonal[a, b] - outer[a, b],
        phrase("matrix-form"),
        phrase("the-matrix"),
    )
    return (step,)


def null_vector(write: Indexing) -> tuple[Step, ...]:
    """Show that H maps the vector of ones to zero."""
    total = write.total

    def links(a: Expr) -> Iterator[Link]:
        yield total(lambda b: softmax.by_delta(a, b), j), phrase("entries-of-h")
        yield p[a] * (1 - total(lambda b: p[b], j)), phrase("collect", common=p[a])
        yield Integer(0), phrase("probabilities-sum-to-one")

    return write.alike.entries(phrase("null-vector"), lambda a: total(lambda b: H[a, b], j), links)


def quadratic_form(write: Indexing) -> tuple[Step, ...]:
    """Write vᵀHv as a sum of squares with non-negative weights."""
    mean = write.total(lambda a: p[a] * v[a], i)
    return chain(
        phrase("positive-semidefinite"),
        form,
        (
            write.total(lambda a: write.total(lambda b: product(v[a], H[a, b], v[b]), j), i),
            phrase("define-quadratic-form"),
        ),
        (
            split_off(write.total(lambda a: p[a] * v[a] ** 2, i), -(mean**2)),
            phrase("variance"),
        ),
        (_squares(write), phrase("sum-of-squares")),
    )


def _squares(write: Indexing) -> Expr:
    """Return the squared differences of all pairs of classes; with indices every pair twice."""

    def square(a: Expr, b: Expr) -> Expr:
        return p[a] * p[b] * (v[a] - v[b]) ** 2

    if write.written_out:
        return Add(*(square(*pair) for pair in combinations(range(write.written_out), 2)))
    return Rational(1, 2) * write.total(lambda a: write.total(lambda b: square(a, b), j), i)
