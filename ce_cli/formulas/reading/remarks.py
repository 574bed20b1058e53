"""Remarks beside an equation on its line: conditions, ranges, further equations, words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import (
    CLOSING,
    Cursor,
    closing,
    is_bracketed,
    is_open_ended,
    span_of,
    split,
)
from ce_cli.formulas.reading.indices import conditions_in, is_condition
from ce_cli.formulas.reading.tokens import FORMULAS_ONLY, Refusal
from ce_cli.formulas.reading.vocabulary import strange_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Condition

_SEPARATORS = frozenset({",", ";", "quad", "text", "∀", "tag", "."})
_TAG_KINDS = frozenset({"number", "letter", "word", "text", ".", "*", "'"})
_RANGE_KINDS = frozenset({"letter", "number", "dots", ",", "\\{", "\\}", "{", "}", "[", "]", "."})


def is_equation(line: Sequence[Token]) -> bool:
    """Say whether a sign of equality stands outside brackets."""
    return len(list(split(line, {"="}))) > 1


def split_line(line: list[Token]) -> list[list[Token]]:
    """Return the equation of a line and the parts beside it; prose and ranges are left out."""
    first, *rest = _separate(line)
    equation, condition = _trailing_condition(first)
    return [equation, *(part for part in (condition, *map(_strip_brackets, rest)) if part)]


def equations_with_conditions(
    parts: list[list[Token]],
) -> list[tuple[list[Token], tuple[Condition, ...]]]:
    """Return the equations of a line, each with the conditions behind it.

    Conditions in one place of the line are about all its equations.
    """
    equations: list[tuple[list[Token], list[Condition]]] = [(parts[0], [])]
    for part in parts[1:]:
        if is_condition(part):
            equations[-1][1].extend(conditions_in(part))
        else:
            equations.append((part, []))
    groups = [conditions for _, conditions in equations if conditions]
    if len(groups) > 1 and (len(groups) < len(equations) or not parts[0]):
        raise Refusal("which condition is for which equation?", span_of(parts[-1], (0, 0)),
                      "write them on lines of their own")  # fmt: skip
    if len(groups) > 1:
        return [(equation, tuple(conditions)) for equation, conditions in equations]
    return [(equation, tuple(*groups)) for equation, _ in equations]


def _strip_brackets(part: list[Token]) -> list[Token]:
    """Return the inside of round brackets beside an equation: (i = j)."""
    if not is_bracketed(part, {"("}):
        return part
    inside = part[1:-1]
    if is_equation(inside) and not is_condition(inside):
        raise _not_a_condition(inside)
    return inside


def _not_a_condition(part: Sequence[Token]) -> Refusal:
    return Refusal("this condition is not understood", span_of(part, (0, 0)),
                   "conditions are about indices: i = y")  # fmt: skip


def _separate(line: list[Token]) -> list[list[Token]]:
    """Cut a line at commas, wide spaces and words outside brackets."""
    parts: list[list[Token]] = [[]]
    cursor = Cursor(line, line[-1].span)
    while cursor.kind:
        kind, start = cursor.kind, cursor.position
        if kind == "tag":
            cursor.take()
            parts.append(_tag_condition(cursor.group()))
        elif kind == "∀":
            _skip_range(cursor)
            parts.append([])
        elif kind in _SEPARATORS:
            _skip_separator(cursor)
            parts.append([])
        elif kind == "\\{" and is_open_ended(line, start):
            cursor.position = len(line)
            parts[-1] += line[start:]
        elif kind in CLOSING:
            cursor.position = closing(line, start) + 1
            parts[-1] += line[start : cursor.position]
        else:
            parts[-1].append(cursor.take())
    return parts


def _skip_separator(cursor: Cursor) -> None:
    """Take a separator with the range behind it; refuse a condition that is not about indices."""
    _refuse_function(cursor)
    words = _take_words(cursor)
    if words.endswith(("for all", "for every", "for each")) or _is_range(cursor):
        _skip_range(cursor)
    elif words.endswith(("if", "when")):
        _refuse_other_conditions(cursor.tokens[cursor.position :])


def _tag_condition(inside: list[Token]) -> list[Token]:
    """Return the condition in a tag; a number, a letter or a function's name is only a label."""
    if is_condition(inside):
        return inside
    refuse_strange_words(inside)
    strange = next((token for token in inside if token.kind not in _TAG_KINDS), None)
    if strange:
        raise Refusal("this tag is not understood", strange.span, "a tag is a number: \\tag{1}")
    return []


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
    return " ".join(word.text for word in words).strip()


def refuse_strange_words(tokens: Sequence[Token]) -> None:
    """Refuse words that may say something about an equation: "times two", "is wrong"."""
    for token in tokens:
        word = strange_word(token.text) if token.kind == "text" else ""
        if word:
            raise Refusal(f"the word '{word}' is not understood here", token.span, FORMULAS_ONLY)


def _refuse_other_conditions(rest: Sequence[Token]) -> None:
    """Refuse a condition behind "if" that is not about indices: y_i = 1."""
    part = next((part for part in split(rest, _SEPARATORS) if part), [])
    if part and not is_condition(_strip_brackets(part)):
        raise _not_a_condition(part)


def _skip_range(cursor: Cursor) -> None:
    r"""Skip ``\forall i \in 1 \ldots C``: every claim is for all its indices anyway."""
    if cursor.kind == "∀":
        cursor.take()
    while cursor.kind in {"letter", ","}:
        cursor.take()
    if cursor.kind in {"=", "∈"} and not _is_counting(cursor):
        raise cursor.unexpected("this range of indices is not understood")
    if cursor.kind in {"=", "∈"}:
        cursor.take()
    while cursor.kind in _RANGE_KINDS:
        cursor.take()
    if cursor.kind not in {"", "quad", "text", ";", "tag", "[", "{"}:
        raise cursor.unexpected("this range of indices is not understood")


def _is_range(cursor: Cursor) -> bool:
    """Say whether i = 1, ..., C comes next, or i, j ∈ {1, ..., C}."""
    count = 0
    while cursor.ahead(count).kind in {"letter", ","}:
        count += 1
    return count > 0 and cursor.ahead(count).kind in {"=", "∈"} and _is_counting(cursor, count)


def _is_counting(cursor: Cursor, count: int = 0) -> bool:
    """Say whether 1, ..., C or [1, C] follows the = or ∈ that stands ``count`` tokens ahead."""
    kinds = [cursor.ahead(count + distance).kind for distance in range(1, 9)]
    if kinds[0] in {"\\{", "{", "["}:
        kinds = kinds[1:]
    is_interval = cursor.ahead(count).kind == "∈" and kinds[:4] == ["number", ",", "letter", "]"]
    others = [kind for kind in kinds if kind not in {"number", ","}]
    return is_interval or (kinds[0] == "number" and others[:1] in (["dots"], ["."]))


def _trailing_condition(part: list[Token]) -> tuple[list[Token], list[Token]]:
    """Return an equation and the condition in round brackets at its end: a = b (i = j)."""
    if not part or part[-1].kind != ")":
        return part, []
    brackets = [
        position for position, token in enumerate(part)
        if token.kind == "(" and position and part[position - 1].text not in {"1", "𝟙", "I"}
        and part[position - 1].kind not in {"one", "}"}
    ]  # fmt: skip
    for position in brackets:
        inside = part[position + 1 : -1]
        if closing(part, position) == len(part) - 1 and is_condition(inside):
            return part[:position], inside
    return part, []
