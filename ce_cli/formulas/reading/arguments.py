"""Arguments in brackets behind a name, which is their function: p_i(z), L(y, p)."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from ce_cli.alphabet import add_accent
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import (
    closing,
    is_bracketed,
    outside_brackets,
    span_of,
    split,
)
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vocabulary import LOSS_LETTERS, LOSS_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span

_LOSSES = LOSS_WORDS | LOSS_LETTERS | {"loss"}
_FACTORS = frozenset("bcdeijklmnrtvwxyCKMNTαβγεηλτ")
"""Letters that, without an index, are a factor in front of a bracket."""
_ARGUMENTS = frozenset("zxaosuvwhfθφWη")
"""The names of logits, and of the quantities they are computed from."""


def read_arguments_behind(parser: Parser, node: Node) -> Node:
    """Read the arguments of p_i(z), p_i^2(z), L(y, p) or L'(z); y(z) may be a product."""
    if parser.kind != "(" or parser.tokens[parser.position - 1].kind == ")":
        return node
    name = node
    while isinstance(name, t.Power | t.Prime):
        name = name.base if isinstance(name, t.Power) else name.operand
    end = closing(parser.tokens, parser.position)
    parts = list(split(parser.tokens[parser.position + 1 : end], {","}))
    if not isinstance(name, t.Name) or not all(parts) or not _has_arguments(parser, name, parts):
        return node
    called = replace(name, arguments=_argument_texts(parser, parts))
    parser.position = end + 1
    return _with_name(node, called, parser.span_from(node))


def _with_name(node: Node, called: t.Name, span: Span) -> Node:
    """Return a name, its power or its derivative: L'(z) is dL/dz."""
    if isinstance(node, t.Power):
        return t.Power(span, _with_name(node.base, called, span), node.exponent)
    if not isinstance(node, t.Prime):
        return replace(called, span=span)
    if len(called.arguments) != 1 or called.arguments[0] not in _ARGUMENTS:
        raise Refusal("the derivative by which argument?", span, "write dL/dz")
    variable = t.Name(span, called.arguments[0])
    return t.Derivative(span, _with_name(node.operand, called, span), (variable,))


def _has_arguments(parser: Parser, name: t.Name, parts: Sequence[Sequence[Token]]) -> bool:
    """Say whether the brackets behind a name hold its arguments, not a factor.

    Raises
    ------
    Refusal
        If they may hold either.
    """
    if not name.indices and name.letter in _FACTORS:
        return False
    if len(parts) > 1 or name.letter.split("_", 1)[0] in _LOSSES:
        return True
    is_adjacent = parser.tokens[parser.position - 1].span[1] == parser.next.span[0]
    if is_adjacent and _is_argument(parts[0]):
        return True
    _refuse_argument(name.letter, parts[0])
    return False


def _argument_texts(parser: Parser, parts: Sequence[Sequence[Token]]) -> tuple[str, ...]:
    """Return the names that a list of arguments holds, bold or not."""
    texts = tuple(_argument_text(parser, part) for part in parts)
    if len(set(texts)) < len(texts):
        raise Refusal("the same argument twice", span_of([*parts[0], *parts[-1]], (0, 0)))
    return texts


def _argument_text(parser: Parser, part: Sequence[Token]) -> str:
    """Return the name that an argument is; a value is none, since L(2z) is not L(z)."""
    if [token.kind for token in part] == ["dots"]:
        return "..."
    span = span_of(part, (0, 0))
    names = [parser.inner(side, span) for side in split(part, {"|"})]
    if not all(map(_is_name, names)) or any(token.kind == "label" for token in part):
        raise _factor_or_argument(span)
    return argument_text(part)


def _is_name(node: Node) -> bool:
    """Say whether an argument is a name: y, z_i, p(x), or f(x) of an unknown f."""
    return isinstance(node, t.Name) or (
        isinstance(node, t.Call) and node.function in "fgh" and all(map(_is_name, node.arguments))
    )


def argument_text(tokens: Sequence[Token]) -> str:
    """Return an argument as text, the same whether its letters are bold or not."""
    text = ""
    accents: list[str] = []
    for token in tokens:
        if token.kind == "accent":
            accents.append(token.text)
        elif token.kind not in {"bold", "{", "}"}:
            text += reduce(add_accent, reversed(accents), token.text or token.kind)
            accents = []
    return text


def _refuse_argument(letter: str, argument: Sequence[Token]) -> None:
    """Refuse p_i(T), p_i(2), p_i(z_i), p_i(-z_i), p_i(2z): they may be products or functions."""
    tokens = argument[argument[0].kind == "-" :]
    is_entry = bool(tokens) and tokens[0].text in _ARGUMENTS - {letter} and _is_entry(tokens)
    is_number = [token.kind for token in tokens] == ["number"]
    if is_entry or is_number or _bare_letter(tokens) or _holds_argument(letter, argument):
        raise _factor_or_argument(span_of(argument, (0, 0)))


def _factor_or_argument(span: Span) -> Refusal:
    return Refusal("a factor, or the argument of a function?", span,
                   "leave it out, or write a product with \\cdot")  # fmt: skip


def _holds_argument(letter: str, tokens: Sequence[Token]) -> bool:
    """Say whether a bare name of logits, other than the letter, stands outside all brackets."""
    outside = [token for token in outside_brackets(tokens) if token.kind != "bold"]
    kinds_behind = [*(token.kind for token in outside[1:]), ""]
    return letter not in _ARGUMENTS and any(
        token.kind == "letter" and token.text in _ARGUMENTS and behind not in {"_", "[", "^"}
        for token, behind in zip(outside, kinds_behind, strict=False)
    )


def _is_argument(part: Sequence[Token]) -> bool:
    """Say whether there is one of the usual arguments and no more: z, 𝐱, z(x)."""
    if _bare_letter(part) in _ARGUMENTS:
        return True
    is_called = len(part) > 3 and part[0].text in _ARGUMENTS and is_bracketed(part[1:], {"("})
    return is_called and all(map(_is_argument, split(part[2:-1], {","})))


def _bare_letter(tokens: Sequence[Token]) -> str:
    """Return the letter, bold or not, that the tokens consist of; "" if there is more."""
    letters = [token.text for token in tokens if token.kind == "letter"]
    is_plain = {token.kind for token in tokens} <= {"letter", "bold", "{", "}"}
    return letters[0] if is_plain and len(letters) == 1 else ""


def _is_entry(tokens: Sequence[Token]) -> bool:
    """Say whether there is one letter with an index, and nothing else: z_i, z_{ij}."""
    kinds = [token.kind for token in tokens]
    if kinds[:2] != ["letter", "_"]:
        return False
    is_braced = kinds[2:3] == ["{"] and closing(tokens, 2) == len(kinds) - 1
    return len(kinds) == 3 or is_braced
