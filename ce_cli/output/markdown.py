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
from ce_cli.mathematics.latex import to_latex
from ce_cli.output.document import EquationChain, Heading, Paragraph, Summary, Table, Title, Verdict
from ce_cli.output.marks import MARKS
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.output.document import Document, Equation, Part


def to_markdown(document: Document) -> str:
    """Return all parts: tables as pipe tables with marked rows in bold, verdicts as a list."""
    return "".join("\n" * apart + _part(part) + "\n" for apart, part in document.spaced())


def to_formulas(document: Document) -> str:
    """Return all equations in one block of displayed mathematics, as notebooks want it."""
    chains = (part for part in document.parts if isinstance(part, EquationChain))
    return _displayed(row for chain in chains for row in _rows(chain))


def _part(part: Part) -> str:  # noqa: C901, PLR0911 - one for each kind
    match part:
        case Title(text, notes):
            return "\n\n".join(map(unmarked, [f"# {text}", *notes]))
        case Heading(text):
            return f"## {unmarked(text)}"
        case Paragraph(text):
            return _paragraph(text)
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
        rows.append(shown)
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


def _rows(chain: EquationChain) -> list[str]:
    return [_row(line, continues=at > 0) for at, line in enumerate(chain.equations)]


def _row(line: Equation, *, continues: bool) -> str:
    left = "" if continues else to_latex(line.lhs)
    judgement = f" ({line.judgement})" if line.judgement else ""
    why = _sentence(f" {line.rule}{judgement}")
    mark = MARKS[line.mark].latex
    value = f" = {to_latex(line.value)}{_at(line)}" if line.value else ""
    return f"{left} &= {to_latex(line.rhs)}{value} && {mark} {why}{_different(line)}"


def _different(line: Equation) -> str:
    """Return a row with the numbers of both sides where they differ."""
    if not line.different:
        return ""
    left, right = map(to_latex, line.different)
    return f" \\cr\n{left} &= {right}{_at(line)} && \\text{{in numbers}}"


def _at(line: Equation) -> str:
    return rf" \quad {_sentence(f'({line.at})')}" if line.at else ""


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
