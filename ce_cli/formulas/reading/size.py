"""How much work a formula would make: measured on the tree, before SymPy sees it."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.limits import EXPANDED_TERMS, NESTED_SUMS, NODES
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from ce_cli.formulas.reading.tree import Node


def check_size(node: Node) -> None:
    """Refuse a side that would take too long to judge; a softmax is a sum, too.

    Raises
    ------
    Refusal
        If it has too many parts, nested sums, or terms when multiplied out.
    """
    if sum(1 for _ in t.walk(node)) > NODES:
        raise Refusal(f"an expression of more than {NODES} parts", node.span)
    if _nested_sums(node) > NESTED_SUMS:
        raise Refusal(f"more than {NESTED_SUMS} sums inside each other", node.span)
    if _terms(node) > EXPANDED_TERMS:
        raise Refusal("this has too many terms when it is multiplied out", node.span)


def _nested_sums(node: Node) -> int:
    inside = max((_nested_sums(child) for child in t.children(node)), default=0)
    is_sum = isinstance(node, t.Sum) or (isinstance(node, t.Call) and node.function == "softmax")
    return inside + is_sum


def _terms(node: Node) -> int:
    """Return an upper bound for the terms of a tree that is multiplied out."""
    inside = [_terms(child) for child in t.children(node)]
    match node:
        case t.Add():
            return sum(inside)
        case t.Product() | t.Hadamard() | t.Fraction():
            return _product(inside)
        case t.Power(exponent=t.Number(value=value)) if value.denominator == 1:
            return min(comb(inside[0] + abs(int(value)) - 1, inside[0] - 1), 10**9)
    return max(inside, default=1)


def _product(counts: list[int]) -> int:
    result = 1
    for count in counts:
        result = min(result * max(count, 1), 10**9)
    return result
