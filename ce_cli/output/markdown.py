"""Markdown as GitHub renders it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.errors import visible
from ce_cli.output.document import Document, Table, Verdict
from ce_cli.output.marks import heading, mark, shown

if TYPE_CHECKING:
    from ce_cli.output.document import Part


def to_markdown(document: Document) -> str:
    """Return all blocks: tables as pipe tables with marked rows in bold, verdicts as a list."""
    text = ""
    previous: Part | None = None
    for block in document.blocks:
        if previous is not None:
            both = isinstance(block, Verdict) and isinstance(previous, Verdict)
            text += "\n" if both else "\n\n"
        text += _block(block)
        previous = block
    return text + "\n"


def _block(block: Part) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Verdict):
        return f"- {mark(block.passed)} {block.text}"
    return "  \n".join(visible(block).splitlines())


def _table(table: Table) -> str:
    lines = [heading(column, " ") for column in table.columns]
    rules = [":--" if column.style == "text" else "--:" for column in table.columns]
    rows = [
        [_bold(shown(column, cell), index in table.marked) for column, cell in zip(
            table.columns, row, strict=True)]
        for index, row in enumerate(table.rows)
    ]  # fmt: skip
    body = "\n".join(_line(cells) for cells in [lines, rules, *rows])
    return f"**{table.title}**\n\n{body}" if table.title else body


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _bold(text: str, bold: bool) -> str:
    return f"**{text}**" if bold and text else text
