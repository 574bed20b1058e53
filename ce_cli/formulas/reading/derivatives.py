"""Fractions, and the derivatives that are written like them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import CLOSING, Cursor, closing, span_of, strip_brackets
from ce_cli.formulas.reading.indices import is_index_letter, is_subscripted, refuse_glued_number
from ce_cli.formulas.reading.parser import quotient
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span

_BRACKETS = frozenset({"(", "[", "{"})


def read_fraction(parser: Parser) -> Node:
    r"""Read \frac with its two arguments."""
    token = parser.take()
    top, bottom = _fraction_argument(parser), _fraction_argument(parser)
    return fraction_of(parser, top, bottom, parser.span_from(token))


def _fraction_argument(parser: Parser) -> list[Token]:
    r"""Take a group or a single sign: \frac12 is one half."""
    token = parser.next
    if token.kind != "number" or len(token.text) == 1:
        return parser.group()
    if "." in token.text:
        raise Refusal("where does the argument of \\frac end?", token.span, "put it in braces")
    middle = token.span[0] + 1
    rest = token._replace(text=token.text[1:], span=(middle, token.span[1]))
    previous, behind = parser.tokens[: parser.position], parser.tokens[parser.position + 1 :]
    parser.tokens = [*previous, rest, *behind]
    return [token._replace(text=token.text[0], span=(token.span[0], middle))]


def fraction_of(parser: Parser, top: list[Token], bottom: list[Token], span: Span) -> Node:
    """Return a fraction, or the derivative that is written like one."""
    if not top or not bottom:
        raise Refusal("an empty part of a fraction", span)
    numerator, denominator = strip_brackets(top, _BRACKETS), strip_brackets(bottom, _BRACKETS)
    is_top, is_bottom = (_is_differential(parser, part) for part in (numerator, denominator))
    if not is_top or not (is_bottom or numerator[0].kind == "∂"):
        return quotient(parser.inner(top, span), parser.inner(bottom, span), span)
    if not is_bottom:
        raise Refusal("∂ is missing in the denominator", span_of(denominator, span))
    order, rest = _order(numerator[1:])
    operand = parser.inner(rest, span) if rest else None
    return _derivative(operand, _variables(parser, denominator), order, span)


def _is_differential(parser: Parser, tokens: Sequence[Token]) -> bool:
    """Say whether tokens start with ∂, or with a d in front of a factor or nothing."""
    if not tokens:
        return False
    first, kind = tokens[0], tokens[1].kind if len(tokens) > 1 else "^"
    is_in_front = kind == "^" or (kind in parser.starts and kind != "number")
    return first.kind == "∂" or (first.text == "d" and first.kind == "letter" and is_in_front)


def _variables(parser: Parser, bottom: list[Token]) -> tuple[Node, ...]:
    """Read ∂z_i ∂z_j or ∂z_i^2."""
    variables: list[Node] = []
    for part in _differentials(bottom):
        node = parser.inner(part, span_of(part, bottom[0].span))
        times = 1
        if isinstance(node, t.Power) and node.exponent == t.Number(node.exponent.span, Fraction(2)):
            node, times = node.base, 2
        if not isinstance(node, t.Name | t.Transpose):
            raise Refusal("not a variable", node.span)
        variables += [node] * times
    return tuple(variables)


def read_partial(parser: Parser) -> Node:
    """Read ∂L/∂z_i on one line, or the operator ∂_{z_i}."""
    token = parser.take()
    if parser.kind == "_":
        return _operator_by(parser, token)
    node = differential_behind(parser, token)
    if isinstance(node, t.Derivative | t.DerivativeOperator):
        return node
    raise parser.unexpected("the '/' of a derivative expected")


def differential_behind(parser: Parser, sign: Token) -> Node | None:
    """Read L/dz_i, /dz_i or L behind a d or ∂; None if a d stands in front of neither."""
    start = parser.position
    power = _order_ahead(parser, sign)
    is_operand = parser.kind in parser.starts and parser.kind != "number"
    operand = parser.factor() if is_operand else None
    if _is_over_differential(parser):
        parser.take()
        variables = _denominator_variables(parser, sign, len(power))
        return _derivative(operand, variables, len(power), parser.span_from(sign))
    if operand is None:
        parser.position = start
        return None
    return t.Differential((sign.span[0], operand.span[1]), t.product_of(power), operand)


def bracketed_differential(parser: Parser) -> Node | None:
    """Read (dL)/(dz_i), in which the brackets mean nothing; None if it is not there."""
    if parser.kind not in _BRACKETS:
        return None
    opening, start = parser.next, parser.position
    top = strip_brackets(parser.group(parser.kind), _BRACKETS)
    if top and _is_differential(parser, top) and _is_over_differential(parser):
        parser.take()
        order, rest = _order(top[1:])
        operand = parser.inner(rest, span_of(rest, top[0].span)) if rest else None
        variables = _denominator_variables(parser, top[0], order)
        return _derivative(operand, variables, order, parser.span_from(opening))
    parser.position = start
    return None


def _order_ahead(parser: Parser, sign: Token) -> list[Node]:
    """Take the ² of d²L; return as many d as there are."""
    name, start = t.Name(sign.span, sign.text), parser.position
    if parser.kind != "^":
        return [name]
    parser.take()
    is_second = [token.text for token in parser.group()] == ["2"]
    if is_second and (parser.kind in parser.starts or parser.kind == "/"):
        return [name, name]
    parser.position = start
    return [name]


def _is_over_differential(parser: Parser) -> bool:
    """Say whether / comes next and behind it dz or (dz)."""
    if parser.kind != "/":
        return False
    start = parser.position + 1
    has_brackets = parser.ahead().kind in _BRACKETS
    end = closing(parser.tokens, start) if has_brackets else start + 1
    denominator = strip_brackets(parser.tokens[start : end + 1], _BRACKETS)
    return len(denominator) > 1 and _is_differential(parser, denominator)


def _denominator_variables(parser: Parser, numerator: Token, order: int) -> tuple[Node, ...]:
    """Read the variable of dz_i, or those that brackets hold: (dz_i dz_j)."""
    if parser.kind in _BRACKETS:
        return _variables(parser, strip_brackets(parser.group(parser.kind), _BRACKETS))
    sign = parser.take()
    if sign.kind != numerator.kind or sign.text not in {"d", numerator.text}:
        raise Refusal("a derivative by what?", sign.span)
    if order > 1:
        raise Refusal("what is in the denominator?", sign.span, "put it in brackets")
    return (_variable(parser),)


def _variable(parser: Parser) -> Node:
    """Read the letter behind ∂ with its indices, and no more."""
    if parser.kind not in {"letter", "accent", "bold", "{", "("}:
        raise parser.unexpected("a variable expected")
    node = parser.primary()
    while parser.kind == "_" or (parser.kind == "^" and parser.ahead().kind == "{"):
        is_index = parser.kind == "_"
        node = parser.subscript_behind(node, parser.take()) if is_index else parser.scripts(node)
    if is_subscripted(parser, node):
        node = parser.subscript_behind(node, parser.take())
    refuse_glued_number(parser, node)
    if not isinstance(node, t.Name):
        raise Refusal("not a variable", node.span)
    return node


def read_nabla(parser: Parser) -> Node:
    r"""Read \nabla_z L."""
    token = parser.take()
    if parser.kind != "_":
        raise Refusal("∇ by what?", token.span, "write \\nabla_z L")
    return _operator_by(parser, token)


def _operator_by(parser: Parser, token: Token) -> Node:
    """Read the variable below ∂ or ∇; a lone index names none."""
    parser.take()
    variable = parser.inner(parser.group(), token.span)
    if not isinstance(variable, t.Name) or is_index_letter(variable):
        raise Refusal("not a variable", variable.span)
    return t.DerivativeOperator((token.span[0], variable.span[1]), (variable,))


def _derivative(operand: Node | None, variables: tuple[Node, ...], order: int, span: Span) -> Node:
    if len(variables) != order:
        raise Refusal(f"a derivative of order {order} by {len(variables)} variables", span)
    if operand is None:
        return t.DerivativeOperator(span, variables)
    return t.Derivative(span, operand, variables)


def _differentials(bottom: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens behind every sign of dz_i dz_j; a d may be an index, too."""
    sign, previous = bottom[0], ""
    part: list[Token] = []
    depth = 0
    for token in bottom[1:]:
        depth += (token.kind in CLOSING) - (token.kind in CLOSING.values())
        is_sign = (token.kind, token.text) == (sign.kind, sign.text)
        if is_sign and not depth and previous != "_":
            yield part
            part = []
        else:
            part.append(token)
        previous = token.kind
    yield part


def _order(tokens: list[Token]) -> tuple[int, list[Token]]:
    """Return the order of ∂^2 L, and the tokens behind it."""
    if not tokens or tokens[0].kind != "^":
        return 1, tokens
    cursor = Cursor(tokens, tokens[-1].span)
    cursor.take()
    if [token.text for token in cursor.group()] != ["2"]:
        raise Refusal("only first and second derivatives are understood", tokens[0].span)
    return 2, tokens[cursor.position :]
