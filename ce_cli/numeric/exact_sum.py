"""Exact sums, which do not depend on the order and grouping of their terms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ce_cli.numeric.double_double import Array

_SMALLEST_BIT = 1074
"""Every float64 is a whole multiple of 2**-1074."""
_UNIT = 2**_SMALLEST_BIT
_LARGE = 2.0**900


@dataclass(frozen=True)
class ExactSum:
    """The exact sum of numbers that are at least 0; infinities are counted.

    Examples
    --------
    >>> float(exact_sum([1e16, 1.0]) + exact_sum([1.0]))
    1.0000000000000002e+16
    """

    units: int = 0
    """The sum of the finite numbers, times 2**1074."""
    infinite: int = 0
    """The number of infinities."""

    @classmethod
    def of(cls, number: int) -> ExactSum:
        """Return a whole number as a sum."""
        return cls(number * _UNIT)

    def __add__(self, other: ExactSum) -> ExactSum:
        return ExactSum(self.units + other.units, self.infinite + other.infinite)

    def __float__(self) -> float:
        return float(self.divided_by(ExactSum.of(1)))

    def divided_by(self, other: ExactSum) -> float:
        """Return the quotient, rounded once; NaN if ``other`` is 0."""
        if not other.units:
            return math.nan
        if self.infinite:
            return math.inf
        try:
            return float(Fraction(self.units, other.units))
        except OverflowError:
            return math.inf


def exact_sum(values: ArrayLike) -> ExactSum:
    """Return the exact sum of numbers that are at least 0 and may be infinite."""
    numbers = np.asarray(values, dtype=np.float64).ravel()
    plain = numbers < _LARGE
    if plain.all():
        return ExactSum(_units(numbers))
    large = numbers[~plain].tolist()
    finite = [int(number) << _SMALLEST_BIT for number in large if number < math.inf]
    return ExactSum(_units(numbers[plain]) + sum(finite), len(large) - len(finite))


def _units(numbers: Array) -> int:
    """Add up numbers below 2**900, in units of 2**-1074.

    First the digits above a grid so coarse that their sum is exact, then the digits above
    a finer grid, and so on. Adding and subtracting 1.5 * 2**(52 + g) rounds to multiples of
    2**g.
    """
    units, rest, room = 0, numbers, numbers.size.bit_length()
    while rest.size and (top := max(rest.max(), -rest.min())) > 0:
        grid = max(math.frexp(top)[1] + room - 52, -_SMALLEST_BIT)
        rounder = math.ldexp(1.5, 52 + grid)
        high = (rest + rounder) - rounder
        rest = rest - high
        units += int(math.ldexp(high.sum(), -grid)) << (grid + _SMALLEST_BIT)
    return units
