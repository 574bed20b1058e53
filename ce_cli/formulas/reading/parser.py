r"""The parser: how scripts, factors, products and terms make up one side of an equation.

How far a sign reaches follows the subject's writers: a sum takes the whole product behind it,
whatever braces there are; ``\log p_c`` takes one factor; ``\frac{\partial}{\partial z}`` takes
a bracket, or the product behind it. Where writers differ (``a / b c``, ``\log a b``) the parser
asks for brackets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import Cursor
from ce_cli.formulas.reading.indices import is_subscripted, read_script, refuse_glued_number
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span


class Readers(NamedTuple):
    """The readers of factors, which a parser is given."""

    starts: Mapping[str, Callable[[Parser], Node]]
    """The reader of a factor by the kind of its first token."""
    bracketed_differential: Callable[[Parser], Node | None]
    """The reader of (dL)/(dz_i), which comes before all others."""
    arguments_behind: Callable[[Parser, Node], Node]
    """The reader of the arguments behind p_i(z)."""


class Parser(Cursor):
    """Reads one expression by precedence: terms, products, factors, scripts."""

    def __init__(self, tokens: Sequence[Token], end: Span, readers: Readers, plain: bool) -> None:
        super().__init__(tokens, end, plain=plain)
        self.readers = readers
        self.starts = readers.starts
        self.is_operand = False
        """Whether a factor behind / or ^ is being read."""
        self.first_end = 0
        """The position behind the first factor of the product that was read last."""

    def whole(self) -> Node:
        """Return the expression that all tokens make up."""
        node = self.expression()
        if self.kind:
            raise self.unexpected()
        return node

    def inner(self, tokens: Sequence[Token], span: Span) -> Node:
        """Return the expression inside a group."""
        if not tokens:
            raise Refusal("an empty group", span)
        self.enter(span)
        parser = Parser(tokens, (tokens[-1].span[1],) * 2, self.readers, self.plain)
        parser.depth = self.depth
        node = parser.whole()
        self.leave()
        return node

    def expression(self) -> Node:
        """Read terms with + and - between them."""
        terms = [self.term()]
        while self.kind in {"+", "-"}:
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else t.Add(t.span_around(terms), tuple(terms))

    def term(self) -> Node:
        """Read a product with its signs."""
        start = self.next.span[0]
        negative = False
        while self.kind in {"+", "-"}:
            negative ^= self.take().kind == "-"
        if self.kind == "dots" and self.position and not negative:
            return t.Dots(self.take().span)
        node = self.product()
        return t.Negative((start, node.span[1]), node) if negative else node

    def product(self) -> Node:
        """Read factors, with or without signs between them."""
        factors = [self.apply_operator(self.factor())]
        first_end = self.position
        while True:
            if self.kind == "*":
                self.take()
                factors.append(self.apply_operator(self.signed_factor()))
            elif self.kind == "⊙":
                self.take()
                right = self.apply_operator(self.signed_factor())
                left = t.product_of(factors)
                factors = [t.Hadamard(t.span_around([left, right]), left, right)]
            elif self.kind == "/":
                self.take()
                left = t.product_of(factors)
                bottom = self._denominator(left)
                factors = [quotient(left, bottom, t.span_around([left, bottom]))]
            elif self.kind in self.starts:
                factors.append(self.apply_operator(self.factor()))
            else:
                self.first_end = first_end
                return t.product_of(factors)

    def signed_factor(self) -> Node:
        """Read a factor that may have a sign: x · −y."""
        if self.kind not in {"+", "-"}:
            return self.factor()
        sign = self.take()
        node = self.apply_operator(self.factor())
        return t.Negative((sign.span[0], node.span[1]), node) if sign.kind == "-" else node

    def operand(self) -> Node:
        """Read a factor behind / or ^; a sum there must end with its first factor."""
        was_operand, self.is_operand = self.is_operand, True
        node = self.signed_factor()
        self.is_operand = was_operand
        return node

    def _denominator(self, top: Node) -> Node:
        bottom = self.operand()
        if isinstance(bottom, t.DerivativeOperator):
            raise Refusal("a derivative of nothing", bottom.span)
        is_new_factor = self.kind == "∂" or self.next.text == "d"
        is_adjacent = self.next.span[0] == bottom.span[1]  # 1/2p, not 1/2 p
        is_glued = is_adjacent and self.kind in {"letter", "accent", "bold"}
        is_number = isinstance(bottom, t.Number) and isinstance(top, t.Number) and not is_glued
        is_complete = is_number or is_new_factor
        if self.kind in self.starts and not is_complete:
            raise Refusal("what is in the denominator?", self.next.span, "put it in brackets")
        return bottom

    def apply_operator(self, node: Node) -> Node:
        """Return a factor, or ``∂/∂z`` applied to the bracket or the product behind it."""
        if not isinstance(node, t.DerivativeOperator):
            return node
        if self.kind not in self.starts:
            raise Refusal("a derivative of nothing", node.span)
        has_bracket = self.kind in {"(", "["}
        operand = self.apply_operator(self.factor()) if has_bracket else self.product()
        return t.Derivative(t.span_around([node, operand]), operand, node.variables)

    def factor(self) -> Node:
        """Read one factor with its scripts and primes."""
        if self.kind not in self.starts:
            raise self.unexpected()
        self.enter(self.next.span)
        node = self.scripts(self.readers.bracketed_differential(self) or self.primary())
        self.leave()
        return node

    def primary(self) -> Node:
        """Read one factor without its scripts."""
        if self.kind not in self.starts:
            raise self.unexpected()
        return self.starts[self.kind](self)

    def scripts(self, node: Node) -> Node:
        """Read indices, exponents and primes behind a factor."""
        while self.kind in {"_", "^", "'"} or is_subscripted(self, node):
            token = self.take()
            if isinstance(node, t.DerivativeOperator):
                raise Refusal(f"'{token.kind}' is not understood here", token.span)
            if token.kind == "'":
                node = t.Prime(self.span_from(node), node)
            elif token.kind in {"_", "["}:
                node = self.subscript_behind(node, token)
            else:
                node = self._superscript_behind(node, token)
        refuse_glued_number(self, node)
        called = self.readers.arguments_behind(self, node)
        return node if called is node else self.scripts(called)

    def subscript_behind(self, node: Node, token: Token) -> Node:
        """Read a subscript behind a node."""
        if token.kind == "[":
            self.position -= 1
        indices, label = read_script(self, count=0)
        span = self.span_from(node)
        if isinstance(node, t.Name) and not node.indices:
            return replace(node, span=span, letter=node.letter + label, indices=indices)
        if isinstance(node, t.Power) and isinstance(node.base, t.Name) and not (
            label or node.base.indices or node.base.letter == "δ"
        ):  # fmt: skip
            return replace(node, span=span, base=replace(node.base, indices=indices))
        if label or isinstance(node, t.Name | t.Number | t.Prime | t.Power):
            raise Refusal("this subscript is not understood", token.span,
                          "write an exponent with an index in braces: e^{z_i}")  # fmt: skip
        return t.Entry(span, node, indices)

    def _superscript_behind(self, node: Node, token: Token) -> Node:
        """Read an exponent, a transpose, a layer or primes in a superscript."""
        if self.kind != "{" and self.plain:
            return self._plain_exponent(node)
        if self.kind == "number" and len(self.next.text) > 1:
            raise Refusal("where does the exponent end?", self.next.span, "put it in braces")
        inside = self.group()
        span = self.span_from(node)
        if {part.kind for part in inside} <= {"'"}:
            for _ in inside:
                node = t.Prime(span, node)
            return node
        if _is_transposing(inside, node):
            return t.Transpose(span, node)
        layer = _layer(inside)
        if layer and isinstance(node, t.Name) and not node.layer:
            return replace(node, span=span, layer=layer)
        return t.Power(span, node, self.inner(inside, token.span))

    def _plain_exponent(self, node: Node) -> Node:
        """Read an exponent of plain text, which needs no braces: e^-x, x^2."""
        if _is_transposing([self.next], node):
            self.take()
            return t.Transpose(self.span_from(node), node)
        exponent = self.operand()
        return t.Power((node.span[0], exponent.span[1]), node, exponent)


def quotient(top: Node, bottom: Node, span: Span) -> Node:
    """Return a division; δL over δz is none."""
    if _difference_sign(top) and _difference_sign(top) == _difference_sign(bottom):
        raise Refusal("is this a derivative?", span, "write it with d or ∂")
    return t.Division(span, top, bottom)


def _difference_sign(node: Node) -> str:
    """Return the δ or Δ with which a product starts, "" if it starts with neither."""
    first = node.factors[0] if isinstance(node, t.Product) else None
    return first.letter if isinstance(first, t.Name) and first.letter in {"δ", "Δ"} else ""


def _is_transposing(exponent: Sequence[Token], node: Node) -> bool:
    """Say whether an exponent is a transpose: T or ⊤."""
    kinds, texts = [token.kind for token in exponent], [token.text for token in exponent]
    return kinds == ["⊤"] or (texts == ["T"] and not isinstance(node, t.Number))


def _layer(tokens: Sequence[Token]) -> str:
    """Return the layer that a superscript names: L, l+1, (l), [2]; "" if it is a power."""
    text = "".join(token.text for token in tokens).replace("ℓ", "l")
    inside = text[1:-1] if text[:1] + text[-1:] in {"()", "[]"} else text
    base = inside.replace("+1", "").replace("-1", "")
    is_layer = base in {"l", "L"} if inside == text else base.isalnum() and len(base) <= 2
    return inside if is_layer else ""
