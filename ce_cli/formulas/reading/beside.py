"""What stands beside an equation on its line: conditions, ranges, further equations, words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import CLOSING, Cursor, closing, span_of, split
from ce_cli.formulas.reading.indices import conditions_in, is_condition
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Condition

_BESIDE = frozenset({",", ";", "quad", "text", "∀", "tag", "."})
_OF_RANGES = frozenset({"letter", "number", "dots", ",", "\\{", "\\}", "{", "}", "[", "]", "."})


def is_equation(row: Sequence[Token]) -> bool:
    """Say whether a sign of equality stands outside brackets."""
    return len(list(split(row, {"="}))) > 1


def never_closes(found: Sequence[Token], at: int) -> bool:
    r"""Say whether ``\left\{`` stands alone, as it does in front of cases."""
    return found[at].kind == "\\{" and all(token.kind != "\\}" for token in found[at:])


def parts_of(row: list[Token]) -> list[list[Token]]:
    """Return the equation of a line and the parts beside it; prose and ranges are left out."""
    first, *rest = _separated(row)
    equation, condition = _trailing_condition(first)
    beside = [condition, *map(_without_brackets, rest)]
    return [equation, *(part for part in beside if part)]


def said(parts: list[list[Token]]) -> list[tuple[list[Token], tuple[Condition, ...]]]:
    """Return the equations of a line, each with what is said about indices behind it.

    Conditions in one place of the line are about all its equations.
    """
    found: list[tuple[list[Token], list[Condition]]] = [(parts[0], [])]
    for part in parts[1:]:
        if is_condition(part):
            found[-1][1].extend(conditions_in(part))
        else:
            found.append((part, []))
    said = [conditions for _, conditions in found if conditions]
    if len(said) > 1 and (len(said) < len(found) or not parts[0]):
        raise Refusal("which condition is for which equation?", span_of(parts[-1], (0, 0)),
                      "write them on lines of their own")  # fmt: skip
    if len(said) > 1:
        return [(equation, tuple(conditions)) for equation, conditions in found]
    return [(equation, tuple(*said)) for equation, _ in found]


def _without_brackets(part: list[Token]) -> list[Token]:
    """Return what stands in round brackets beside an equation: (i = j)."""
    is_bracketed = part and part[0].kind == "(" and closing(part, 0) == len(part) - 1
    inside = part[1:-1] if is_bracketed else part
    if is_bracketed and is_equation(inside) and not is_condition(inside):
        raise Refusal("this condition is not understood", span_of(inside, part[0].span),
                      "conditions are about indices: i = y")  # fmt: skip
    return inside


def _separated(row: list[Token]) -> list[list[Token]]:
    """Cut a line at commas, wide spaces and words outside brackets."""
    parts: list[list[Token]] = [[]]
    cursor = Cursor(row, row[-1].span)
    while cursor.kind:
        token = cursor.next
        if token.kind == "tag":
            cursor.take()
            parts.append(_tagged(cursor.group()))
        elif token.kind == "∀":
            _skip_range(cursor)
            parts.append([])
        elif token.kind in _BESIDE:
            _beside(cursor)
            parts.append([])
        elif token.kind in CLOSING and not never_closes(row, cursor.at):
            end = closing(row, cursor.at)
            parts[-1] += row[cursor.at : end + 1]
            cursor.at = end + 1
        elif token.kind == "\\{":
            parts[-1] += row[cursor.at :]
            cursor.at = len(row)
        else:
            parts[-1].append(cursor.take())
    return parts


def _beside(cursor: Cursor) -> None:
    """Take what separates, with the range behind it; refuse conditions that are none."""
    _refuse_function(cursor)
    words = _words(cursor)
    if words.endswith(("for all", "for every", "for each")) or _is_range(cursor):
        _skip_range(cursor)
    elif words.endswith(("if", "when")):
        _refuse_other_conditions(cursor.tokens[cursor.at :])


def _tagged(inside: list[Token]) -> list[Token]:
    """Return the condition in a tag; a number or a word is only a label."""
    return inside if is_condition(inside) else []


def _refuse_function(cursor: Cursor) -> None:
    r"""Refuse ``\text{ReLU}(z)``, which is no word between equations."""
    word, bracket = cursor.next, cursor.ahead()
    if word.kind == "text" and bracket.kind == "(" and word.span[1] == bracket.span[0]:
        inside = cursor.tokens[cursor.at + 2 : closing(cursor.tokens, cursor.at + 1)]
        if not is_condition(inside):
            raise Refusal(f"the function {word.text.strip()} is not understood", word.span)


def _words(cursor: Cursor) -> str:
    """Take a separator, and return the words it consists of."""
    words = [cursor.take().text]
    while cursor.kind == "text":
        words.append(cursor.take().text)
    return " ".join(words).strip()


def _refuse_other_conditions(rest: Sequence[Token]) -> None:
    """Refuse what stands behind "if" and is no condition on indices: y_i = 1."""
    part = next((part for part in split(rest, _BESIDE) if part), [])
    if part and not is_condition(_without_brackets(list(part))):
        raise Refusal("this condition is not understood", span_of(part, part[0].span),
                      "conditions are about indices: i = y")  # fmt: skip


def _skip_range(cursor: Cursor) -> None:
    r"""Skip ``\forall i \in 1 \ldots C``: every claim is for all its indices anyway."""
    if cursor.kind == "∀":
        cursor.take()
    while cursor.kind in {"letter", ","}:
        cursor.take()
    if cursor.kind in {"=", "∈"} and not _is_dotted(cursor):
        raise cursor.unexpected("this range of indices is not understood")
    if cursor.kind in {"=", "∈"}:
        cursor.take()
    while cursor.kind in _OF_RANGES:
        cursor.take()
    if cursor.kind not in {"", "quad", "text", ";", "tag", "[", "{"}:
        raise cursor.unexpected("this range of indices is not understood")


def _is_range(cursor: Cursor) -> bool:
    """Say whether i = 1, ..., C comes next, or i, j ∈ {1, ..., C}."""
    by = 0
    while cursor.ahead(by).kind in {"letter", ","}:
        by += 1
    return by > 0 and cursor.ahead(by).kind in {"=", "∈"} and _is_dotted(cursor, by)


def _is_dotted(cursor: Cursor, by: int = 0) -> bool:
    """Say whether behind the = or ∈ that stands there comes 1, ..., C or [1, C]."""
    kinds = [cursor.ahead(by + step).kind for step in range(1, 9)]
    if kinds[0] in {"\\{", "{", "["}:
        kinds = kinds[1:]
    interval = cursor.ahead(by).kind == "∈" and kinds[:4] == ["number", ",", "letter", "]"]
    counted = [kind for kind in kinds if kind not in {"number", ","}]
    return interval or (kinds[0] == "number" and counted[:1] in (["dots"], ["."]))


def _trailing_condition(part: list[Token]) -> tuple[list[Token], list[Token]]:
    """Return an equation and the condition in round brackets at its end: a = b (i = j)."""
    if not part or part[-1].kind != ")":
        return part, []
    opened = [
        at for at, token in enumerate(part)
        if token.kind == "(" and at and part[at - 1].text not in {"1", "𝟙", "I"}
        and part[at - 1].kind not in {"one", "}"}
    ]  # fmt: skip
    for at in opened:
        inside = part[at + 1 : -1]
        if closing(part, at) == len(part) - 1 and is_condition(inside):
            return part[:at], inside
    return part, []
