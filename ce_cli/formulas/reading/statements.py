r"""Chains of equations: which lines belong together, and what is said beside them.

A line that starts with = goes on with the chain, a line with a left side of its own starts a
new one; so does a blank line. Behind a comma, a wide space, words or in a \tag stand conditions
(i = j), which hold from there on, or further equations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.formulas.reading.beside import is_equation, never_closes, parts_of, said
from ce_cli.formulas.reading.cursor import CLOSING, closing, span_of, split
from ce_cli.formulas.reading.limits import LENGTH, LINKS, TOTAL_LENGTH
from ce_cli.formulas.reading.parse import parse
from ce_cli.formulas.reading.size import check_size
from ce_cli.formulas.reading.tokens import TWO_SIDES, Refusal, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.tree import Condition, Node, Span

OUTER = frozenset(
    [
        "align",
        "aligned",
        "split",
        "equation",
        "gather",
        "gathered",
        "multline",
        "displaymath",
        "eqnarray",
        "array",
        "flalign",
        "alignat",
        "math",
    ]
)
_BREAKS = frozenset({"\\\\", "eaten", "newline", "blank"})
_OPERATORS = frozenset({"+", "-", "*", "/", "⊙"})


@dataclass(frozen=True)
class Side:
    """One side of an equation: its tree, or why it is not understood."""

    span: Span
    node: Node | None
    refusal: Refusal | None = None
    conditions: tuple[Condition, ...] = ()
    """What is said about indices in this line or above it in the chain."""


@dataclass
class Chain:
    """Sides that are claimed to be equal, in the order of the text."""

    sides: list[Side] = field(default_factory=list)


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
    _check_length(text, place)
    try:
        chains = list(_chains(text))
    except Refusal as refusal:
        raise refusal.located(text, place) from None
    if not chains:
        raise InputError("no equation", place=place, text=text.strip()[:70],
                         hint=TWO_SIDES)  # fmt: skip
    if sum(len(chain.sides) for chain in chains) > LINKS:
        raise InputError(f"more than {LINKS} steps", place=place)
    return chains


def _check_length(text: str, place: str) -> None:
    if len(text.encode(errors="replace")) > TOTAL_LENGTH:
        raise InputError(f"a text of more than {TOTAL_LENGTH // 1000} kB", place=place,
                         hint="check it in parts")  # fmt: skip


def _chains(text: str) -> Iterator[Chain]:
    plain = "\\" not in text
    for paragraph in _paragraphs(tokens(text)):
        first, last = span_of(paragraph, (0, 0))
        if last - first > LENGTH:
            raise Refusal(f"a chain of more than {LENGTH // 1000} kB", (first, first + 1))
        yield from ChainReader(plain).read(_without_outer(paragraph))


def _paragraphs(found: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens between blank lines that stand outside environments."""
    part: list[Token] = []
    depth = 0
    for token in found:
        depth += (token.kind == "begin") - (token.kind == "end")
        if token.kind == "blank" and depth <= 0:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def _without_outer(found: Sequence[Token]) -> list[Token]:
    """Return tokens without the environments around the lines."""
    kept: list[Token] = []
    dropped: list[bool] = []
    at = 0
    while at < len(found):
        token = found[at]
        at += 1
        if token.kind == "begin":
            outer = token.text in OUTER and all(dropped) and not _is_inside(kept)
            dropped.append(outer)
            if outer and token.text == "array" and at < len(found) and found[at].kind == "{":
                at = closing(found, at) + 1
            if outer:
                continue
        elif token.kind == "end" and dropped and dropped.pop():
            continue
        kept.append(token)
    return kept


def _is_inside(kept: Sequence[Token]) -> bool:
    """Say whether what comes next stands in brackets or behind a factor: a matrix, cases."""
    opened = sum(token.kind in CLOSING for token in kept)
    closed = sum(token.kind in CLOSING.values() for token in kept)
    before = next((token for token in reversed(kept) if token.kind not in _BREAKS), None)
    is_line_start = before is None or kept[-1].kind in _BREAKS
    return opened > closed or not is_line_start


class ChainReader:
    """Puts lines together to chains."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain
        self.chains: list[Chain] = []
        self.conditions: tuple[Condition, ...] = ()

    def read(self, found: Sequence[Token]) -> list[Chain]:
        """Return the chains of one paragraph."""
        for row in _rows(found):
            self._row(row)
        self._lone_side()
        return self.chains

    def _row(self, row: list[Token]) -> None:
        follows = row[0].kind == "⇒"
        if follows and len(row) == 1:
            raise Refusal("nothing follows", row[0].span)
        (first, stated), *others = said(parts_of(row[1:] if follows else row))
        if first and first[0].kind != "=":
            self._lone_side()
            self.chains.append(Chain())
            self.conditions = ()
        self.conditions += stated
        if first:
            self._sides(first)
        for part, conditions in others:
            self._beside(part, conditions)

    def _lone_side(self) -> None:
        for chain in self.chains:
            if len(chain.sides) == 1:
                raise Refusal("no equation", chain.sides[0].span, TWO_SIDES)

    def _sides(self, part: list[Token]) -> None:
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

    def _beside(self, part: list[Token], conditions: tuple[Condition, ...]) -> None:
        """Read a further equation that stands beside the first."""
        if not any(token.kind == "=" for token in part):
            raise Refusal("this is not understood beside an equation",
                          span_of(part, part[0].span))  # fmt: skip
        chain, self.chains = self.chains, [Chain()]
        before, self.conditions = self.conditions, conditions
        self._sides(part)
        self.chains, self.conditions = [*chain, *self.chains], before


def _rows(found: Sequence[Token]) -> list[list[Token]]:
    """Return the lines, each with what continues it; & is dropped."""
    rows: list[list[Token]] = []
    soft = False
    for row, ends_soft in _raw_rows(found):
        if row and rows and _continues(rows[-1], row, soft):
            rows[-1] += row
        elif row:
            rows.append(row)
        if row:
            soft = ends_soft
        elif not ends_soft:
            soft = False
    return rows


def _raw_rows(found: Sequence[Token]) -> Iterator[tuple[list[Token], bool]]:
    """Yield the lines outside brackets, and whether a mere newline ends them."""
    row: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.kind in _BREAKS or token.kind == "⇒":
            yield row, token.kind in {"newline", "blank"}
            row = [token] if token.kind == "⇒" else []
        elif token.kind in CLOSING and not never_closes(found, at):
            end = closing(found, at)
            row += [part for part in found[at : end + 1] if part.kind not in {"newline", "blank"}]
            at = end
        elif token.kind != "&" and (row or token.kind != "quad"):
            row.append(token)
        at += 1
    yield row, False


def _continues(before: list[Token], row: list[Token], soft: bool) -> bool:
    """Say whether a line goes on with the expression of the line before."""
    if row[0].kind == "⇒" or before[-1].kind == "⇒":
        return before[-1].kind == "⇒"
    if row[0].kind in _OPERATORS:
        return not (is_equation(row) and is_equation(before))
    if before[-1].kind in _OPERATORS | {"="}:
        return True
    return soft and row[0].kind != "=" and not is_equation(row)
