"""The work that a formula would make: measured on the tree, before SymPy sees it."""

from __future__ import annotations

from math import comb, prod
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.limits import EXPANDED_TERMS, EXPONENT, NESTED_SUMS, NODES
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from ce_cli.formulas.reading.tree import Node

_MANY = 10**9


def check_size(node: Node) -> None:
    """Refuse a side that would take too long to judge; a softmax counts as a sum.

    Raises
    ------
    Refusal
        If it has too many parts, nested sums, or terms when multiplied out.
    """
    if sum(1 for _ in t.walk(node)) > NODES:
        raise Refusal(f"an expression of more than {NODES} parts", node.span)
    if _nested_sums(node) > NESTED_SUMS:
        raise Refusal(f"more than {NESTED_SUMS} sums inside each other", node.span)
    if _expanded_terms(node) > EXPANDED_TERMS:
        raise Refusal("this has too many terms when it is multiplied out", node.span)


def _nested_sums(node: Node) -> int:
    inside = max((_nested_sums(child) for child in t.children(node)), default=0)
    is_sum = isinstance(node, t.Sum) or (
        isinstance(node, t.Call) and node.function in {"softmax", "logsumexp", "H", "KL"}
    )
    return inside + is_sum


def _expanded_terms(node: Node) -> int:
    """Return an upper bound for the terms of a tree that is multiplied out."""
    counts = [_expanded_terms(child) for child in t.children(node)]
    match node:
        case t.Add():
            return sum(counts)
        case t.Product() | t.Hadamard() | t.Division():
            return min(prod(counts), _MANY)
        case t.Power(exponent=t.Number(value=value)) if value.denominator == 1:
            return _power_terms(counts[0], abs(int(value)))
    return max(counts, default=1)


def _power_terms(count: int, power: int) -> int:
    """Return the number of terms in a power of a sum; the exact one may take hours to count."""
    if min(count - 1, power) > EXPONENT:
        return _MANY
    return min(comb(count + power - 1, count - 1), _MANY)
