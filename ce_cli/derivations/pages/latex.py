"""A derivation as a complete LaTeX document; plain LaTeX with amsmath compiles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.derivations.pages.prose import math_to_latex, spans
from ce_cli.mathematics.latex import to_latex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.derivations.pages.page import Line, Page

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
\newcommand{\reason}[2]{\parbox{50mm}{\raggedright\footnotesize #1\\{\color[gray]{0.4}#2}}}
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


def to_page(page: Page) -> str:
    """Return the document."""
    return _PREAMBLE + "\n".join(_body(page)) + "\n\\end{document}\n"


def _body(page: Page) -> Iterator[str]:
    yield rf"\section*{{{prose(page.title)}}}"
    yield from (prose(note) + "\n" for note in page.notes)
    for section in page.sections:
        if section.heading:
            yield rf"\subsection*{{{prose(section.heading)}}}"
        yield from map(_line, section.lines)
    yield f"\\bigskip {_mark(page.passed)} {prose(page.summary)}"


def _line(line: Line) -> str:
    rhs = to_latex(line.rhs)
    needs = f"if {', '.join(line.needs)}; " if line.needs else ""
    at = f"; numbers at {line.at}" if line.at else ""
    why = f"{_mark(line.passed)} {prose(line.rule)}"
    reason = rf"\reason{{{why}}}{{{prose(needs + line.how + at)}}}"
    step = rf"\first{{{to_latex(line.lhs)}}}{{{rhs}}}{{{reason}}}"
    if line.continues:
        step = rf"\next{{{rhs}}}{{{reason}}}"
    return step + _values(line)


def _values(line: Line) -> str:
    if not line.numbers:
        return ""
    left, right = map(to_latex, line.numbers)
    return rf"\values{{{'' if line.continues else left} = {right}}}"


def _mark(passed: bool) -> str:
    return r"$\checkmark$" if passed else r"$\times$"


def prose(text: str) -> str:
    r"""Return a text with its mathematics between dollars.

    >>> prose("case i = j")
    'case $i = j$'
    """
    return "".join(
        f"${math_to_latex(span.text)}$" if span.is_math else _escaped(span.text)
        for span in spans(text)
    )


def _escaped(text: str) -> str:
    for sign in "&%#":
        text = text.replace(sign, "\\" + sign)
    return text.replace("–", "--").replace("’", "'")
