"""The Hessian of the loss: diag(p) − p pᵀ again, singular and positive semidefinite."""

from __future__ import annotations

from sympy import Integer, KroneckerDelta, Rational

from ce_cli.derivations.subjects import nll, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import L, Partial, i, j, matrix, p, v, z

H = matrix("H")
SECOND = Definition(H[i, j], Partial(Partial(L, z[i]), z[j]))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the derivation of the Hessian and of why it is positive semidefinite."""
    write = Indexing(classes, label)
    parts = (
        softmax.definition,
        nll.value,
        nll.gradient,
        definition,
        entries,
        null_vector,
        quadratic_form,
    )
    steps = tuple(step for part in parts for step in part(write))
    definitions = Definitions(
        (
            softmax.PROBABILITY,
            softmax.NORMALISER,
            nll.loss_definition(write),
            SECOND,
            *softmax.MATRICES,
        )
    )
    title = "The Hessian of the loss"
    return Derivation("hessian", title, definitions, steps, classes, label)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State what the Hessian is."""
    claim = Claim(
        write.matrix(lambda a, b: H[a, b]),
        write.matrix(lambda a, b: Partial(Partial(L, z[a]), z[b])),
    )
    return (Step(claim, DEFINITION, heading="The Hessian", entries=(i, j)),)


def entries(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the gradient once more."""
    return (
        *chain(
            "Entries",
            write.matrix(lambda a, b: H[a, b]),
            (
                write.matrix(
                    lambda a, b: Partial(p[a] - KroneckerDelta(a, write.true_class), z[b])
                ),
                "gradient of the loss",
            ),
            (write.matrix(lambda a, b: Partial(p[a], z[b])), "the target is constant"),
            (write.matrix(lambda a, b: p[a] * (KroneckerDelta(a, b) - p[b])), "softmax Jacobian"),
        ),
        Step(
            Claim(
                write.matrix(lambda a, b: H[a, b]),
                write.matrix(lambda a, b: softmax.diagonal[a, b] - softmax.outer[a, b]),
            ),
            "matrix form",
            entries=(i, j),
        ),
    )


def null_vector(write: Indexing) -> tuple[Step, ...]:
    """Show that H maps the vector of ones to zero."""
    return chain(
        "Null vector",
        write.vector(lambda a: write.total(lambda b: H[a, b] * 1, j)),
        (write.vector(lambda a: p[a] * (1 - write.total(lambda b: p[b], j))), "sum of a delta"),
        (write.vector(lambda _: Integer(0)), "$Σp = 1$"),
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
