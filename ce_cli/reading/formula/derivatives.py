"""Fractions, and the derivatives that are written like them."""

from __future__ import annotations

from fractions import Fraction as Rational
from typing import TYPE_CHECKING

from ce_cli.reading.formula.cursor import Cursor, span_of, split
from ce_cli.reading.formula.indices import is_index_letter
from ce_cli.reading.formula.tokens import Refusal
from ce_cli.reading.formula.tree import (
    Derivative,
    Fraction,
    Name,
    Node,
    Number,
    Power,
    Transpose,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.reading.formula.tokens import Token
    from ce_cli.reading.formula.tree import Span


from ce_cli.reading.formula.grammar import Grammar, Operator


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
        if _is_differential(top) and (_is_differential(bottom) or top[0].kind == "∂"):
            return self._derivative(top, bottom, span)
        return Fraction(span, self.inner(top, span), self.inner(bottom, span))

    def _derivative(self, top: list[Token], bottom: list[Token], span: Span) -> Node:
        if not _is_differential(bottom):
            raise Refusal("∂ is missing in the denominator", span_of(bottom, span))
        order, rest = _order(top[1:])
        by = self._variables(bottom)
        if len(by) != order:
            raise Refusal(f"a derivative of order {order} by {len(by)} variables", span)
        if not rest:
            return Operator(span, by)
        return Derivative(span, self.inner(rest, span), by)

    def _variables(self, bottom: list[Token]) -> tuple[Node, ...]:
        """Read ∂z_i ∂z_j or ∂z_i^2."""
        parts = list(split(bottom, {bottom[0].kind} if bottom[0].kind == "∂" else set()))
        parts = [part for part in parts if part] if len(parts) > 1 else [bottom[1:]]
        variables: list[Node] = []
        for part in parts:
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
        return self.differential() if self.kind != "_" else self._operator_by(token)

    def differential(self) -> Node:
        """Read L/dz_i or /dz_i behind a d or ∂."""
        start = self.tokens[self.at - 1]
        of = None if self.kind == "/" else self._differentiated()
        self.expect("/", "the '/' of a derivative")
        sign = self.take()
        if sign.kind != start.kind or sign.text not in {"d", start.text}:
            raise Refusal("a derivative by what?", sign.span)
        by = self._variable()
        span = (start.span[0], by.span[1])
        return Operator(span, (by,)) if of is None else Derivative(span, of, (by,))

    def _differentiated(self) -> Node:
        node = self.factor()
        if self.kind != "/":
            raise Refusal("what is differentiated?", self.next.span, "put it in brackets")
        return node

    def _variable(self) -> Node:
        """Read the letter behind ∂ with its indices, and no more."""
        if self.kind not in {"letter", "accent", "bold", "{"}:
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


def _is_differential(tokens: Sequence[Token]) -> bool:
    """Say whether tokens start with ∂, or with a d in front of something."""
    first = tokens[0]
    return first.kind == "∂" or (first.kind == "letter" and first.text == "d")


def _order(tokens: list[Token]) -> tuple[int, list[Token]]:
    """Return the order of ∂^2 L and what is differentiated."""
    if not tokens or tokens[0].kind != "^":
        return 1, tokens
    cursor = Cursor(tokens, tokens[-1].span)
    cursor.take()
    if [token.text for token in cursor.group()] != ["2"]:
        raise Refusal("only first and second derivatives are understood", tokens[0].span)
    return 2, tokens[cursor.at :]
