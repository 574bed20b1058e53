"""From vectors, matrices, sums with dots and cases, all written out, to SymPy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Integer, KroneckerDelta

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.name_meaning import index_of, indicator_value
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.unevaluated import is_same, map_indices, product, total
from ce_cli.formulas.reading.vectors import Matrix, Value, Vector, contract
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.meaning import Meaning
    from ce_cli.formulas.reading.tree import Node, Span


def _unclear_dots(span: Span) -> Refusal:
    return Refusal("what do the dots stand for?", span)


def refuse_dots(_: Meaning, node: t.Dots) -> Value:
    """Refuse dots that show no pattern."""
    raise _unclear_dots(node.span)


def literal_value(meaning: Meaning, node: t.MatrixLiteral) -> Value:
    """Return a vector or matrix by its entries in the text."""
    is_column = all(len(row) == 1 for row in node.rows)
    if not is_column and len(node.rows) > 1:
        return _matrix_value(meaning, node)
    cells = [row[0] for row in node.rows] if is_column else list(node.rows[0])
    entries = [cell for cell in cells if cell is not None]
    values = [meaning.number(entry) for entry in entries]
    if len(entries) < len(cells):
        return _dotted_value(meaning, cells, values, node.span)
    meaning.lengths.add(len(values))
    return _literal_vector(values, row=not is_column)


def _literal_vector(values: list[Expr], *, row: bool) -> Vector:
    """Return the vector of some values."""

    def entry(index: Expr) -> Expr:
        return total(
            *(product(value, KroneckerDelta(index, Integer(i))) for i, value in enumerate(values))
        )

    return Vector(entry, C, row)


def _matrix_value(meaning: Meaning, node: t.MatrixLiteral) -> Matrix:
    if len({len(row) for row in node.rows}) > 1:
        raise Refusal("rows of different lengths", node.span)
    values = [[None if cell is None else meaning.number(cell) for cell in row]
              for row in node.rows]  # fmt: skip
    entries = [[value for value in row if value is not None] for row in values]
    if entries != values:
        return _dotted_matrix(values, node.span)
    if len(values) != len(values[0]):
        raise Refusal("a matrix that is not square is not understood", node.span)
    meaning.lengths.add(len(values))
    return _literal_matrix(entries)


def _literal_matrix(values: list[list[Expr]]) -> Matrix:
    """Return the matrix of some values."""

    def entry(i: Expr, j: Expr) -> Expr:
        return total(*(
            product(value, KroneckerDelta(i, Integer(row)), KroneckerDelta(j, Integer(column)))
            for row, cells in enumerate(values) for column, value in enumerate(cells)
        ))  # fmt: skip

    return Matrix(entry, C, C)


def _dotted_value(
    meaning: Meaning, cells: list[Node | None], values: list[Expr], span: Span
) -> Vector:
    """Return a vector with dots: first, ..., one in the middle, ..., last."""
    are_dots = [cell is None for cell in cells]
    if are_dots == [False] * (len(values) - 1) + [True, False]:
        return _dotted_vector(values[:-1], values[-1], span)
    if are_dots == [False, True, False, True, False]:
        middle = _middle_index(meaning, cells[2], span)
        return _dotted_vector(values[:1], values[2], span, (middle, values[1]))
    raise _unclear_dots(span)


def _middle_index(meaning: Meaning, cell: Node | None, span: Span) -> Expr:
    """Return the one index of the entry in the middle and of the variable of a prime."""
    names = [name for part in (cell, meaning.prime_variable) if part for name in t.walk(part)
             if isinstance(name, t.Name)]  # fmt: skip
    indices = {index_of(meaning, index) for name in names for index in name.indices}
    if len(indices) != 1:
        raise Refusal("which entry stands between the dots?", span)
    return indices.pop()


def _dotted_vector(
    first: list[Expr], last: Expr, span: Span, middle: tuple[Expr, Expr] | None = None
) -> Vector:
    """Return the vector (-p_1, ..., 1 - p_i, ..., -p_C).

    The first and the last entries show the rule for all entries but ``middle``, which is an
    index and the value there.
    """

    def rule(index: Expr) -> Expr:
        return _replace_indices(first[0], {Integer(0): index})

    shown = [*enumerate(first), (C - 1, last)]
    if not all(is_same(rule(Integer(0) + at), value) for at, value in shown):
        raise _unclear_dots(span)
    if middle is None or is_same(rule(middle[0]), middle[1]):
        return Vector(rule, C)
    place, value = middle
    return Vector(lambda index: _choose(index, place, value, rule(index)), C)


def _choose(first: Expr, second: Expr, value: Expr, other: Expr) -> Expr:
    """Return ``value`` where two indices are equal, and ``other`` where they differ."""
    delta = KroneckerDelta(first, second)
    return total(product(value, delta), product(other, 1 - delta))


def _replace_indices(value: Expr, indices: dict[Expr, Expr]) -> Expr:
    """Return a value with other indices in its entries."""
    return map_indices(value, lambda index: indices.get(index, index))


def _dotted_matrix(values: Sequence[Sequence[Expr | None]], span: Span) -> Matrix:
    r"""Return the matrix whose rows and columns go on with dots.

    Its first entry shows the rule for the diagonal, the last one of the first row the rule for
    the others; the other entries must agree.
    """
    last = C - 1
    rows = _dotted_indices([all(cell is None for cell in row) for row in values])
    across = zip(*values, strict=True)
    columns = _dotted_indices([all(cell is None for cell in column) for column in across])
    if rows is None or columns != rows:
        raise _unclear_dots(span)
    cells = {
        (i, j): cell
        for i, row in zip(rows, values, strict=True)
        for j, cell in zip(rows, row, strict=True)
        if i is not None and j is not None
    }
    first, corner = cells[Integer(0), Integer(0)], cells[Integer(0), last]
    if first is None or corner is None:
        raise _unclear_dots(span)

    def rule(i: Expr, j: Expr) -> Expr:
        if i == j:
            return _replace_indices(first, {Integer(0): i})
        return _replace_indices(corner, {Integer(0): i, last: j})

    if not all(cell is not None and is_same(rule(*place), cell) for place, cell in cells.items()):
        raise _unclear_dots(span)
    return Matrix(lambda i, j: _choose(i, j, rule(i, i), rule(i, j)), C, C)


def _dotted_indices(are_dots: Sequence[bool]) -> list[Expr | None] | None:
    """Return the indices 0, 1, ..., None for the dots, C - 1 of rows of which one holds dots."""
    if sum(are_dots) != 1 or len(are_dots) < 3 or not are_dots[-2]:
        return None
    return [*map(Integer, range(len(are_dots) - 2)), None, C - 1]


def dotted_sum(meaning: Meaning, node: t.Add) -> Expr:
    """Return the sum over all classes that z_1 + z_2 + ... + z_C stands for."""
    *first, dots, last = node.terms
    if not first or [term for term in node.terms[:-1] if isinstance(term, t.Dots)] != [dots]:
        raise _unclear_dots(node.span)
    values = [meaning.number(term) for term in first]
    return contract(C, _dotted_vector(values, meaning.number(last), node.span).entry)


def cases_value(meaning: Meaning, node: t.Cases) -> Value:
    """Return a value by cases, as a sum in which all cases but one vanish.

    SymPy would carry a ``Piecewise`` out of a sum over the index of its condition.
    """
    if any(len(conditions) > 1 for _, conditions in node.rows):
        raise Refusal("a case with several conditions", node.span)
    if not _is_exhaustive([conditions for _, conditions in node.rows]):
        raise Refusal("these cases leave some out", node.span, "end with: otherwise")
    rows, remainder = [], Integer(1)
    for value, conditions in node.rows:
        factor = indicator_value(meaning, conditions[0]) if conditions else Integer(1)
        rows.append(product(meaning.number(value), remainder, factor))
        remainder *= 1 - factor
    return total(*rows)


def _is_exhaustive(rows: Sequence[tuple[t.Condition, ...]]) -> bool:
    """Say whether cases end with one for all others, or are i = j and i ≠ j."""
    if rows and not rows[-1]:
        return True
    if len(rows) != 2 or not rows[0]:
        return False
    (first,), (second,) = rows
    are_opposite = {first.relation, second.relation} == {"=", "≠"}
    return are_opposite and _indices_anywhere(first) == _indices_anywhere(second)


def _indices_anywhere(condition: t.Condition) -> set[Node]:
    """Return the indices of a condition without their place in the text."""
    return {replace(index, span=(0, 0)) for index in (condition.first, condition.second)}
