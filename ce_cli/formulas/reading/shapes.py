"""Two sides side by side: numbers, vectors and matrices as claims about their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Indexed, Integer, Symbol, nan, oo, zoo

from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vectors import Matrix, Value, Vector, contract
from ce_cli.symbolic.kernel.claims import Claim
from ce_cli.symbolic.notation import C, M

if TYPE_CHECKING:
    from ce_cli.formulas.reading.tree import Span

ENTRY, ROW, COLUMN = (Symbol(name, integer=True) for name in ("entry", "row", "column"))
"""The indices at which two vectors or matrices are compared; no text names them."""


def claim_of(left: Value, right: Value, span: Span) -> Claim:
    """Return the claim that two values are equal, entry by entry.

    Raises
    ------
    Refusal
        If they have different shapes.
    """
    if isinstance(left, Expr) and isinstance(right, Expr):
        if left.has(nan, zoo, oo) or right.has(nan, zoo, oo):
            raise Refusal("a division by zero", span)
        _refuse_two_senses(left, right, span)
        return Claim(left, right)
    values = (left, right)
    if isinstance(right if isinstance(left, Expr) else left, Vector):
        sides = [side.entry(ENTRY) if isinstance(side, Vector) else side for side in values]
    else:
        sides = [side.entry(ROW, COLUMN) if isinstance(side, Matrix) else side for side in values]
    kinds = {type(side) for side in values if side != Integer(0)}
    if len(kinds) > 1 or not all(isinstance(side, Expr) for side in sides):
        raise Refusal("the two sides have different shapes", span)
    return Claim(*sides)


def _refuse_two_senses(left: Expr, right: Expr, span: Span) -> None:
    """Refuse a letter that is an index on one side and a number on the other."""
    indices = {str(index) for side in (left, right) for entry in side.atoms(Indexed)
               for index in entry.indices}  # fmt: skip
    for symbol in left.free_symbols | right.free_symbols:
        if isinstance(symbol, Symbol) and not symbol.is_integer and symbol.name in indices:
            raise Refusal(f"is {symbol} an index or a number?", span)


def claims_across_shapes(left: Value, right: Value) -> tuple[Claim, ...]:
    """Return the claims that somebody may mean who sets a number equal to a vector.

    The vector may stand for every entry, for the entry of an index of the number, or for the sum
    of all entries. Other shapes have none; nor has a number without a letter as an index, for A_1
    may be a row.
    """
    number, vector = (left, right) if isinstance(left, Expr) else (right, left)
    if not isinstance(number, Expr) or not isinstance(vector, Vector):
        return ()
    indices = sorted((symbol for symbol in number.free_symbols
                      if symbol.is_integer and symbol not in {C, M}), key=str)  # fmt: skip
    constants = (index for entry in number.atoms(Indexed) for index in entry.indices
                 if index.is_Integer)  # fmt: skip
    if not indices or any(True for _ in constants):
        return ()
    entries = [vector.entry(index) for index in (ENTRY, *indices)]
    return tuple(Claim(number, entry) for entry in (*entries, contract(C, vector.entry)))
