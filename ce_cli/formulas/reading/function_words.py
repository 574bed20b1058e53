"""Functions that are words: log p, softmax(z), tanh(z), max z, logsumexp(z), KL(y || p)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import span_of
from ce_cli.formulas.reading.functions import read_arguments
from ce_cli.formulas.reading.indices import read_script
from ce_cli.formulas.reading.sums import range_behind, sum_over_range
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span

_BRACKETS = frozenset({"(", "[", "{"})


def read_word(parser: Parser) -> Node:
    """Read a function that has a name: log, exp, softmax, max ..."""
    token = parser.take()
    return _READERS.get(token.text, _read_plain_call)(parser, token)


def read_divergence(parser: Parser, token: Token) -> Node:
    r"""Read KL(y \| p) and KL(y, p)."""
    arguments = read_arguments(parser, {",", "‖"})
    if len(arguments) != 2:
        raise Refusal("a divergence has two arguments", parser.span_from(token),
                      "write KL(y \\| p)")  # fmt: skip
    return t.Call(parser.span_from(token), "KL", arguments)


def _read_plain_call(parser: Parser, token: Token) -> Node:
    """Read softmax(z) or diag(p), and softmax_i(z), which is an entry."""
    indices = _indices_behind(parser, token)
    node = t.Call(parser.span_from(token), token.text, read_arguments(parser))
    node = replace(node, span=parser.span_from(token))
    return t.Entry(node.span, node, indices) if indices else node


def _indices_behind(parser: Parser, token: Token) -> tuple[Node, ...]:
    if parser.kind != "_":
        return ()
    parser.take()
    indices, label = read_script(parser, count=0)
    if label:
        raise Refusal("this subscript is not understood", token.span)
    return indices


def _read_maximum(parser: Parser, token: Token) -> Node:
    """Read max(z), max z, and max_k z_k, which means the same."""
    indices = _indices_behind(parser, token)
    has_brackets = parser.kind in {"(", "\\{"}
    arguments = read_arguments(parser) if has_brackets else (parser.factor(),)
    (argument,) = arguments if len(arguments) == 1 else (None,)
    if indices and isinstance(argument, t.Name):
        letters = [[index.letter for index in written if isinstance(index, t.Name)]
                   for written in (argument.indices, indices)]  # fmt: skip
        if letters[0] == letters[1] and len(letters[0]) == len(argument.indices) == len(indices):
            arguments, indices = (replace(argument, indices=()),), ()
    if indices or not isinstance(argument, t.Name | t.MatrixLiteral):
        raise Refusal("a maximum of what?", parser.tokens[parser.position - 1].span,
                      "write max(z) or max_k z_k")  # fmt: skip
    return t.Call(parser.span_from(token), "max", arguments)


def _read_log_or_exp(parser: Parser, token: Token) -> Node:
    power = None
    if parser.kind == "^":
        parser.take()
        power = parser.inner(parser.group(), token.span)
    if parser.kind == "_" and parser.ahead().text == "softmax":
        parser.take()
    if parser.kind == "_":
        raise Refusal("logarithms are natural here", parser.next.span)
    has_brackets, is_open = parser.kind in _BRACKETS, _is_open(parser)
    argument = _read_argument(parser, token)
    if parser.kind in {"^", "'", "_"} and has_brackets and token.text == "log":
        raise Refusal("a power of the logarithm or of its argument?", parser.next.span,
                      "put one of them in brackets")  # fmt: skip
    span = (token.span[0], argument.span[1])
    node: Node = t.Call(span, token.text, (argument,), is_open=is_open)
    return node if power is None else t.Power(span, node, power)


def _is_open(parser: Parser) -> bool:
    """Say whether no bracket shows where an argument ends; the braces of TeX do not show."""
    return parser.kind not in {"(", "["} and not (parser.plain and parser.kind == "{")


def _read_argument(parser: Parser, token: Token) -> Node:
    """Read an argument in brackets, or one factor without them."""
    if parser.kind in _BRACKETS:
        return parser.apply_operator(parser.primary())
    may_have_sign = token.text in {"log", "exp"}  # LSE - z_i is a difference
    if parser.kind not in parser.starts and not (may_have_sign and parser.kind in {"+", "-"}):
        raise parser.unexpected(f"{token.text} of what?")
    argument = parser.apply_operator(parser.signed_factor())
    if parser.kind in {*parser.starts, "/"} and parser.kind != "[":
        _refuse_long_argument(parser, token, argument)
    _check_sum(token, argument)
    return argument


def _check_sum(token: Token, argument: Node) -> None:
    r"""Refuse ``\log \sum_k a_k b``, whose b may stand outside of the logarithm."""
    while isinstance(argument, t.Negative | t.Sum):
        reach = argument.reach if isinstance(argument, t.Sum) else None
        inside = argument.body if isinstance(argument, t.Sum) else argument.operand
        for factor in t.factors_from(inside, reach.start) if reach else ():
            if not _mentions(factor, argument):
                raise _unclear_end(token, factor.span)
        argument = inside


def _mentions(factor: Node, total: Node) -> bool:
    """Say whether the index of a sum stands in a factor."""
    index = total.index if isinstance(total, t.Sum) else None
    return index is not None and any(
        isinstance(part, t.Name) and part.letter == index.letter for part in t.walk(factor)
    )


def _unclear_end(token: Token, span: Span) -> Refusal:
    return Refusal(f"where does the argument of {token.text} end?", span, "put it in brackets")


def _refuse_long_argument(parser: Parser, token: Token, argument: Node) -> None:
    r"""Refuse ``\log a b`` and ``\log a / b``, but not ``\log a / \log 2``.

    A following bracket, fraction, function or sum is a new factor.
    """
    divisor = parser.ahead()
    is_divided = (token.text, parser.kind) == ("log", "/") and not (
        divisor.kind == "∂" or divisor.text in {"log", "d"}
    )
    if isinstance(argument, t.Number) or is_divided or parser.kind in {"letter", "number"}:
        raise _unclear_end(token, parser.next.span)


def _read_function_of_number(parser: Parser, token: Token) -> Node:
    """Read tanh z, tanh^2(z), tanh'(z) and the like."""
    primes, power = 0, None
    while parser.kind in {"'", "^"}:
        is_prime = parser.take().kind == "'"
        inside = [] if is_prime else parser.group()
        if {part.kind for part in inside} <= {"'"}:
            primes += len(inside) + is_prime
        elif power is not None:
            raise Refusal("a second exponent", span_of(inside, token.span))
        else:
            power = parser.inner(inside, token.span)
    if isinstance(power, t.Negative):
        raise Refusal("an inverse function, or a power of it?", power.span,
                      "for a power, put the function in brackets")  # fmt: skip
    is_open = _is_open(parser)
    argument = _read_argument(parser, token)
    span = parser.span_from(token)
    node: Node = t.Call(span, token.text, (argument,), is_open=is_open)
    if primes and not isinstance(argument, t.Name):
        raise Refusal("the derivative of a function at a point that is no variable", span)
    for _ in range(primes):
        node = t.Derivative(span, node, (argument,))
    return node if power is None else t.Power(span, node, power)


def _read_log_sum_exp(parser: Parser, token: Token) -> Node:
    """Read logsumexp(z), and logsumexp_k z_k, which is the logarithm of a sum."""
    written = range_behind(parser, token)
    if written.upper is not None and not written.indices:
        raise Refusal("a power, or the end of a range?", written.upper.span,
                      "for a power, put the function in brackets")  # fmt: skip
    is_open = _is_open(parser)
    argument = _read_argument(parser, token)
    span = parser.span_from(token)
    if not written.indices:
        return t.Call(span, token.text, (argument,), is_open=is_open)
    if is_open and parser.kind in parser.starts:
        raise _unclear_end(token, parser.next.span)
    body = t.Call(argument.span, "exp", (argument,))
    return t.Call(span, "log", (sum_over_range(written, body, span),))


def _read_log_softmax(parser: Parser, token: Token) -> Node:
    softmax = _read_plain_call(parser, token._replace(text="softmax"))
    return t.Call(softmax.span, "log", (softmax,))


def _read_root(parser: Parser, token: Token) -> Node:
    if parser.kind == "[":
        raise Refusal("only square roots are understood", parser.next.span, "write x^{1/3}")
    inside = parser.group("(" if parser.kind == "(" else "{")
    argument = parser.inner(inside, token.span)
    half = t.Number(token.span, Fraction(1, 2))
    return t.Power(parser.span_from(token), argument, half)


_READERS: dict[str, Callable[[Parser, Token], Node]] = {
    "log": _read_log_or_exp, "exp": _read_log_or_exp, "max": _read_maximum,
    "tanh": _read_function_of_number, "softplus": _read_function_of_number,
    "sigmoid": _read_function_of_number, "logsumexp": _read_log_sum_exp,
    "logsoftmax": _read_log_softmax, "KL": read_divergence, "sqrt": _read_root,
}  # fmt: skip
