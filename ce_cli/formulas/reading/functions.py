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
<<<<<<< HEAD
    return tuple(parser.inner(part, span) for part in split(inside, {","}))


def read_word(parser: Parser) -> Node:
    """Read a function that has a name: log, exp, softmax, max ..."""
    token = parser.take()
    if token.text in {"log", "exp"}:
        return _log_or_exp(parser, token)
    indices: tuple[Node, ...] = ()
    if parser.kind == "_":
        parser.take()
        indices, label = read_script(parser, count=0)
        if label:
            raise Refusal("this subscript is not understood", token.span)
    is_maximum = token.text == "max"
    arguments = _maximum_arguments(parser, indices) if is_maximum else read_arguments(parser)
    span = parser.span_from(token)
    node = t.Call(span, token.text, arguments)
    return t.Entry(span, node, indices) if indices and not is_maximum else node


def _maximum_arguments(parser: Parser, indices: tuple[Node, ...]) -> tuple[Node, ...]:
    """Read max(z), max z, and max_k z_k, which means the same."""
    has_brackets = parser.kind in {"(", "\\{"}
    arguments = read_arguments(parser) if has_brackets else (parser.factor(),)
    (argument,) = arguments if len(arguments) == 1 else (None,)
    if indices and isinstance(argument, t.Name):
        letters = [[index.letter for index in written if isinstance(index, t.Name)]
                   for written in (argument.indices, indices)]  # fmt: skip
        if letters[0] == letters[1] and len(letters[0]) == len(argument.indices) == len(indices):
            return (replace(argument, indices=()),)
    if indices or not isinstance(argument, t.Name | t.MatrixLiteral):
        raise Refusal("a maximum of what?", parser.tokens[parser.position - 1].span,
                      "write max(z) or max_k z_k")  # fmt: skip
    return arguments


def _log_or_exp(parser: Parser, token: Token) -> Node:
    power = None
    if parser.kind == "^":
        parser.take()
        power = parser.inner(parser.group(), token.span)
    if parser.kind == "_":
        raise Refusal("logarithms are natural here", parser.next.span)
    has_brackets = parser.kind in {"(", "[", "{"}
    argument = parser.apply_operator(parser.primary() if has_brackets else parser.signed_factor())
    if parser.kind in {"^", "'", "_"} and has_brackets and token.text == "log":
        raise Refusal("a power of the logarithm or of its argument?", parser.next.span,
                      "put one of them in brackets")  # fmt: skip
    if not has_brackets and parser.kind != "[" and parser.kind in {*parser.starts, "/"}:
        _refuse_long_argument(parser, token, argument)
    span = (token.span[0], argument.span[1])
    node: Node = t.Call(span, token.text, (argument,))
    return node if power is None else t.Power(span, node, power)


def _refuse_long_argument(parser: Parser, token: Token, argument: Node) -> None:
    r"""Refuse ``\log a b`` and ``\log a / b``, but not ``\log a / \log 2``.

    A following bracket, fraction, function or sum is a new factor.
    """
    divisor = parser.ahead()
    is_divided = (token.text, parser.kind) == ("log", "/") and not (
        divisor.kind == "∂" or divisor.text in {"log", "d"}
    )
    if isinstance(argument, t.Number) or is_divided or parser.kind in {"letter", "number"}:
        raise Refusal(f"where does the argument of {token.text} end?", parser.next.span,
                      "put it in brackets")  # fmt: skip
=======
    return tuple(parser.inner(part, span) for part in split(inside, separators))
>>>>>>> main


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


<<<<<<< HEAD
def read_loss(parser: Parser, token: Token, letter: str) -> Node | None:
    """Read L(y, ŷ) or L(p_y), which says no more than L; None if it is a product.

    Words are no letters that a loss depends on.
    """
    if letter not in LOSS_LETTERS or parser.kind != "(":
        return None
    end = closing(parser.tokens, parser.position)
    if any(token.kind == "label" for token in parser.tokens[parser.position : end]):
        return None
    arguments = _arguments_if(parser, lambda node: isinstance(node, t.Name))
    return t.Name(parser.span_from(token), letter) if arguments else None


=======
>>>>>>> main
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
<<<<<<< HEAD
    observation = "".join(_observed(parser, side, span) for side in observations)
=======
    observation = tuple(argument_text(part) for side in observations
                        for part in split(side, {","}))  # fmt: skip
>>>>>>> main
    if is_condition(event) and len(conditions_in(event)) == 1:
        return t.Chance(span, conditions_in(event)[0], observation)
    name = parser.inner(event, span)
    if not isinstance(name, t.Name):
        raise Refusal("the probability of what?", name.span)
    return t.Chance(span, name, observation)


def _observed(parser: Parser, tokens: Sequence[Token], span: Span) -> str:
    """Return the letters behind the bar, which may be set equal to others: x, W or X = x."""
    for part in split(tokens, {",", "="}):
        node = parser.inner(part, span)
        if not isinstance(node, t.Name) or any(token.kind == "label" for token in part):
            raise Refusal("this observation is not understood", node.span,
                          "write letters behind the bar: P(y = k | x)")  # fmt: skip
    return "".join(token.text or token.kind for token in tokens)
