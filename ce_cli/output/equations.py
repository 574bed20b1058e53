"""Equations for a terminal: two-dimensional formulas, their reasons to the right or below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.alphabet import columns
from ce_cli.mathematics.box import Box, Boxes, beside, stacked, text_box
from ce_cli.mathematics.inline import to_text
from ce_cli.output.chains import INDENT, SIGN, ChainLayout, right_side, unequal_numbers
from ce_cli.output.lines import Segment, wrapped
from ce_cli.output.marks import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Equation, EquationChain
from ce_cli.output.lines import Line

_REASON, _GAP = 32, 2


class EquationWriter:
    """Lays equations out: formulas in ``width`` columns, prose and near reasons in ``narrow``."""

    def __init__(
        self, width: int, narrow: int, translate: Callable[[str], str], boxes: Boxes
    ) -> None:
        self.width, self.narrow = width, narrow
        self.translate = translate
        self.boxes = boxes

    def lines(self, chain: EquationChain) -> Iterator[Line]:
        """Yield a chain: its left side, and all right sides below one another."""
        layout = ChainLayout(chain, self.width - INDENT, self.boxes)
        formulas = list(self._formulas(layout))
        column = self._reason_column([formula.width for formula in formulas])
        for at, (equation, formula) in enumerate(zip(chain.equations, formulas, strict=True)):
            if at:
                yield []
            yield from self._prose(equation.prose)
            reason = self._reason(equation, min(_REASON, self.width - column) - 2)
            yield from _side_by_side(formula, list(reason), column)

    def _reason_column(self, widths: list[int]) -> int:
        """Return where the reasons stand: near, farther right if there is room, or below."""
        if self.narrow < 2 * _REASON:
            return 2 * INDENT
        near, far = self.narrow - _REASON, self.width - _REASON
        return max([near, *(width + _GAP for width in widths if width + _GAP <= far)])

    def _prose(self, text: str) -> Iterator[Line]:
        if text:
            yield from ([Segment(line)] for line in wrapped(self._sentence(text), self.narrow))

    def _formulas(self, layout: ChainLayout) -> Iterator[Box]:
        """Yield the equations; only the first has a left side."""
        left: Node | None = layout.chain.equations[0].lhs
        for equation in layout.chain.equations:
            rows = self._row(layout, left, right_side(equation))
            base = sum(row.height for row in rows[:-1]) + rows[-1].base
            numbers = unequal_numbers(equation)
            if numbers:
                rows += self._row(layout, *numbers)
            yield stacked(rows, base, left=True)
            left = None

    def _row(self, layout: ChainLayout, left: Node | None, right: Node) -> list[Box]:
        """Return both sides on one base line, or the left one above."""
        front = self.boxes.of(layout.left(left)) if left else text_box("")
        behind = beside(text_box(SIGN), self.boxes.of(layout.right(right)))
        if front.width > layout.sign:
            blank = text_box(" " * (INDENT + layout.sign))
            return [beside(text_box(" " * INDENT), front), beside(blank, behind)]
        blank = text_box(" " * (INDENT + layout.sign - front.width))
        return [beside(blank, front, behind)]

    def _reason(self, equation: Equation, width: int) -> Iterator[Line]:
        mark = MARKS[equation.mark]
        sign = mark.sign(only_ascii=self.boxes.only_ascii)
        first, *rest = wrapped(self._sentence(equation.rule), width)
        yield [Segment(sign, mark.colour), Segment(" " + first)]
        yield from ([Segment("  " + text)] for text in rest)
        if equation.how:
            for text in wrapped(self._sentence(equation.how), width):
                yield [Segment("  " + text, "dim")]

    def _sentence(self, sentence: str) -> str:
        return self.translate(to_text(sentence, only_ascii=self.boxes.only_ascii))


def _side_by_side(formula: Box, reason: list[Line], column: int) -> Iterator[Line]:
    """Yield a formula with its reason, which starts where there is room: at its base or below."""
    texts = [line.rstrip() for line in formula.lines]
    start = _start(list(map(columns, texts)), len(reason), formula.base, column)
    for at in range(max(len(texts), start + len(reason))):
        text = texts[at] if at < len(texts) else ""
        part = reason[at - start] if start <= at < start + len(reason) else []
        yield [Segment(text + " " * (column - columns(text))), *part] if part else [Segment(text)]


def _start(widths: list[int], height: int, base: int, column: int) -> int:
    """Return the line that a reason starts on: the base or one above it, else one below."""
    best = max(0, min(base, len(widths) - height))
    free = [max(widths[at : at + height]) + _GAP <= column for at in range(len(widths))]
    return next((at for at in (best, *range(base, len(widths))) if free[at]), len(widths))
