"""What shows that a text is about one output, not about a vector of classes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.tree import Add, Call, Name, Negative, Number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.tree import Node


def shows_single_output(part: Node) -> bool:
    """Say whether a part is 1 - p, a sigmoid by name, or 1 + e^z, which a sigmoid is made of."""
    if isinstance(part, Call):
        return part.function in {"σ", "sigmoid", "f", "g", "h"}
    logit = sigmoid_logit(part)
    return (logit is not None and not logit.indices) or any(
        isinstance(term, Negative) and isinstance(term.of, Name) for term in _beside_one(part)
    )


def sigmoid_logit(part: Node) -> Name | None:
    """Return z of 1 + e^z or 1 + e^{-z}, None if the part is something else."""
    for term in _beside_one(part):
        if isinstance(term, Call) and term.function == "exp":
            exponent = term.arguments[0]
            name = exponent.of if isinstance(exponent, Negative) else exponent
            if isinstance(name, Name):
                return name
    return None


def _beside_one(part: Node) -> Iterator[Node]:
    """Yield what is added to 1."""
    for pair in pairwise(part.terms) if isinstance(part, Add) else ():
        for first, second in (pair, pair[::-1]):
            if isinstance(first, Number) and first.value == 1:
                yield second
