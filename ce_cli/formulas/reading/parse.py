r"""From tokens to the syntax tree of one side of an equation.

The scope rules are those of the subject's writers: a sum takes the whole product behind it,
whatever braces there are; ``\log p_c`` takes one factor; ``\frac{\partial}{\partial z}`` takes
a bracket, or the product behind it. Where writers differ (``a / b c``, ``\log a b``) the parser
asks for brackets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.indices import Range, read_script, sum_index
from ce_cli.formulas.reading.letters import accented
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import (
    Add,
    Call,
    Derivative,
    Dots,
    Entry,
    Hadamard,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Prime,
    Product,
    Sum,
    Transpose,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Span


from ce_cli.formulas.reading.brackets import BracketParser
from ce_cli.formulas.reading.derivatives import DerivativeParser, quotient
from ce_cli.formulas.reading.functions import FunctionParser
from ce_cli.formulas.reading.grammar import Operator, around, joined


def parse(tokens: Sequence[Token], end: Span, *, plain: bool = False) -> Node:
    """Return the tree of an expression; all tokens must belong to it.

    Raises
    ------
    Refusal
        At the first token that is not understood.
    """
    return Parser(tokens, end, plain=plain).whole()


class Parser(FunctionParser, DerivativeParser, BracketParser):
    """Reads one expression by precedence: terms, products, factors, scripts."""

    @property
    def starts(self) -> Collection[str]:  # type: ignore[override]
        """The kinds of tokens with which a factor starts."""
        return _STARTS

    def primary(self) -> Node:
        """Read one factor without its scripts."""
        if self.kind not in _STARTS:
            raise self.unexpected()
        return _STARTS[self.kind](self)

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
        parser = Parser(tokens, (tokens[-1].span[1],) * 2, plain=self.plain)
        parser.depth = self.depth
        node = parser.whole()
        self.leave()
        return node

    def expression(self) -> Node:
        """Read terms with + and - between them."""
        terms = [self.term()]
        while self.kind in {"+", "-"}:
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else Add(around(terms), tuple(terms))

    def term(self) -> Node:
        """Read a product with its signs."""
        start = self.next.span
        negative = False
        while self.kind in {"+", "-"}:
            negative ^= self.take().kind == "-"
        if self.kind == "dots" and self.at and not negative:
            return Dots(self.take().span)
        node = self.product()
        return Negative((start[0], node.span[1]), node) if negative else node

    def product(self) -> Node:
        """Read factors, with or without signs between them."""
        factors = [self.applied(self.factor())]
        while True:
            if self.kind == "*":
                self.take()
                factors.append(self.applied(self.signed_factor()))
            elif self.kind == "⊙":
                self.take()
                right = self.applied(self.signed_factor())
                left = joined(factors)
                factors = [Hadamard(around([left, right]), left, right)]
            elif self.kind == "/":
                self.take()
                left = joined(factors)
                bottom = self._denominator(left)
                factors = [quotient(left, bottom, around([left, bottom]))]
            elif self.kind in _STARTS:
                factors.append(self.applied(self.factor()))
            else:
                return joined(factors)

    def signed_factor(self) -> Node:
        """Read a factor that may have a sign: x · −y."""
        if self.kind not in {"+", "-"}:
            return self.factor()
        sign = self.take()
        node = self.applied(self.factor())
        return Negative((sign.span[0], node.span[1]), node) if sign.kind == "-" else node

    def _denominator(self, top: Node) -> Node:
        bottom = self.signed_factor()
        if isinstance(bottom, Operator):
            raise Refusal("a derivative of nothing", bottom.span)
        is_new_factor = self.kind == "∂" or self.next.text == "d"
        adjacent = self.next.span[0] == bottom.span[1]  # 1/2p, not 1/2 p
        glued = adjacent and self.kind in {"letter", "accent", "bold"}
        is_number = isinstance(bottom, Number) and isinstance(top, Number) and not glued
        closed = is_number or is_new_factor or isinstance(bottom, Sum)
        if self.kind in _STARTS and not closed:
            raise Refusal("what is in the denominator?", self.next.span, "put it in brackets")
        return bottom

    def applied(self, node: Node) -> Node:
        """Apply ``∂/∂z`` to the bracket or the product behind it."""
        if not isinstance(node, Operator):
            return node
        if self.kind not in _STARTS:
            raise Refusal("a derivative of nothing", node.span)
        of = self.applied(self.factor()) if self.kind in {"(", "["} else self.product()
        return Derivative(around([node, of]), of, node.by)

    def factor(self) -> Node:
        """Read one factor with its scripts and primes."""
        if self.kind not in _STARTS:
            raise self.unexpected()
        self.enter(self.next.span)
        node = self.scripts(self.bracketed_differential() or _STARTS[self.kind](self))
        self.leave()
        return node

    def scripts(self, node: Node) -> Node:
        """Read indices, exponents and primes behind a factor."""
        while self.kind in {"_", "^", "'"} or self.is_subscripted(node):
            token = self.take()
            if isinstance(node, Operator):
                raise Refusal(f"'{token.kind}' is not understood here", token.span)
            if token.kind == "'":
                node = self._primed(node, token.span)
            elif token.kind in {"_", "["}:
                node = self.indexed(node, token)
            else:
                node = self._raised(node, token)
        self.refuse_glued_number(node)
        bare = self.without_arguments(node)
        return node if bare is node else self.scripts(bare)

    def _primed(self, node: Node, span: Span) -> Node:
        return Prime((node.span[0], span[1]), node)

    def indexed(self, node: Node, token: Token) -> Node:
        """Read a subscript behind a node."""
        if token.kind == "[":
            self.at -= 1
        indices, label = read_script(self, wants=0)
        span = (node.span[0], self.tokens[self.at - 1].span[1])
        if isinstance(node, Name) and not node.indices:
            return replace(node, span=span, letter=node.letter + label, indices=indices)
        if isinstance(node, Power) and isinstance(node.base, Name) and not (
            label or node.base.indices or node.base.letter == "δ"
        ):  # fmt: skip
            return replace(node, span=span, base=replace(node.base, indices=indices))
        if label or isinstance(node, Name | Number | Prime | Power):
            raise Refusal("this subscript is not understood", token.span,
                          "write an exponent with an index in braces: e^{z_i}")  # fmt: skip
        return Entry(span, node, indices)

    def _raised(self, node: Node, token: Token) -> Node:
        if self.kind != "{" and self.plain:
            return self._raised_plainly(node)
        if self.kind == "number" and len(self.next.text) > 1:
            raise Refusal("where does the exponent end?", self.next.span, "put it in braces")
        inside = self.group()
        span = (node.span[0], self.tokens[self.at - 1].span[1])
        if {part.kind for part in inside} <= {"'"}:
            for _ in inside:
                node = self._primed(node, span)
            return node
        if _is_transposing(inside, node):
            return Transpose(span, node)
        layer = _layer(inside)
        if layer and isinstance(node, Name) and not node.layer:
            return replace(node, span=span, layer=layer)
        return Power(span, node, self.inner(inside, token.span))

    def _raised_plainly(self, node: Node) -> Node:
        """Read an exponent of plain text, which needs no braces: e^-x, x^2."""
        if _is_transposing([self.next], node):
            return Transpose((node.span[0], self.take().span[1]), node)
        exponent = self.signed_factor()
        return Power((node.span[0], exponent.span[1]), node, exponent)

    def sum(self, token: Token | None = None) -> Node:
        """Read a sum: its bounds, its condition, and the product it runs over."""
        token = token or self.take()
        below, upper = Range(()), None
        for _ in range(2):
            if self.kind == "_":
                self.take()
                below = sum_index(self.group(), token.span)
            elif self.kind == "^":
                self.take()
                inside = self.group()
                upper = self.inner(inside, token.span) if inside else None
        if upper is not None and below.upper is not None:
            raise Refusal("a sum with two ends", upper.span)
        body = self._applied_product()
        span, last = (token.span[0], body.span[1]), upper or below.upper
        *others, inner = below.indices or (None,)
        total = Sum(span, inner, below.lower, last, below.conditions, body)
        for index in reversed(others):
            total = Sum(span, index, below.lower, last, (), total)
        return total

    def _applied_product(self) -> Node:
        start = self.next.span
        negative = self.kind == "-"
        if negative:
            self.take()
        body = self.product()
        return Negative((start[0], body.span[1]), body) if negative else body

    def accent(self) -> Node:
        r"""Read \hat{y}, also with the index under the hat: \hat{y_c}."""
        token = self.take()
        span = (token.span[0], self.next.span[1])
        node = self.inner(self.group(), token.span)
        if not isinstance(node, Name):
            raise Refusal("an accent over more than a letter", span)
        return replace(node, letter=accented(node.letter, token.text))

    def bold(self) -> Node:
        r"""Read \mathbf{z}, which is a vector, or the vector of ones."""
        token = self.take()
        inside = self.group()
        if [part.text for part in inside] == ["1"]:
            span = (token.span[0], inside[0].span[1])
            indicator = self._indicator(span)
            if indicator is None and self.kind == "_":
                raise Refusal("an entry of the vector of ones?", self.next.span,
                              "write δ_{ij} or 1\\{i = j\\}")  # fmt: skip
            return indicator or Name(span, "𝟏", bold=True)
        node = self.inner(inside, token.span)
        if isinstance(node, Name):
            return replace(node, bold=True)
        if isinstance(node, Call | Product | Transpose):
            return node
        raise Refusal("bold type on more than a letter", token.span)


def _is_transposing(exponent: Sequence[Token], node: Node) -> bool:
    """Say whether an exponent is a transpose: T or ⊤."""
    kinds, texts = [token.kind for token in exponent], [token.text for token in exponent]
    return kinds == ["⊤"] or (texts == ["T"] and not isinstance(node, Number))


def _layer(tokens: Sequence[Token]) -> str:
    """Return the layer a superscript names: L, l+1, (l), [2]; "" if it is a power."""
    text = "".join(token.text for token in tokens).replace("ℓ", "l")
    inside = text[1:-1] if text[:1] + text[-1:] in {"()", "[]"} else text
    base = inside.replace("+1", "").replace("-1", "")
    is_layer = base in {"l", "L"} if inside == text else base.isalnum() and len(base) <= 2
    return inside if is_layer else ""


_STARTS: dict[str, Callable[[Parser], Node]] = {
    "number": Parser.number, "letter": Parser.letter, "label": Parser.label,
    "word": Parser.word, "(": Parser.bracket, "[": Parser.bracket,
    "{": Parser.group_in_braces, "\\{": Parser.curly, "frac": Parser.fraction,
    "∂": Parser.partial, "∇": Parser.nabla, "sum": Parser.sum, "accent": Parser.accent,
    "bold": Parser.bold, "font": Parser.font, "one": Parser.one, "begin": Parser.environment,
}  # fmt: skip
