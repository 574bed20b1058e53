"""MathML Core of printed mathematics; every current browser shows it without a script."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from ce_cli.mathematics import nodes
from ce_cli.mathematics.nodes import EQUALS, Node, glyph

_WIDE = '<mspace width="1em"></mspace>'
_CLOSE = nodes.Operator | nodes.Fenced
_SPACE = '<mspace width="0.17em"></mspace>'


def to_mathml(node: Node) -> str:
    """Return a formula as a ``math`` element in display style.

    >>> to_mathml(nodes.Digits("1"))
    '<math displaystyle="true"><mrow><mn>1</mn></mrow></math>'
    """
    return _math(_of(node))


def to_mathml_lines(node: Node) -> list[str]:
    """Return the lines of a formula, all but the first indented.

    >>> to_mathml_lines(nodes.Lines((nodes.Digits("1"), nodes.Digits("2")), is_flush=True))[1]
    '<math displaystyle="true"><mrow><mn>2</mn></mrow></math>'
    """
    return list(map(_math, _lines(node)))


def _math(inner: str) -> str:
    return f'<math displaystyle="true"><mrow>{inner}</mrow></math>'


def _lines(node: Node) -> list[str]:
    if not isinstance(node, nodes.Lines):
        return [_of(node)]
    indent = "" if node.is_flush else _WIDE
    first, *rest = node.parts
    return [_of(first), *(indent + _continued(part) for part in rest)]


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
        case nodes.Grid(rows, _):
            table = "".join(_line(tuple(map(_of, entries))) for entries in rows)
            return f'<mrow><mo>(</mo><mtable displaystyle="true">{table}</mtable><mo>)</mo></mrow>'
        case nodes.Lines():
            table = "".join(_line((line,)) for line in _lines(node))
            return f'<mtable class="lines" displaystyle="true">{table}</mtable>'


def _continued(node: Node) -> str:
    """Return a line that goes on; a sign in front binds on both sides."""
    sign, rest = nodes.signed(node)
    return f"{_infix(sign)}{_of(rest)}" if sign else _of(node)


def _infix(operator: nodes.Operator) -> str:
    return f'<mo form="infix">{escape(operator.sign)}</mo>'


def _line(cells: tuple[str, ...]) -> str:
    return f"<mtr>{''.join(f'<mtd><mrow>{cell}</mrow></mtd>' for cell in cells)}</mtr>"


def _row(parts: tuple[Node, ...]) -> str:
    text = _infix(EQUALS) if parts[0] == EQUALS else _of(parts[0])
    for before, part in pairwise(parts):
        if isinstance(before, nodes.Digits) and isinstance(part, nodes.Digits):
            text += "<mo>·</mo>"
        elif not isinstance(before, nodes.Operator) and not isinstance(part, _CLOSE):
            text += "" if before == nodes.PARTIAL else _SPACE
        elif isinstance(part, nodes.Words):
            text += _SPACE
        text += _of(part)
    return text


def _indices(indices: tuple[Node, ...]) -> str:
    many = any(isinstance(index, nodes.Digits) and len(index.text) > 1 for index in indices)
    return ("<mo>,</mo>" if many else "").join(map(_of, indices))


def _exponent(node: Node) -> str:
    return "<mi>T</mi>" if node == nodes.Letter("transposed") else _of(node)
