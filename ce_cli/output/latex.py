"""Documents as complete LaTeX documents; plain LaTeX with amsmath compiles them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics import inline
from ce_cli.mathematics.latex import to_latex, to_latex_lines
from ce_cli.mathematics.nodes import GLYPHS, Lines, Words, respelt
from ce_cli.output.chains import ChainLayout, right_side, unequal_numbers
from ce_cli.output.document import EquationChain, Heading, Paragraph, Summary, Table, Title, Verdict
from ce_cli.output.marks import MARKS
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Document, Equation, Mark, Part

_CLASS = "\\documentclass[11pt]{article}\n"
_FONTS = "\\usepackage[T1]{fontenc}\n"
_CHINESE_FONTS = "% Compile it with XeLaTeX or LuaLaTeX.\n\\usepackage{ctex}\n"
_NAME = re.compile(r"\\text\{[^{}$]*\}")
_PREAMBLE = r"""\usepackage{amsmath,amssymb,color}
\usepackage[a4paper,margin=20mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\newlength{\leftside}
\newsavebox{\formula}
% \reason: the rule, and the conditions.
\newcommand{\reason}[2]{\parbox{50mm}{\raggedright\footnotesize #1%
  \ifx\relax#2\relax\else\\{\color[gray]{0.4}#2}\fi}}
% \step: a formula, and its reason (or none), which stands below if there is no room.
\newcommand{\step}[2]{\sbox{\formula}{$\displaystyle #1$}\usebox{\formula}%
  \ifx\relax#2\relax\else\ifdim\wd\formula>116mm\par\nopagebreak\fi\hspace*{\fill}#2\fi\par}
\renewcommand{\arraystretch}{1.5}
\begin{document}
"""

_COLUMNS = 84
"""The width of the page, if every column of a terminal is 2 mm."""
_BLANK = r"\hspace*{\leftside}"

_CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
_SIGNS = str.maketrans(
    {glyph.unicode: f"${glyph.latex}$" for glyph in GLYPHS.values()}
    | {sign: f"\\{sign}" for sign in "&%#_${}"}
    | {"–": "--", "’": "'", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"\\": r"\textbackslash{}", "ᵀ": r"$^{\mathsf{T}}$"}
)


def to_page(document: Document) -> str:
    """Return the document; one with Chinese characters needs the package ctex."""
    body = "\n".join(line for part in document.parts for line in _part(part))
    fonts = _CHINESE_FONTS if _CHINESE.search(body) else _FONTS
    return f"{_CLASS}{fonts}{_PREAMBLE}{_with_named(body)}\n\\end{{document}}\n"


def _with_named(body: str) -> str:
    """Return LaTeX with the underscores of names escaped; in Markdown they stand as they are."""
    return _NAME.sub(lambda name: re.sub(r"(?<!\\)_", r"\_", name[0]), body)


def _part(part: Part) -> Iterator[str]:  # noqa: C901 - one for each kind
    match part:
        case Title(text, notes):
            yield rf"\section*{{{sentence(text)}}}"
            yield from (sentence(note) + "\n" for note in notes)
        case Heading(text):
            yield rf"\subsection*{{{sentence(text)}}}"
        case Paragraph(text):
            yield "\\\\\n".join(map(sentence, text.splitlines())) + "\n"
        case EquationChain():
            yield from _chain(part)
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


def _chain(chain: EquationChain) -> Iterator[str]:
    """Yield a chain: its left side, and all right sides below one another."""
    layout = ChainLayout(chain, _COLUMNS)
    left = _spread(to_latex(layout.left(chain.equations[0].lhs)))
    width = r"\quad" if layout.is_above else left
    yield rf"\settowidth{{\leftside}}{{$\displaystyle {width}$}}"
    for line in chain.equations:
        if line.prose:
            yield sentence(line.prose) + "\n"
        if layout.is_above and left:
            yield rf"\step{{{left}}}{{}}"
            left = ""
        yield from _rows(left or _BLANK, layout.right(right_side(line)), _reason(line))
        numbers = unequal_numbers(line)
        if numbers:
            yield from _numbers(layout, *numbers)
        left = ""


def _rows(left: str, right: Node, reason: str) -> Iterator[str]:
    """Yield both sides of an equation, the right one in lines; the reason stands at the last."""
    first, *rest = map(_spread, to_latex_lines(right))
    *rows, last = [f"{left} = {first}", *(rf"{_BLANK} \quad {line}" for line in rest)]
    parts = right.parts if isinstance(right, Lines) else ()
    for part, row in zip(parts, rows, strict=False):
        yield rf"\step{{{row}}}{{}}" + (r"\nopagebreak" if isinstance(part, Words) else "")
    yield rf"\step{{{last}}}{{{reason}}}"


def _spread(formula: str) -> str:
    """Return a formula with all fractions in full size, and the rows of matrices apart."""
    return formula.replace(r"\frac", r"\dfrac").replace(r" \cr ", r" \cr\noalign{\vskip 6pt} ")


def _numbers(layout: ChainLayout, left: Node, right: Node) -> Iterator[str]:
    """Yield the numbers of both sides where they differ."""
    yield r"{\color[gray]{0.4}"
    yield from _rows(_spread(to_latex(layout.left(left))), layout.right(right), "")
    yield "}"


def _reason(line: Equation) -> str:
    rule = f"{_mark(line.mark)} {sentence(line.rule)}"
    return rf"\reason{{{rule}}}{{{sentence(line.how)}}}"


def _mark(mark: Mark) -> str:
    return f"${MARKS[mark].latex}$"


def sentence(text: str) -> str:
    r"""Return a sentence with its mathematics and its code in LaTeX.

    >>> sentence("case $i ≠ j$ of 50 %, as `a_b`")
    'case $i \\ne  j$ of 50 \\%, as \\texttt{a\\_b}'
    """
    return "".join(
        f"${inline.to_latex(part)}$" if is_math else inline.CODE.sub(r"\\texttt{\1}", _text(part))
        for part, is_math in inline.spans(text)
    )


def _text(text: str) -> str:
    return respelt(
        visible(text), lambda letter: f"${letter.latex}$", lambda rest: rest.translate(_SIGNS)
    )
