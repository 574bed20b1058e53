"""Sums: their sign, the range of their indices, and the product they sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import span_of, split
from ce_cli.formulas.reading.indices import conditions_in, read_index, with_primes
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Condition, Node, Span


class WrittenRange(NamedTuple):
    """The indices below a sum sign, with their first and last value and their conditions."""

    indices: tuple[t.Name, ...] = ()
    lower: Node | None = None
    upper: Node | None = None
    conditions: tuple[Condition, ...] = ()


def read_sum(parser: Parser) -> Node:
    """Read a sum: its bounds, its conditions, and the product behind it."""
    return sum_behind(parser, parser.take())


def sum_behind(parser: Parser, sign: Token) -> Node:
    """Read the rest of a sum behind its sign."""
    written = range_behind(parser, sign)
    has_bracket = parser.kind == "("
    is_call = has_bracket and parser.plain and not written.indices  # sum(p), as in code
    body = parser.primary() if is_call else _summand(parser)
    span = (sign.span[0], body.span[1])
    if is_call or parser.position == parser.first_end:
        return sum_over_range(written, body, span)
    rest = parser.tokens[parser.first_end].span[0]
    if parser.is_operand or (has_bracket and not written.indices):
        raise Refusal("does the sum end before this?", (rest, span[1]),
                      "put the whole sum, or all that is summed, in brackets")  # fmt: skip
    return sum_over_range(written, body, span, t.Reach(rest, has_bracket))


def range_behind(parser: Parser, sign: Token) -> WrittenRange:
    """Read the bounds below and above a sign."""
    written, upper = WrittenRange(), None
    scripts: set[str] = set()
    while parser.kind in {"_", "^"} - scripts:
        scripts.add(parser.kind)
        if parser.take().kind == "_":
            written = range_below(parser.group(), sign.span)
        else:
            inside = parser.group()
            upper = parser.inner(inside, sign.span) if inside else None
    if upper is not None and written.upper is not None:
        raise Refusal("a sum with two ends", upper.span)
    return written._replace(upper=upper or written.upper)


def sum_over_range(
    written: WrittenRange, body: Node, span: Span, reach: t.Reach | None = None
) -> Node:
    """Return the sum of a body over all its indices; the conditions are those of the last one."""
    *outer, index = written.indices or (None,)
    total = t.Sum(span, index, written.lower, written.upper, written.conditions, body, reach)
    for index in reversed(outer):
        total = t.Sum(span, index, written.lower, written.upper, (), total)
    return total


def _summand(parser: Parser) -> Node:
    """Read the product that a sum runs over, with its sign."""
    start = parser.next.span[0]
    negative = parser.kind == "-"
    if negative:
        parser.take()
    body = parser.product()
    return t.Negative((start, body.span[1]), body) if negative else body


def range_below(tokens: Sequence[Token], span: Span) -> WrittenRange:
    r"""Return the range below a sum sign: i, j or k = 1 or k \ne i or k \in \{1, ..., C\}.

    Raises
    ------
    Refusal
        If it is not understood.
    """
    first, *rest = list(split(with_primes(tokens), {","}))
    names = [first[:1]]
    while rest and not _is_condition_part(rest[0]):
        if first[1:] and _kinds_and_texts(first[1:]) != _kinds_and_texts(rest[0][1:]):
            raise Refusal("the range of each index?", span_of(tokens, span), "write several sums")
        first, *rest = rest
        names.append(first[:1])
    indices = tuple(index for index in map(read_index, names) if isinstance(index, t.Name))
    if len(indices) < len(names):
        raise Refusal("the index of a sum is not understood", span_of(tokens, span))
    if [token.kind for token in first[1:2]] == ["≠"]:
        first, rest = first[:1], [first, *rest]
    conditions = tuple(condition for part in rest for condition in conditions_in(part))
    return WrittenRange(indices, *_bounds(first[1:], span), conditions)


def _is_condition_part(part: Sequence[Token]) -> bool:
    """Say whether a part below a sum, behind a comma, is a condition, not one more index."""
    return len(part) > 1 and part[1].kind not in {"=", "∈"}


def _kinds_and_texts(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens]


def _bounds(tokens: Sequence[Token], span: Span) -> tuple[Node | None, Node | None]:
    """Return the first and the last value that = 1 or ∈ {1, ..., C} gives an index."""
    if not tokens:
        return None, None
    lower, upper = None, None
    if tokens[0].kind == "=":
        lower = read_index(tokens[1:])
    elif tokens[0].kind == "∈" and len(tokens) > 2 and tokens[1].kind in {"\\{", "["}:
        parts = list(split(tokens[2:-1], {","}))
        lower, upper = _ends(parts, is_interval=tokens[1].kind == "[")
    if lower is None:
        raise Refusal("the range of a sum is not understood", span_of(tokens, span))
    return lower, upper


def _ends(parts: list[list[Token]], *, is_interval: bool) -> tuple[Node | None, Node | None]:
    """Return the ends of 1, ..., C or of the interval 1, C; None for anything else."""
    has_dots = [[token.kind for token in part] for part in parts[1:-1]] == [["dots"]]
    lower, upper = read_index(parts[0]), read_index(parts[-1])
    is_range = has_dots or (is_interval and len(parts) == 2)
    if is_range and isinstance(lower, t.Number) and upper is not None:
        return lower, upper
    return None, None
