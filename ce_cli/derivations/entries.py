"""Equations between whole matrices: J = diag(p) − p pᵀ instead of its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Basic, Expr, ImmutableDenseMatrix, Indexed, Mul

from ce_cli.mathematics.arrange import letter
from ce_cli.mathematics.nodes import MINUS, PLUS, Letter, Node, Row, Superscript, row
from ce_cli.mathematics.order import is_negative

if TYPE_CHECKING:
    from ce_cli.mathematics.arrange import Arrange
    from ce_cli.symbolic.derivation import Step
    from ce_cli.symbolic.kernel.claims import Definitions


def as_matrices(step: Step, arrange: Arrange, definitions: Definitions) -> tuple[Node, Node] | None:
    """Return both sides with matrices for entries, or None if they are not matrices' entries."""
    if len(step.entries) != 2:
        return None
    terms = [_terms(side) for side in (step.claim.lhs, step.claim.rhs)]
    if not all(terms):
        return None
    written_out = isinstance(step.claim.lhs, ImmutableDenseMatrix)
    names = [_joined([_named(term, step) for term in side]) for side in terms]
    if not written_out or len(terms[1]) == 1:
        return names[0], names[1]
    matrices = [_written_out(term, step.claim.lhs.shape, arrange, definitions) for term in terms[1]]
    return names[0], _joined(matrices)


def _terms(side: Basic) -> list[Expr]:
    """Return the entries a side is a sum of; none if anything else is among them."""
    entry = side[0, 1] if isinstance(side, ImmutableDenseMatrix) else side
    terms = sorted(Add.make_args(entry), key=is_negative)
    return terms if all(isinstance(_entry(term), Indexed) for term in terms) else []


def _entry(term: Expr) -> Expr:
    return Mul(-1, term) if is_negative(term) else term


def _joined(parts: list[tuple[bool, Node]]) -> Node:
    nodes: list[Node] = []
    for negative, node in parts:
        nodes += [MINUS if negative else PLUS, node]
    return row(*nodes[1:]) if nodes[0] == PLUS else Row(tuple(nodes))


def _named(term: Expr, step: Step) -> tuple[bool, Node]:
    entry = _entry(term)
    node = letter(str(entry.base))
    indices = entry.indices
    turned = indices == step.entries[::-1] or indices == (1, 0)
    return is_negative(term), Superscript(node, Letter("transposed")) if turned else node


def _written_out(
    term: Expr, shape: tuple[int, int], arrange: Arrange, definitions: Definitions
) -> tuple[bool, Node]:
    base = _entry(term).base
    entries = ImmutableDenseMatrix(*shape, lambda r, c: definitions.unfold(base[r, c]))
    return is_negative(term), arrange(entries)
