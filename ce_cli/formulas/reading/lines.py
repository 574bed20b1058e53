"""The lines of a paragraph: which go on with the line before, which stand for themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import CLOSING, closing, is_open_ended, span_of
from ce_cli.formulas.reading.remarks import is_equation, read_line
from ce_cli.formulas.reading.tokens import Refusal, Token
from ce_cli.formulas.reading.tree import Range

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ce_cli.formulas.reading.remarks import Line

BREAKS = frozenset({"\\\\", "half break", "newline", "blank"})
_BINARY_SIGNS = frozenset({"+", "-", "*", "/", "⊙"})
_LONGEST_CONDITION = 80
"""Tokens in a line that holds nothing but conditions."""
_IN_FRONT = re.compile(r"\bcase\b|当|情况", re.IGNORECASE)
_BEHIND = re.compile(r"\b(?:where|with)\b|其中", re.IGNORECASE)
"""Words of conditions that are about the equation in front of them, or behind them."""


def cut_lines(paragraph: Sequence[Token], indices: Collection[str]) -> list[list[Token]]:
    """Return the lines, each with its continuation lines and the conditions below it; & is dropped.

    ``indices`` are the letters that the text uses as indices.
    """
    lines: list[list[Token]] = []
    raw = list(_raw_lines(paragraph))
    is_soft, has_heading, is_below_heading = False, False, False
    for number, (line, ends_soft) in enumerate(raw):
        condition, is_heading = _lone_condition(line, indices), False
        if condition:
            following = next((later for later, _ in raw[number + 1 :] if later), [])
            is_heading = not lines or has_heading or _stands_in_front(condition, line, following)
            has_heading |= is_heading
            if is_heading:
                lines.append(line)
            else:
                lines[-1] += [Token("quad", "", line[0].span), *line]
        elif line and lines and not is_below_heading and _continues(lines[-1], line, is_soft):
            lines[-1] += line
        elif line:
            lines.append(line)
        is_below_heading = is_heading if line else is_below_heading
        is_soft = ends_soft if line else is_soft and ends_soft
    return lines


def _lone_condition(line: list[Token], indices: Collection[str]) -> Line | None:
    """Return a line that has conditions and no equation, else None."""
    if not line or len(line) > _LONGEST_CONDITION:
        return None
    try:
        read = read_line(line, indices)
    except Refusal:
        return None
    return read if read.is_lone_condition else None


def _stands_in_front(condition: Line, line: list[Token], following: list[Token]) -> bool:
    """Say whether a condition on a line of its own is about the equations behind it.

    Raises
    ------
    Refusal
        If it may be about those in front of it just as well.
    """
    if condition.has_colon or _IN_FRONT.search(condition.words):
        return True
    is_range = all(isinstance(part, Range) for part in condition.heading)
    is_last = not following or following[0].kind == "="
    if is_range or is_last or _BEHIND.search(condition.words):
        return False
    if condition.words:
        raise Refusal("is this condition about the equation before or behind it?",
                      span_of(line, (0, 0)),
                      "write it beside its equation, or put a colon behind it")  # fmt: skip
    return True


def _raw_lines(paragraph: Sequence[Token]) -> Iterator[tuple[list[Token], bool]]:
    """Yield the lines outside brackets, and whether a mere newline ends them."""
    line: list[Token] = []
    position = 0
    while position < len(paragraph):
        token = paragraph[position]
        if token.kind in BREAKS or token.kind == "⇒":
            yield line, token.kind in {"newline", "blank"}
            line = [token] if token.kind == "⇒" else []
        elif token.kind in CLOSING and not is_open_ended(paragraph, position):
            start, position = position, closing(paragraph, position)
            inside = paragraph[start : position + 1]
            line += [part for part in inside if part.kind not in {"newline", "blank"}]
        elif token.kind != "&" and (line or token.kind != "quad"):
            line.append(token)
        position += 1
    yield line, False


def _continues(previous: list[Token], line: list[Token], is_soft: bool) -> bool:
    """Say whether a line goes on with the expression of the line before."""
    if line[0].kind == "⇒" or previous[-1].kind == "⇒":
        return previous[-1].kind == "⇒"
    if line[0].kind in _BINARY_SIGNS:
        return not (is_equation(line) and is_equation(previous))
    if previous[-1].kind in _BINARY_SIGNS | {"="}:
        return True
    return is_soft and line[0].kind != "=" and not is_equation(line)
