"""Numbers of many digits with infinitesimal parts: derivatives of any order, to be shown.

Each derivative has a tag of its own whose square is zero; a dual maps sets of tags to the
coefficients of their products.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Any, NamedTuple

from mpmath.ctx_mp import MPContext

if TYPE_CHECKING:
    from collections.abc import Callable

Tags = frozenset[int]
FINITE: Tags = frozenset()


class Dual(NamedTuple):
    """A number and the coefficients of its infinitesimal parts."""

    parts: dict[Tags, Any]

    @property
    def value(self) -> Any:  # noqa: ANN401 - mpmath has no types
        """The finite part."""
        return self.parts.get(FINITE, 0)

    @property
    def is_zero(self) -> bool:
        """Say whether every part is zero."""
        return all(part == 0 for part in self.parts.values())

    def plus(self, other: Dual) -> Dual:
        """Return the sum."""
        parts = dict(self.parts)
        for tags, value in other.parts.items():
            parts[tags] = parts.get(tags, 0) + value
        return Dual(parts)

    def times(self, other: Dual) -> Dual:
        """Return the product; what is zero stays so, even times log 0."""
        if self.is_zero or other.is_zero:
            return Dual({})
        parts: dict[Tags, Any] = {}
        for mine, value in self.parts.items():
            for its, factor in other.parts.items():
                if not mine & its:
                    parts[mine | its] = parts.get(mine | its, 0) + value * factor
        return Dual(parts)

    def coefficient(self, tag: int) -> Dual:
        """Return the derivative a tag stands for."""
        return Dual({tags - {tag}: value for tags, value in self.parts.items() if tag in tags})

    def through(self, derivative: Callable[[int], Any]) -> Dual:
        """Return a function of this number; ``derivative(n)`` is its n-th one at the value."""
        small = Dual({tags: value for tags, value in self.parts.items() if tags})
        result, power = Dual({FINITE: derivative(0)}), Dual({FINITE: 1})
        for order in range(1, len(frozenset().union(*small.parts)) + 1):
            power = power.times(small)
            result = result.plus(power.times(Dual({FINITE: derivative(order) / factorial(order)})))
        return result


class Reals:
    """Functions of duals to a number of digits.

    >>> reals = Reals(20)
    >>> two = Dual({FINITE: reals.context.mpf(2), frozenset({1}): 1})
    >>> float(reals.log(two).coefficient(1).value)
    0.5
    """

    def __init__(self, digits: int) -> None:
        self.context = MPContext()
        self.context.dps = digits

    def exp(self, dual: Dual) -> Dual:
        """Return e to the power of a dual."""
        value = self.context.exp(dual.value)
        return dual.through(lambda _: value)

    def log(self, dual: Dual) -> Dual:
        """Return the natural logarithm; −inf at zero."""
        value = self.context.mpf(dual.value)

        def derivative(order: int) -> Any:  # noqa: ANN401
            if order == 0:
                return self.context.log(value)
            return (-1) ** (order - 1) * factorial(order - 1) / value**order

        return dual.through(derivative)

    def power(self, dual: Dual, exponent: Any) -> Dual:  # noqa: ANN401
        """Return a dual to a constant power."""
        value = self.context.mpf(dual.value)

        def derivative(order: int) -> Any:  # noqa: ANN401
            factor = self.context.mpf(1)
            for step in range(order):
                factor *= exponent - step
            return factor * value ** (exponent - order) if factor else factor

        return dual.through(derivative)
