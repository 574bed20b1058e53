"""Documents as complete LaTeX documents; plain LaTeX with amsmath compiles them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics import inline
from ce_cli.mathematics.latex import to_latex
from ce_cli.mathematics.nodes import GLYPHS, respelt
from ce_cli.output.document import EquationChain, Heading, Paragraph, Summary, Table, Title, Verdict
from ce_cli.output.marks import MARKS
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.output.document import Document, Equation, Mark, Part

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,graphicx,color}
\usepackage[a4paper,margin=20mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\newlength{\leftside}
\newlength{\room}
\newsavebox{\formula}
% A formula that is too wide for its place is made smaller.
\newcommand{\fitted}[1]{\sbox{\formula}{$\displaystyle #1$}%
  \ifdim\wd\formula>\room\resizebox{\room}{!}{\usebox{\formula}}\else\usebox{\formula}\fi}
\newcommand{\reason}[2]{\parbox{50mm}{\raggedright\footnotesize #1%
  \ifx\relax#2\relax\else\\{\color[gray]{0.4}#2}\fi}}
% \first and \next: left side (or none), right side, reason.
\newcommand{\first}[3]{\settowidth{\leftside}{$\displaystyle #1$}%
  \ifdim\leftside>55mm\setlength{\room}{118mm}\fitted{#1}\par\setlength{\leftside}{10mm}%
  \next{#2}{#3}\else\setlength{\room}{110mm}\addtolength{\room}{-\leftside}%
  $\displaystyle #1 = {}$\fitted{#2}\hfill#3\par\fi}
\newcommand{\next}[2]{\setlength{\room}{110mm}\addtolength{\room}{-\leftside}%
  \hspace*{\leftside}${} = {}$\fitted{#1}\hfill#2\par}
\newcommand{\values}[1]{\setlength{\room}{150mm}\hspace*{8mm}%
  {\color[gray]{0.4}\small\fitted{#1}}\par}
\renewcommand{\arraystretch}{1.5}
\begin{document}
"""

_SIGNS = str.maketrans(
    {glyph.unicode: f"${glyph.latex}$" for glyph in GLYPHS.values()}
    | {sign: f"\\{sign}" for sign in "&%#_${}"}
    | {"–": "--", "’": "'", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"\\": r"\textbackslash{}", "ᵀ": r"$^{\mathsf{T}}$"}
)


def to_page(document: Document) -> str:
    """Return the document."""
    lines = (line for part in document.parts for line in _part(part))
    return _PREAMBLE + "\n".join(lines) + "\n\\end{document}\n"


def _part(part: Part) -> Iterator[str]:  # noqa: C901 - one for each kind
    match part:
        case Title(text, notes):
            yield rf"\section*{{{sentence(text)}}}"
            yield from (sentence(note) + "\n" for note in notes)
        case Heading(text):
            yield rf"\subsection*{{{sentence(text)}}}"
        case Paragraph(text):
            yield sentence(text) + "\n"
        case EquationChain(equations):
            yield from (_equation(line, continues=at > 0) for at, line in enumerate(equations))
        case Table():
            yield from _table(part)
        case Verdict(mark, text):
            yield f"{_mark(mark)} {_text(text)}\n"
        case Summary(mark, text):
            yield f"\\bigskip {_mark(mark)} {_text(text)}"
        case str():
            yield _text(part) + "\n"
        case _:
            assert_never(part)


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield rf"\textbf{{{_text(table.title)}}}" + "\n"
    sides = "".join("l" if column.style == "text" else "r" for column in table.columns)
    yield rf"\begin{{tabular}}{{{sides}}}"
    yield _row(heading(column) for column in table.columns) + r" \hline"
    for at, cells in enumerate(table.rows):
        bold = r"\bfseries " if at in table.marked else ""
        yield _row(map(cell_text, table.columns, cells), bold)
    yield "\\end{tabular}\n"


def _row(cells: Iterable[str], bold: str = "") -> str:
    return " & ".join(bold + _text(cell) for cell in cells) + r" \\"


def _equation(line: Equation, *, continues: bool) -> str:
    prose = f"{sentence(line.prose)}\n\n" if line.prose else ""
    rhs = to_latex(line.rhs) + (f" = {to_latex(line.value)}{_at(line)}" if line.value else "")
    why = f"{_mark(line.mark)} {sentence(line.rule)}"
    reason = rf"\reason{{{why}}}{{{sentence(line.judgement)}}}"
    step = rf"\first{{{to_latex(line.lhs)}}}{{{rhs}}}{{{reason}}}"
    if continues:
        step = rf"\next{{{rhs}}}{{{reason}}}"
    return prose + step + _different(line)


def _different(line: Equation) -> str:
    """Return the numbers of both sides where they differ."""
    if not line.different:
        return ""
    left, right = map(to_latex, line.different)
    return rf"\values{{{left} = {right}{_at(line)}}}"


def _at(line: Equation) -> str:
    return rf" \quad\text{{({sentence(line.at)})}}" if line.at else ""


def _mark(mark: Mark) -> str:
    return f"${MARKS[mark].latex}$"


def sentence(text: str) -> str:
    r"""Return a sentence with its mathematics in LaTeX.

    >>> sentence("case $i ≠ j$ of 50 %")
    'case $i \\ne  j$ of 50 \\%'
    """
    return "".join(
        f"${inline.to_latex(part)}$" if is_math else _text(part)
        for part, is_math in inline.spans(text)
    )


def _text(text: str) -> str:
    return respelt(
        visible(text), lambda letter: f"${letter.latex}$", lambda rest: rest.translate(_SIGNS)
    )
