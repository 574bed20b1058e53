"""The search for a point at which the two sides of a claim differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ce_cli.symbolic.kernel.evaluate import MOST_EVALUATIONS, Evaluator
from ce_cli.symbolic.kernel.exact import UndefinedValueError, differ, numeric, show
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ce_cli.symbolic.kernel.claims import Claim, Definitions
    from ce_cli.symbolic.kernel.evaluate import Point
    from ce_cli.symbolic.kernel.exact import Value

SHOWN_ENTRIES = 6


@dataclass(frozen=True)
class Counterexample:
    """A point, and the exact values of the two sides there.

    ``claim`` is the false equation: the claim itself, or an entry of a matrix claim.
    """

    claim: Claim
    point: Point
    lhs: Value
    rhs: Value

    @property
    def classes(self) -> int:
        """The number of classes."""
        return self.point.sizes[C]

    @property
    def values(self) -> dict[str, tuple[Value, ...]]:
        """The vectors, matrices (row by row) and scalars of the point by name."""
        table: dict[str, list[Value]] = {}
        for (array, _), value in self.point.entries.items():
            table.setdefault(str(array), []).append(value)
        scalars = {str(symbol): (value,) for symbol, value in self.point.scalars.items()}
        return {name: tuple(values) for name, values in table.items()} | scalars

    @property
    def indices(self) -> dict[str, int]:
        """The values of the free indices by name."""
        return {str(index): value for index, value in self.point.indices.items()}

    def __str__(self) -> str:
        left, right = exact_and_decimal(self.lhs), exact_and_decimal(self.rhs)
        return f"{self.point_text()}: left {left}, right {right}"

    def point_text(self, base: int = 0) -> str:
        """Return the point, classes counted from ``base``: C = 3, z = (0, ln 2, ln 3), i = 0."""
        values = [f"{name} = {_tuple(entries)}" for name, entries in self.values.items()]
        indices = [f"{name} = {value + base}" for name, value in self.indices.items()]
        return ", ".join((f"C = {self.classes}", *values, *indices))


def _tuple(entries: tuple[Value, ...]) -> str:
    if len(entries) == 1:
        return show(entries[0])
    more = ", ..." if len(entries) > SHOWN_ENTRIES else ""
    return f"({', '.join(map(show, entries[:SHOWN_ENTRIES]))}{more})"


def exact_and_decimal(value: Value, decimal: str = "") -> str:
    """Return a value exactly and, unless it reads the same, as a decimal: -1/18 = -0.0555556."""
    exact, decimal = show(value), decimal or f"{float(numeric(value)):.6g}"
    return exact if exact == decimal else f"{exact} = {decimal}"


def _of_a_size(value: Value) -> Value:
    """Return a value, or raise an error if it is too large to compare."""
    numeric(value)
    return value


def find_counterexample(
    claims: Iterable[Claim], points: Iterable[Point], definitions: Definitions
) -> Counterexample | None:
    """Return the first point where both sides of a claim are defined and certainly differ."""
    for point, values in _values(claims, points, definitions):
        for claim, left, right in values:
            if differ(left, right):
                return Counterexample(claim, point, left, right)
    return None


def is_witnessed(
    claims: Sequence[Claim], points: Iterable[Point], definitions: Definitions
) -> bool | None:
    """Say whether the sides agree at the first point where all have values; None without one."""
    for _, values in _values(claims, points, definitions):
        if len(values) == len(claims):
            return not any(differ(left, right) for _, left, right in values)
    return None


def _values(
    claims: Iterable[Claim], points: Iterable[Point], definitions: Definitions
) -> Iterator[tuple[Point, list[tuple[Claim, Value, Value]]]]:
    """Yield points with the values of the claims that are defined there."""
    left: float = MOST_EVALUATIONS
    for point in points:
        evaluator = Evaluator(point, definitions, left)
        values = []
        for claim in claims:
            try:
                left_side, right_side = evaluator.value(claim.lhs), evaluator.value(claim.rhs)
                values.append((claim, _of_a_size(left_side), _of_a_size(right_side)))
            except UndefinedValueError:
                evaluator.reset()
        yield point, values
        left = evaluator.left
        if left < 0:
            return
