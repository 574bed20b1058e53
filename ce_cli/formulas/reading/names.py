"""Letters and numbers: names with accents and fonts, e^x, δ_ij, indicators."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ce_cli.alphabet import add_accent
from ce_cli.formulas.reading import function_words, functions
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import closing, strip_brackets
from ce_cli.formulas.reading.derivatives import differential_behind
from ce_cli.formulas.reading.indices import conditions_in, is_condition, is_subscripted, read_script
from ce_cli.formulas.reading.sums import sum_behind
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vocabulary import FONTS, LOSS_WORDS

if TYPE_CHECKING:
    from ce_cli.formulas.reading.parser import Parser
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span

_INDICATOR_LETTERS = frozenset({"𝟙", "I"})


def read_number(parser: Parser) -> Node:
    """Read a number, or an indicator that starts with 1."""
    token = parser.take()
    if token.text == "1" and (indicator := _indicator_behind(parser, token.span)):
        return indicator
    return t.Number(token.span, Fraction(token.text))


def _indicator_behind(parser: Parser, start: Span) -> Node | None:
    """Read {i = j}, [i = j] or _{i = j} behind a 1."""
    if parser.kind == "_" and parser.ahead().kind == "{":
        opening = parser.position + 1
    elif parser.kind in {"\\{", "[", "(", "{"}:
        opening = parser.position
    else:
        return None
    end = closing(parser.tokens, opening)
    inside = strip_brackets(parser.tokens[opening + 1 : end], {"\\{"})
    if not is_condition(inside):
        return None
    parser.position = end + 1
    return t.indicator_of(conditions_in(inside), (start[0], parser.tokens[end].span[1]))


def read_indicator(parser: Parser) -> Node:
    """Read an indicator behind the sign 𝟙."""
    token = parser.take()
    indicator = _indicator_behind(parser, token.span)
    if indicator is None:
        raise Refusal("an indicator of what?", token.span)
    return indicator


def read_letter(parser: Parser) -> Node:
    """Read a letter with its arguments: a name, e^x, dL/dz, δ_ij, σ(x), f(x)."""
    token = parser.take()
    if token.text == "d" and (differential := differential_behind(parser, token)):
        return differential
    if token.text == "e" and parser.kind == "^":
        return _exponential(parser, token)
    if token.text == "Σ" and _is_sum_sign(parser, token):
        return sum_behind(parser, token)
    return (
        _special_name(parser, token)
        or functions.call_of_letter(parser, token)
        or t.Name(token.span, token.text)
    )


def _special_name(parser: Parser, token: Token) -> Node | None:
    """Read δ_ij, P(y = k), H(y, p) or an indicator, if the letter starts one of them."""
    if token.text in {"δ", "I"} and parser.kind == "_" and (delta := _delta(parser, token)):
        return delta
    if token.text in {"P", "p"} and parser.kind == "(":
        return functions.read_chance(parser, token)
    if token.text == "D" and parser.kind == "_" and (divergence := _divergence(parser)):
        return divergence
    if token.text == "H" and parser.kind == "(":
        return functions.read_entropy(parser, token)
    return _indicator_behind(parser, token.span) if token.text in _INDICATOR_LETTERS else None


def _exponential(parser: Parser, token: Token) -> Node:
    parser.take()
    if parser.plain and parser.kind != "{":
        exponent = parser.operand()
    else:
        exponent = parser.inner(parser.group(), token.span)
    if parser.kind == "^":
        raise Refusal("a second exponent", parser.next.span)
    return t.Call((token.span[0], exponent.span[1]), "exp", (exponent,))


def _delta(parser: Parser, token: Token) -> Node | None:
    """Read δ with two indices; with one it is a name like any other."""
    start = parser.position
    parser.take()
    indices, label = read_script(parser, count=2)
    if label or len(indices) != 2:
        parser.position = start
        return None
    return t.Delta(parser.span_from(token), *indices)


def _divergence(parser: Parser) -> Node | None:
    """Read D_{KL}(y || p) behind its D."""
    start = parser.position
    parser.take()
    inside = parser.group()
    if [token.text for token in inside] == ["KL"]:
        return function_words.read_divergence(parser, inside[0])
    parser.position = start
    return None


def _is_sum_sign(parser: Parser, token: Token) -> bool:
    r"""Say whether the letter Σ (not ``\Sigma``) is a sum: it has an index or a body."""
    is_command = token.span[1] - token.span[0] > 1
    has_body = parser.kind in parser.starts and parser.kind not in {"(", "["}
    return not is_command and (has_body or parser.kind == "_")


def read_label(parser: Parser) -> Node:
    """Read an upright word as a name; in front of an argument it would be a function."""
    token = parser.take()
    name = t.Name(token.span, token.text)
    is_loss = token.text in LOSS_WORDS and parser.kind == "("
    if parser.kind in parser.starts and not is_loss and not is_subscripted(parser, name):
        raise Refusal(f"the function '{token.text}' is not understood", token.span,
                      "leave it out; behind a name that is a factor write \\cdot")  # fmt: skip
    return name


def read_accent(parser: Parser) -> Node:
    r"""Read \hat{y}, also with the index under the hat: \hat{y_c}."""
    token = parser.take()
    span = (token.span[0], parser.next.span[1])
    node = parser.inner(parser.group(), token.span)
    if not isinstance(node, t.Name):
        raise Refusal("an accent over more than a letter", span)
    return replace(node, letter=add_accent(node.letter, token.text))


def read_bold(parser: Parser) -> Node:
    r"""Read \mathbf{z}, which is a vector, or the vector of ones."""
    token = parser.take()
    inside = parser.group()
    if [part.text for part in inside] == ["1"]:
        span = (token.span[0], inside[0].span[1])
        indicator = _indicator_behind(parser, span)
        if indicator is None and parser.kind == "_":
            raise Refusal("an entry of the vector of ones?", parser.next.span,
                          "write δ_{ij} or 1\\{i = j\\}")  # fmt: skip
        return indicator or t.Name(span, "𝟏", bold=True)
    node = parser.inner(inside, token.span)
    if isinstance(node, t.Name):
        return replace(node, bold=True)
    if isinstance(node, t.Call | t.Product | t.Transpose):
        return node
    raise Refusal("bold type on more than a letter", token.span)


def read_font(parser: Parser) -> Node:
    r"""Read \mathbb{L} and \mathcal{L}."""
    token = parser.take()
    inside = parser.group()
    letter = FONTS.get((token.text, "".join(part.text for part in inside)))
    if letter is None:
        raise Refusal("this letter is not understood", token.span)
    if letter in _INDICATOR_LETTERS and (indicator := _indicator_behind(parser, token.span)):
        return indicator
    return t.Name(token.span, letter)
