"""Equations that look like definitions and contradict what everybody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.vocabulary import LOSS_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.tree import Node

_LOSSES = LOSS_WORDS | {"loss"}
_BINARY_LOSSES = frozenset({"L", "J", "E", "ℓ", "𝕃", "ℒ"})


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


def is_slip(left: t.Name, right: Node) -> bool:
    """Say whether a name of the subject is set equal to something that it does not mean.

    The names of a cross-entropy say which loss they are. A binary cross-entropy has one sign in
    front of both logarithms, and an entropy has a minus.
    """
    base = _base(left)
    is_binary_slip = base in _BINARY_LOSSES and _has_mixed_signs(right)
    return base in _LOSSES or is_binary_slip or is_entropy_slip(left, right)


def is_entropy_slip(left: t.Name, right: Node) -> bool:
    r"""Say whether an entropy H is set equal to \sum_k p_k \log p_k, without its minus."""
    factors = right.body.factors if (
        isinstance(right, t.Sum) and isinstance(right.body, t.Product)
    ) else ()  # fmt: skip
    return _base(left) == "H" and any(
        isinstance(factor, t.Call) and factor.function == "log" for factor in factors
    )


def _base(name: t.Name) -> str:
    return name.letter.split("_", 1)[0]


def _has_mixed_signs(node: Node) -> bool:
    """Say whether two terms with logarithms, one of them with 1 - y, have different signs."""
    if not isinstance(node, t.Add):
        return False
    terms = [term for term in node.terms if _has_logarithm(term)]
    signs = {isinstance(term, t.Negative) for term in terms}
    return len(terms) == 2 and len(signs) == 2 and any(map(_has_complement, terms))


def _has_logarithm(node: Node) -> bool:
    return any(isinstance(part, t.Call) and part.function == "log" for part in t.walk(node))


def _has_complement(node: Node) -> bool:
    """Say whether a factor of a term is 1 - y."""
    product = node.operand if isinstance(node, t.Negative) else node
    factors = product.factors if isinstance(product, t.Product) else ()
    return any(
        isinstance(factor, t.Add) and isinstance(factor.terms[0], t.Number)
        and isinstance(factor.terms[-1], t.Negative) for factor in factors
    )  # fmt: skip
