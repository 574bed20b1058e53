"""MathML Core of printed mathematics; every current browser shows it without a script."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from ce_cli.mathematics import nodes
from ce_cli.mathematics.nodes import Node, glyph

_WIDE = '<mspace width="1em"></mspace>'
_CLOSE = nodes.Operator | nodes.Fenced
_SPACE = '<mspace width="0.17em"></mspace>'


def to_mathml(node: Node) -> str:
    """Return a formula as a ``math`` element in display style.

    >>> to_mathml(nodes.Digits("1"))
    '<math displaystyle="true"><mrow><mn>1</mn></mrow></math>'
    """
    return f'<math displaystyle="true"><mrow>{_of(node)}</mrow></math>'


def _of(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912
    match node:
        case nodes.Letter(name):
            return f"<mi>{escape(glyph(name).unicode)}</mi>"
        case nodes.Digits(text):
            return f"<mn>{escape(text)}</mn>"
        case nodes.Operator(sign):
            return f"<mo>{escape(sign)}</mo>"
        case nodes.Words(text):
            return f"<mtext>{escape(text).replace(' ', '&#160;')}</mtext>"
        case nodes.Row(parts):
            return f"<mrow>{_row(parts)}</mrow>"
        case nodes.Fenced(inner):
            return f"<mrow><mo>(</mo>{_of(inner)}<mo>)</mo></mrow>"
        case nodes.Subscript(base, indices):
            return f"<msub>{_of(base)}<mrow>{_indices(indices)}</mrow></msub>"
        case nodes.Superscript(base, exponent):
            return f"<msup>{_of(base)}{_exponent(exponent)}</msup>"
        case nodes.Fraction(top, bottom):
            return f"<mfrac>{_of(top)}{_of(bottom)}</mfrac>"
        case nodes.BigSum(below, body):
            sign = f'<munder><mo movablelimits="false">∑</mo>{_of(below)}</munder>'
            return f"<mrow>{sign}{_of(body)}</mrow>"
        case nodes.Applied(name, argument):
            space = "" if isinstance(argument, nodes.Fenced) else _SPACE
            return f"<mrow><mi>{name}</mi>{space}{_of(argument)}</mrow>"
        case nodes.Brace(rows):
            table = "".join(_line((_of(value), _WIDE + _of(test))) for value, test in rows)
            return f'<mrow><mo>{{</mo><mtable class="cases">{table}</mtable></mrow>'
        case nodes.Grid(rows):
            table = "".join(_line(tuple(map(_of, entries))) for entries in rows)
            return f"<mrow><mo>(</mo><mtable>{table}</mtable><mo>)</mo></mrow>"


def _line(cells: tuple[str, ...]) -> str:
    return f"<mtr>{''.join(f'<mtd><mrow>{cell}</mrow></mtd>' for cell in cells)}</mtr>"


def _row(parts: tuple[Node, ...]) -> str:
    text = _of(parts[0])
    for before, part in pairwise(parts):
        if isinstance(before, nodes.Digits) and isinstance(part, nodes.Digits):
            text += "<mo>·</mo>"
        elif not isinstance(before, nodes.Operator) and not isinstance(part, _CLOSE):
            text += "" if before == nodes.PARTIAL else _SPACE
        text += _of(part)
    return text


def _indices(indices: tuple[Node, ...]) -> str:
    many = any(isinstance(index, nodes.Digits) and len(index.text) > 1 for index in indices)
    return ("<mo>,</mo>" if many else "").join(map(_of, indices))


def _exponent(node: Node) -> str:
    return "<mi>T</mi>" if node == nodes.Letter("transposed") else _of(node)
