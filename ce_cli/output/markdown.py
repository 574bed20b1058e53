r"""Documents in Markdown, as GitHub renders it.

GitHub's Markdown takes the backslash from ``\\``, ``\{`` or ``\,`` before its mathematics sees
them: rows end with ``\cr`` and no command consists of punctuation. A ``$$`` stands on a line of
its own between blank lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics.inline import spans, unmarked
from ce_cli.mathematics.inline import to_latex as inline_latex
from ce_cli.mathematics.latex import to_latex, to_latex_lines
from ce_cli.output.chains import ChainLayout, right_side, unequal_numbers
from ce_cli.output.document import EquationChain, Heading, Paragraph, Summary, Table, Title, Verdict
from ce_cli.output.marks import MARKS
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Document, Equation, Part

_COLUMNS = 60


def to_markdown(document: Document) -> str:
    """Return all parts: tables as pipe tables with marked rows in bold, verdicts as a list."""
    return "".join("\n" * apart + _part(part) + "\n" for apart, part in document.spaced())


def to_formulas(document: Document) -> str:
    """Return all equations in one block of displayed mathematics, as notebooks want it."""
    chains = (part for part in document.parts if isinstance(part, EquationChain))
    return _displayed(row for chain in chains for rows in _rows(chain) for row in rows)


def _part(part: Part) -> str:  # noqa: C901, PLR0911 - one for each kind
    match part:
        case Title(text, notes):
            return "\n\n".join(map(unmarked, [f"# {text}", *notes]))
        case Heading(text):
            return f"## {unmarked(text)}"
        case Paragraph(text):
            return "  \n".join(map(_paragraph, text.splitlines()))
        case EquationChain():
            return "\n\n".join(_passages(part))
        case Table():
            return _table(part)
        case Verdict(mark, text):
            return f"- {MARKS[mark].unicode} {visible(text)}"
        case Summary(mark, text):
            return f"{MARKS[mark].unicode} {visible(text)}"
        case str():
            return "  \n".join(visible(part).splitlines())
        case _:
            assert_never(part)


def _passages(chain: EquationChain) -> Iterator[str]:
    """Yield displayed mathematics and, in front of its lines, the prose."""
    rows: list[str] = []
    for line, shown in zip(chain.equations, _rows(chain), strict=True):
        if line.prose:
            yield from filter(None, [rows and _displayed(rows), _paragraph(line.prose)])
            rows = []
        rows += shown
    yield _displayed(rows)


def _paragraph(text: str) -> str:
    r"""Return sentences with their mathematics between dollar signs.

    GitHub sees a dollar sign only beside a blank or punctuation.

    >>> _paragraph("对$z_i$求导。")
    '对 $z_i$ 求导。'
    """
    shown = "".join(
        f"\0${inline_latex(part).strip()}$\0" if is_math else visible(part)
        for part, is_math in spans(text)
    )
    return re.sub(r"(?<=\w)\0|\0(?=\w)", " ", shown).replace("\0", "")


def _displayed(rows: Iterable[str]) -> str:
    body = " \\cr\n".join(rows)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _rows(chain: EquationChain) -> Iterator[list[str]]:
    """Yield the rows of every equation."""
    layout = ChainLayout(chain, _COLUMNS)
    left = to_latex(layout.left(chain.equations[0].lhs))
    for line in chain.equations:
        above = [f"& {left}"] if layout.is_above and left else []
        front = r"& \quad " if layout.is_above else f"{left} &"
        rows = _equation(
            front, layout.right(right_side(line)), f"{MARKS[line.mark].latex} {_why(line)}"
        )
        yield [*above, *rows, *_different(layout, line)]
        left = ""


def _equation(front: str, right: Node, behind: str) -> list[str]:
    """Return both sides of an equation, the right one in lines."""
    first, *rest = to_latex_lines(right)
    *rows, last = [f"{front}= {first}", *(rf" & \quad {line}" for line in rest)]
    return [*rows, f"{last} && {behind}"]


def _different(layout: ChainLayout, line: Equation) -> list[str]:
    """Return rows with the numbers of both sides where they differ."""
    numbers = unequal_numbers(line)
    if not numbers:
        return []
    left, right = numbers
    front = f"{to_latex(layout.left(left))} &"
    return _equation(front, layout.right(right), r"\text{in numbers}")


def _why(line: Equation) -> str:
    judgement = f" ({line.how})" if line.how else ""
    return _sentence(f" {line.rule}{judgement}")


def _sentence(sentence: str) -> str:
    return " ".join(
        inline_latex(text) if is_math else rf"\text{{{text}}}" for text, is_math in spans(sentence)
    )


def _table(table: Table) -> str:
    head = [heading(column) for column in table.columns]
    rules = [":--" if column.style == "text" else "--:" for column in table.columns]
    rows = [
        [_bold(cell, index in table.marked) for cell in map(cell_text, table.columns, row)]
        for index, row in enumerate(table.rows)
    ]
    body = "\n".join(_line(cells) for cells in [head, rules, *rows])
    return f"**{table.title}**\n\n{body}" if table.title else body


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _bold(text: str, bold: bool) -> str:
    return f"**{text}**" if bold and text else text
