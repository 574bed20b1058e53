"""From sums, products, powers and derivatives to SymPy."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, reduce
from typing import TYPE_CHECKING

from sympy import Dummy, Expr, Sum, Symbol

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.limits import EXPONENT, NUMBER_BITS
from ce_cli.formulas.reading.literal_meaning import dotted_sum
from ce_cli.formulas.reading.name_meaning import indicator_value, range_of
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.unevaluated import negative, power, product, quotient, total
from ce_cli.formulas.reading.vectors import (
    Matrix,
    Value,
    Vector,
    apply_chain_rule,
    combine,
    map_entries,
    multiply,
)
from ce_cli.symbolic.notation import C, Partial

if TYPE_CHECKING:
    from ce_cli.formulas.reading.meaning import Meaning
    from ce_cli.formulas.reading.tree import Node


def terms_value(meaning: Meaning, node: t.Add) -> Value:
    """Add terms of one shape."""
    if any(isinstance(term, t.Dots) for term in node.terms):
        return dotted_sum(meaning, node)
    values = [meaning.value(term) for term in node.terms]
    if all(isinstance(value, Expr) for value in values):
        return total(*values)
    return reduce(lambda first, value: combine(first, value, total, node.span), values)


def negative_value(meaning: Meaning, node: t.Negative) -> Value:
    """Change the sign of every entry."""
    return map_entries(meaning.value(node.operand), negative)


def product_value(meaning: Meaning, node: t.Product) -> Value:
    """Multiply from the left to the right."""
    result, previous = meaning.value(node.factors[0]), node.factors[0]
    for factor in node.factors[1:]:
        value = meaning.value(factor)
        chained = apply_chain_rule(result, value) if _is_chain_rule(previous, factor) else None
        result = multiply(result, value, node.span) if chained is None else chained
        previous = factor
    return result


def _is_chain_rule(left: Node, right: Node) -> bool:
    """Say whether two factors are ∂L/∂a ∂a/∂z with a bare a."""
    match left, right:
        case t.Derivative(variables=(t.Name(letter=variable, indices=()),)), t.Derivative(
            operand=t.Name(letter=operand, indices=())
        ):
            return variable == operand
    return False


def hadamard_value(meaning: Meaning, node: t.Hadamard) -> Value:
    """Multiply entry by entry."""
    return combine(meaning.value(node.first), meaning.value(node.second), product, node.span)


def division_value(meaning: Meaning, node: t.Division) -> Value:
    """Divide; a vector by a vector entry by entry."""
    bottom = meaning.value(node.bottom)
    if bottom == 0:
        raise Refusal("a division by zero", node.bottom.span)
    return combine(meaning.value(node.top), bottom, quotient, node.span)


def power_value(meaning: Meaning, node: t.Power) -> Value:
    """Raise a number to a power within the limits."""
    base, exponent = meaning.value(node.base), meaning.number(node.exponent)
    if not isinstance(base, Expr):
        raise Refusal("a power of a vector", node.span, "write p ⊙ p for entry by entry")
    if exponent.is_Rational and abs(exponent) > EXPONENT:
        raise Refusal(f"an exponent above {EXPONENT}", node.exponent.span)
    if base.is_Rational and exponent.is_Rational:
        bits = max(base.p.bit_length(), base.q.bit_length()) * abs(exponent)
        if bits > NUMBER_BITS or (base == 0 and exponent < 0):
            raise Refusal("this power is too large or undefined", node.span)
    return power(base, exponent)


def sum_value(meaning: Meaning, node: t.Sum) -> Value:
    """Sum over a range of indices, or over the entries of vectors."""
    if node.index is None:
        return _sum_of_entries(meaning, node)
    letter = node.index.letter
    _refuse_samples(node, letter)
    index, limits = _bound_index(letter, meaning.depth), range_of(meaning, node)
    inner = replace(meaning, bound={**meaning.bound, letter: index}, depth=meaning.depth + 1)
    factors = [indicator_value(inner, part) for part in node.conditions]
    body = inner.value(node.body)
    if not isinstance(body, Expr):
        return map_entries(body, lambda entry: Sum(product(entry, *factors), (index, *limits)))
    if node.conditions and index not in body.free_symbols:
        raise Refusal(f"{letter} does not occur in the summand", node.span)
    return Sum(product(body, *factors), (index, *limits))


def _refuse_samples(node: t.Sum, letter: str) -> None:
    """Refuse a sum over n of p^{(n)}, which is over samples."""
    for name in r.names_in(node.body):
        if name.layer == letter:
            raise Refusal("a sum over samples, or over layers, is not understood", name.span,
                          "write the equation for one of them")  # fmt: skip


@lru_cache(maxsize=256)
def _bound_index(letter: str, _depth: int) -> Dummy:
    """Return the index of a sum: the same for all sums over a letter at one depth.

    Equal sums are then equal to SymPy, and known to its caches.
    """
    return Dummy(letter, integer=True)


def _sum_of_entries(meaning: Meaning, node: t.Sum) -> Expr:
    if node.upper is not None or meaning.component is not None:
        raise Refusal("a sum over which index?", node.span)
    index = Dummy("k", integer=True)
    body = replace(meaning, component=index).number(node.body)
    if index not in body.free_symbols:
        raise Refusal("a sum over which index?", node.span)
    return Sum(body, (index, 0, C - 1))


def derivative_value(meaning: Meaning, node: t.Derivative) -> Value:
    """Differentiate by a number, or by every entry of a vector."""
    value = meaning.value(node.operand)
    for variable in node.variables:
        value = _differentiate(meaning, value, variable)
    return value


def _differentiate(meaning: Meaning, value: Value, node: Node) -> Value:
    variable = meaning.value(node.operand if isinstance(node, t.Transpose) else node)
    if isinstance(variable, Expr):
        if not (isinstance(variable, Symbol) or variable.is_Indexed):
            raise Refusal("not a variable", node.span)
        return map_entries(value, lambda entry: Partial(entry, variable))
    if not isinstance(variable, Vector) or isinstance(value, Matrix):
        raise Refusal("a derivative by a matrix is not understood", node.span)
    if isinstance(value, Vector):
        return Matrix(lambda i, j: Partial(value.entry(i), variable.entry(j)),
                      value.size, variable.size)  # fmt: skip
    return Vector(lambda i: Partial(value, variable.entry(i)), variable.size)


def differential_value(meaning: Meaning, node: t.Differential) -> Value:
    """Multiply by d, if that is a letter of the text."""
    meaning.setting.check_differential(node)
    return multiply(meaning.value(node.sign), meaning.value(node.operand), node.span)


def prime_value(meaning: Meaning, node: t.Prime) -> Value:
    """Differentiate by the variable that the left side of the chain names."""
    if meaning.prime_variable is None:
        raise Refusal("a derivative by what?", node.span,
                      "write ∂/∂z_i, or a left side that does")  # fmt: skip
    return _differentiate(meaning, meaning.value(node.operand), meaning.prime_variable)


def transpose_value(meaning: Meaning, node: t.Transpose) -> Value:
    """Transpose a vector or matrix."""
    match meaning.value(node.operand):
        case Vector() as vector:
            return replace(vector, row=not vector.row)
        case Matrix() as matrix:
            return Matrix(lambda i, j: matrix.entry(j, i), matrix.columns, matrix.rows)
    raise Refusal("a transposed number, or a power?", node.span,
                  "write a vector without its index")  # fmt: skip
