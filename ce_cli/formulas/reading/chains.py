r"""Chains of equations: which lines belong together, and which conditions hold in them.

A line that starts with = goes on with the chain, a line with a left side of its own starts a
new one; so does a blank line. Behind a comma, a wide space, words or in a \tag stand conditions
(i = j), which hold from there on, or further equations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.formulas.reading.cursor import CLOSING, closing, is_open_ended, span_of, split
from ce_cli.formulas.reading.limits import LENGTH, LINKS, TOTAL_LENGTH
from ce_cli.formulas.reading.parse import parse
from ce_cli.formulas.reading.remarks import equations_with_conditions, is_equation, split_line
from ce_cli.formulas.reading.size import check_size
from ce_cli.formulas.reading.tokens import TWO_SIDES, Refusal, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.tree import Condition, Node, Span

_OUTER = frozenset([
    "align", "aligned", "split", "equation", "gather", "gathered", "multline", "displaymath",
    "eqnarray", "array", "flalign", "alignat", "math",
])  # fmt: skip
"""Environments around lines; they mean nothing."""
_BREAKS = frozenset({"\\\\", "half break", "newline", "blank"})
_BINARY_SIGNS = frozenset({"+", "-", "*", "/", "⊙"})


@dataclass(frozen=True)
class Side:
    """One side of an equation: its tree, or the reason why it is not understood."""

    span: Span
    node: Node | None
    refusal: Refusal | None = None
    conditions: tuple[Condition, ...] = ()
    """The conditions on indices in this line, or above it in the chain."""


@dataclass
class Chain:
    """Sides that are claimed to be equal, in the order of the text."""

    sides: list[Side] = field(default_factory=list)

    @property
    def nodes(self) -> list[Node]:
        """The trees of the sides that are understood."""
        return [side.node for side in self.sides if side.node]


def read_chains(text: str, place: str = "") -> list[Chain]:
    r"""Return the chains of a text.

    Raises
    ------
    InputError
        If the text is too long, holds no equation, or has brackets that do not match.

    Examples
    --------
    >>> [chain] = read_chains("a = b \\\\\\\\ &= c")
    >>> len(chain.sides)
    3
    """
    if len(text.encode(errors="replace")) > TOTAL_LENGTH:
        raise InputError(f"a text of more than {TOTAL_LENGTH // 1000} kB", place=place,
                         hint="check it in parts")  # fmt: skip
    try:
        chains = list(_chains(text))
    except Refusal as refusal:
        raise refusal.as_error(text, place) from None
    if not chains:
        raise InputError("no equation", place=place, text=text.strip()[:70],
                         hint=TWO_SIDES)  # fmt: skip
    if sum(len(chain.sides) for chain in chains) > LINKS:
        raise InputError(f"more than {LINKS} steps", place=place)
    return chains


def _chains(text: str) -> Iterator[Chain]:
    plain = "\\" not in text
    for paragraph in _paragraphs(tokens(text)):
        first, last = span_of(paragraph, (0, 0))
        if last - first > LENGTH:
            raise Refusal(f"a chain of more than {LENGTH // 1000} kB", (first, first + 1))
        yield from _ChainReader(plain).read(_strip_outer(paragraph))


def _paragraphs(text: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens between blank lines that stand outside environments."""
    part: list[Token] = []
    depth = 0
    for token in text:
        depth += (token.kind == "begin") - (token.kind == "end")
        if token.kind == "blank" and depth <= 0:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def _strip_outer(paragraph: Sequence[Token]) -> list[Token]:
    """Return tokens without the environments around the lines."""
    inside: list[Token] = []
    dropped: list[bool] = []  # of the environments that are open
    position = 0
    while position < len(paragraph):
        token = paragraph[position]
        position += 1
        if token.kind == "begin":
            is_outer = token.text in _OUTER and all(dropped) and not _is_inside(inside)
            dropped.append(is_outer)
            is_brace = position < len(paragraph) and paragraph[position].kind == "{"
            if is_outer and token.text == "array" and is_brace:
                position = closing(paragraph, position) + 1
            if is_outer:
                continue
        elif token.kind == "end" and dropped and dropped.pop():
            continue
        inside.append(token)
    return inside


def _is_inside(before: Sequence[Token]) -> bool:
    """Say whether an environment behind these tokens is part of a formula: a matrix, cases."""
    opened = sum(token.kind in CLOSING for token in before)
    closed = sum(token.kind in CLOSING.values() for token in before)
    is_start = all(token.kind in _BREAKS for token in before) or before[-1].kind in _BREAKS
    return opened > closed or not is_start


class _ChainReader:
    """Puts lines together to chains."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain
        self.chains: list[Chain] = []
        self.conditions: tuple[Condition, ...] = ()

    def read(self, paragraph: Sequence[Token]) -> list[Chain]:
        """Return the chains of one paragraph."""
        for line in _lines(paragraph):
            self._add_line(line)
        self._refuse_lone_side()
        return self.chains

    def _add_line(self, line: list[Token]) -> None:
        follows = line[0].kind == "⇒"
        if follows and len(line) == 1:
            raise Refusal("nothing follows", line[0].span)
        parts = split_line(line[1:] if follows else line)
        (first, stated), *others = equations_with_conditions(parts)
        if first and first[0].kind != "=":
            self._refuse_lone_side()
            self.chains.append(Chain())
            self.conditions = ()
        self.conditions += stated
        if first:
            self._add_sides(first)
        for part, conditions in others:
            self._add_further_equation(part, conditions)

    def _refuse_lone_side(self) -> None:
        for chain in self.chains:
            if len(chain.sides) == 1:
                raise Refusal("no equation", chain.sides[0].span, TWO_SIDES)

    def _add_sides(self, part: list[Token]) -> None:
        """Add the sides of one line to the chain."""
        if not self.chains:
            raise Refusal("nothing stands on the left of '='", part[0].span)
        sides = list(split(part, {"="}))
        if part[0].kind == "=":
            sides = sides[1:]
        for side in sides:
            self.chains[-1].sides.append(self._side(side, part))

    def _side(self, side: list[Token], part: list[Token]) -> Side:
        span = span_of(side, (part[-1].span[1], part[-1].span[1]))
        try:
            if not side:
                raise Refusal("nothing stands beside '='", part[-1].span)  # noqa: TRY301
            node = parse(side, (span[1], span[1]), plain=self.plain)
            check_size(node)
            return Side(span, node, conditions=self.conditions)
        except Refusal as refusal:
            return Side(span, None, refusal, self.conditions)

    def _add_further_equation(self, part: list[Token], conditions: tuple[Condition, ...]) -> None:
        """Read an equation that stands beside the first one of its line."""
        if not any(token.kind == "=" for token in part):
            raise Refusal("this is not understood beside an equation",
                          span_of(part, part[0].span))  # fmt: skip
        chains, self.chains = self.chains, [Chain()]
        outer, self.conditions = self.conditions, conditions
        self._add_sides(part)
        self.chains, self.conditions = [*chains, *self.chains], outer


def _lines(paragraph: Sequence[Token]) -> list[list[Token]]:
    """Return the lines, each with its continuation lines; & is dropped."""
    lines: list[list[Token]] = []
    is_soft = False
    for line, ends_soft in _raw_lines(paragraph):
        if line and lines and _continues(lines[-1], line, is_soft):
            lines[-1] += line
        elif line:
            lines.append(line)
        is_soft = ends_soft if line else is_soft and ends_soft
    return lines


def _raw_lines(paragraph: Sequence[Token]) -> Iterator[tuple[list[Token], bool]]:
    """Yield the lines outside brackets, and whether a mere newline ends them."""
    line: list[Token] = []
    position = 0
    while position < len(paragraph):
        token = paragraph[position]
        if token.kind in _BREAKS or token.kind == "⇒":
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
