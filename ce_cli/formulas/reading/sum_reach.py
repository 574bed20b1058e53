"""Sums that can be read in two ways: readers would dispute over their indices or their reach."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.chains import Chain
    from ce_cli.formulas.reading.tree import Node


def check_reach(chain: Chain, targets: str) -> None:
    r"""Refuse sums in a chain that can be read in two ways.

    These are ``\sum_{i \ne j} p_i p_j`` with a j that stands nowhere else, which may run over
    both, and ``\sum_k p_k + z_k``, which may end too early. ``targets`` is the letter that
    stands for the true class.

    Raises
    ------
    Refusal
        At the sum, or at the term that may belong to it.
    """
    nodes = chain.nodes
    free = [set(_free_letters(node)) for node in nodes]
    shared = set.intersection(*free) if free else set()
    anywhere = set.union(*free) if free else set()
    for node in nodes:
        _check_terms(node, shared)
        for part in t.walk(node):
            if isinstance(part, t.Sum) and part.index is not None:
                _check_factors(part, part.index.letter, anywhere)
                _check_excluded(part, part.index.letter, {targets, "Y"}, nodes)


def _check_factors(total: t.Sum, index: str, free: set[str]) -> None:
    r"""Refuse ``\sum_j (p_j) y_j`` if j stands outside of sums, too: y_j may, as well."""
    if total.reach is None or not total.reach.has_bracket or index not in free:
        return
    for factor in t.factors_from(total.body, total.reach.start):
        if index in _free_letters(factor):
            raise Refusal(f"does the sum over {index} end before this?", factor.span,
                          "put all that is summed in brackets")  # fmt: skip


def _check_excluded(total: t.Sum, index: str, labels: set[str], nodes: Sequence[Node]) -> None:
    r"""Refuse a letter j in i \ne j below a sum if it means nothing outside."""
    inside = {name.letter for name in t.walk(total.body) if isinstance(name, t.Name)}
    for letter in (_excluded_letters(total) & inside) - labels - {index}:
        if not any(_stands_outside(letter, node) for node in nodes):
            both = rf"\sum_{{{index}, {letter}, {index} \ne {letter}}}"
            raise Refusal(f"a sum over {index} alone, or over {letter} too?", total.span,
                          f"write {both} for both")  # fmt: skip


def _excluded_letters(total: t.Sum) -> set[str]:
    """Return the letters in the conditions i ≠ j of a sum."""
    sides = [side for condition in total.conditions if condition.relation == "≠"
             for side in (condition.first, condition.second)]  # fmt: skip
    return {side.letter for side in sides if isinstance(side, t.Name)}


def _stands_outside(letter: str, node: Node) -> bool:
    """Say whether a letter stands in a tree outside the sums that exclude it."""
    if isinstance(node, t.Sum) and letter in _excluded_letters(node):
        return node.index is not None and node.index.letter == letter
    is_letter = isinstance(node, t.Name) and node.letter == letter
    return is_letter or any(_stands_outside(letter, child) for child in t.children(node))


def _check_terms(node: Node, known: set[str]) -> None:
    """Check all sums of terms in a tree; ``known`` are the letters that have a meaning there."""
    if isinstance(node, t.Sum) and node.index is not None:
        known = known | {node.index.letter}
    if isinstance(node, t.Add):
        _check_later_terms(node, known)
    for child in t.children(node):
        _check_terms(child, known)


def _check_later_terms(terms: t.Add, known: set[str]) -> None:
    """Refuse a term with the index of a sum before it that means nothing there."""
    bound: set[str] = set()
    for previous, term in pairwise(terms.terms):
        bound |= {part.index.letter for part in t.walk(previous)
                  if isinstance(part, t.Sum) and part.index is not None}  # fmt: skip
        for letter in (bound & set(_free_letters(term))) - known:
            raise Refusal(f"does the sum over {letter} end before this?", term.span,
                          "put the summand in brackets")  # fmt: skip


def _free_letters(node: Node) -> Iterator[str]:
    """Yield the letters of a tree that no sum binds."""
    if isinstance(node, t.Name):
        yield node.letter
    bound = node.index.letter if isinstance(node, t.Sum) and node.index else ""
    for child in t.children(node):
        yield from (letter for letter in _free_letters(child) if letter != bound)
