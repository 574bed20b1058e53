r"""Sums of which readers would dispute over what they run, or how far they reach."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.statements import Chain
    from ce_cli.formulas.reading.tree import Node


def check_scopes(chain: Chain, targets: str) -> None:
    r"""Refuse sums in a chain that can be read in two ways.

    These are ``\sum_{i \ne j} p_i p_j`` with a j that stands nowhere else, which may run over
    both, and ``\sum_k p_k + z_k``, which may end too early; ``targets`` is the letter that
    stands for the true class.

    Raises
    ------
    Refusal
        At the sum, or at the term that may belong to it.
    """
    nodes = [side.node for side in chain.sides if side.node]
    free = [set(_free(node)) for node in nodes]
    everywhere = set.intersection(*free) if free else set()
    for node in nodes:
        _check_tails(node, everywhere)
        for part in t.walk(node):
            if isinstance(part, t.Sum) and part.index is not None:
                _check_apart(part, part.index.letter, {targets, "Y"}, nodes)


def _check_apart(total: t.Sum, index: str, labels: set[str], nodes: Sequence[Node]) -> None:
    inside = {name.letter for name in t.walk(total.body) if isinstance(name, t.Name)}
    for letter in (_kept_apart(total) & inside) - labels - {index}:
        if not any(_stands_outside(letter, node) for node in nodes):
            both = rf"\sum_{{{index}, {letter}, {index} \ne {letter}}}"
            raise Refusal(f"a sum over {index} alone, or over {letter} too?", total.span,
                          f"write {both} for both")  # fmt: skip


def _kept_apart(total: t.Sum) -> set[str]:
    """Return the letters in the conditions i ≠ j of a sum."""
    sides = [side for each in total.conditions if each.relation == "≠"
             for side in (each.first, each.second)]  # fmt: skip
    return {side.letter for side in sides if isinstance(side, t.Name)}


def _stands_outside(letter: str, node: Node) -> bool:
    """Say whether a letter stands in a tree outside the sums that keep their index from it."""
    if isinstance(node, t.Sum) and letter in _kept_apart(node):
        return node.index is not None and node.index.letter == letter
    is_it = isinstance(node, t.Name) and node.letter == letter
    return is_it or any(_stands_outside(letter, child) for child in t.children(node))


def _check_tails(node: Node, known: set[str]) -> None:
    """Check all terms of a tree; ``known`` are the letters that have a meaning there."""
    if isinstance(node, t.Sum) and node.index is not None:
        known = known | {node.index.letter}
    if isinstance(node, t.Add):
        _check_tail(node, known)
    for child in t.children(node):
        _check_tails(child, known)


def _check_tail(terms: t.Add, known: set[str]) -> None:
    """Refuse a term with the index of a sum before it that means nothing there."""
    bound: set[str] = set()
    for before, term in pairwise(terms.terms):
        bound |= {part.index.letter for part in t.walk(before)
                  if isinstance(part, t.Sum) and part.index is not None}  # fmt: skip
        for letter in (bound & set(_free(term))) - known:
            raise Refusal(f"does the sum over {letter} end before this?", term.span,
                          "put what it sums in brackets")  # fmt: skip


def _free(node: Node) -> Iterator[str]:
    """Yield the letters of a tree that no sum binds."""
    if isinstance(node, t.Name):
        yield node.letter
    bound = node.index.letter if isinstance(node, t.Sum) and node.index else ""
    for child in t.children(node):
        yield from (letter for letter in _free(child) if letter != bound)
