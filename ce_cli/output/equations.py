"""Equations for a terminal: two-dimensional formulas, their reasons to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ce_cli.mathematics.box import Box, Boxes, beside, text_box
from ce_cli.mathematics.inline import to_text
from ce_cli.mathematics.nodes import Brace, flat
from ce_cli.output.lines import Segment, wrapped
from ce_cli.output.marks import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Equation, EquationChain
    from ce_cli.output.lines import Line

_REASON = 32


class EquationWriter:
    """Lays equations out at a width, with texts as ``translate`` gives them."""

    def __init__(self, width: int, translate: Callable[[str], str], boxes: Boxes) -> None:
        self.width = width
        self.translate = translate
        self.boxes = boxes

    def lines(self, chain: EquationChain) -> Iterator[Line]:
        """Yield a chain: its left side, and all right sides below one another."""
        different = [equation.different[0] for equation in chain.equations if equation.different]
        lefts = [chain.equations[0].lhs, *different]
        shift = 2 + max(self.boxes.of(left).width for left in lefts)
        for at, equation in enumerate(chain.equations):
            if at:
                yield []
            yield from self._prose(equation.prose)
            yield from self._equation(equation, shift, continues=at > 0)

    def _prose(self, text: str) -> Iterator[Line]:
        if text:
            yield from ([Segment(line)] for line in wrapped(self._sentence(text), self.width))

    def _equation(self, equation: Equation, shift: int, *, continues: bool) -> Iterator[Line]:
        rows = self._formulas(equation, shift, continues=continues)
        reason = list(self._reason(equation))
        column = self.width - _REASON
        texts = [text for row in rows for text in row.lines]
        if max(map(len, texts)) + 2 > column:
            yield from ([Segment(text)] for text in texts)
            yield from ([Segment(" " * column), *part] for part in reason)
        else:
            yield from _side_by_side(texts, reason, rows[0].base, column)

    def _formulas(self, equation: Equation, shift: int, *, continues: bool) -> list[Box]:
        """Return an equation in lines that keep to the width where they can."""
        rows: list[Box] = []
        lhs = text_box("") if continues else self.boxes.of(equation.lhs)
        front = beside(text_box(" " * (shift - lhs.width)), lhs)
        if lhs.width > self.width // 2:
            rows, shift = [beside(text_box("  "), lhs)], 4
            front = text_box(" " * shift)
        if shift + 3 + self._narrowest(equation.rhs) > self.width:
            shift = 4
            rows += [] if continues else [front][: not rows]
            front = text_box(" " * shift)
        parts = self.boxes.broken(equation.rhs, self.width - shift - 3)
        rows.append(beside(front, text_box(" = "), parts[0]))
        rows += [beside(text_box(" " * (shift + 5)), part) for part in parts[1:]]
        if equation.value:
            rows += self._valued(rows.pop(), equation, shift)
        if equation.different:
            rows += self._different(equation, shift)
        return rows

    def _valued(self, last: Box, equation: Equation, shift: int) -> list[Box]:
        """Return the last line of a formula and its number, on one line if there is room."""
        tail = beside(
            text_box("= "), self.boxes.of(cast("Node", equation.value)), self._at(equation)
        )
        if isinstance(flat(equation.rhs)[-1], Brace) or last.width + tail.width >= self.width:
            return [last, beside(text_box(" " * (shift + 1)), tail)]
        return [beside(last, text_box(" "), tail)]

    def _at(self, equation: Equation) -> Box:
        return text_box(f"   ({self._sentence(equation.at)})" if equation.at else "")

    def _narrowest(self, node: Node) -> int:
        return max(part.width for part in self.boxes.broken(node, 1))

    def _different(self, equation: Equation, shift: int) -> list[Box]:
        """Return the numbers of both sides."""
        left, right = map(self.boxes.of, equation.different or ())
        right = beside(text_box(" = "), right, self._at(equation))
        if shift + right.width > self.width or left.width > shift:
            return [beside(text_box("  "), left), beside(text_box(" " * 4), right)]
        return [beside(text_box(" " * (shift - left.width)), left, right)]

    def _reason(self, equation: Equation) -> Iterator[Line]:
        mark = MARKS[equation.mark]
        sign = mark.sign(only_ascii=self.boxes.only_ascii)
        first, *rest = wrapped(self._sentence(equation.rule), _REASON - 2)
        yield [Segment(sign, mark.colour), Segment(" " + first)]
        yield from ([Segment("  " + text)] for text in rest)
        if equation.judgement:
            for text in wrapped(self._sentence(equation.judgement), _REASON - 2):
                yield [Segment("  " + text, "dim")]

    def _sentence(self, sentence: str) -> str:
        return self.translate(to_text(sentence, only_ascii=self.boxes.only_ascii))


def _side_by_side(texts: list[str], reason: list[Line], base: int, column: int) -> Iterator[Line]:
    """Yield a formula with its reason, which starts on the formula's base line or above it."""
    start = max(0, min(base, len(texts) - len(reason)))
    for at in range(max(len(texts), start + len(reason))):
        text = texts[at] if at < len(texts) else ""
        part = reason[at - start] if start <= at < start + len(reason) else []
        yield [Segment(text.ljust(column)), *part] if part else [Segment(text)]
