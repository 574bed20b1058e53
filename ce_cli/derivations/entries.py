"""Equations between whole vectors and matrices, by their names where they have one: J, ∂p/∂z."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from sympy import Add, Expr, ImmutableDenseMatrix, Indexed, IndexedBase, Mul, Symbol

from ce_cli.mathematics.nodes import MINUS, PARTIAL, PLUS, Fraction, Letter, Node, Superscript, row
from ce_cli.mathematics.order import is_negative
from ce_cli.symbolic.notation import Partial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.mathematics.arrange import Arrange
    from ce_cli.symbolic.derivation import Step
    from ce_cli.symbolic.kernel.claims import Definitions


def sides_of(step: Step, arrange: Arrange, definitions: Definitions) -> tuple[Node, Node]:
    """Return both sides as they are printed: J = diag(p) − p pᵀ instead of its entries."""
    lhs, rhs = step.claim.lhs, step.claim.rhs
    if isinstance(lhs, ImmutableDenseMatrix):
        return _name(lhs, arrange) or arrange(lhs), _right_side(rhs, arrange, definitions)
    left, right = (_names(side, step.entries, arrange) for side in (lhs, rhs))
    return (left, right) if left and right else (arrange(lhs), arrange(rhs))


def _right_side(side: ImmutableDenseMatrix, arrange: Arrange, definitions: Definitions) -> Node:
    """Return a sum of matrices written out, a single one by its name, else the entries."""
    terms = _terms(side[0, -1])
    if len(terms) < 2 or side.shape[1] == 1:
        return _name(side, arrange) or arrange(side)
    matrices = [
        (is_negative(term), arrange(_unfolded(term, side.shape, definitions))) for term in terms
    ]
    return _joined(matrices)


def _unfolded(term: Expr, shape: tuple[int, int], definitions: Definitions) -> ImmutableDenseMatrix:
    base = _without_sign(term).base
    return ImmutableDenseMatrix(*shape, lambda r, c: definitions.unfold(base[r, c]))


def _name(side: ImmutableDenseMatrix, arrange: Arrange) -> Node | None:
    """Return the name of a vector or matrix, or None if its entries are of different kinds."""
    entry = side[0, -1]
    if isinstance(entry, Indexed):
        direct = _is_made_of(side, lambda *at: entry.base[at[: len(entry.indices)]])
        if direct:
            return arrange.letter(str(entry.base))
        turned = len(entry.indices) == 2 and _is_made_of(side, lambda a, b: entry.base[b, a])
        return _transposed(entry.base, arrange) if turned else None
    if isinstance(entry, Partial) and _is_entry_of_vector(entry.variable):
        return _derivative_name(side, entry, arrange)
    return None


def _is_entry_of_vector(expr: Expr) -> bool:
    return isinstance(expr, Indexed) and len(expr.indices) == 1


def _derivative_name(side: ImmutableDenseMatrix, entry: Partial, arrange: Arrange) -> Node | None:
    inner, by = entry.expr, entry.variable.base
    if side.shape[1] == 1 and isinstance(inner, Symbol):
        named = _is_made_of(side, lambda a, _: Partial(inner, by[a]))
    elif side.shape[1] > 1 and _is_entry_of_vector(inner):
        named = _is_made_of(side, lambda a, b: Partial(inner.base[a], by[b]))
    else:
        return None
    top = arrange.letter(str(inner.base if isinstance(inner, Indexed) else inner))
    below = arrange.letter(str(by))
    return Fraction(row(PARTIAL, top), row(PARTIAL, below)) if named else None


def _is_made_of(side: ImmutableDenseMatrix, entry: Callable[[int, int], Expr]) -> bool:
    rows, columns = side.shape
    return all(side[at] == entry(*at) for at in product(range(rows), range(columns)))


def _names(side: Expr, entries: tuple[Symbol, ...], arrange: Arrange) -> Node | None:
    """Return a sum of matrices by their names, or None if anything else is among them."""
    terms = _terms(side) if len(entries) == 2 else []
    named = [
        (
            is_negative(term),
            _transposed(_without_sign(term).base, arrange)
            if _without_sign(term).indices == entries[::-1]
            else arrange.letter(str(_without_sign(term).base)),
        )
        for term in terms
    ]
    return _joined(named) if named else None


def _terms(side: Expr) -> list[Expr]:
    """Return the entries a side is a sum of; none if anything else is among them."""
    terms = sorted(Add.make_args(side), key=is_negative)
    return terms if all(isinstance(_without_sign(term), Indexed) for term in terms) else []


def _without_sign(term: Expr) -> Expr:
    return Mul(-1, term) if is_negative(term) else term


def _transposed(base: IndexedBase, arrange: Arrange) -> Node:
    return Superscript(arrange.letter(str(base)), Letter("transposed"))


def _joined(parts: list[tuple[bool, Node]]) -> Node:
    nodes: list[Node] = []
    for negative, node in parts:
        nodes += [MINUS if negative else PLUS, node]
    return row(*nodes[1:]) if nodes[0] == PLUS else row(*nodes)
