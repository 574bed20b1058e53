r"""LaTeX of printed mathematics.

Only commands that MathJax, KaTeX and amsmath share, and no backslash in front of punctuation,
which Markdown would take away: rows end with ``\\cr``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.mathematics import nodes
from ce_cli.mathematics.nodes import Node, glyph

if TYPE_CHECKING:
    from collections.abc import Iterable

_FUNCTIONS = {"log": r"\log", "max": r"\max", "diag": r"\operatorname{diag}"}


def to_latex(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912
    r"""Return a node in LaTeX.

    >>> to_latex(nodes.Subscript(nodes.Letter("sigma"), (nodes.Digits("0"),)))
    '\\sigma_{0}'
    """
    match node:
        case nodes.Letter(name):
            return glyph(name).latex.replace("′", "'")
        case nodes.Digits(text):
            return _number(text)
        case nodes.Operator(sign):
            return f" {glyph(sign).latex} "
        case nodes.Words(text):
            return rf"\text{{{text}}}"
        case nodes.Row(parts):
            return _row(parts)
        case nodes.Fenced(inner):
            return _fence(inner)
        case nodes.Subscript(base, indices):
            return f"{to_latex(base)}_{{{_indices(indices)}}}"
        case nodes.Superscript(base, exponent):
            return f"{to_latex(base)}^{{{to_latex(exponent).strip()}}}"
        case nodes.Fraction(top, bottom):
            return rf"\frac{{{to_latex(top).strip()}}}{{{to_latex(bottom).strip()}}}"
        case nodes.BigSum(below, body):
            return rf"\sum_{{{to_latex(below)}}} {to_latex(body)}"
        case nodes.Applied(name, argument):
            return f"{_FUNCTIONS[name]} {to_latex(argument)}"
        case nodes.Brace(rows):
            lines = (f"{to_latex(value)} & {to_latex(test)}" for value, test in rows)
            return _environment("cases", lines)
        case nodes.Grid(rows, _):
            lines = (" & ".join(to_latex(entry).strip() for entry in line) for line in rows)
            return _environment("pmatrix", lines)
        case nodes.Lines():
            return _environment("aligned", ("& " + line for line in to_latex_lines(node)))


def to_latex_lines(node: Node) -> list[str]:
    r"""Return the lines of a formula, all but the first indented.

    >>> p, q = nodes.Letter("p"), nodes.Letter("q")
    >>> to_latex_lines(nodes.Lines((p, nodes.Row((nodes.MINUS, q)))))
    ['p', '\\quad {} - q']
    """
    if not isinstance(node, nodes.Lines):
        return [to_latex(node)]
    indent = "" if node.is_flush else r"\quad "
    first, *rest = node.parts
    return [to_latex(first), *(indent + _continued(part) for part in rest)]


def _continued(node: Node) -> str:
    """Return a line that goes on; a sign in front binds on both sides."""
    sign, rest = nodes.signed(node)
    return f"{{}}{to_latex(sign)}{to_latex(rest)}" if sign else to_latex(node)


def _environment(name: str, lines: Iterable[str]) -> str:
    body = r" \cr ".join(lines)
    return rf"\begin{{{name}}} {body} \end{{{name}}}"


def _number(text: str) -> str:
    digits, _, exponent = text.replace("−", "-").partition("e")
    return rf"{digits} \cdot 10^{{{exponent}}}" if exponent else digits


def _row(parts: tuple[Node, ...]) -> str:
    if isinstance(parts[0], nodes.Operator) and len(parts) > 1:
        return to_latex(parts[0]).strip() + _row(parts[1:])  # a sign in front of the first term
    text = to_latex(parts[0])
    for before, part in pairwise(parts):
        if isinstance(before, nodes.Digits) and isinstance(part, nodes.Digits):
            text += r" \cdot "
        elif not text.endswith(" ") and not isinstance(part, nodes.Operator | nodes.Fenced):
            text += " "
        text += to_latex(part)
    return text


def _fence(inner: Node) -> str:
    text = to_latex(inner).strip()
    if r"\frac" in text or r"\sum" in text or r"\begin" in text:
        return rf"\left( {text} \right)"
    return f"({text})"


def _indices(indices: tuple[Node, ...]) -> str:
    texts = [to_latex(index) for index in indices]
    return (", " if any(len(text) > 1 for text in texts) else "").join(texts)
