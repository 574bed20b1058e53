"""Fractions, and the derivatives that are written like them."""

from __future__ import annotations

from fractions import Fraction as Rational
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import CLOSING, Cursor, closing, span_of
from ce_cli.formulas.reading.indices import is_index_letter
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import (
    Derivative,
    Differential,
    Fraction,
    Name,
    Node,
    Number,
    Power,
    Product,
    Transpose,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Span


from ce_cli.formulas.reading.grammar import Grammar, Operator, joined

_BRACKETS = frozenset({"(", "[", "{"})


class DerivativeParser(Grammar):
    """Reads fractions and derivatives."""

    def fraction(self) -> Node:
        r"""Read \frac with its two arguments."""
        token = self.take()
        top = self._argument()
        bottom = self._argument()
        return self.fraction_of(top, bottom, (token.span[0], self.tokens[self.at - 1].span[1]))

    def _argument(self) -> list[Token]:
        r"""Take a group or a single sign, as in \frac12."""
        token = self.next
        if token.kind != "number" or len(token.text) == 1:
            return self.group()
        middle = token.span[0] + 1
        rest = token._replace(text=token.text[1:], span=(middle, token.span[1]))
        self.tokens = [*self.tokens[: self.at], rest, *self.tokens[self.at + 1 :]]
        return [token._replace(text=token.text[0], span=(token.span[0], middle))]

    def fraction_of(self, top: list[Token], bottom: list[Token], span: Span) -> Node:
        """Return a fraction, or the derivative that is written like one."""
        if not top or not bottom:
            raise Refusal("an empty part of a fraction", span)
        above, below = _bare(top), _bare(bottom)
        if self._is_differential(above) and (self._is_differential(below) or above[0].kind == "∂"):
            return self._derivative(above, below, span)
        return quotient(self.inner(top, span), self.inner(bottom, span), span)

    def _is_differential(self, tokens: Sequence[Token]) -> bool:
        """Say whether tokens start with ∂, or with a d in front of something or nothing."""
        first, kind = tokens[0], tokens[1].kind if len(tokens) > 1 else "^"
        in_front = kind == "^" or kind in {*self.starts} - {"number"}
        return first.kind == "∂" or (first.text == "d" and first.kind == "letter" and in_front)

    def _derivative(self, top: list[Token], bottom: list[Token], span: Span) -> Node:
        if not self._is_differential(bottom):
            raise Refusal("∂ is missing in the denominator", span_of(bottom, span))
        order, rest = _order(top[1:])
        of = self.inner(rest, span) if rest else None
        return _derivative_of(of, self._variables(bottom), order, span)

    def _variables(self, bottom: list[Token]) -> tuple[Node, ...]:
        """Read ∂z_i ∂z_j or ∂z_i^2."""
        variables: list[Node] = []
        for part in _differentials(bottom):
            node = self.inner(part, span_of(part, bottom[0].span))
            times = 1
            if isinstance(node, Power) and node.exponent == Number(node.exponent.span, Rational(2)):
                node, times = node.base, 2
            if not isinstance(node, Name | Transpose):
                raise Refusal("not a variable", node.span)
            variables += [node] * times
        return tuple(variables)

    def partial(self) -> Node:
        """Read ∂L/∂z_i on one line, or the operator ∂_{z_i}."""
        token = self.take()
        if self.kind == "_":
            return self._operator_by(token)
        node = self.differential()
        if isinstance(node, Derivative | Operator):
            return node
        raise self.unexpected("the '/' of a derivative expected")

    def differential(self) -> Node | None:
        """Read L/dz_i, /dz_i or L behind a d or ∂; None if a d stands in front of neither."""
        sign, start = self.tokens[self.at - 1], self.at
        power = self._order_ahead()
        is_operand = self.kind in self.starts and self.kind != "number"
        of = self.factor() if is_operand else None
        if self._is_over_differential():
            self.take()
            by = self._below(sign, len(power))
            span = (sign.span[0], self.tokens[self.at - 1].span[1])
            return _derivative_of(of, by, len(power), span)
        if of is None:
            self.at = start
            return None
        return Differential((sign.span[0], of.span[1]), joined(power), of)

    def bracketed_differential(self) -> Node | None:
        """Read (dL)/(dz_i), in which the brackets mean nothing; None if it is not there."""
        if self.kind not in _BRACKETS:
            return None
        start = self.at
        top = _bare(self.group(self.kind))
        if top and self._is_differential(top) and self._is_over_differential():
            self.take()
            order, rest = _order(top[1:])
            of = self.inner(rest, span_of(rest, top[0].span)) if rest else None
            by = self._below(top[0], order)
            span = (self.tokens[start].span[0], self.tokens[self.at - 1].span[1])
            return _derivative_of(of, by, order, span)
        self.at = start
        return None

    def _order_ahead(self) -> list[Node]:
        """Take the ² of d²L; return as many d as there are."""
        sign = self.tokens[self.at - 1]
        name, start = Name(sign.span, sign.text), self.at
        if self.kind != "^":
            return [name]
        self.take()
        is_second = [token.text for token in self.group()] == ["2"]
        if is_second and (self.kind in self.starts or self.kind == "/"):
            return [name, name]
        self.at = start
        return [name]

    def _is_over_differential(self) -> bool:
        """Say whether / comes next and behind it dz or (dz)."""
        if self.kind != "/":
            return False
        start = self.at + 1
        is_bracketed = self.ahead().kind in _BRACKETS
        end = closing(self.tokens, start) if is_bracketed else start + 1
        below = _bare(self.tokens[start : end + 1])
        return len(below) > 1 and self._is_differential(below)

    def _below(self, above: Token, order: int) -> tuple[Node, ...]:
        """Read the variable of dz_i, or those that brackets hold: (dz_i dz_j)."""
        if self.kind in _BRACKETS:
            return self._variables(_bare(self.group(self.kind)))
        sign = self.take()
        if sign.kind != above.kind or sign.text not in {"d", above.text}:
            raise Refusal("a derivative by what?", sign.span)
        if order > 1:
            raise Refusal("what is in the denominator?", sign.span, "put it in brackets")
        return (self._variable(),)

    def _variable(self) -> Node:
        """Read the letter behind ∂ with its indices, and no more."""
        if self.kind not in {"letter", "accent", "bold", "{", "("}:
            raise self.unexpected("a variable expected")
        node = self.primary()
        while self.kind == "_" or (self.kind == "^" and self.ahead().kind == "{"):
            node = self.indexed(node, self.take()) if self.kind == "_" else self.scripts(node)
        if self.is_subscripted(node):
            node = self.indexed(node, self.take())
        self.refuse_glued_number(node)
        if not isinstance(node, Name):
            raise Refusal("not a variable", node.span)
        return node

    def nabla(self) -> Node:
        r"""Read \nabla_z L."""
        token = self.take()
        if self.kind != "_":
            raise Refusal("∇ by what?", token.span, "write \\nabla_z L")
        return self._operator_by(token)

    def _operator_by(self, token: Token) -> Node:
        """Read the variable below ∂ or ∇; a lone index does not say of what."""
        self.take()
        by = self.inner(self.group(), token.span)
        if not isinstance(by, Name) or is_index_letter(by):
            raise Refusal("not a variable", by.span)
        return Operator((token.span[0], by.span[1]), (by,))


def quotient(top: Node, bottom: Node, span: Span) -> Node:
    """Return a fraction; δL over δz is none."""
    if _differing(top) and _differing(top) == _differing(bottom):
        raise Refusal("is this a derivative?", span, "write it with d or ∂")
    return Fraction(span, top, bottom)


def _differing(node: Node) -> str:
    """Return the δ or Δ with which a product starts."""
    first = node.factors[0] if isinstance(node, Product) else None
    return first.letter if isinstance(first, Name) and first.letter in {"δ", "Δ"} else ""


def _derivative_of(of: Node | None, by: tuple[Node, ...], order: int, span: Span) -> Node:
    if len(by) != order:
        raise Refusal(f"a derivative of order {order} by {len(by)} variables", span)
    return Operator(span, by) if of is None else Derivative(span, of, by)


def _bare(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens without the brackets around all of them."""
    found = list(tokens)
    while found and found[0].kind in _BRACKETS and closing(found, 0) == len(found) - 1:
        found = found[1:-1]
    return found


def _differentials(bottom: list[Token]) -> Iterator[list[Token]]:
    """Yield what stands behind each sign of dz_i dz_j; a d may be an index, too."""
    sign, before = bottom[0], ""
    part: list[Token] = []
    depth = 0
    for token in bottom[1:]:
        depth += (token.kind in CLOSING) - (token.kind in CLOSING.values())
        is_sign = (token.kind, token.text) == (sign.kind, sign.text)
        if is_sign and not depth and before != "_":
            yield part
            part = []
        else:
            part.append(token)
        before = token.kind
    yield part


def _order(tokens: list[Token]) -> tuple[int, list[Token]]:
    """Return the order of ∂^2 L and what is differentiated."""
    if not tokens or tokens[0].kind != "^":
        return 1, tokens
    cursor = Cursor(tokens, tokens[-1].span)
    cursor.take()
    if [token.text for token in cursor.group()] != ["2"]:
        raise Refusal("only first and second derivatives are understood", tokens[0].span)
    return 2, tokens[cursor.at :]
