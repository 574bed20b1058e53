"""What shows that a text is about one output, not about a vector of classes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.reading.formula.tree import Add, Call, Name, Negative, Number

if TYPE_CHECKING:
    from ce_cli.reading.formula.tree import Node


def shows_single_output(part: Node) -> bool:
    """Say whether a part is 1 - p, a sigmoid by name, or 1 + e^z, which a sigmoid is made of."""
    if isinstance(part, Call):
        return part.function in {"σ", "sigmoid", "f", "g", "h"}
    return isinstance(part, Add) and any(
        isinstance(first, Number) and first.value == 1 and _is_complement_or_odds(second)
        for pair in pairwise(part.terms) for first, second in (pair, pair[::-1])
    )  # fmt: skip


def _is_complement_or_odds(term: Node) -> bool:
    if isinstance(term, Negative):
        return isinstance(term.of, Name)
    return isinstance(term, Call) and term.function == "exp" and _is_bare(term.arguments[0])


def _is_bare(exponent: Node) -> bool:
    """Say whether an exponent is z or -z, without an index."""
    name = exponent.of if isinstance(exponent, Negative) else exponent
    return isinstance(name, Name) and not name.indices
