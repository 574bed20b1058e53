"""Tables as lines of text, in parts where they are too wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ce_cli.alphabet import columns
from ce_cli.output.lines import Segment, wrapped
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ce_cli.output.document import Table
    from ce_cli.output.lines import Line

_COLOURS = {"push": "red", "pull": "green"}
_GAPS = (3, 1)
_NARROWEST = 8


class _Column(NamedTuple):
    """The texts of a column; those of style ``text`` stand to the left."""

    head: str
    cells: list[str]
    style: str
    width: int

    def lines(self, text: str) -> list[str]:
        """Return a text in lines of this column's width."""
        pad = str.ljust if self.style == "text" else str.rjust
        return [
            pad(line, self.width - columns(line) + len(line)) for line in wrapped(text, self.width)
        ]


def table_lines(table: Table, width: int, translate: Callable[[str], str]) -> Iterator[Line]:
    """Yield a table whose texts ``translate`` gives; each part repeats the first column."""
    if table.title:
        yield from ([Segment(line, "bold")] for line in wrapped(translate(table.title), width))
    first, *rest = _columns(table, translate)
    first = _beside(first, rest, width)
    while True:
        count, gap = _fitting(first, rest, width)
        part = _folded([first, *rest[:count]], gap, width)
        total = sum(column.width for column in part) + gap * (len(part) - 1)
        yield from _row(part, [column.head for column in part], gap, "dim", at_bottom=True)
        yield [Segment(translate("─") * total)]
        for number, cells in enumerate(zip(*(column.cells for column in part), strict=True)):
            yield from _row(part, cells, gap, "bold" if number in table.marked else "")
        rest = rest[count:]
        if not rest:
            return
        yield []


def _columns(table: Table, translate: Callable[[str], str]) -> Iterator[_Column]:
    for at, column in enumerate(table.columns):
        head = translate(heading(column, "\n"))
        cells = [translate(cell_text(column, row[at])).expandtabs() for row in table.rows]
        width = max(map(columns, [*head.split("\n"), *cells]))
        yield _Column(head, cells, column.style, width)


def _beside(first: _Column, rest: list[_Column], width: int) -> _Column:
    """Return the first column, folded if it leaves no room for a number, or half for a text."""
    half = width // 2
    needed = [
        min(column.width, half) if column.style == "text" else column.width for column in rest
    ]
    room = max(width - max(needed, default=0) - _GAPS[-1], _NARROWEST)
    return first._replace(width=min(first.width, room))


def _fitting(first: _Column, rest: list[_Column], width: int) -> tuple[int, int]:
    """Return the number of columns that fit beside the first, and their distance."""
    for count in range(len(rest), 0, -1):
        for gap in _GAPS:
            if first.width + sum(gap + column.width for column in rest[:count]) <= width:
                return count, gap
    return 1, _GAPS[0] if first.width + _GAPS[0] + _NARROWEST <= width else _GAPS[-1]


def _folded(part: list[_Column], gap: int, width: int) -> list[_Column]:
    """Return columns that fit: if not even one fits beside the first, it is folded."""
    *before, last = part
    room = width - sum(column.width + gap for column in before)
    return [*before, last._replace(width=min(last.width, max(room, _NARROWEST)))]


def _row(
    part: list[_Column], texts: Sequence[str], gap: int, style: str, *, at_bottom: bool = False
) -> Iterator[Line]:
    """Yield the lines of a row; blank ones fill up a column that has fewer."""
    cells = [column.lines(text) for column, text in zip(part, texts, strict=True)]
    height = max(map(len, cells))
    for line in range(height):
        segments: list[Segment] = []
        for column, cell in zip(part, cells, strict=True):
            at = line - (height - len(cell)) if at_bottom else line
            text = cell[at] if 0 <= at < len(cell) else " " * column.width
            colour = "" if at_bottom else _COLOURS.get(column.style, "")
            segments += [Segment(" " * gap), Segment(text, f"{style} {colour}".strip())]
        yield segments[1:]
