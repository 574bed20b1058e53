"""Formulas as boxes of characters, for terminals: fractions, sums and matrices take more lines."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from ce_cli.alphabet import columns
from ce_cli.mathematics import nodes
from ce_cli.mathematics.nodes import HIGH, LOW, PARTIAL, SLASH, Node, glyph

_INDENT = 2
_NEAR = nodes.Letter | nodes.Digits | nodes.Subscript


class Box(NamedTuple):
    """Lines of equal width; ``base`` is the line that stands beside an equals sign."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """Return how many columns it takes."""
        return columns(self.lines[0])

    @property
    def height(self) -> int:
        """Return how many lines it takes."""
        return len(self.lines)


def text_box(text: str) -> Box:
    """Return a box of one line."""
    return Box((text,))


def beside(*boxes: Box) -> Box:
    """Return boxes side by side, on one base line.

    >>> beside(text_box("a"), Box(("1", "─", "2"), 1)).lines
    (' 1', 'a─', ' 2')
    """
    above = max(box.base for box in boxes)
    below = max(box.height - box.base for box in boxes)
    padded = [
        (" " * box.width,) * (above - box.base) + box.lines
        + (" " * box.width,) * (below - box.height + box.base)
        for box in boxes
    ]  # fmt: skip
    return Box(tuple("".join(line) for line in zip(*padded, strict=True)), above)


def stacked(boxes: list[Box], base: int, *, left: bool = False) -> Box:
    """Return boxes one above the other, centred or flush left."""
    width = max(box.width for box in boxes)
    side = str.ljust if left else str.center
    lines = (line for box in boxes for line in box.lines)
    return Box(tuple(side(line, width + len(line) - columns(line)) for line in lines), base)


class Boxes:
    """Makes boxes, in Unicode or in ASCII only."""

    def __init__(self, *, only_ascii: bool = False) -> None:
        self.only_ascii = only_ascii
        # By identity: nodes of different kinds with the same content are equal as tuples. The
        # node is kept beside its box, so that no other can take its identity.
        self.made: dict[int, tuple[Node, Box]] = {}

    def of(self, node: Node) -> Box:
        """Return the box of a node.

        >>> print(*Boxes().of(nodes.Fraction(PARTIAL, nodes.Letter("sigma"))).lines, sep="|")
        ∂|─|σ
        """
        if id(node) not in self.made:
            self.made[id(node)] = node, self._make(node)
        return self.made[id(node)][1]

    def _make(self, node: Node) -> Box:  # noqa: C901, PLR0911, PLR0912
        match node:
            case nodes.Letter(name):
                return text_box(self._sign(name))
            case nodes.Digits(text):
                return text_box(text)
            case nodes.Operator(sign):
                return text_box(self._sign(sign))
            case nodes.Words(text):
                return text_box(text)
            case nodes.Row(parts):
                return self._row(parts)
            case nodes.Fenced(inner):
                return self._between(self.of(inner), "(⎛⎜⎝", ")⎞⎟⎠")
            case nodes.Subscript(base, indices):
                return beside(self.of(base), text_box(self._indices(indices)))
            case nodes.Superscript(base, exponent):
                return self._superscript(self.of(base), exponent)
            case nodes.Fraction(top, bottom):
                return self._fraction(top, bottom)
            case nodes.BigSum(below, body):
                return self._sum(below, body)
            case nodes.Applied(name, argument):
                space = "" if isinstance(argument, nodes.Fenced) else " "
                return beside(text_box(name + space), self.of(argument))
            case nodes.Brace(rows):
                return self._brace(rows)
            case nodes.Grid(rows, _):
                return self._grid(rows)
            case nodes.Lines(parts, is_flush):
                return self._lines(parts, is_flush)

    def _sign(self, name: str) -> str:
        if self.only_ascii:
            return glyph(name).ascii.replace("′", "'")
        return glyph(name).unicode

    def _row(self, parts: tuple[Node, ...]) -> Box:
        boxes = [self.of(parts[0])]
        for before, part in pairwise(parts):
            boxes += [text_box(self._gap(before, part)), self.of(part)]
        if isinstance(parts[0], nodes.Operator) and len(parts) > 1 and boxes[2].height == 1:
            boxes[1] = text_box("")  # a sign in front belongs to its term
        return beside(*boxes)

    def _gap(self, before: Node, part: Node) -> str:
        if SLASH in (before, part) or isinstance(before, nodes.Words):
            return ""
        if isinstance(before, nodes.Digits) and isinstance(part, nodes.Digits):
            return " * " if self.only_ascii else " · "
        if before in (PARTIAL, nodes.Superscript(PARTIAL, nodes.Digits("2"))):
            return ""
        return "" if isinstance(part, nodes.Fenced) and isinstance(before, _NEAR) else " "

    def _between(self, box: Box, left: str, right: str) -> Box:
        if box.height == 1:
            return Box((left[0] + box.lines[0] + right[0],))
        if self.only_ascii:
            left, right = left[0] * 4, right[0] * 4
        last = box.height - 1
        sides = [
            (left[1], right[1]) if at == 0 else (left[3], right[3]) if at == last
            else (left[2], right[2])
            for at in range(box.height)
        ]  # fmt: skip
        lines = (one + line + other for (one, other), line in zip(sides, box.lines, strict=True))
        return Box(tuple(lines), box.base)

    def _indices(self, indices: tuple[Node, ...]) -> str:
        texts = [self.of(index).lines[0] for index in indices]
        numbers = all(isinstance(index, nodes.Digits) for index in indices)
        if max(map(len, texts)) > 1 and len(texts) > 1:
            return "_" + ",".join(texts)
        low = numbers and not self.only_ascii
        return "".join(texts).translate(LOW) if low else "_" + "".join(texts)

    def _superscript(self, base: Box, exponent: Node) -> Box:
        inner = self.of(exponent).lines[0]
        if isinstance(exponent, nodes.Digits) and not self.only_ascii:
            raised = inner.translate(HIGH)
        elif exponent == nodes.Letter("transposed"):
            raised = inner
        else:
            raised = f"^({inner})" if isinstance(exponent, nodes.Row) else f"^{inner}"
        blank = (" " * len(raised),) * (base.height - 1)
        return beside(base, Box((raised, *blank), base.base))

    def _fraction(self, top: Node, bottom: Node) -> Box:
        above, below = self.of(top), self.of(bottom)
        width = max(above.width, below.width)
        if above.height > 1 or below.height > 1:
            width += 2
        bar = text_box(("-" if self.only_ascii else "─") * width)
        return stacked([above, bar, below], above.height)

    def _sum(self, below: Node, body: Node) -> Box:
        sign = text_box("sum" if self.only_ascii else "Σ")
        under = text_box("".join(line.replace(" ", "") for line in self.of(below).lines))
        return beside(stacked([sign, under], 0), text_box(" "), self.of(body))

    def _brace(self, rows: tuple[tuple[Node, Node], ...]) -> Box:
        values = [self.of(value) for value, _ in rows]
        width = max(box.width for box in values)
        lines: list[Box] = []
        for box, (_, test) in zip(values, rows, strict=True):
            gap = text_box(" " * (width - box.width + 3))
            lines += [text_box(""), beside(box, gap, self.of(test))]
        inner = stacked(lines[1:], 0, left=True)
        return self._between(Box(inner.lines, inner.height // 2), "{⎧⎨⎩", "    ")

    def _grid(self, rows: tuple[tuple[Node, ...], ...]) -> Box:
        boxes = [[self.of(entry) for entry in line] for line in rows]
        widths = [max(box.width for box in column) for column in zip(*boxes, strict=True)]
        lines = [
            beside(*(_centred(box, width, at) for at, (box, width) in enumerate(
                zip(line, widths, strict=True))))
            for line in boxes
        ]  # fmt: skip
        if any(line.height > 1 for line in lines):
            lines = [part for line in lines for part in (text_box(""), line)][1:]
        inner = stacked(lines, 0)
        return self._between(Box(inner.lines, inner.height // 2), "[⎡⎢⎣", "]⎤⎥⎦")

    def _lines(self, parts: tuple[Node, ...], is_flush: bool) -> Box:
        indent = text_box("" if is_flush else " " * _INDENT)
        first, *rest = parts
        boxes = [self.of(first), *(beside(indent, self._continued(part)) for part in rest)]
        return stacked(boxes, boxes[0].base, left=True)

    def _continued(self, node: Node) -> Box:
        """Return a line that goes on; its sign in front stands apart."""
        sign, rest = nodes.signed(node)
        return beside(self.of(sign), text_box(" "), self.of(rest)) if sign else self.of(node)


def _centred(box: Box, width: int, column: int) -> Box:
    lines = tuple(line.center(width + len(line) - columns(line)) for line in box.lines)
    gap = Box(("  " if column else "",))
    return beside(gap, Box(lines, box.base))
