"""The reach of functions without brackets: log a (b) is (log a) b, but log(a b) may be meant."""

from __future__ import annotations

from dataclasses import replace

from ce_cli.formulas.reading import tree as t

_NEW_FACTORS = (t.Derivative, t.Prime, t.Sum, t.Call)
"""What starts a new factor in any case: a derivative, a sum or another function."""


def with_long_arguments(node: t.Node) -> t.Node:
    """Return a tree in which arguments without brackets go on up to the end of their product."""
    node = t.with_children(node, with_long_arguments)
    if not isinstance(node, t.Product):
        return node
    for position, factor in enumerate(node.factors):
        behind = node.factors[position + 1 :]
        if _is_open(factor) and behind and not isinstance(behind[0], _NEW_FACTORS):
            return t.product_of([*node.factors[:position], _longer(factor, behind)])
    return node


def _is_open(factor: t.Node) -> bool:
    call = factor.base if isinstance(factor, t.Power) else factor
    return isinstance(call, t.Call) and call.is_open


def _longer(factor: t.Node, behind: tuple[t.Node, ...]) -> t.Node:
    """Return a function, or its power, with factors added to its argument."""
    span = t.span_around([factor, *behind])
    if isinstance(factor, t.Power):
        return replace(factor, span=span, base=_longer(factor.base, behind))
    if isinstance(factor, t.Call):
        argument = t.product_of([*factor.arguments, *behind])
        return replace(factor, span=span, arguments=(argument,), is_open=False)
    return factor
