r"""Documents in Markdown, as GitHub renders it.

GitHub's Markdown takes the backslash from ``\\``, ``\{`` or ``\,`` before its mathematics sees
them: rows end with ``\cr`` and no command consists of punctuation. A ``$$`` stands on a line of
its own between blank lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics.inline import spans, unmarked
from ce_cli.mathematics.inline import to_latex as inline_latex
from ce_cli.mathematics.latex import to_latex
from ce_cli.output.document import EquationChain, Heading, Summary, Table, Title, Verdict
from ce_cli.output.marks import MARKS
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_cli.output.document import Document, Equation, Part


def to_markdown(document: Document) -> str:
    """Return all parts: tables as pipe tables with marked rows in bold, verdicts as a list."""
    return "".join("\n" * apart + _part(part) + "\n" for apart, part in document.spaced())


def to_formulas(document: Document) -> str:
    """Return all equations in one block of displayed mathematics, as notebooks want it."""
    chains = (part for part in document.parts if isinstance(part, EquationChain))
    return _displayed(row for chain in chains for row in _rows(chain))


def _part(part: Part) -> str:  # noqa: PLR0911 - one for each kind
    match part:
        case Title(text, notes):
            return "\n\n".join(map(unmarked, [f"# {text}", *notes]))
        case Heading(text):
            return f"## {unmarked(text)}"
        case EquationChain():
            return _displayed(_rows(part))
        case Table():
            return _table(part)
        case Verdict(passed, text):
            return f"- {MARKS[passed].sign} {visible(text)}"
        case Summary(passed, text):
            return f"{MARKS[passed].sign} {visible(text)}"
        case str():
            return "  \n".join(visible(part).splitlines())
        case _:
            assert_never(part)


def _displayed(rows: Iterable[str]) -> str:
    body = " \\cr\n".join(rows)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _rows(chain: EquationChain) -> list[str]:
    return [_row(line, continues=at > 0) for at, line in enumerate(chain.equations)]


def _row(line: Equation, *, continues: bool) -> str:
    left = "" if continues else to_latex(line.lhs)
    needs = f", if {', '.join(line.needs)}" if line.needs else ""
    at = f", numbers at {line.at}" if line.at else ""
    why = _sentence(f" {line.rule} ({line.how}{needs}{at})")
    mark = MARKS[line.passed].latex
    return f"{left} &= {to_latex(line.rhs)} && {mark} {why}{_values(line, continues=continues)}"


def _values(line: Equation, *, continues: bool) -> str:
    if not line.numbers:
        return ""
    left, right = map(to_latex, line.numbers)
    return f" \\cr\n{'' if continues else left} &= {right} && \\text{{in numbers}}"


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
