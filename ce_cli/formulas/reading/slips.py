"""Sums that do not use their index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.tree import Node


def sum_without_index(node: Node) -> t.Sum | None:
    r"""Return a sum whose index does not occur in it, though another does: \sum_k e^{z_i}."""
    for part in t.walk(node):
        if isinstance(part, t.Sum) and part.index is not None:
            letters = {name.letter for name in _indices(part.body)}
            if letters and part.index.letter not in letters | _letters(part.body):
                return part
    return None


def _letters(node: Node) -> set[str]:
    return {part.letter for part in t.walk(node) if isinstance(part, t.Name)}


def _indices(node: Node) -> Iterator[t.Name]:
    """Yield the letters that stand as indices in a tree."""
    for part in t.walk(node):
        if isinstance(part, t.Name | t.Entry):
            yield from (index for index in part.indices if isinstance(index, t.Name))
