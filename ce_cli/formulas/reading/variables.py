"""The variables by which a chain differentiates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.chains import Chain
    from ce_cli.formulas.reading.tree import Node


def _derivative_variables(nodes: Sequence[Node]) -> Iterator[t.Name]:
    """Yield the names by which trees differentiate first."""
    for part in (part for node in nodes for part in t.walk(node)):
        if isinstance(part, t.Derivative) and isinstance(part.variables[0], t.Name):
            yield part.variables[0]


def is_variable(letter: str, chain: Chain) -> bool:
    """Say whether a chain differentiates by a letter."""
    return any(name.letter == letter for name in _derivative_variables(chain.nodes))


def prime_variable(node: Node | None) -> Node | None:
    """Return the variable by which the left side of a chain differentiates, if there is one."""
    names = _derivative_variables([node] if node else [])
    variables = {(name.letter, name.indices): name for name in names}
    return next(iter(variables.values())) if len(variables) == 1 else None
