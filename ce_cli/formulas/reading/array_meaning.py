"""The meaning of what is written out: vectors, matrices, sums with dots, and cases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sympy import Integer

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.arrays import (
    Matrix,
    Value,
    Vector,
    contract,
    matrix_with_dots,
    matrix_written_out,
    with_dots,
    written_out,
)
from ce_cli.formulas.reading.index_meaning import IndexMeaning
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sympy import Expr

    from ce_cli.formulas.reading.tree import Node, Span


@dataclass
class ArrayMeaning(IndexMeaning):
    """Turns what is written out into rules for entries and into sums."""

    prime_by: Node | None = field(default=None, kw_only=True)
    """The variable of a prime."""
    lengths: set[int] = field(default_factory=set, kw_only=True)
    """Lengths of vectors written out."""

    def number(self, node: Node, what: str = "a number") -> Expr:
        """Return the value of a tree that must not be a vector."""
        raise NotImplementedError

    def dots(self, node: t.Dots) -> Value:
        """Refuse dots of which the pattern is not seen."""
        raise Refusal("what do the dots stand for?", node.span)

    def array(self, node: t.Array) -> Value:
        """Give a vector written out."""
        column = all(len(row) == 1 for row in node.rows)
        if not column and len(node.rows) > 1:
            return self._matrix(node)
        cells = [row[0] for row in node.rows] if column else list(node.rows[0])
        given = [cell for cell in cells if cell is not None]
        values = [self.number(cell) for cell in given]
        if len(given) < len(cells):
            return self._dotted(cells, given, values, node.span)
        self.lengths.add(len(values))
        return written_out(values, row=not column)

    def _matrix(self, node: t.Array) -> Matrix:
        """Give a matrix written out, with or without dots."""
        if len({len(row) for row in node.rows}) > 1:
            raise Refusal("rows of different lengths", node.span)
        values = [[None if cell is None else self.number(cell) for cell in row]
                  for row in node.rows]  # fmt: skip
        if any(value is None for row in values for value in row):
            matrix = matrix_with_dots(values)
            if matrix is None:
                raise Refusal("what do the dots stand for?", node.span)
            return matrix
        if len(values) != len(values[0]):
            raise Refusal("a matrix that is not square is not understood", node.span)
        self.lengths.add(len(values))
        return matrix_written_out([[value for value in row if value is not None]
                                   for row in values])  # fmt: skip

    def _dotted(
        self, cells: list[Node | None], given: list[Node], values: list[Expr], span: Span
    ) -> Vector:
        """Read a vector with dots: first, ..., one in the middle, ..., last."""
        shape = [cell is None for cell in cells]
        vector = None
        if shape == [False] * (len(values) - 1) + [True, False]:
            vector = with_dots(values[:-1], values[-1])
        elif shape == [False, True, False, True, False]:
            middle = self._place(given[1], span)
            vector = with_dots(values[:1], values[2], (middle, values[1]))
        if vector is None:
            raise Refusal("what do the dots stand for?", span)
        return vector

    def _place(self, cell: Node, span: Span) -> Expr:
        """Return the index of the entry in the middle: its own, or that of the chain's variable."""
        named = [name for part in (cell, self.prime_by) if part for name in t.walk(part)
                 if isinstance(name, t.Name) and name.indices]  # fmt: skip
        indices = {self.index(index) for name in named for index in name.indices}
        if len(indices) != 1:
            raise Refusal("which entry stands between the dots?", span)
        return indices.pop()

    def dotted_sum(self, node: t.Add) -> Expr:
        """Add what dots stand for: z_1 + z_2 + ... + z_C is the sum of z over all classes."""
        *first, dots, last = node.terms
        vector = None
        if first and isinstance(dots, t.Dots) and not any(isinstance(e, t.Dots) for e in first):
            vector = with_dots([self.number(term) for term in first], self.number(last))
        if vector is None:
            raise Refusal("what do the dots stand for?", node.span)
        return contract(C, vector.entry)

    def cases(self, node: t.Cases) -> Value:
        """Give a value by cases, as a sum in which all cases but one vanish.

        SymPy would carry a ``Piecewise`` out of a sum over the index of its condition.
        """
        if any(len(conditions) > 1 for _, conditions in node.rows):
            raise Refusal("a case with several conditions", node.span)
        if not _is_exhaustive([conditions for _, conditions in node.rows]):
            raise Refusal("these cases leave some out", node.span, "end with: otherwise")
        total, left = Integer(0), Integer(1)
        for value, conditions in node.rows:
            holds = [self.indicator(condition) for condition in conditions]
            total += self.number(value) * left * (holds[0] if holds else 1)
            left *= 1 - holds[0] if holds else 0
        return total


def _is_exhaustive(rows: Sequence[tuple[t.Condition, ...]]) -> bool:
    """Say whether cases end with one for all others, or are i = j and i ≠ j."""
    if rows and not rows[-1]:
        return True
    if len(rows) != 2:
        return False
    pairs = [{str(replace(side, span=(0, 0))) for side in (its.first, its.second)}
             for (its,) in rows]  # fmt: skip
    return pairs[0] == pairs[1] and {its.relation for (its,) in rows} == {"=", "≠"}
