"""Sums that are written out with all their terms: e^{z_1} + e^{z_2} + e^{z_3} has three classes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from ce_cli.formulas.reading.tree import Node

LEAST_TERMS = 3
"""Two terms may be a part of a sum."""


def written_out_classes(nodes: Iterable[Node], base: int) -> set[int]:
    """Return the numbers of classes that sums with all their terms state.

    The terms are alike but for their class, the classes count from ``base`` without a gap, and
    no other class is named anywhere.
    """
    nodes = list(nodes)
    named = {value for node in nodes for value in _classes_in(node)}
    counts = {
        len(part.terms) for node in nodes for part in t.walk(node)
        if isinstance(part, t.Add) and _is_written_out(part, base)
    }  # fmt: skip
    return {count for count in counts if named == set(range(base, base + count))}


def _is_written_out(total: t.Add, base: int) -> bool:
    classes = [set(_classes_in(term)) for term in total.terms]
    alike = {_pattern(term) for term in total.terms}
    expected = [{value} for value in range(base, base + len(total.terms))]
    in_order = sorted(classes, key=sorted) == expected
    return len(total.terms) >= LEAST_TERMS and len(alike) == 1 and in_order


def _classes_in(node: Node) -> Iterator[Fraction]:
    """Yield the classes that are named in a tree: 1 of z_1."""
    for part in t.walk(node):
        indices = part.indices if isinstance(part, t.Name | t.Entry) else ()
        yield from (index.value for index in indices if isinstance(index, t.Number))


def _pattern(value: object) -> object:
    """Return a tree, or a part of one, without its places in the text and the classes it names."""
    if isinstance(value, tuple):
        return tuple(map(_pattern, value))
    if not isinstance(value, t.Node):
        return value
    parts = {field.name: getattr(value, field.name) for field in fields(value)}
    del parts["span"]
    if "indices" in parts:
        parts["indices"] = tuple(None if isinstance(index, t.Number) else index
                                 for index in parts["indices"])  # fmt: skip
    return (type(value), *map(_pattern, parts.values()))
