"""Sums that lose nothing, so that their order and grouping make no difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_SMALLEST_BIT = 1074
"""Every float64 is a whole multiple of 2**-1074."""
_UNIT = 2**_SMALLEST_BIT
_LOW_BITS = 26
_MOST_AT_ONCE = 2**24
"""So many numbers below 2**27 still add up exactly in float64."""


@dataclass(frozen=True)
class ExactSum:
    """The exact sum of numbers that are at least 0, infinities counted apart.

    Examples
    --------
    >>> float(exact_sum([1e16, 1.0]) + exact_sum([1.0]))
    1.0000000000000002e+16
    """

    units: int = 0
    """The sum of the finite ones, times 2**1074."""
    infinite: int = 0

    def __add__(self, other: ExactSum) -> ExactSum:
        return ExactSum(self.units + other.units, self.infinite + other.infinite)

    def __float__(self) -> float:
        return float(self.divided_by(ExactSum(_UNIT)))

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
    finite = numbers[np.isfinite(numbers)]
    units = sum(
        _units(finite[start : start + _MOST_AT_ONCE])
        for start in range(0, finite.size, _MOST_AT_ONCE)
    )
    return ExactSum(units, numbers.size - finite.size)


def _units(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """Add up 53-bit mantissas, apart for each exponent, in two halves that cannot round."""
    fractions, exponents = np.frexp(numbers)
    mantissas = np.ldexp(fractions, 53)
    high = np.floor(np.ldexp(mantissas, -_LOW_BITS))
    low = mantissas - np.ldexp(high, _LOW_BITS)
    lowest = int(exponents.min())
    sums = (np.bincount(exponents - lowest, weights=half) for half in (high, low))
    shift = lowest - 53 + _SMALLEST_BIT
    return sum(
        _shifted((int(h) << _LOW_BITS) + int(lo), shift + place)
        for place, (h, lo) in enumerate(zip(*sums, strict=True))
    )


def _shifted(number: int, places: int) -> int:
    return number << places if places >= 0 else number >> -places
