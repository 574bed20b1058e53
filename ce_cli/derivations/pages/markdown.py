r"""A derivation in Markdown, as GitHub renders it.

GitHub's Markdown takes the backslash from ``\\``, ``\{`` or ``\,`` before its mathematics sees
them: rows end with ``\cr`` and no command consists of punctuation. A ``$$`` stands on a line of
its own between blank lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.derivations.pages.prose import math_to_latex, spans
from ce_cli.mathematics.latex import to_latex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.derivations.pages.page import Line, Page, Section


def to_page(page: Page) -> str:
    """Return the page."""
    blocks = [f"# {page.title}", *page.notes]
    for section in page.sections:
        blocks += [f"## {section.heading}"] if section.heading else []
        blocks += _chains(section)
    mark = "✓" if page.passed else "✗"
    return "\n\n".join([*blocks, f"{mark} {page.summary}"]) + "\n"


def formulas(page: Page) -> str:
    """Return all formulas in one block of displayed mathematics, as notebooks want it."""
    rows = " \\cr\n".join(_row(line) for section in page.sections for line in section.lines)
    return f"$$\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n$$"


def _chains(section: Section) -> Iterator[str]:
    chain: list[Line] = []
    for line in section.lines:
        if chain and not line.continues:
            yield _chain(chain)
            chain = []
        chain.append(line)
    yield _chain(chain)


def _chain(lines: list[Line]) -> str:
    rows = " \\cr\n".join(map(_row, lines))
    return f"$$\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n$$"


def _row(line: Line) -> str:
    left = "" if line.continues else to_latex(line.lhs)
    right = to_latex(line.rhs)
    mark = r"\checkmark" if line.passed else r"\times"
    needs = f", if {', '.join(line.needs)}" if line.needs else ""
    at = f", numbers at {line.at}" if line.at else ""
    why = _prose(f" {line.rule} ({line.how}{needs}{at})")
    return f"{left} &= {right} && {mark} {why}{_values(line)}"


def _values(line: Line) -> str:
    if not line.numbers:
        return ""
    left, right = map(to_latex, line.numbers)
    return f" \\cr\n{'' if line.continues else left} &= {right} && \\text{{in numbers}}"


def _prose(text: str) -> str:
    return " ".join(
        math_to_latex(span.text) if span.is_math else rf"\text{{{span.text}}}"
        for span in spans(text)
    )
