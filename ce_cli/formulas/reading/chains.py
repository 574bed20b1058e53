r"""Chains of equations: which lines belong together, and which conditions hold in them.

A line that starts with = goes on with the chain, a line with a left side of its own starts a
new one; so does a blank line. Behind a comma, a wide space, words or in a \tag stand conditions
(i = j), which hold from there on, or further equations. Conditions in front of equations hold up to
the next ones in front of others.

A line or paragraph that is not understood is a chain of its own, with the refusal: it spoils no
other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.formulas.reading.cursor import CLOSING, closing, span_of, split
from ce_cli.formulas.reading.indices import are_opposite, index_letters
from ce_cli.formulas.reading.limits import LENGTH, LINKS, TOTAL_LENGTH
from ce_cli.formulas.reading.lines import BREAKS, cut_lines
from ce_cli.formulas.reading.parse import parse
from ce_cli.formulas.reading.remarks import (
    has_sign_of_heading,
    is_equation,
    may_state_condition,
    read_line,
)
from ce_cli.formulas.reading.size import check_size
from ce_cli.formulas.reading.tokens import TWO_SIDES, Refusal, Token, tokens
from ce_cli.formulas.reading.tree import Condition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ce_cli.formulas.reading.remarks import Line, Part, Statement
    from ce_cli.formulas.reading.tree import Node, Span

_OUTER = frozenset([
    "align", "aligned", "split", "equation", "gather", "gathered", "multline", "displaymath",
    "eqnarray", "array", "flalign", "alignat", "math",
])  # fmt: skip
"""Environments around lines; they mean nothing."""


@dataclass(frozen=True)
class Side:
    """One side of an equation: its tree, or the reason why it is not understood."""

    span: Span
    node: Node | None
    refusal: Refusal | None = None
    conditions: tuple[Statement, ...] = ()
    """The conditions in this line, above it in the chain, or in front of it."""


@dataclass
class Chain:
    """Sides that are claimed to be equal, in the order of the text."""

    sides: list[Side] = field(default_factory=list)
    refusal: Refusal | None = None
    """The reason why no equation of the chain is judged, if it is known."""
    defines: bool = False
    """Whether the first equation gives a letter its meaning."""

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
        raise InputError("no equation", place=place or "1:1", text=text.strip()[:70],
                         hint=TWO_SIDES)  # fmt: skip
    if sum(len(chain.sides) for chain in chains) > LINKS:
        raise InputError(f"more than {LINKS} steps", place=place, hint="check it in parts")
    return chains


def _chains(text: str) -> Iterator[Chain]:
    scanned = tokens(text)
    reader = _ChainReader("\\" not in text, index_letters(scanned))
    for paragraph in _paragraphs(scanned):
        first, last = span_of(paragraph, (0, 0))
        if last - first > LENGTH:
            raise Refusal(f"a chain of more than {LENGTH // 1000} kB", (first, first + 1))
        yield from reader.read(paragraph)
    yield from reader.read_end()


def _paragraphs(text: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens between blank lines that stand outside environments."""
    part: list[Token] = []
    depth, closed = 0, _closed_environments(text)
    for position, token in enumerate(text):
        depth += closed.get(position, 0)
        if token.kind == "blank" and depth == 0:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def _closed_environments(text: Sequence[Token]) -> dict[int, int]:
    r"""Return the positions of ``\begin`` and ``\end`` that belong together, as 1 and -1."""
    closed: dict[int, int] = {}
    opened: list[int] = []
    for position, token in enumerate(text):
        if token.kind == "begin":
            opened.append(position)
        elif token.kind == "end" and opened and text[opened[-1]].text == token.text:
            closed |= {opened.pop(): 1, position: -1}
    return closed


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
    if any(dropped):
        opening = next(token for token in paragraph if token.kind == "begin")
        raise Refusal(f"\\begin{{{opening.text}}} is not closed", opening.span)
    return inside


def _is_inside(before: Sequence[Token]) -> bool:
    """Say whether an environment behind these tokens is part of a formula: a matrix, cases."""
    opened = sum(token.kind in CLOSING for token in before)
    closed = sum(token.kind in CLOSING.values() for token in before)
    is_start = all(token.kind in BREAKS for token in before) or before[-1].kind in BREAKS
    return opened > closed or not is_start


class _ChainReader:
    """Puts lines together to chains."""

    def __init__(self, plain: bool, indices: Collection[str]) -> None:
        self.plain, self.indices = plain, indices
        self.chains: list[Chain] = []
        self.heading: tuple[Statement, ...] = ()
        """The conditions in front of the equations, on a line of their own or on the same line."""
        self.has_line = False
        """Whether the heading has a line of its own, and so holds behind blank lines, too."""
        self.lone: Statement | None = None
        """The condition of a heading that no equation followed yet."""
        self.conditions: tuple[Statement, ...] = ()
        """The conditions behind the equations of the chain."""
        self.doubt: Refusal | None = None
        """A condition in front of the equations that is not understood."""
        self.doubt_has_line = False
        self.before: list[Chain] = []
        """The chains of the paragraphs before."""
        self.doubtful_from: int | None = None
        """The first chain that a condition without a colon may be about, in front or behind."""

    def read(self, paragraph: Sequence[Token]) -> list[Chain]:
        """Return the chains of one paragraph."""
        self.chains, self.conditions = [], ()
        if not self.has_line:
            self.heading = ()
        if not self.doubt_has_line:
            self.doubt = None
        try:
            lines = cut_lines(_strip_outer(paragraph), self.indices)
        except Refusal as refusal:
            lines = []
            for equation in _equations_in(paragraph):
                self._add_refused(equation, refusal)
            self._doubt_others(paragraph, refusal, [])
        for line in lines:
            try:
                self._add_line(line)
            except Refusal as refusal:
                self._doubt_others(line, refusal, self.chains[-1:])
                self._add_refused(line, refusal)
        self._complete_lone_sides()
        self.before += self.chains
        return self.chains

    def read_end(self) -> list[Chain]:
        """Return a chain for a heading behind which no equation stands, if there is one.

        All headings may then be about the equations before them.
        """
        self.chains = []
        self._drop_lone_condition()
        if self.chains and self.doubtful_from is not None:
            _refuse_chains(self.before[self.doubtful_from :], self.chains[0].sides[0].refusal)
        return self.chains

    def _drop_lone_condition(self) -> None:
        """Refuse a heading behind which no equation stands."""
        if self.lone:
            refusal = Refusal("no equation follows this condition", self.lone.span)
            end = (self.lone.span[1],) * 2
            sides = [Side(self.lone.span, None, refusal), Side(end, None, refusal)]
            self.chains.append(Chain(sides, refusal))
        self.lone = None

    def _doubt_others(
        self, tokens: Sequence[Token], refusal: Refusal, before: Sequence[Chain]
    ) -> None:
        """Note that a line which is not understood may be a condition on others.

        Without a colon it may be about the equation before it as well.
        """
        if may_state_condition(tokens):
            self.doubt = refusal
            self.doubt_has_line = sum(token.kind in {"=", "≠"} for token in tokens) < 2
            if not has_sign_of_heading(tokens):
                _refuse_chains(before, refusal)

    def _add_refused(self, tokens: Sequence[Token], refusal: Refusal) -> None:
        """Add tokens that are not understood: the left side, if it is, and the refusal."""
        self.chains = [chain for chain in self.chains if chain.sides]
        tokens = [token for token in tokens if token.kind != "&"]
        equal = next((at for at, token in enumerate(tokens) if token.kind == "="), len(tokens))
        if equal or not self.chains:
            self.chains.append(Chain())
        sides = self.chains[-1].sides
        if 0 < equal < len(tokens):
            left = self._side(list(tokens[:equal]), list(tokens))
            sides.append(left if left.node else replace(left, refusal=refusal))
        rest = tokens[equal + 1 :] or tokens
        sides.append(Side(span_of(rest, refusal.span), None, refusal))

    def _add_line(self, tokens: list[Token]) -> None:
        follows = tokens[0].kind == "⇒"
        if follows and len(tokens) == 1:
            raise Refusal("nothing follows", tokens[0].span)
        line = read_line(tokens[1:] if follows else tokens, self.indices)
        _refuse_fragments(line.equations[1:])
        self._set_heading(line)
        for number, part in enumerate(line.equations):
            self._add_equation(part, is_first=number == 0)
        sides = self.chains[-1].sides if line.equations else []
        refusal = next((side.refusal for side in sides if side.refusal), None)
        if refusal:
            self._doubt_others(tokens, refusal, self.chains[-2:])

    def _set_heading(self, line: Line) -> None:
        """Note the conditions in front of equations; others behind an equation end them."""
        if line.heading or line.is_case:
            self._drop_lone_condition()
            self.doubt = None
            if line.is_lone_condition and not line.has_colon and self.doubtful_from is None:
                self.doubtful_from = max(len(self.before) + len(self.chains) - 1, 0)
            self.heading, self.has_line = line.heading, not line.equations
        elif not self.has_line and any(part.conditions for part in line.equations):
            self.heading = ()
        if line.equations:
            self.lone = None
        elif line.heading:
            self.lone = line.heading[0]

    def _add_equation(self, part: Part, *, is_first: bool) -> None:
        """Add an equation of a line: a new chain, or more sides of the last one."""
        goes_on = part.tokens[0].kind == "=" and is_first
        if not goes_on:
            self.chains.append(Chain(refusal=self.doubt))
            self.conditions = ()
        self.conditions += part.conditions
        _refuse_contradiction((*self.heading, *self.conditions))
        self._add_sides(part.tokens)

    def _complete_lone_sides(self) -> None:
        """Give a side that no equation has a second one with the reason.

        It may go on with an equation beside it, which then is not judged either.
        """
        for at, chain in enumerate(self.chains):
            if len(chain.sides) == 1:
                (side,) = chain.sides
                chain.refusal = side.refusal or Refusal("no equation", side.span, TWO_SIDES)
                chain.sides.append(Side((side.span[1],) * 2, None, chain.refusal))
                for neighbour in self.chains[max(at - 1, 0) : at + 2]:
                    neighbour.refusal = neighbour.refusal or chain.refusal

    def _add_sides(self, part: list[Token]) -> None:
        """Add the sides of one line to the chain."""
        if not self.chains:
            raise Refusal("nothing stands on the left of '='", part[0].span)
        sides = list(split(part, {"="}))
        if part[0].kind == "=":
            sides = sides[1:]
        read = [self._side(side, part) for side in sides]
        self.chains[-1].sides += _with_doubts(read)

    def _side(self, side: list[Token], part: list[Token]) -> Side:
        span = span_of(side, (part[-1].span[1], part[-1].span[1]))
        conditions = (*self.heading, *self.conditions)
        try:
            if not side:
                raise Refusal("nothing stands beside '='", part[-1].span)  # noqa: TRY301
            node = parse(side, (span[1], span[1]), plain=self.plain)
            check_size(node)
            return Side(span, node, conditions=conditions)
        except Refusal as refusal:
            return Side(span, None, refusal, conditions)


def _equations_in(paragraph: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the lines of a paragraph with a sign of equality, each with those behind it.

    Their brackets may not match; environments are left out in front of them.
    """
    part: list[Token] = []
    line: list[Token] = []
    for token in (*paragraph, Token("newline", "", (0, 0))):
        if token.kind not in BREAKS:
            line += [token] if line or token.kind not in {"begin", "&"} else []
            continue
        if _has_sign(line) and _has_sign(part):
            yield part
            part = []
        part, line = part + line, []
    yield part or list(paragraph)


def _has_sign(line: Sequence[Token]) -> bool:
    return any(token.kind == "=" for token in line)


def _refuse_fragments(parts: Sequence[Part]) -> None:
    """Refuse parts of a line that are no equations, before any of it is added."""
    for part in parts:
        if part.tokens[0].kind == "=" or not is_equation(part.tokens):
            raise Refusal("this is not understood beside an equation",
                          span_of(part.tokens, part.tokens[0].span))  # fmt: skip


def _refuse_chains(chains: Sequence[Chain], refusal: Refusal | None) -> None:
    for chain in chains:
        chain.refusal = chain.refusal or refusal


def _with_doubts(sides: list[Side]) -> list[Side]:
    """Return sides of which those are refused, too, whose sign of equality is none.

    In sum_i=1^K p_i the = belongs to the sum: the reading of the first side ends too early.
    """
    result = list(sides)
    for at, side in enumerate(sides):
        if side.refusal and side.refusal.span[0] >= side.span[1] and at + 1 < len(sides):
            result[at + 1] = replace(sides[at + 1], node=None, refusal=side.refusal)
    return result


def _refuse_contradiction(conditions: Sequence[Statement]) -> None:
    """Refuse i = j and i ≠ j for one equation."""
    stated = [part for part in conditions if isinstance(part, Condition)]
    for first, second in combinations(stated, 2):
        if are_opposite(first, second):
            raise Refusal("these conditions exclude each other", second.span)
