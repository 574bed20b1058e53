"""The values of formulas: what a tree is worth in SymPy once every letter has its role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sympy import Expr

from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sympy import Symbol

    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node
    from ce_cli.formulas.reading.vectors import Value

Rules: TypeAlias = "Mapping[type, Callable[[Meaning, Any], Value]]"
"""The rules for the values of nodes, by the type of a node."""


@dataclass
class Meaning:
    """Turns trees into expressions, within one chain."""

    rules: Rules
    setting: Setting
    vectors: bool = True
    """Whether letters of the subject without an index are vectors, else numbers."""
    prime_variable: Node | None = None
    """The variable of a prime."""
    bare_letters: set[str] = field(default_factory=set)
    """Letters of the subject that were met without an index."""
    lengths: set[int] = field(default_factory=set)
    """Lengths of vectors written out."""
    bound: dict[str, Symbol] = field(default_factory=dict)
    """The indices of the sums around."""
    depth: int = 0
    """The number of sums around."""
    component: Symbol | None = None
    """The index at which bare vectors are taken under a sum without an index."""

    def value(self, node: Node) -> Value:
        """Return the value of a tree.

        Raises
        ------
        Refusal
            If it has no meaning, with the place.
        """
        return self.rules[type(node)](self, node)

    def number(self, node: Node) -> Expr:
        """Return the value of a tree that must not be a vector."""
        value = self.value(node)
        if not isinstance(value, Expr):
            raise Refusal("a number is expected, not a vector", node.span)
        return value
