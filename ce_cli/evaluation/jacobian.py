"""The softmax Jacobian, its properties, and a vector multiplied through it."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.evaluation.agreement import (
    Check,
    CheckedReport,
    allowed_error,
    combined,
    compare,
    within,
)
from ce_cli.numeric import reference
from ce_cli.numeric.softmax import jacobian, softmax, vjp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.numeric.double_double import Array

MOST_CLASSES = 2048
_MOST_DECIMAL_CLASSES = 100
_ROUNDING = 8 * sys.float_info.epsilon


class VectorJacobianProduct(NamedTuple):
    """A vector multiplied through the Jacobian in two ways."""

    vector: tuple[float, ...]
    formula: tuple[float, ...]
    """(v - v.p) * p, the form of a softmax layer's backward pass."""
    matrix: tuple[float, ...]
    """Σ_i v_i ∂p_i/∂z_j."""


@dataclass(frozen=True)
class JacobianReport(CheckedReport):
    """The matrix of all ∂p_i/∂z_j, row i, column j."""

    logits: tuple[float, ...]
    temperature: float
    probabilities: tuple[float, ...]
    matrix: tuple[tuple[float, ...], ...]
    product: VectorJacobianProduct | None


def report_jacobian(
    logits: Sequence[float], vector: Sequence[float] | None = None, temperature: float = 1.0
) -> JacobianReport:
    """Evaluate the Jacobian, check it, and multiply ``vector`` through it if there is one.

    Raises
    ------
    InputError
        If there are too many classes for a matrix, the vector has another length, or the
        temperature is out of its range.

    Examples
    --------
    >>> report = report_jacobian([0.0, 0.0], [1.0, 0.0])
    >>> report.matrix, report.product.formula, report.exit_code
    (((0.25, -0.25), (-0.25, 0.25)), (0.25, -0.25), 0)
    """
    if len(logits) > MOST_CLASSES:
        entries = f"{len(logits)} classes make a matrix of {len(logits) ** 2} entries"
        raise InputError(entries, place="LOGITS", hint=f"at most {MOST_CLASSES} classes")
    if vector is not None and len(vector) != len(logits):
        raise InputError(f"{len(vector)} entries for {len(logits)} logits", place="--vjp")
    matrix = jacobian(logits, temperature)
    checks = [_row_sums(matrix), _symmetry(matrix), *_exact_checks(logits, matrix, temperature)]
    product = None
    if vector is not None:
        product = _product(logits, vector, matrix, temperature)
        checks.append(_agreement(product, matrix))
    p = tuple(softmax(logits, temperature).tolist())
    rows = tuple(map(tuple, matrix.tolist()))
    return JacobianReport(tuple(logits), temperature, p, rows, product, checks=tuple(checks))


def _row_sums(matrix: Array) -> Check:
    sums = [abs(math.fsum(row)) for row in matrix]
    return within("zero row sums", sums, _allowed(np.abs(matrix).sum(axis=1)))


def _allowed(sizes: Array) -> list[float]:
    """Return error bounds of sums: some ulp of their size, and a subnormal step a term."""
    steps = len(sizes) * math.ulp(0.0)
    return [float(size) * _ROUNDING + steps for size in sizes]


def _symmetry(matrix: Array) -> Check:
    difference = float(np.max(np.abs(matrix - matrix.T)))
    return Check("symmetry", difference == 0, detail=f"largest difference {difference:.2g}")


def _exact_checks(logits: Sequence[float], matrix: Array, temperature: float) -> tuple[Check, ...]:
    """Compare the entries of the likeliest 100 classes."""
    ranked = sorted(range(len(logits)), key=lambda k: -logits[k])
    classes = sorted(ranked[:_MOST_DECIMAL_CLASSES])
    rows = matrix[np.ix_(classes, classes)].tolist()
    exact = reference.jacobian(logits, classes, temperature)
    return (
        _finite_differences(rows, *reference.jacobian_differences(logits, classes, temperature)),
        combined(
            "50-digit arithmetic", [compare("", *pair) for pair in zip(rows, exact, strict=True)]
        ),
    )


def _finite_differences(
    rows: Sequence[Sequence[float]], quotients: Sequence[Sequence[Decimal]], bound: Decimal
) -> Check:
    computed, exact = list(chain.from_iterable(rows)), list(chain.from_iterable(quotients))
    differences = [abs(Decimal(a) - b) for a, b in zip(computed, exact, strict=True)]
    return within("finite differences", differences, [bound + allowed_error(abs(b)) for b in exact])


def _product(
    logits: Sequence[float], vector: Sequence[float], matrix: Array, temperature: float
) -> VectorJacobianProduct:
    columns = (np.asarray(vector)[:, None] * matrix).T
    sums = tuple(math.fsum(column) for column in columns)
    formula = tuple(vjp(logits, vector, temperature).tolist())
    return VectorJacobianProduct(tuple(vector), formula, sums)


def _agreement(product: VectorJacobianProduct, matrix: Array) -> Check:
    differences = [abs(a - b) for a, b in zip(product.formula, product.matrix, strict=True)]
    sizes = np.abs(np.asarray(product.vector)) @ np.abs(matrix)
    return within("vector-Jacobian product", differences, _allowed(sizes))
