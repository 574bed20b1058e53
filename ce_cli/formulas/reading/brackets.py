"""Brackets and environments: groups, lists, vectors, cases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import closing, span_of, split
from ce_cli.formulas.reading.indices import conditions_in, is_condition
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import (
    Add,
    Array,
    Cases,
    Condition,
    Name,
    Negative,
    Node,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Span


from ce_cli.formulas.reading.grammar import Grammar, Operator, indicators

MATRICES = frozenset({"bmatrix", "pmatrix", "matrix", "array", "Bmatrix", "smallmatrix"})
CASES = frozenset({"cases", "dcases", "aligned", "array", "matrix", "split", "gathered"})


def _is_bracketed(tokens: Sequence[Token]) -> bool:
    """Say whether brackets stand around all of some tokens."""
    return tokens[0].kind in {"(", "[", "begin"} and closing(tokens, 0) == len(tokens) - 1


class BracketParser(Grammar):
    """Reads what stands in brackets or in an environment."""

    def bracket(self) -> Node:
        """Read what stands in ( ) or [ ]: an expression, a condition, or a list of entries."""
        start = self.at
        opening = self.next
        end = closing(self.tokens, start)
        inside = self.tokens[start + 1 : end]
        self.at = end + 1
        span = (opening.span[0], self.tokens[end].span[1])
        if opening.kind == "[" and is_condition(inside):
            return indicators(conditions_in(inside), span)
        if len(list(split(inside, {","}))) > 1:
            return self.listed(inside, span)
        return replace(self.inner(inside, opening.span), span=span)

    def listed(self, inside: Sequence[Token], span: Span) -> Node:
        """Read entries with commas between them."""
        cells = list(split(inside, {","}))
        return Array(span, (tuple(self._cell(cell, span) for cell in cells),))

    def _cell(self, tokens: Sequence[Token], span: Span) -> Node | None:
        if [token.kind for token in tokens] == ["dots"]:
            return None
        return self.inner(tokens, span_of(tokens, span))

    def group_in_braces(self) -> Node:
        r"""Read { }, which groups and no more, or {a \over b}."""
        opening, start = self.next, self.at
        inside = self.group()
        span = (opening.span[0], self.tokens[self.at - 1].span[1])
        parts = list(split(inside, {"over"}))
        if len(parts) == 2:
            return self.fraction_of(parts[0], parts[1], span)
        node = self.inner(inside, opening.span)
        if isinstance(node, Add | Negative) and not (self.plain or _is_bracketed(inside)):
            self._check_invisible(start, node, span)
        return node if isinstance(node, Name | Operator) else replace(node, span=span)

    def _check_invisible(self, start: int, node: Node, span: Span) -> None:
        """Refuse terms in braces beside a factor: TeX shows 2{a + b} as 2a + b."""
        before = self.tokens[start - 1].kind if start else "+"
        alone = before == "+" and self.kind in {"", "+", "-"}
        operand = isinstance(node, Negative) and before in {"*", "/", "⊙"}
        if not alone and not operand:
            raise Refusal("these braces do not show", span, "put what they hold in brackets")

    def curly(self) -> Node:
        r"""Read \{ \}: cases if an environment follows, else a bracket."""
        opening = self.next
        if self.ahead().kind == "begin" and self.ahead().text in CASES:
            self.take()
            node = self._cases(opening.span)
            if self.kind == "\\}":
                self.take()
            return node
        return self.bracket()

    def environment(self) -> Node:
        """Read a matrix or a definition by cases."""
        token = self.next
        if token.text in {"cases", "dcases"}:
            return self._cases(token.span)
        if token.text not in MATRICES:
            raise Refusal(f"the environment {token.text} is not understood here", token.span)
        rows, span = self._environment()
        return Array(
            span, tuple(tuple(self._cell(cell, span) for cell in split(row, {"&"})) for row in rows)
        )

    def _environment(self) -> tuple[list[list[Token]], Span]:
        """Take an environment and return its rows."""
        start = self.at
        opening = self.take()
        end = closing(self.tokens, start)
        if opening.text == "array" and self.kind == "{":
            self.group()
        inside = self.tokens[self.at : end]
        self.at = end + 1
        breaks = {"\\\\"} if any(part.kind == "\\\\" for part in inside) else {"eaten"}
        rows = [[part for part in row if part.kind != "eaten"] for row in split(inside, breaks)]
        span = (opening.span[0], self.tokens[end].span[1])
        return [row for row in rows if any(part.kind != "&" for part in row)], span

    def _cases(self, start: Span) -> Node:
        rows, span = self._environment()
        return Cases((start[0], span[1]), tuple(self._case(row, span) for row in rows))

    def _case(self, row: list[Token], span: Span) -> tuple[Node, tuple[Condition, ...]]:
        """Read one row: a value, then the condition behind commas, &, spaces or words."""
        parts = [part for part in split(row, {"&", ",", "quad", "text", "."}) if part]
        if not parts:
            raise Refusal("an empty case", span)
        conditions = [each for part in parts[1:] for each in conditions_in(part)]
        return self.inner(parts[0], span), tuple(conditions)
