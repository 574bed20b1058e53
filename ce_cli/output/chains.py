"""A chain of equations fitted to a page: one layout for all writers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.mathematics.box import Boxes
from ce_cli.mathematics.breaking import Breaker
from ce_cli.mathematics.inline import unmarked
from ce_cli.mathematics.nodes import EQUALS, Words, flat, row

if TYPE_CHECKING:
    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Equation, EquationChain

INDENT, SIGN = 2, " = "


def right_side(equation: Equation) -> Node:
    """Return the right side; a number that both sides have stands behind it."""
    if equation.numbers is None or unequal_numbers(equation):
        return equation.rhs
    return row(*flat(equation.rhs), EQUALS, equation.numbers[1], *_indices(equation))


def unequal_numbers(equation: Equation) -> tuple[Node, Node] | None:
    """Return the numbers of both sides if they differ, the right one with its indices."""
    if equation.numbers is None or equation.numbers[0] == equation.numbers[1]:
        return None
    left, right = equation.numbers
    return left, row(right, *_indices(equation))


def _indices(equation: Equation) -> tuple[Node, ...]:
    return (Words(f"  ({unmarked(equation.at)})"),) if equation.at else ()


class ChainLayout:
    """A chain in ``width`` columns: where its signs of equality stand, and how formulas break.

    A writer whose letters differ in width takes the columns of a terminal for an estimate.

    >>> from ce_cli.mathematics.nodes import Digits, Letter
    >>> from ce_cli.output.document import Equation, EquationChain, Mark
    >>> chain = EquationChain((Equation(Letter("p"), Digits("1"), "a rule", Mark.TRUE),))
    >>> ChainLayout(chain, 80).sign
    1
    """

    def __init__(self, chain: EquationChain, width: int, boxes: Boxes | None = None) -> None:
        self.chain, self.width = chain, width
        self.boxes = boxes or Boxes()
        self.breaker = Breaker(self._measured)
        behind = max(map(self._measured, self._lefts()))
        widest = max(self._measured(right_side(equation)) for equation in chain.equations)
        fits = behind + len(SIGN) + widest <= width
        self.is_above = not fits and behind > width // 8
        """Whether the left side stands on lines of its own, so that the others have more room."""
        self.sign = INDENT if self.is_above else behind
        """How many columns stand in front of the signs of equality."""

    def _lefts(self) -> list[Node]:
        first, *_ = self.chain.equations
        numbers = (unequal_numbers(equation) for equation in self.chain.equations)
        return [first.lhs, *(pair[0] for pair in numbers if pair)]

    def _measured(self, node: Node) -> int:
        return self.boxes.of(node).width

    def left(self, node: Node) -> Node:
        """Return a formula in front of the sign of equality."""
        return self.breaker.fitted(node, self.width)

    def right(self, node: Node) -> Node:
        """Return a formula behind it."""
        return self.breaker.fitted(node, self.width - self.sign - len(SIGN))
