r"""Formulas on one line, as people type them into a sentence: p_i, e^{z_i}/S, Σ_k e^{z_k}.

``inline`` shows them in every format.
"""

from __future__ import annotations

from itertools import pairwise

from ce_cli.mathematics import nodes
from ce_cli.mathematics.nodes import PARTIAL, SLASH, Node, glyph

_LOOSE = (nodes.Row, nodes.Fraction, nodes.BigSum, nodes.Applied)


def to_line(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    """Return a node on one line; braces hold indices and exponents together.

    >>> z = nodes.Subscript(nodes.Letter("z"), (nodes.Letter("i"),))
    >>> to_line(nodes.Fraction(nodes.Superscript(nodes.Letter("e"), z), nodes.Letter("S")))
    'e^{z_i}/S'
    """
    match node:
        case nodes.Letter(name):
            return glyph(name).unicode
        case nodes.Operator(sign):
            return f" {glyph(sign).unicode} "
        case nodes.Digits(text) | nodes.Words(text):
            return text
        case nodes.Row(parts):
            return _row(parts)
        case nodes.Fenced(inner):
            return f"({to_line(inner)})"
        case nodes.Subscript(base, indices):
            return f"{to_line(base)}_{_braced(''.join(map(to_line, indices)))}"
        case nodes.Superscript(base, exponent):
            return _raised(to_line(base), exponent)
        case nodes.Fraction(top, bottom):
            return f"{_closed(top)}/{_closed(bottom)}"
        case nodes.BigSum(below, body):
            under = to_line(below).replace(" ", "")
            return f"Σ_{_braced(under)} {to_line(body)}"
        case nodes.Applied(name, argument):
            space = "" if isinstance(argument, nodes.Fenced) else " "
            return f"{name}{space}{to_line(argument)}"
        case nodes.Brace(rows):
            return "; ".join(f"{to_line(value)} {to_line(test)}" for value, test in rows)
        case nodes.Lines(parts):
            return " ".join(map(to_line, parts))
        case nodes.Grid(rows):
            return f"({'; '.join(', '.join(map(to_line, line)) for line in rows)})"


def _row(parts: tuple[Node, ...]) -> str:
    text = to_line(parts[0])
    if isinstance(parts[0], nodes.Operator):
        text = text.strip()
    for before, part in pairwise(parts):
        if part == SLASH:
            text += "/"
        else:
            text += _gap(before, part) + to_line(part)
    return text


def _gap(before: Node, part: Node) -> str:
    tight = (before, part)
    if PARTIAL in tight or SLASH in tight or any(isinstance(n, nodes.Operator) for n in tight):
        return ""
    return "" if isinstance(part, nodes.Fenced) else " "


def _raised(base: str, exponent: Node) -> str:
    if exponent == nodes.Letter("transposed"):
        return base + glyph("transposed").unicode
    return f"{base}^{_braced(to_line(exponent))}"


def _braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _closed(node: Node) -> str:
    """Return the top or bottom of a fraction, in brackets unless it reads as one."""
    text = to_line(node)
    derivative = isinstance(node, nodes.Row) and node.parts[0] == PARTIAL
    return f"({text})" if isinstance(node, _LOOSE) and not derivative else text
