"""Vectors and matrices as rules for their entries, and the operations on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from sympy import Dummy, Expr, Symbol

from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.unevaluated import product
from ce_cli.symbolic.notation import sum_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.formulas.reading.tree import Span


@dataclass(frozen=True)
class Vector:
    """A vector by the rule for its entries; ``row`` if it is transposed."""

    entry: Callable[[Expr], Expr]
    size: Symbol
    row: bool = False


@dataclass(frozen=True)
class Matrix:
    """A matrix by the rule for its entries."""

    entry: Callable[[Expr, Expr], Expr]
    rows: Symbol
    columns: Symbol


Value: TypeAlias = Expr | Vector | Matrix


def map_entries(value: Value, change: Callable[[Expr], Expr]) -> Value:
    """Return a value with every entry changed."""
    match value:
        case Vector():
            return replace(value, entry=lambda i: change(value.entry(i)))
        case Matrix():
            return replace(value, entry=lambda i, j: change(value.entry(i, j)))
    return change(value)


def combine(
    first: Value, second: Value, operation: Callable[[Expr, Expr], Expr], span: Span
) -> Value:
    """Return two values of one shape combined entry by entry; numbers are spread out.

    Raises
    ------
    Refusal
        If the shapes differ.
    """
    if isinstance(first, Expr):
        return map_entries(second, lambda entry: operation(first, entry))
    if isinstance(second, Expr):
        return map_entries(first, lambda entry: operation(entry, second))
    if isinstance(first, Vector) and isinstance(second, Vector) and first.size == second.size:
        return replace(first, entry=lambda i: operation(first.entry(i), second.entry(i)))
    if isinstance(first, Matrix) and isinstance(second, Matrix):
        return replace(first, entry=lambda i, j: operation(first.entry(i, j), second.entry(i, j)))
    raise Refusal("a vector and a matrix do not fit together", span)


def multiply(first: Value, second: Value, span: Span) -> Value:
    """Return the product of two values by the rules of matrices.

    Raises
    ------
    Refusal
        If it is not defined, such as that of two columns.
    """
    if isinstance(first, Expr) or isinstance(second, Expr):
        return combine(first, second, product, span)
    match first, second:
        case Vector(row=True), Vector(row=False):
            return contract(first.size, lambda k: product(first.entry(k), second.entry(k)))
        case Vector(row=False), Vector(row=True):
            return Matrix(
                lambda i, j: product(first.entry(i), second.entry(j)), first.size, second.size
            )
        case Matrix(), Vector(row=False):
            return Vector(
                lambda i: contract(
                    second.size, lambda k: product(first.entry(i, k), second.entry(k))
                ),
                first.rows,
            )
        case Vector(row=True), Matrix():
            return replace(_vector_times_matrix(first, second), row=True)
        case Matrix(), Matrix():
            return Matrix(lambda i, j: contract(
                first.columns, lambda k: product(first.entry(i, k), second.entry(k, j))),
                first.rows, second.columns)  # fmt: skip
    raise Refusal(
        "the product of these two vectors is not defined",
        span,
        "write a^T b for the sum of products, a ⊙ b for the product entry by entry",
    )


def apply_chain_rule(first: Value, second: Value) -> Value | None:
    """Return ∂L/∂a ∂a/∂z by the chain rule: the sum over the entries of a, in any layout."""
    match first, second:
        case Vector(), Vector():
            return contract(first.size, lambda k: product(first.entry(k), second.entry(k)))
        case Vector(), Matrix():
            return _vector_times_matrix(first, second)
    return None


def _vector_times_matrix(vector: Vector, matrix: Matrix) -> Vector:
    return Vector(
        lambda j: contract(vector.size, lambda k: product(vector.entry(k), matrix.entry(k, j))),
        matrix.columns,
    )


def contract(size: Symbol, body: Callable[[Expr], Expr]) -> Expr:
    """Return the sum of a body over a new index."""
    index = Dummy("k", integer=True)
    return sum_over(body(index), index, size)
