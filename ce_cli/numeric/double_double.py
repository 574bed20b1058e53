"""Sums and products with their rounding errors, as unevaluated pairs ``high + low``.

A pair carries about 32 significant digits in two arrays of float64. The algorithms
are the error-free transformations of Knuth (two-sum) and of Dekker and Veltkamp
(two-product), see T. J. Dekker, "A floating-point technique for extending the
available precision", Numerische Mathematik 18 (1971), 224-242.

Infinite values are allowed: the ``low`` of a sum or product that is not finite is 0.
Callers silence NumPy's floating-point warnings with ``quiet``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

quiet = np.errstate(all="ignore")

_SPLITTER = 2.0**27 + 1


class Pair(NamedTuple):
    """The unevaluated sum ``high + low``, where ``low`` is below an ulp of ``high``."""

    high: Array
    low: Array

    def entries(self, index: Any) -> Pair:  # noqa: ANN401
        """Return the pairs at an index of NumPy's kind."""
        return Pair(self.high[index], self.low[index])


def exactly(values: Array) -> Pair:
    """Return ``values`` as pairs whose ``low`` is 0."""
    return Pair(values, np.zeros_like(values))


def _finite(errors: Array) -> Array:
    return np.where(np.isfinite(errors), errors, 0.0)


def two_sum(a: Array, b: Array) -> Pair:
    """Return ``a + b`` rounded, and its rounding error."""
    total = a + b
    b_part = total - a
    return Pair(total, _finite((a - (total - b_part)) + (b - b_part)))


def two_product(a: Array, b: Array) -> Pair:
    """Return ``a * b`` rounded, and its rounding error."""
    product = a * b
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return Pair(product, _finite(lost))


def _upper_half(a: Array) -> Array:
    scaled = a * _SPLITTER
    return scaled - (scaled - a)


def add(a: Pair, b: Pair) -> Pair:
    """Return ``a + b``."""
    rounded, lost = two_sum(a.high, b.high)
    return two_sum(rounded, lost + a.low + b.low)


def negative(a: Pair) -> Pair:
    """Return ``-a``."""
    return Pair(-a.high, -a.low)


def multiply(a: Pair, b: Pair) -> Pair:
    """Return ``a * b``."""
    product, lost = two_product(a.high, b.high)
    return two_sum(product, lost + _finite(a.high * b.low + a.low * b.high))


def divide(a: Pair, b: Pair) -> Pair:
    """Return ``a / b``."""
    quotient = a.high / b.high
    back, lost = two_product(quotient, b.high)
    remainder = ((a.high - back) - lost) + (a.low - quotient * b.low)
    return Pair(quotient, _finite(remainder / b.high))


def rounded(a: Pair) -> Array:
    """Return ``a`` rounded to one float64."""
    return a.high + a.low


def total(values: Pair) -> Pair:
    """Return the sum over the last axis, added as a balanced tree; the axis keeps length 1."""
    while (length := values.high.shape[-1]) > 1:
        half = length // 2
        folded = add(values.entries(np.s_[..., :half]), values.entries(np.s_[..., half : 2 * half]))
        odd = values.entries(np.s_[..., 2 * half :])
        values = Pair(*(np.concatenate(parts, axis=-1) for parts in zip(folded, odd, strict=True)))
    return values


def taken(values: Pair, indices: NDArray[np.int64]) -> Pair:
    """Return the entries at ``indices`` along the last axis."""
    return Pair(*(np.take_along_axis(part, indices, axis=-1) for part in values))


def sum_of_others(values: Pair) -> Pair:
    """Return for every i the sum over the last axis without entry i; entries must be >= 0.

    The total minus the entry would cancel for the largest entry: its sum leaves it out instead.
    """
    largest = np.argmax(values.high, axis=-1, keepdims=True)
    is_largest = np.arange(values.high.shape[-1]) == largest
    rest = total(Pair(*(np.where(is_largest, 0.0, part) for part in values)))
    without = add(taken(values, largest), add(rest, negative(values)))
    return Pair(*(np.where(is_largest, r, w) for r, w in zip(rest, without, strict=True)))
