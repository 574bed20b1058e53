"""Tables for people, with Rich: on a terminal as wide as it is, elsewhere uncut."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.table import Table as RichTable
from rich.text import Text

from ce_cli.errors import visible
from ce_cli.output.document import Document, Table, Verdict
from ce_cli.output.marks import heading, mark, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from ce_cli.output.document import Cell, Column, Part

_UNCUT = 100_000
_COLOURS = {"push": "red", "pull": "green"}
_VERDICTS = {True: "green", False: "bold red", None: "dim"}


def to_terminal(document: Document, stream: TextIO) -> str:
    """Return the blocks as they should look on ``stream``."""
    console = console_like(stream)
    previous: Part | None = None
    for block in document.blocks:
        if previous is not None and not (
            isinstance(block, Verdict) and isinstance(previous, Verdict)
        ):
            console.print()
        console.print(_block(block, console))
        previous = block
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "".join(line.rstrip(" ") + "\n" for line in text.splitlines())


def console_like(stream: TextIO) -> Console:
    """Return a console that writes into memory what would suit ``stream``."""
    real = Console(file=stream)
    return Console(
        file=io.StringIO(),
        force_terminal=real.is_terminal,
        color_system=real.color_system,  # type: ignore[arg-type]
        no_color=real.no_color,
        width=real.width if real.is_terminal else _UNCUT,
        highlight=False,
        markup=False,
        emoji=False,
    )


def in_colour(console: Console, lines: Iterable[Iterable[tuple[str, str]]]) -> str:
    """Return lines of (text, style) pairs as the console shows them, none of them wrapped."""
    for line in lines:
        text = Text.assemble(*line)
        text.rstrip()
        console.print(text, soft_wrap=True)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


def _block(block: Part, console: Console) -> RenderableType:
    if isinstance(block, Table):
        return Group(*_parts(block, console))
    if isinstance(block, Verdict):
        return Text.assemble((mark(block.passed), _VERDICTS[block.passed]), " ", block.text)
    return Text(visible(block))


def _parts(table: Table, console: Console) -> Iterator[RenderableType]:
    """Yield the table, in parts where it is too wide; each repeats the first column."""
    if table.title:
        yield Text(table.title, style="bold")
    columns = list(range(1, len(table.columns)))
    while columns:
        part, taken = _widest_fitting(table, columns, console)
        yield part
        columns = columns[taken:]
        if columns:
            yield Text()


def _widest_fitting(table: Table, columns: list[int], console: Console) -> tuple[RichTable, int]:
    """Return a table of as many of the columns as fit, roomy if possible, and their number."""
    for taken in range(len(columns), 0, -1):
        for padding in (1, 0):
            part = _rich(table, [0, *columns[:taken]], padding)
            if taken == 1 or _fits(part, console):
                return part, taken
    raise AssertionError("a part has at least one column")


def _fits(table: RichTable, console: Console) -> bool:
    if not console.is_terminal:
        return True
    unlimited = console.options.update(width=_UNCUT)
    return Measurement.get(console, unlimited, table).maximum <= console.width


def _rich(table: Table, chosen: list[int], padding: int) -> RichTable:
    rich = RichTable(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, padding), header_style="dim"
    )
    for index in chosen:
        column = table.columns[index]
        # If not even one column fits beside the first, such as a long path, it is folded.
        rich.add_column(
            Text(heading(column, "\n")), justify=_side(column), overflow="fold",
            no_wrap=index == 0,
        )  # fmt: skip
    for number, row in enumerate(table.rows):
        cells = [_cell(table.columns[index], row[index]) for index in chosen]
        rich.add_row(*cells, style="bold" if number in table.marked else None)
    return rich


def _side(column: Column) -> Literal["left", "right"]:
    return "left" if column.style == "text" else "right"


def _cell(column: Column, cell: Cell) -> Text:
    return Text(shown(column, cell), style=_COLOURS.get(column.style, ""))
