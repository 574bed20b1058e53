"""Formulas that keep to a width: the one place that decides where a formula goes on below.

A formula is broken in front of its signs, outermost first: relations, then plus and minus, then
between factors, where a dot takes the sign's place. Only then are brackets, fractions, sums and
arguments broken inside. A matrix is split by columns.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.mathematics.nodes import (
    ONE,
    PARTIAL,
    Applied,
    BigSum,
    Brace,
    Digits,
    Fenced,
    Fraction,
    Grid,
    Letter,
    Lines,
    Node,
    Operator,
    Row,
    Subscript,
    Superscript,
    Words,
    flat,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_LEVELS = ("=≠≥→", "+−", "⊙")
_DOT = Operator("·")
_Parts = tuple[Node, ...]


class Breaker:
    """Breaks formulas; ``measure`` returns how many columns one takes.

    >>> from ce_cli.mathematics.box import Boxes
    >>> boxes = Boxes()
    >>> node = row(Letter("p"), Operator("+"), Letter("q"), Operator("+"), Letter("r"))
    >>> print(*boxes.of(Breaker(lambda node: boxes.of(node).width).fitted(node, 7)).lines, sep="|")
    p + q|  + r
    """

    def __init__(self, measure: Callable[[Node], int]) -> None:
        self.measure = measure

    def fitted(self, node: Node, width: int) -> Node:
        """Return a formula in as many lines as it takes to keep to a width."""
        if self.measure(node) <= width:
            return node
        match node:
            case Row(parts):
                return self._row(parts, width)
            case Fraction(top, bottom):
                return Fraction(self.fitted(top, width - 2), self.fitted(bottom, width - 2))
            case Brace(rows):
                return self._brace(node, rows, width)
            case Grid():
                return self._grid(node, width)
        return self._inside(node, width)

    def _inside(self, node: Node, width: int) -> Node:
        """Return a formula with the one part of it that can be broken."""
        match node:
            case Fenced(inner):
                return Fenced(self._part(node, inner, width))
            case BigSum(below, body):
                return BigSum(below, self._part(node, body, width))
            case Applied(name, argument):
                return Applied(name, self._part(node, argument, width))
            case Superscript(base, exponent):
                return Superscript(self._part(node, base, width), exponent)
        return node

    def _part(self, node: Node, part: Node, width: int) -> Node:
        return self.fitted(part, width - (self.measure(node) - self.measure(part)))

    def _row(self, parts: _Parts, width: int) -> Node:
        parts = tuple(factor for part in parts for factor in _unpacked(part))
        for signs in _LEVELS:
            terms = _terms(parts, signs)
            if len(terms) > 1:
                return self._filled(terms, width)
        factors = _factors(parts)
        narrowed = self._narrowed(parts, width)
        if len(factors) == 1 or self.measure(narrowed) <= width:
            return narrowed
        return self._filled([factors[0], *((_DOT, *factor) for factor in factors[1:])], width)

    def _filled(self, pieces: list[_Parts], width: int) -> Node:
        """Return pieces in lines, as many on each as there is room for."""
        lines: list[Node] = []
        for piece in pieces:
            longer = _joined(lines[-1], piece) if lines else None
            if longer and self.measure(longer) <= width - self._indent(longer, len(lines) - 1):
                lines[-1] = longer
            else:
                node = row(*piece)
                lines.append(self.fitted(node, width - self._indent(node, len(lines))))
        return Lines(tuple(lines)) if len(lines) > 1 else lines[0]

    def _indent(self, node: Node, at: int) -> int:
        """Return how many columns a formula needs in addition if it is not in the first line."""
        return self.measure(Lines((ONE, node))) - self.measure(node) if at else 0

    def _narrowed(self, parts: _Parts, width: int) -> Node:
        """Return factors side by side, the widest of them broken until they fit."""
        whole, widths = self.measure(Row(parts)), list(map(self.measure, parts))
        shares = [width * own // whole for own in widths]
        order = sorted(range(len(parts)), key=lambda at: -widths[at])
        shown = list(parts)
        for at, least in [*((at, shares[at]) for at in order), *((at, 1) for at in order)]:
            rest = self.measure(row(*shown)) - self.measure(shown[at])
            shown[at] = self.fitted(parts[at], max(width - rest, least))
            if self.measure(row(*shown)) <= width:
                break
        return row(*shown)

    def _brace(self, node: Brace, rows: tuple[tuple[Node, Node], ...], width: int) -> Node:
        widest = max((value for value, _ in rows), key=self.measure)
        room = width - (self.measure(node) - self.measure(widest))
        return Brace(tuple((self.fitted(value, room), test) for value, test in rows))

    def _grid(self, grid: Grid, width: int) -> Node:
        """Return a matrix in parts that have as many columns as there is room for."""
        room = width - (self.measure(Grid(((ONE,),))) - self.measure(ONE))
        rows = tuple(tuple(self.fitted(entry, room) for entry in line) for line in grid.rows)
        grid = grid._replace(rows=rows)
        parts: list[Grid] = []
        for at in range(len(rows[0])):
            longer = _columns(grid, parts[-1].first - grid.first, at + 1) if parts else None
            if longer and self.measure(longer) <= width:
                parts[-1] = longer
            else:
                parts.append(_columns(grid, at, at + 1))
        if len(parts) == 1:
            return grid
        return Lines(tuple(line for part in parts for line in (_label(part), part)), True)


def _unpacked(part: Node) -> _Parts:
    """Return the factors of a product within a row."""
    factors = flat(part)
    return (part,) if any(isinstance(factor, Operator) for factor in factors) else factors


def _terms(parts: _Parts, signs: str) -> list[_Parts]:
    """Return the parts of a row up to each of the signs; a sign behind another stays there."""
    terms: list[_Parts] = [parts[:1]]
    for before, part in pairwise(parts):
        if isinstance(part, Operator) and part.sign in signs and not isinstance(before, Operator):
            terms.append(())
        terms[-1] += (part,)
    return terms


def _factors(parts: _Parts) -> list[_Parts]:
    """Return the parts of a row in groups between which a dot can stand."""
    factors: list[_Parts] = [parts[:1]]
    for before, part in pairwise(parts):
        if not _belongs(before, part):
            factors.append(())
        factors[-1] += (part,)
    return factors


def _belongs(before: Node, part: Node) -> bool:
    """Say whether a part belongs to the one before it: −p, ∂p, f(x), ∂/∂z (…)."""
    is_operand = isinstance(before, Operator | Words) or _is_derivative(before)
    is_called = isinstance(part, Fenced) and isinstance(before, Letter | Digits | Subscript)
    return is_operand or is_called or isinstance(part, Operator | Words)


def _is_derivative(node: Node) -> bool:
    match node:
        case Fraction(top, _):
            return top == PARTIAL
        case Superscript(base, _):
            return base == PARTIAL
    return node == PARTIAL


def _joined(line: Node, piece: _Parts) -> Node | None:
    """Return a line that goes on with a piece, or None if the line is broken itself."""
    if isinstance(line, Lines):
        return None
    return row(*flat(line), *(piece[1:] if piece[0] == _DOT else piece))


def _columns(grid: Grid, begin: int, end: int) -> Grid:
    """Return some columns of a matrix, which keep their numbers."""
    rows = tuple(line[begin:end] for line in grid.rows)
    return grid._replace(rows=rows, first=grid.first + begin)


def _label(part: Grid) -> Node:
    """Return the words that name the columns of a part of a matrix."""
    one, several = part.labels
    count = len(part.rows[0])
    label = one if count == 1 else several
    return Words(label.format(part.first, part.first + count - 1))
