r"""Remarks beside an equation on its line: conditions, ranges, further equations, words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias

from ce_cli.formulas.reading.cursor import (
    CLOSING,
    Cursor,
    closing,
    is_bracketed,
    is_open_ended,
    outside_brackets,
    span_of,
    split,
)
from ce_cli.formulas.reading.indices import conditions_in, is_condition, read_index
from ce_cli.formulas.reading.ranges import is_range, stated_for_all
from ce_cli.formulas.reading.tokens import FORMULAS_ONLY, Refusal, is_prose
from ce_cli.formulas.reading.vocabulary import (
    announces_condition,
    announces_range,
    is_otherwise,
    strange_word,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Condition, Range

_SEPARATORS = frozenset({",", ";", ":", "quad", "text", "∀", "tag", "."})
_RANGE_ENDS = frozenset({"quad", "text", ";", ":", "tag"})
"""The kinds of tokens that end the range behind "for all"."""
_INDICATOR_SIGNS = frozenset({"1", "𝟙", "I", "δ"})
_NUMBER_KINDS = frozenset({"number", "-", "bold", "{", "}"})
_VALUES = frozenset({"number", "letter"})
_CASE = re.compile(r"\bcase\s+(?:\d+|[ivx]+|[a-z])\b|情况\s*\d", re.IGNORECASE)
_SUPPOSING = re.compile(
    r"\b(?:if|when|unless|suppose|assume|assuming|provided|given|case)\b|当|若|如果|假设|情况",
    re.IGNORECASE,
)
"""Words of conditions."""
_PROSE = frozenset({"text", "label", "quad", ",", "∀"})
Statement: TypeAlias = "Condition | Range"


@dataclass
class Part:
    """A part of a line: an equation, or the conditions that stand beside one."""

    tokens: list[Token] = field(default_factory=list)
    conditions: tuple[Statement, ...] = ()
    separator: str = ""
    """The kind of the token in front of it."""


@dataclass
class Line:
    """The equations of a line, each with its conditions, and the conditions in front of them."""

    heading: tuple[Statement, ...]
    equations: list[Part]
    words: str = ""
    """The words in front of all equations."""
    has_colon: bool = False

    @property
    def is_case(self) -> bool:
        """Whether the line starts with the words of a case: Case 2."""
        return _CASE.search(self.words) is not None

    @property
    def is_lone_condition(self) -> bool:
        """Whether the line has conditions, or the name of a case, and no equation."""
        return (bool(self.heading) or self.is_case) and not self.equations


def is_equation(line: Sequence[Token]) -> bool:
    """Say whether a sign of equality stands outside brackets."""
    return len(list(split(line, {"="}))) > 1


def read_line(line: list[Token], indices: Collection[str] = ()) -> Line:
    """Return the equations of a line, with the conditions in front of them and behind them.

    ``indices`` are the letters that the text uses as indices: i = j is no equation then.
    """
    parts = [piece for part in _separate(line) for piece in _pieces(part)]
    words = " ".join(_leading_words(line))
    if parts and _is_heading(parts, indices):
        parts[0] = Part(conditions=tuple(conditions_in(parts[0].tokens)))
    count = next((number for number, part in enumerate(parts) if part.tokens), len(parts))
    heading = tuple(condition for part in parts[:count] for condition in part.conditions)
    equations = _equations_with_conditions(parts[count:], has_heading=bool(heading))
    return Line(heading, equations, words, has_sign_of_heading(line))


def may_state_condition(line: Sequence[Token]) -> bool:
    r"""Say whether a line that is not understood may be a condition on others: \text{if } z_i = 0.

    It starts with words, or ends with a colon. Words such as "if" suffice; behind others there
    must be a name that is equal to something.
    """
    front = list(takewhile(lambda token: token.kind != ":", line))
    prose = list(takewhile(lambda token: token.kind in _PROSE or is_prose(token), front))
    words = [token.text for token in prose if token.kind not in {",", "quad"}]
    if any(_SUPPOSING.search(word) for word in words):
        return True
    try:
        sides = list(split(front[len(prose) :], {"=", "≠"}))
    except Refusal:
        return False
    are_names = all(_is_name(side) or read_index(side) is not None for side in sides)
    return bool(words or len(front) < len(line)) and len(sides) > 1 and are_names


def has_sign_of_heading(line: Sequence[Token]) -> bool:
    """Say whether a line has a colon or is a case by its words: it is about the lines below."""
    return any(token.kind == ":" or (token.kind == "text" and is_heading_text(token.text))
               for token in line)  # fmt: skip


def is_heading_text(text: str) -> bool:
    """Say whether words stand in front of equations: Case 1, or if i = j with a colon."""
    return text.rstrip().endswith((":", "：")) or _CASE.search(text) is not None


def _leading_words(line: Sequence[Token]) -> list[str]:
    words = []
    for token in line:
        if token.kind == "text":
            words.append(token.text)
        elif token.kind not in {"quad", ",", ":", "∀"}:
            break
    return words


def _is_heading(parts: Sequence[Part], indices: Collection[str]) -> bool:
    """Say whether a line starts with i ≠ j, with i = j of indices, or with a condition and ':'."""
    first = parts[0].tokens
    if parts[0].separator or not is_condition(first):
        return False
    has_colon = len(parts) > 1 and parts[1].separator == ":"
    are_indices = all(token.text in indices for token in first if token.kind in _VALUES)
    return has_colon or are_indices or any(token.kind == "≠" for token in first)


def _equations_with_conditions(parts: Sequence[Part], *, has_heading: bool) -> list[Part]:
    """Return equations with the conditions behind them.

    Conditions in one place of the line are about all its equations.
    """
    equations: list[Part] = []
    for part in parts:
        if part.tokens:
            equations.append(part)
        else:
            equations[-1].conditions += part.conditions
    groups = [part.conditions for part in equations if part.conditions]
    is_shared = len(equations) > 1 and has_heading and groups
    if is_shared or 1 < len(groups) < len(equations):
        raise Refusal("which condition is for which equation?", groups[-1][0].span,
                      "write them on lines of their own")  # fmt: skip
    if len(groups) == 1:
        for part in equations:
            part.conditions = groups[0]
    return equations


def _pieces(part: Part) -> list[Part]:
    """Return a part without its conditions, and the conditions as a part of their own."""
    if not part.tokens:
        return [part] if part.conditions or part.separator in {"", ":"} else []
    inside = _strip_brackets(part.tokens) if part.separator else part.tokens
    stated = _statements(inside) if part.separator else None
    if stated is not None:
        return [Part(conditions=stated, separator=part.separator)]
    equation, bars = _without_bars(inside)
    equation, trailing = _trailing_condition(equation)
    if part.separator:
        _refuse_value(equation)
    conditions = (*part.conditions, *bars, *trailing)
    return [Part(equation, conditions, part.separator)]


def _statements(part: list[Token]) -> tuple[Statement, ...] | None:
    """Return the conditions that a part consists of, None if it holds something else."""
    if is_condition(part):
        return tuple(conditions_in(part))
    cursor = Cursor(part, part[-1].span)
    if part[0].kind == "∀" or is_range(cursor):
        cursor.position += part[0].kind == "∀"
        stated = stated_for_all(cursor, _RANGE_ENDS)
        return stated if not cursor.kind else None
    return None


def _refuse_value(part: Sequence[Token]) -> None:
    """Refuse y_k = 0 beside an equation: a condition, and not on indices."""
    sides = list(split(part, {"="}))
    are_numbers = [bool(side) and {token.kind for token in side} <= _NUMBER_KINDS for side in sides]
    if any(are_numbers) and all(
        is_number or _is_name(side) for side, is_number in zip(sides, are_numbers, strict=True)
    ):
        raise _not_a_condition(part)


def _is_name(side: Sequence[Token]) -> bool:
    kinds = {token.kind for token in side}
    starts = {"letter", "accent", "bold", "font", "label"}
    return bool(side) and side[0].kind in starts and not kinds & {"+", "-", "*", "/", "("}


def _strip_brackets(part: list[Token]) -> list[Token]:
    """Return the inside of round brackets beside an equation: (i = j)."""
    if not is_bracketed(part, {"("}):
        return part
    inside = part[1:-1]
    if not inside or (is_equation(inside) and _statements(inside) is None):
        raise _not_a_condition(inside or part)
    return inside


def _not_a_condition(part: Sequence[Token]) -> Refusal:
    return Refusal("this condition is not understood", span_of(part, (0, 0)),
                   "conditions are about indices: i = y")  # fmt: skip


def _separate(line: list[Token]) -> list[Part]:
    """Cut a line at commas, wide spaces and words outside brackets."""
    parts = [Part()]
    cursor = Cursor(line, line[-1].span)
    if is_range(cursor):
        stated = stated_for_all(cursor, _RANGE_ENDS)
        parts += [Part(conditions=stated, separator="quad"), Part(separator="quad")]
    while cursor.kind:
        kind, start = cursor.kind, cursor.position
        if kind == "tag":
            cursor.take()
            parts.append(Part(conditions=_tag_condition(cursor.group()), separator=kind))
        elif kind in _SEPARATORS:
            parts.append(Part(conditions=_skip_separator(cursor), separator=kind))
            if parts[-1].conditions:
                parts.append(Part(separator=kind))
        elif kind == "\\{" and is_open_ended(line, start):
            cursor.position = len(line)
            parts[-1].tokens += line[start:]
        elif kind in CLOSING:
            cursor.position = closing(line, start) + 1
            parts[-1].tokens += line[start : cursor.position]
        else:
            parts[-1].tokens.append(cursor.take())
    return parts


def _skip_separator(cursor: Cursor) -> tuple[Statement, ...]:
    """Take a separator; return the conditions of the range behind it: for all i ≠ j."""
    _refuse_function(cursor)
    sign, words = cursor.next, _take_words(cursor)
    if announces_condition(words):
        _refuse_other_conditions(cursor, sign)
    is_universal = sign.kind == "∀" or (announces_range(words) and _names_letters(cursor))
    return stated_for_all(cursor, _RANGE_ENDS) if is_universal or is_range(cursor) else ()


def _names_letters(cursor: Cursor) -> bool:
    """Say whether letters follow, and behind them a comma, the end or the sign of a condition."""
    ends = _RANGE_ENDS | {"", ",", "≠", "=", "∈", "."}
    return cursor.kind == "letter" and cursor.ahead().kind in ends and not _is_equation_next(cursor)


def _is_equation_next(cursor: Cursor) -> bool:
    """Say whether a letter is set equal to something that is no index."""
    rest = next(split(cursor.tokens[cursor.position :], _SEPARATORS))
    return cursor.ahead().kind == "=" and not (is_condition(rest) or is_range(cursor))


def _tag_condition(inside: list[Token]) -> tuple[Statement, ...]:
    """Return the condition in a tag that is no label."""
    parts = [part for part in split(inside, {"text", ","}) if part]
    refuse_strange_words(inside)
    if parts and all(map(is_condition, parts)):
        return tuple(condition for part in parts for condition in conditions_in(part))
    raise Refusal("this tag is not understood", span_of(inside, (0, 0)),
                  "a tag is a number: \\tag{1}")  # fmt: skip


def _refuse_function(cursor: Cursor) -> None:
    r"""Refuse ``\text{ReLU}(z)``, which is no word between equations."""
    word, bracket = cursor.next, cursor.ahead()
    if word.kind == "text" and bracket.kind == "(" and word.span[1] == bracket.span[0]:
        start = cursor.position + 1
        inside = cursor.tokens[start + 1 : closing(cursor.tokens, start)]
        if not is_condition(inside):
            raise Refusal(f"the function {word.text.strip()} is not understood", word.span)


def _take_words(cursor: Cursor) -> str:
    """Take a separator, and return the words it consists of."""
    words = [cursor.take()]
    while cursor.kind == "text":
        words.append(cursor.take())
    refuse_strange_words(words)
    return " ".join(word.text for word in words if word.kind == "text").strip()


def refuse_strange_words(tokens: Sequence[Token]) -> None:
    """Refuse words that may say something about an equation: "times two", "is wrong"."""
    for token in tokens:
        word = strange_word(token.text) if token.kind == "text" else ""
        if word and is_otherwise(token.text):
            raise Refusal("otherwise than when?", token.span, "write the condition: i \\ne j")
        if word:
            raise Refusal(f"the word '{word}' is not understood here", token.span, FORMULAS_ONLY)


def _refuse_other_conditions(cursor: Cursor, words: Token) -> None:
    """Refuse a condition behind "if" that is not about indices: y_i = 1."""
    rest = cursor.tokens[cursor.position :]
    part = next((part for part in split(rest, _SEPARATORS) if part), [])
    if not part:
        raise Refusal("a condition is missing", words.span)
    if not is_condition(_strip_brackets(part)):
        raise _not_a_condition(part)


def _without_bars(part: list[Token]) -> tuple[list[Token], tuple[Condition, ...]]:
    r"""Return an equation without \big|_{i \ne j} at the end of a side, and the conditions."""
    sides: list[list[Token]] = []
    conditions: list[Condition] = []
    for side in split(part, {"="}):
        position = len(next(split(side, {"|"})))
        inside = side[position + 3 : -1]
        is_bar = [token.kind for token in side[position : position + 3]] == ["|", "_", "{"]
        is_last = is_bar and closing(side, position + 2) == len(side) - 1
        if is_last and is_condition(inside):
            _refuse_long_side(side[:position], side[position])
            conditions += conditions_in(inside)
            sides.append(side[:position])
        else:
            sides.append(side)
    if not conditions:
        return part, ()
    signs = (token for token in outside_brackets(part) if token.kind == "=")
    joined = [token for side in sides[:-1] for token in (*side, next(signs))]
    return [*joined, *sides[-1]], tuple(conditions)


def _refuse_long_side(side: Sequence[Token], bar: Token) -> None:
    """Refuse a condition behind several terms or a sum: it may be about the last term alone."""
    is_long = len(list(split(side[1:], {"+", "-"}))) > 1
    if is_long or any(token.kind == "sum" or token.text == "Σ" for token in side):
        raise Refusal("how far does this condition reach?", bar.span,
                      "write it beside the equation")  # fmt: skip


def _trailing_condition(part: list[Token]) -> tuple[list[Token], tuple[Condition, ...]]:
    """Return an equation and the condition in round brackets at its end: a = b (i = j)."""
    if not part or part[-1].kind != ")":
        return part, ()
    for position, token in enumerate(part):
        inside = part[position + 1 : -1]
        is_last = token.kind == "(" and position and closing(part, position) == len(part) - 1
        if is_last and is_condition(inside) and not _ends_with_indicator(part[:position]):
            return part[:position], tuple(conditions_in(inside))
    return part, ()


def _ends_with_indicator(part: Sequence[Token]) -> bool:
    r"""Say whether a sign that takes a condition ends a part: 1, I, \mathbb{1}."""
    last = part[-1]
    is_braced = last.kind == "}" and len(part) > 3 and part[-3].kind == "{"
    if is_braced and part[-4].kind in {"font", "bold"}:
        last = part[-2]
    return last.kind == "one" or last.text in _INDICATOR_SIGNS
