"""The reach of functions without brackets: log a (b) is (log a) b, but log(a b) may be meant."""

from __future__ import annotations

from dataclasses import replace

from ce_cli.formulas.reading import tree as t


def with_long_arguments(node: t.Node) -> t.Node:
    """Return a tree in which arguments without brackets go on up to the end of their product.

    A derivative, a sum or another function is a new factor in any case.
    """
    node = t.with_children(node, with_long_arguments)
    if not isinstance(node, t.Product):
        return node
    for position, factor in enumerate(node.factors):
        behind = node.factors[position + 1 :]
        if isinstance(factor, t.Call) and factor.is_open and _may_go_on(behind):
            span = t.span_around(node.factors[position:])
            argument = t.product_of([*factor.arguments, *behind])
            long = replace(factor, span=span, arguments=(argument,), is_open=False)
            return t.product_of([*node.factors[:position], long])
    return node


def _may_go_on(behind: tuple[t.Node, ...]) -> bool:
    """Say whether factors may belong to the argument in front of them."""
    is_new = isinstance(behind[0], t.Derivative | t.Prime | t.Sum | t.Call) if behind else True
    return not is_new
