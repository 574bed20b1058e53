"""Brackets and environments: groups, lists, vectors, matrices, cases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import (
    closing,
    is_bracketed,
    outside_brackets,
    span_of,
    split,
    strip_brackets,
)
from ce_cli.formulas.reading.derivatives import fraction_of
from ce_cli.formulas.reading.indices import are_opposite, conditions_in, is_condition
from ce_cli.formulas.reading.remarks import refuse_strange_words
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vocabulary import is_otherwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Condition, Node, Span

_MATRICES = frozenset({"bmatrix", "pmatrix", "matrix", "array", "Bmatrix", "smallmatrix"})
_CASES = frozenset({"cases", "dcases", "aligned", "array", "matrix", "split", "gathered"})
"""Environments that may hold cases behind a brace."""


def read_bracket(parser: Parser) -> Node:
    """Read the inside of ( ) or [ ]: an expression, a condition, or a list of entries."""
    opening = parser.next
    inside = parser.group(opening.kind)
    span = parser.span_from(opening)
    if opening.kind == "[" and is_condition(inside):
        return t.indicator_of(conditions_in(inside), span)
    if len(list(split(inside, {","}))) > 1:
        return list_of(parser, inside, span)
    return replace(parser.inner(inside, opening.span), span=span)


def list_of(parser: Parser, tokens: Sequence[Token], span: Span) -> Node:
    """Return the vector of entries with commas between them."""
    entries = tuple(_entry(parser, entry, span) for entry in split(tokens, {","}))
    return t.MatrixLiteral(span, (entries,))


def _entry(parser: Parser, tokens: Sequence[Token], span: Span) -> Node | None:
    if [token.kind for token in tokens] == ["dots"]:
        return None
    return parser.inner(tokens, span_of(tokens, span))


def read_braces(parser: Parser) -> Node:
    r"""Read { }, which groups and no more, or {a \over b}."""
    opening, start = parser.next, parser.position
    inside = parser.group()
    span = parser.span_from(opening)
    parts = list(split(inside, {"over"}))
    if len(parts) == 2:
        return fraction_of(parser, parts[0], parts[1], span)
    node = parser.inner(inside, opening.span)
    is_visible = parser.plain or is_bracketed(inside, {"(", "[", "begin"})
    if isinstance(node, t.Add | t.Negative) and not is_visible:
        _check_invisible(parser, start, node, span)
    return node if isinstance(node, t.Name | t.DerivativeOperator) else replace(node, span=span)


def _check_invisible(parser: Parser, start: int, node: Node, span: Span) -> None:
    """Refuse terms in braces beside a factor: TeX shows 2{a + b} as 2a + b."""
    previous = parser.tokens[start - 1].kind if start else "+"
    is_alone = previous == "+" and parser.kind in {"", "+", "-"}
    is_operand = isinstance(node, t.Negative) and previous in {"*", "/", "⊙"}
    if not is_alone and not is_operand:
        raise Refusal("these braces do not show", span, "put their content in brackets")


def read_curly(parser: Parser) -> Node:
    r"""Read \{ \}: cases if an environment follows, else a bracket."""
    opening = parser.next
    if parser.ahead().kind == "begin" and parser.ahead().text in _CASES:
        parser.take()
        node = _cases(parser, opening.span)
        if parser.kind == "\\}":
            parser.take()
        return node
    return read_bracket(parser)


def read_environment(parser: Parser) -> Node:
    """Read a matrix or a definition by cases."""
    token = parser.next
    if token.text in {"cases", "dcases"}:
        return _cases(parser, token.span)
    if token.text not in _MATRICES:
        raise Refusal(f"the environment {token.text} is not understood here", token.span)
    rows, span = _environment_rows(parser)
    return t.MatrixLiteral(
        span, tuple(tuple(_entry(parser, cell, span) for cell in split(row, {"&"})) for row in rows)
    )


def _environment_rows(parser: Parser) -> tuple[list[list[Token]], Span]:
    """Take an environment; return its rows and its span."""
    opening = parser.next
    inside = parser.group(opening.kind)
    if opening.text == "array" and inside and inside[0].kind == "{":
        inside = inside[closing(inside, 0) + 1 :]
    breaks = {"\\\\"} if any(token.kind == "\\\\" for token in inside) else {"half break"}
    rows = [[part for part in row if part.kind != "half break"] for row in split(inside, breaks)]
    filled = [row for row in rows if any(part.kind != "&" for part in row)]
    return filled, parser.span_from(opening)


def _cases(parser: Parser, start: Span) -> Node:
    rows, span = _environment_rows(parser)
    cases = tuple(_case(parser, row, span) for row in rows)
    others = [_other_words(row) for row in rows]
    for row, words, (_, conditions) in zip(rows[:-1], others, cases, strict=False):
        if words or not conditions:
            raise Refusal("only the last case may be for all others", span_of(row, span))
    if others and others[-1] and cases[-1][1] and not _are_all_others(cases):
        raise Refusal("all other cases, or those of the condition?", others[-1][0].span)
    return t.Cases((start[0], span[1]), cases)


def _other_words(row: Sequence[Token]) -> list[Token]:
    """Return the words of a row that stand for all remaining cases."""
    return [token for token in outside_brackets(row)
            if token.kind == "text" and is_otherwise(token.text)]  # fmt: skip


def _are_all_others(cases: Sequence[tuple[Node, tuple[Condition, ...]]]) -> bool:
    """Say whether the last of two cases has the condition that the first has not: i ≠ j, i = j."""
    stated = [conditions for _, conditions in cases]
    return [len(conditions) for conditions in stated] == [1, 1] and are_opposite(*sum(stated, ()))


def _case(parser: Parser, row: list[Token], span: Span) -> tuple[Node, tuple[Condition, ...]]:
    """Read one row: a value, then the condition behind commas, &, spaces or words."""
    parts = [part for part in split(row, {"&", ",", "quad", "text", "."}) if part]
    if not parts:
        raise Refusal("an empty case", span)
    words = [token for token in outside_brackets(row) if token.kind == "text"]
    others = _other_words(row)
    refuse_strange_words([word for word in words if word not in others])
    if others and others[0].span < parts[0][0].span:
        raise Refusal("otherwise than when?", others[0].span, "write it behind the value")
    conditions = [
        condition for part in parts[1:] for condition in conditions_in(strip_brackets(part, {"("}))
    ]
    if not conditions and not others:
        raise Refusal("a case without a condition", span_of(row, span), "end with: otherwise")
    return parser.inner(parts[0], span), tuple(conditions)
