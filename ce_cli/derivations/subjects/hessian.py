"""The Hessian of the loss: diag(p) − p pᵀ again, singular and positive semidefinite."""

from __future__ import annotations

from sympy import Expr, Integer, KroneckerDelta, Rational

from ce_cli.derivations.subjects import nll, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, i, j, matrix, p, v, z

H = matrix("H")
SECOND = Definition(H[i, j], Partial(Partial(L, z[i]), z[j]))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the Hessian and of why it is positive semidefinite."""
    loss = (softmax.definition, nll.value, nll.gradient)
    parts = (*loss, definition, entries, null_vector, quadratic_form)
    definitions = Definitions((*nll.definitions(write), SECOND, *softmax.MATRICES))
    return write.derivation("hessian", "The Hessian of the loss", definitions, parts)


def _entry(a: Expr, b: Expr) -> Expr:
    return H[a, b]


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define the Hessian."""
    second = write.matrix_step(
        _entry, lambda a, b: Partial(Partial(L, z[a]), z[b]), heading="The Hessian"
    )
    return (second,)


def entries(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the gradient once more."""
    true = write.true_class
    steps = write.matrices(
        "Entries",
        _entry,
        (lambda a, b: Partial(p[a] - KroneckerDelta(a, true), z[b]), "gradient of the loss"),
        (lambda a, b: Partial(p[a], z[b]), "the target is constant"),
        (softmax.by_delta, "softmax Jacobian"),
    )
    diagonal, outer = softmax.diagonal, softmax.outer
    form = write.matrix_step(_entry, lambda a, b: diagonal[a, b] - outer[a, b], "matrix form")
    return (*steps, form)


def null_vector(write: Indexing) -> tuple[Step, ...]:
    """Show that H maps the vector of ones to zero."""
    return write.vectors(
        "Null vector",
        lambda a: write.total(lambda b: H[a, b] * 1, j),
        (lambda a: p[a] * (1 - write.total(lambda b: p[b], j)), "sum of a delta"),
        (lambda _: Integer(0), "$Σp = 1$"),
    )


def quadratic_form(write: Indexing) -> tuple[Step, ...]:
    """Write vᵀHv as a sum of squares with non-negative weights."""
    mean = write.total(lambda a: p[a] * v[a], i)
    return chain(
        "Positive semidefinite",
        write.total(lambda a: write.total(lambda b: v[a] * H[a, b] * v[b], j), i),
        (write.total(lambda a: p[a] * v[a] ** 2, i) - mean**2, "entries of $H$"),
        (
            Rational(1, 2)
            * write.total(lambda a: write.total(lambda b: p[a] * p[b] * (v[a] - v[b]) ** 2, j), i),
            "expand the square, $Σp = 1$",
        ),
    )
