"""Functions that are letters: σ'(x), f(x), H(y, p), P(y = k | x)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.arguments import argument_text
from ce_cli.formulas.reading.brackets import list_of
from ce_cli.formulas.reading.cursor import closing, span_of, split
from ce_cli.formulas.reading.indices import conditions_in, is_condition
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span

_FUNCTION_LETTERS = frozenset("fghσ")


def read_arguments(parser: Parser, separators: Collection[str] = ",") -> tuple[Node, ...]:
    """Read the arguments of a function in brackets."""
    span = parser.next.span
    if parser.kind not in {"(", "[", "{"}:
        raise parser.unexpected("a function of what? '(' expected")
    inside = parser.group(parser.kind)
    if any(token.kind == "dots" for token in inside):
        return (list_of(parser, inside, span),)
    return tuple(parser.inner(part, span) for part in split(inside, separators))


def call_of_letter(parser: Parser, token: Token) -> Node | None:
    """Read f(x), σ'(x) or σ^2(x); None if the letter is called in none of these ways."""
    if token.text not in _FUNCTION_LETTERS:
        return None
    if _is_called(parser) and not _holds_bare(parser, token.text):
        return _primed_call(parser, token)
    return _power_of_call(parser, token)


def _is_called(parser: Parser) -> bool:
    count = 0
    while parser.ahead(count).kind in {"'", "^", "{", "}"}:
        count += 1
    is_primed = any(parser.ahead(before).kind == "'" for before in range(count))
    return parser.kind == "(" or (is_primed and parser.ahead(count).kind == "(")


def _holds_bare(parser: Parser, letter: str) -> bool:
    """Say whether a bracket holds a letter that is not called there: σ(1 - σ) is a product."""
    if parser.kind != "(":
        return False
    inside = parser.tokens[parser.position : closing(parser.tokens, parser.position) + 1]
    return any(
        token.text == letter and after.kind not in {"(", "'"} for token, after in pairwise(inside)
    )


def _primed_call(parser: Parser, token: Token) -> Node:
    primes = 0
    while parser.kind != "(":
        primes += parser.take().kind == "'"
    arguments = read_arguments(parser)
    node: Node = t.Call(parser.span_from(token), token.text, arguments)
    if primes and not (len(arguments) == 1 and isinstance(arguments[0], t.Name)):
        raise Refusal("the derivative of a function at a point that is no variable", node.span)
    for _ in range(primes):
        node = t.Derivative(node.span, node, arguments)
    return node


def _power_of_call(parser: Parser, token: Token) -> Node | None:
    r"""Read \sigma^2(z) as the square of \sigma(z)."""
    start = parser.position
    if parser.kind != "^":
        return None
    parser.take()
    exponent = parser.group()
    if exponent[:1] and exponent[-1].kind == "-" and parser.kind == "number":
        exponent.append(parser.take())  # plain text needs no braces
    if parser.kind != "(" or _holds_bare(parser, token.text) or not _is_whole(exponent):
        parser.position = start
        return None
    if exponent[0].kind == "-":
        raise Refusal("an inverse function, or a power of it?", span_of(exponent, token.span),
                      "for a power, put the function in brackets")  # fmt: skip
    call = _primed_call(parser, token)
    return t.Power(call.span, call, parser.inner(exponent, token.span))


def _is_whole(exponent: Sequence[Token]) -> bool:
    """Say whether an exponent is a whole number: 2 or -1."""
    return [token.kind for token in exponent] in (["number"], ["-", "number"])


def read_entropy(parser: Parser, token: Token) -> Node | None:
    """Read H(y, p), the cross-entropy, and H(p), the entropy; None if it is a product."""
    start = parser.position
    arguments = _arguments_if(parser, lambda node: isinstance(node, t.Name) and not node.indices)
    if arguments is None:
        parser.position = start
        return None
    if len(arguments) > 2:
        raise Refusal("an entropy of more than two arguments", parser.span_from(token))
    return t.Call(parser.span_from(token), "H", arguments)


def _arguments_if(parser: Parser, fits: Callable[[Node], bool]) -> tuple[Node, ...] | None:
    """Read arguments that all fit; otherwise take nothing and return None."""
    position, depth = parser.position, parser.depth
    try:
        arguments = read_arguments(parser)
    except Refusal:
        arguments = ()
    if arguments and all(map(fits, arguments)):
        return arguments
    parser.position, parser.depth = position, depth
    return None


def read_chance(parser: Parser, token: Token) -> Node | None:
    """Read P(y = k | x); a small p in front of another bracket is a factor."""
    start, end = parser.position, closing(parser.tokens, parser.position)
    event, *observations = split(parser.tokens[start + 1 : end], {"|"})
    if token.text == "p" and not observations and not is_condition(event):
        return None
    parser.position = end + 1
    span = parser.span_from(token)
    if len(observations) > 1 or not event:
        raise Refusal("the probability of what?", span)
    observation = tuple(_observed(parser, part, span) for side in observations
                        for part in split(side, {","}))  # fmt: skip
    if is_condition(event) and len(conditions_in(event)) == 1:
        return t.Chance(span, conditions_in(event)[0], observation)
    name = parser.inner(event, span)
    if not isinstance(name, t.Name):
        raise Refusal("the probability of what?", name.span)
    return t.Chance(span, name, observation)


def _observed(parser: Parser, tokens: Sequence[Token], span: Span) -> str:
    """Return a letter behind the bar, which may be set equal to another: x, W or X = x."""
    for part in split(tokens, {"="}):
        node = parser.inner(part, span)
        if not isinstance(node, t.Name) or any(token.kind == "label" for token in part):
            raise Refusal("this observation is not understood", node.span,
                          "write letters behind the bar: P(y = k | x)")  # fmt: skip
    return argument_text(tokens)
