"""A derivation for the terminal: two-dimensional formulas, their reasons to the right."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.mathematics.box import Box, Boxes, beside, text_box

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from ce_cli.derivations.pages.page import Line, Page, Section
    from ce_cli.mathematics.nodes import Node

WIDTH = 80
WIDEST = 100
REASON = 32
_ASCII = str.maketrans(
    {"✓": "+", "✗": "!", "−": "-", "≠": "!=", "Σ": "sum ", "σ": "sigma", "λ": "lambda",
     "γ": "gamma", "δ": "delta", "η": "eta", "ε": "eps", "≥": ">=", "ᵀ": "^T", "–": "-",
     "…": "...", "═": "=", "─": "-", "·": "*", "∂": "d", "×": "x"}
)  # fmt: skip


class Segment(NamedTuple):
    """A piece of a line in one style of Rich's; no style is plain."""

    text: str
    style: str = ""


Segments = list[Segment]


def to_text(page: Page, stream: TextIO, *, only_ascii: bool = False) -> str:
    """Return the page as it suits ``stream``: in colour on a terminal, 80 columns elsewhere."""
    if not stream.isatty():
        lines = _Writer(WIDTH, only_ascii=only_ascii).page(page)
        return "".join("".join(part.text for part in line).rstrip() + "\n" for line in lines)
    from ce_cli.output.terminal import console_like, in_colour

    console = console_like(stream)
    width = min(console.width, WIDEST)
    return in_colour(console, _Writer(width, only_ascii=only_ascii).page(page))


class _Writer:
    """Lays out a page at a width."""

    def __init__(self, width: int, *, only_ascii: bool) -> None:
        self.width = width
        self.only_ascii = only_ascii
        self.boxes = Boxes(only_ascii=only_ascii)

    def page(self, page: Page) -> Iterator[Segments]:
        title = self._plain(page.title)
        yield [Segment(title, "bold")]
        yield [Segment(self._plain("═") * len(title), "dim")]
        for note in page.notes:
            for text in textwrap.wrap(self._plain(note), self.width):
                yield [Segment(text)]
        for section in page.sections:
            yield from self._section(section)
        yield []
        yield [self._mark(page.passed), Segment(self._plain(f" {page.summary}"))]

    def _plain(self, text: str) -> str:
        text = text.replace("{", "").replace("}", "")
        return text.translate(_ASCII) if self.only_ascii else text

    def _mark(self, passed: bool) -> Segment:
        return Segment(self._plain("✓" if passed else "✗"), "green" if passed else "bold red")

    def _section(self, section: Section) -> Iterator[Segments]:
        if section.heading:
            yield []
            yield [Segment(self._plain(section.heading), "bold")]
        shift = 0
        for line in section.lines:
            lhs = self.boxes.of(line.lhs)
            if not line.continues:
                left = self.boxes.of(line.numbers[0]) if line.numbers else lhs
                shift = 2 + max(lhs.width, left.width)
            yield []
            yield from self._line(line, lhs, shift)

    def _line(self, line: Line, lhs: Box, shift: int) -> Iterator[Segments]:
        rows = self._equation(line, lhs, shift)
        reason = list(self._reason(line))
        column = self.width - REASON
        if max(row.width for row in rows) + 2 > column:
            yield from ([Segment(text)] for row in rows for text in row.lines)
            yield from ([Segment(" " * column), *part] for part in reason)
        else:
            texts = [text for row in rows for text in row.lines]
            yield from _side_by_side(texts, reason, rows[0].base, column)

    def _equation(self, line: Line, lhs: Box, shift: int) -> list[Box]:
        """Return an equation in lines that keep to the width where they can."""
        rows: list[Box] = []
        front = beside(text_box(" " * (shift - lhs.width)), lhs)
        if line.continues:
            front = text_box(" " * shift)
        elif lhs.width > self.width // 2:
            rows, shift = [beside(text_box("  "), lhs)], 4
            front = text_box(" " * shift)
        if shift + 3 + self._narrowest(line.rhs) > self.width:
            shift = 4
            rows += [] if line.continues else [front][: not rows]
            front = text_box(" " * shift)
        parts = self.boxes.broken(line.rhs, self.width - shift - 3)
        rows.append(beside(front, text_box(" = "), parts[0]))
        rows += [beside(text_box(" " * (shift + 5)), part) for part in parts[1:]]
        if line.numbers:
            rows += self._numbers(line, shift)
        return rows

    def _narrowest(self, node: Node) -> int:
        return max(part.width for part in self.boxes.broken(node, 1))

    def _numbers(self, line: Line, shift: int) -> list[Box]:
        """Return both sides in numbers; what continues a chain repeats no left side."""
        left, right = map(self.boxes.of, line.numbers or ())
        at = text_box(f"   ({self._plain(line.at)})" if line.at else "")
        right = beside(text_box(" = "), right, at)
        if line.continues:
            return [beside(text_box(" " * shift), right)]
        if shift + right.width > self.width or left.width > shift:
            return [beside(text_box("  "), left), beside(text_box(" " * 4), right)]
        return [beside(text_box(" " * (shift - left.width)), left, right)]

    def _reason(self, line: Line) -> Iterator[Segments]:
        rule = textwrap.wrap(self._plain(line.rule), REASON - 2)
        yield [self._mark(line.passed), Segment(" " + rule[0])]
        yield from ([Segment("  " + text)] for text in rule[1:])
        needs = f"if {', '.join(line.needs)}; " if line.needs else ""
        for text in textwrap.wrap(self._plain(needs + line.how), REASON - 2):
            yield [Segment("  " + text, "dim")]


def _side_by_side(
    texts: list[str], reason: list[Segments], base: int, column: int
) -> Iterator[Segments]:
    """Yield a formula with its reason, which starts on the formula's base line or above it."""
    start = max(0, min(base, len(texts) - len(reason)))
    for at in range(max(len(texts), start + len(reason))):
        text = texts[at] if at < len(texts) else ""
        part = reason[at - start] if start <= at < start + len(reason) else []
        yield [Segment(text.ljust(column)), *part] if part else [Segment(text)]
