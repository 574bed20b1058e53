"""From vectors, matrices, sums with dots and cases, all written out, to SymPy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Integer

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.index_meaning import index_of, indicator_value
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vectors import (
    Matrix,
    Value,
    Vector,
    contract,
    dotted_matrix,
    dotted_vector,
    literal_matrix,
    literal_vector,
)
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sympy import Expr

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
    return literal_vector(values, row=not is_column)


def _matrix_value(meaning: Meaning, node: t.MatrixLiteral) -> Matrix:
    if len({len(row) for row in node.rows}) > 1:
        raise Refusal("rows of different lengths", node.span)
    values = [[None if cell is None else meaning.number(cell) for cell in row]
              for row in node.rows]  # fmt: skip
    entries = [[value for value in row if value is not None] for row in values]
    if entries != values:
        matrix = dotted_matrix(values)
        if matrix is None:
            raise _unclear_dots(node.span)
        return matrix
    if len(values) != len(values[0]):
        raise Refusal("a matrix that is not square is not understood", node.span)
    meaning.lengths.add(len(values))
    return literal_matrix(entries)


def _dotted_value(
    meaning: Meaning, cells: list[Node | None], values: list[Expr], span: Span
) -> Vector:
    """Return a vector with dots: first, ..., one in the middle, ..., last."""
    are_dots = [cell is None for cell in cells]
    vector = None
    if are_dots == [False] * (len(values) - 1) + [True, False]:
        vector = dotted_vector(values[:-1], values[-1])
    elif are_dots == [False, True, False, True, False]:
        middle = _middle_index(meaning, cells[2], span)
        vector = dotted_vector(values[:1], values[2], (middle, values[1]))
    if vector is None:
        raise _unclear_dots(span)
    return vector


def _middle_index(meaning: Meaning, cell: Node | None, span: Span) -> Expr:
    """Return the one index of the entry in the middle and of the variable of a prime."""
    names = [name for part in (cell, meaning.prime_variable) if part for name in t.walk(part)
             if isinstance(name, t.Name)]  # fmt: skip
    indices = {index_of(meaning, index) for name in names for index in name.indices}
    if len(indices) != 1:
        raise Refusal("which entry stands between the dots?", span)
    return indices.pop()


def dotted_sum(meaning: Meaning, node: t.Add) -> Expr:
    """Return the sum over all classes that z_1 + z_2 + ... + z_C stands for."""
    *first, dots, last = node.terms
    vector = None
    if first and isinstance(dots, t.Dots) and not any(isinstance(term, t.Dots) for term in first):
        vector = dotted_vector([meaning.number(term) for term in first], meaning.number(last))
    if vector is None:
        raise _unclear_dots(node.span)
    return contract(C, vector.entry)


def cases_value(meaning: Meaning, node: t.Cases) -> Value:
    """Return a value by cases, as a sum in which all cases but one vanish.

    SymPy would carry a ``Piecewise`` out of a sum over the index of its condition.
    """
    if any(len(conditions) > 1 for _, conditions in node.rows):
        raise Refusal("a case with several conditions", node.span)
    if not _is_exhaustive([conditions for _, conditions in node.rows]):
        raise Refusal("these cases leave some out", node.span, "end with: otherwise")
    total, remainder = Integer(0), Integer(1)
    for value, conditions in node.rows:
        factor = indicator_value(meaning, conditions[0]) if conditions else Integer(1)
        total += meaning.number(value) * remainder * factor
        remainder *= 1 - factor
    return total


def _is_exhaustive(rows: Sequence[tuple[t.Condition, ...]]) -> bool:
    """Say whether cases end with one for all others, or are i = j and i ≠ j."""
    if rows and not rows[-1]:
        return True
    if len(rows) != 2 or not rows[0]:
        return False
    (first,), (second,) = rows
    return _indices_anywhere(first) == _indices_anywhere(second) and {
        first.relation, second.relation
    } == {"=", "≠"}  # fmt: skip


def _indices_anywhere(condition: t.Condition) -> set[Node]:
    """Return the indices of a condition without their place in the text."""
    return {replace(index, span=(0, 0)) for index in (condition.first, condition.second)}
