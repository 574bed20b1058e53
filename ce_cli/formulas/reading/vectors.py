"""Vectors and matrices as rules for their entries, and the operations on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from sympy import Add, Dummy, Expr, Indexed, Integer, KroneckerDelta, Symbol

from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.symbolic.notation import C, sum_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        return combine(first, second, lambda a, b: a * b, span)
    match first, second:
        case Vector(row=True), Vector(row=False):
            return contract(first.size, lambda k: first.entry(k) * second.entry(k))
        case Vector(row=False), Vector(row=True):
            return Matrix(lambda i, j: first.entry(i) * second.entry(j), first.size, second.size)
        case Matrix(), Vector(row=False):
            return Vector(
                lambda i: contract(second.size, lambda k: first.entry(i, k) * second.entry(k)),
                first.rows,
            )
        case Vector(row=True), Matrix():
            return replace(_vector_times_matrix(first, second), row=True)
        case Matrix(), Matrix():
            return Matrix(lambda i, j: contract(
                first.columns, lambda k: first.entry(i, k) * second.entry(k, j)),
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
            return contract(first.size, lambda k: first.entry(k) * second.entry(k))
        case Vector(), Matrix():
            return _vector_times_matrix(first, second)
    return None


def _vector_times_matrix(vector: Vector, matrix: Matrix) -> Vector:
    return Vector(
        lambda j: contract(vector.size, lambda k: vector.entry(k) * matrix.entry(k, j)),
        matrix.columns,
    )


def contract(size: Symbol, body: Callable[[Expr], Expr]) -> Expr:
    """Return the sum of a body over a new index."""
    index = Dummy("k", integer=True)
    return sum_over(body(index), index, size)


def transpose(value: Value) -> Value:
    """Return the transposed value."""
    match value:
        case Vector():
            return replace(value, row=not value.row)
        case Matrix():
            return Matrix(lambda i, j: value.entry(j, i), value.columns, value.rows)
    return value


def diagonal(vector: Vector) -> Matrix:
    """Return the matrix with a vector on its diagonal."""
    return Matrix(lambda i, j: vector.entry(i) * KroneckerDelta(i, j), vector.size, vector.size)


def literal_vector(values: list[Expr], *, row: bool) -> Vector:
    """Return the vector of some values."""

    def entry(index: Expr) -> Expr:
        return Add(*(value * KroneckerDelta(index, Integer(i)) for i, value in enumerate(values)))

    return Vector(entry, C, row)


def literal_matrix(values: list[list[Expr]]) -> Matrix:
    """Return the matrix of some values."""

    def entry(i: Expr, j: Expr) -> Expr:
        return Add(*(
            value * KroneckerDelta(i, Integer(row)) * KroneckerDelta(j, Integer(column))
            for row, cells in enumerate(values) for column, value in enumerate(cells)
        ))  # fmt: skip

    return Matrix(entry, C, C)


def dotted_vector(
    first: list[Expr], last: Expr, middle: tuple[Expr, Expr] | None = None
) -> Vector | None:
    """Return the vector (-p_1, ..., 1 - p_i, ..., -p_C), or None if it shows no pattern.

    The first and the last entries show the rule for all entries but ``middle``, which is an
    index and the value there.
    """

    def rule(index: Expr) -> Expr:
        return _replace_indices(first[0], {Integer(0): index})

    if [rule(Integer(i)) for i in range(len(first))] != first or rule(C - 1) != last:
        return None
    if middle is None or rule(middle[0]) == middle[1]:
        return Vector(rule, C)
    place, value = middle
    return Vector(lambda index: _choose(index, place, value, rule(index)), C)


def _choose(first: Expr, second: Expr, value: Expr, other: Expr) -> Expr:
    """Return ``value`` where two indices are equal, and ``other`` where they differ."""
    delta = KroneckerDelta(first, second)
    return value * delta + other * (1 - delta)


def _replace_indices(value: Expr, indices: dict[Expr, Expr]) -> Expr:
    """Return a value with other indices in its entries."""
    return value.xreplace({
        entry: entry.base[tuple(indices.get(index, index) for index in entry.indices)]
        for entry in value.atoms(Indexed)
    })  # fmt: skip


def dotted_matrix(values: Sequence[Sequence[Expr | None]]) -> Matrix | None:
    r"""Return the matrix whose rows and columns go on with dots, or None if it has no pattern.

    Its first entry shows the rule for the diagonal, the last one of the first row the rule for
    the others; the other entries must agree.
    """
    last = C - 1
    rows = _dotted_indices([all(cell is None for cell in row) for row in values])
    across = zip(*values, strict=True)
    columns = _dotted_indices([all(cell is None for cell in column) for column in across])
    if rows is None or columns != rows:
        return None
    cells = {
        (i, j): cell
        for i, row in zip(rows, values, strict=True)
        for j, cell in zip(rows, row, strict=True)
        if i is not None and j is not None
    }
    first, corner = cells[Integer(0), Integer(0)], cells[Integer(0), last]
    if first is None or corner is None:
        return None

    def rule(i: Expr, j: Expr) -> Expr:
        if i == j:
            return _replace_indices(first, {Integer(0): i})
        return _replace_indices(corner, {Integer(0): i, last: j})

    if any(rule(*place) != cell for place, cell in cells.items()):
        return None
    return Matrix(lambda i, j: _choose(i, j, rule(i, i), rule(i, j)), C, C)


def _dotted_indices(are_dots: Sequence[bool]) -> list[Expr | None] | None:
    """Return the indices 0, 1, ..., None for the dots, C - 1 of rows of which one holds dots."""
    if sum(are_dots) != 1 or len(are_dots) < 3 or not are_dots[-2]:
        return None
    return [*map(Integer, range(len(are_dots) - 2)), None, C - 1]


def letter_of(value: Value) -> str:
    """Return the letter of a vector that is no more than a letter; "" of anything else."""
    index = Symbol("k", integer=True)
    entry = value.entry(index) if isinstance(value, Vector) else None
    is_letter = entry is not None and entry.is_Indexed and entry.args[1:] == (index,)
    return str(entry.args[0]) if entry is not None and is_letter else ""
