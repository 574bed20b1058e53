"""Decimals that somebody rounded: -log 0.2689 = 1.3135 is right to the digits that are written."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.shapes import COLUMN, ENTRY, ROW, claim_of
from ce_cli.symbolic.kernel.evaluate import Evaluator
from ce_cli.symbolic.kernel.exact import UndefinedValueError, numeric
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ce_cli.formulas.reading.claims import Link
    from ce_cli.formulas.reading.tree import Node
    from ce_cli.symbolic.kernel.evaluate import Point

_DECIMAL = re.compile(r"\d*\.(\d+)")
_STEPS = (1, -1, 2, -2, 3, -3, 4, -4)
"""Changes in half units: a logarithm of a number with large primes has no exact value."""
_MARGIN = Fraction(1, 10**30)


def is_rounded(link: Link, text: str, point: Point) -> bool:
    """Say whether a claim may be true at a point if its decimals are rounded.

    Each decimal is changed by half a unit of its last digit; equal decimals change together.
    """
    decimals = _decimals(link, text)
    return bool(decimals) and all(
        _Rounding(link, entry, decimals).may_explain() for entry in _entries(point)
    )


def _decimals(link: Link, text: str) -> dict[Fraction, Fraction]:
    """Return the decimals of a link, each with half a unit of its last digit."""
    numbers = [part for node in link.nodes for part in t.walk(node) if isinstance(part, t.Number)]
    found = {number.value: _DECIMAL.fullmatch(text[slice(*number.span)]) for number in numbers}
    return {value: Fraction(1, 2 * 10 ** len(match[1])) for value, match in found.items() if match}


def _entries(point: Point) -> Iterator[Point]:
    """Yield the point for all entries of a claim about vectors or matrices."""
    places = [index for index in (ENTRY, ROW, COLUMN) if index in point.indices]
    for values in product(range(point.sizes[C]), repeat=len(places)):
        indices = {**point.indices, **dict(zip(places, values, strict=True))}
        yield replace(point, indices=indices)


class _Rounding(NamedTuple):
    """The decimals of one equation of numbers."""

    link: Link
    point: Point
    decimals: Mapping[Fraction, Fraction]

    def may_explain(self) -> bool:
        """Say whether decimals in reach of those that are written make the sides equal."""
        try:
            difference = self._difference({})
            changes = [self._change(decimal, difference) for decimal in self.decimals]
        except UndefinedValueError:
            return True
        # A value halfway between two decimals is rounded to either; two decimals do not meet there.
        margin = numeric(_MARGIN) if len(changes) == 1 else -numeric(_MARGIN)
        return not difference or bool(abs(difference) <= sum(changes) + margin)

    def _change(self, decimal: Fraction, difference: Any) -> Any:  # noqa: ANN401 - of mpmath
        """Return how far the difference moves if a decimal moves by half a unit."""
        for step in _STEPS:
            try:
                moved = self._difference({decimal: decimal + step * self.decimals[decimal]})
            except UndefinedValueError:
                continue
            return abs(moved - difference) / abs(step)
        raise UndefinedValueError("no value beside this decimal can be computed")

    def _difference(self, values: Mapping[Fraction, Fraction]) -> Any:  # noqa: ANN401
        """Return the difference of the sides with other values of some decimals."""

        def changed(node: Node) -> Node:
            if isinstance(node, t.Number):
                return t.Number(node.span, values.get(node.value, node.value))
            return t.with_children(node, changed)

        left, right = (self.link.meaning.value(changed(node)) for node in self.link.nodes)
        claim = claim_of(left, right, self.link.sides[1].span)
        evaluator = Evaluator(self.point, self.link.definitions)
        return numeric(evaluator.value(claim.lhs)) - numeric(evaluator.value(claim.rhs))
