r"""Ranges of indices beside an equation: ``\forall i \ne j``, i = 2, ..., K."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import closing, span_of, split, strip_brackets
from ce_cli.formulas.reading.indices import conditions_in, is_condition, read_index
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ce_cli.formulas.reading.cursor import Cursor
    from ce_cli.formulas.reading.tokens import Token

_BRACKETS = frozenset({"\\{", "{", "["})
_BEHIND = (",", "=", "∈", "≠", ".")
"""The kinds of tokens behind a letter of a range."""
_COUNTED = frozenset({"=", "∈", "number", ",", "dots", "."})


def stated_for_all(cursor: Cursor, ends: Collection[str]) -> tuple[t.Condition | t.Range, ...]:
    """Take the letters behind "for all" with their range; return the conditions on them.

    Raises
    ------
    Refusal
        If it is neither a range nor a condition on indices.
    """
    rest = next(split(cursor.tokens[cursor.position :], ends))
    letters, position = _letters_in_front(rest)
    if letters and rest[position : position + 1] and rest[position].kind == ",":
        rest = rest[:position]
    rest = rest[: position + _length(rest[position:])]
    cursor.position += len(rest)
    ranged = rest[position:]
    while ranged and ranged[-1].kind in {".", ","}:
        ranged = ranged[:-1]
    condition = [*letters[-1:], *ranged]
    if letters and (not ranged or is_condition(condition)):
        return tuple(conditions_in(condition)) if ranged else ()
    stated = _ranges(letters, ranged)
    if not stated:
        raise Refusal("this range of indices is not understood", span_of(rest, cursor.end))
    return stated


def _letters_in_front(tokens: Sequence[Token]) -> tuple[list[Token], int]:
    """Return the letters of i, j = ..., and the position behind the last one."""
    letters: list[Token] = []
    position = 0
    while position < len(tokens) and tokens[position].kind == "letter":
        letters.append(tokens[position])
        position += 1
        kinds = [token.kind for token in tokens[position : position + 3]]
        if kinds[:2] != [",", "letter"] or kinds[2:] not in ([], *([kind] for kind in _BEHIND)):
            break
        position += 1
    return letters, position


def _length(ranged: Sequence[Token]) -> int:
    """Return how many tokens belong to = 1, ..., K, to ∈ {1, ..., K} or to = j."""
    if len(ranged) > 1 and ranged[0].kind in {"=", "∈"} and ranged[1].kind in _BRACKETS:
        return closing(ranged, 1) + 1
    counted = [token.kind for token in takewhile(lambda token: token.kind in _COUNTED, ranged)]
    start = len(counted) if {"dots", "."} & set(counted) else 0
    return start + len(next(split(ranged[start:], {","})))


def _ranges(letters: Sequence[Token], ranged: list[Token]) -> tuple[t.Range, ...]:
    is_range = bool(letters and ranged) and ranged[0].kind in {"=", "∈"}
    ends = _ends(ranged[1:]) if is_range else None
    if ends is None:
        return ()
    lower, upper = ends
    span = (letters[0].span[0], ranged[-1].span[1])
    return tuple(t.Range(span, t.Name(letter.span, letter.text), lower, upper)
                 for letter in letters)  # fmt: skip


def is_range(cursor: Cursor) -> bool:
    """Say whether i = 1, ..., C comes next, or i, j ∈ {1, ..., C}."""
    letters, position = _letters_in_front(cursor.tokens[cursor.position :])
    ranged = cursor.tokens[cursor.position + position :]
    if not letters or not ranged or ranged[0].kind not in {"=", "∈"}:
        return False
    inside = ranged[1:][ranged[1:2] != [] and ranged[1].kind in _BRACKETS :]
    kinds = [token.kind for token in inside[:9]]
    is_interval = ranged[0].kind == "∈" and kinds[1:2] == [","] and kinds[3:4] == ["]"]
    others = [kind for kind in kinds if kind not in {"number", ","}]
    has_dots = others[:1] == ["dots"] or others[:2] == [".", "."]
    return is_interval or (kinds[:1] == ["number"] and has_dots)


def _ends(tokens: list[Token]) -> tuple[t.Number, t.Node] | None:
    """Return the ends of 1, ..., C or of the interval [1, C]; None for anything else."""
    inside = strip_brackets(tokens, _BRACKETS)
    written = _around_dots(inside)
    if not written and len(inside) < len(tokens) and tokens[0].kind == "[":
        written = list(split(inside, {","}))
        written = written if len(written) == 2 else []
    if len(written) < 2 or not all(written):
        return None
    *first, upper = map(read_index, written)
    numbers = [index for index in first if isinstance(index, t.Number)]
    is_counting = len(numbers) == len(first) and all(
        later.value == number.value + 1 for number, later in pairwise(numbers)
    )
    return (numbers[0], upper) if is_counting and upper is not None else None


def _around_dots(tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the values in front of the only dots and the one behind them; none without dots."""
    kinds = [token.kind for token in tokens]
    dots = [at for at, kind in enumerate(kinds) if kind in {"dots", "."}]
    start, end = (dots[0], dots[-1] + 1) if dots else (0, 0)
    if kinds[start:end] not in (["dots"], [".", "."]):
        return []
    start -= kinds[start - 1 : start] == [","]
    end += kinds[end : end + 1] == [","]
    return [*split(tokens[:start], {","}), list(tokens[end:])]
