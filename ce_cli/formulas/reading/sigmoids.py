"""Signs of a sigmoid: they show that a text is about one output, not a vector of classes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.tree import Node


def shows_single_output(part: Node) -> bool:
    """Say whether a part is 1 - p, a sigmoid by name, or the 1 + e^z of a sigmoid."""
    if isinstance(part, t.Call):
        return part.function in {"σ", "sigmoid", "tanh", "softplus", "f", "g", "h"}
    logit = sigmoid_logit(part)
    return (logit is not None and not logit.indices) or any(
        isinstance(term, t.Negative) and isinstance(term.operand, t.Name)
        for term in _terms_beside_one(part)
    )


def sigmoid_logit(part: Node) -> t.Name | None:
    """Return z of 1 + e^z or 1 + e^{-z}, None if the part is something else."""
    for term in _terms_beside_one(part):
        if isinstance(term, t.Call) and term.function == "exp":
            exponent = term.arguments[0]
            name = exponent.operand if isinstance(exponent, t.Negative) else exponent
            if isinstance(name, t.Name):
                return name
    return None


def _terms_beside_one(part: Node) -> Iterator[Node]:
    """Yield the terms that stand next to a 1 in a sum of terms."""
    for pair in pairwise(part.terms) if isinstance(part, t.Add) else ():
        for first, second in (pair, pair[::-1]):
            if isinstance(first, t.Number) and first.value == 1:
                yield second


def is_difference_of_entries(node: Node) -> bool:
    """Say whether a tree is z_1 - z_0: only a sigmoid can be meant by σ(z_1 - z_0)."""
    terms = node.terms if isinstance(node, t.Add) else ()
    names = [term.operand if isinstance(term, t.Negative) else term for term in terms]
    entries = {(name.letter, name.indices) for name in names
               if isinstance(name, t.Name) and name.indices}  # fmt: skip
    return len(entries) == len(names) > 1
