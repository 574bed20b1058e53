"""Sums and products with their rounding errors, as unevaluated pairs ``high + low``.

A pair carries about 32 significant digits in two arrays of float64. The algorithms
are the error-free transformations of Knuth (two-sum) and of Dekker and Veltkamp
(two-product), see T. J. Dekker, "A floating-point technique for extending the
available precision", Numerische Mathematik 18 (1971), 224-242.

``exp`` and ``log1p`` take nothing from NumPy's but a first guess, so that a result is the same
on every processor once it is rounded to one float64.

Infinite values are allowed: the ``low`` of a sum or product that is not finite is 0.
Callers silence NumPy's floating-point warnings with ``quiet``.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from functools import cache
from itertools import accumulate, repeat
from math import factorial
from operator import mul
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

quiet = np.errstate(all="ignore")

_SPLITTER = 2.0**27 + 1
_LOG_2 = tuple(map(float.fromhex, (
    "0x1.62e42fefa2000p-1", "0x1.9ef35793c6000p-41", "0x1.673007e5ed5e8p-81",
)))  # fmt: skip
"""log 2 in three parts; the first two are so short that their products with exponents are exact."""
_PARTS = 256
"""e^x is looked up for multiples of 1/256."""
_RECIPROCALS = (
    (1.0, 0.0),
    (0.5, 0.0),
    (float.fromhex("0x1.5555555555555p-3"), float.fromhex("0x1.5555555555555p-57")),
    (float.fromhex("0x1.5555555555555p-5"), float.fromhex("0x1.5555555555555p-59")),
)
"""1/n! for n = 1 to 4, as pairs."""
_REACH = 90
_LEAST_EXPONENT = -2000.0
"""Below it e^x is 0, whatever doublings it gets."""
_NEARLY_ITSELF = 2.0**-110
"""log(1 + x) of a smaller x is x."""


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
    known = np.isfinite(errors)
    return errors if known.all() else np.where(known, errors, 0.0)


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


def doubled(a: Pair, times: NDArray[np.int64] | int) -> Pair:
    """Return ``a * 2**times``, which loses nothing unless it leaves the range of float64."""
    high = np.ldexp(a.high, times)
    return Pair(high, np.where(np.isfinite(high), np.ldexp(a.low, times), 0.0))


def choose(condition: NDArray[np.bool_], a: Pair, b: Pair) -> Pair:
    """Return ``a`` where the condition holds, and ``b`` elsewhere."""
    return Pair(np.where(condition, a.high, b.high), np.where(condition, a.low, b.low))


def rounded(a: Pair) -> Array:
    """Return ``a`` rounded to one float64."""
    return a.high + a.low


def exp(x: Pair, doublings: int = 0) -> Pair:
    """Return ``2**doublings`` times e^x, to about 30 digits.

    Source: e^x = 2^k e^(j/256) e^f, see J.-M. Muller and others, Handbook of Floating-Point
    Arithmetic, 2nd edition (2018), chapter 10.

    Examples
    --------
    >>> pair = exp(exactly(np.array([1.0])))
    >>> float(pair.high[0]), f"{pair.low[0]:.9e}"
    (2.718281828459045, '1.445646892e-16')
    """
    k, j, rest = _reduced(x)
    looked_up = _looked_up(j)
    value = add(looked_up, multiply(looked_up, _expm1_of_small(rest)))
    return doubled(value, k + doublings)


@quiet
def steady_exp(x: Array) -> Array:
    """Return e^x in plain floats, to 2 ulp: NumPy's is faster, but another one on some processors.

    Examples
    --------
    >>> steady_exp(np.array([0.0, 1.0, -np.inf])).tolist()
    [1.0, 2.718281828459045, 0.0]
    """
    x = np.maximum(x, _LEAST_EXPONENT)
    k = np.rint(x / _LOG_2[0])
    rest = (x - k * _LOG_2[0]) - k * _LOG_2[1]
    j = np.rint(rest * _PARTS)
    f = rest - j / _PARTS
    small = f + f * f * (1 / 2 + f * (1 / 6 + f * (1 / 24 + f / 120)))
    high, low = _looked_up(j.astype(np.int64))
    return np.asarray(np.ldexp(high + (low + high * small), k.astype(np.int64)))


def expm1(x: Pair) -> Pair:
    """Return e^x - 1, to about 28 digits also where x is small.

    Examples
    --------
    >>> expm1(exactly(np.array([1e-20]))).high.tolist()
    [1e-20]
    """
    k, j, rest = _reduced(x)
    away = add(exp(x), exactly(np.full_like(x.high, -1.0)))
    return choose((k == 0) & (j == 0), _expm1_of_small(rest), away)


def log1p(x: Pair) -> Pair:
    """Return log(1 + x) for x >= 0, to about 28 digits: a step of Newton's method from NumPy's.

    Examples
    --------
    >>> log1p(exactly(np.array([1.0]))).high.tolist()
    [0.6931471805599453]
    """
    guess = exactly(np.log1p(x.high))
    reached = expm1(guess)
    step = divide(add(x, negative(reached)), add(reached, exactly(np.ones_like(x.high))))
    return choose(x.high < _NEARLY_ITSELF, x, add(guess, step))


def _reduced(x: Pair) -> tuple[NDArray[np.int64], NDArray[np.int64], Pair]:
    """Return k, j and f with x = k log 2 + j/256 + f, |j| <= 90 and |f| <= 1/512."""
    far = ~(x.high > _LEAST_EXPONENT)
    high, low = np.where(far, _LEAST_EXPONENT, x.high), np.where(far, 0.0, x.low)
    k = np.rint(high / _LOG_2[0])
    rest = add(two_sum(high, -k * _LOG_2[0]), exactly(-k * _LOG_2[1]))
    rest = add(rest, two_sum(low, -k * _LOG_2[2]))
    j = np.rint(rest.high * _PARTS)
    rest = add(rest, exactly(-j / _PARTS))
    return k.astype(np.int64), j.astype(np.int64), rest


@cache
def _table() -> Pair:
    """Return e^(j/256) for every j that occurs, from -90 on."""
    with localcontext(Context(prec=50)):
        # Products are faster than exp, and lose less than two digits; e^0 is exactly 1.
        steps = repeat((Decimal(1) / _PARTS).exp(), _REACH)
        ups = list(accumulate(steps, mul, initial=Decimal(1)))
        values = [1 / value for value in reversed(ups[1:])] + ups
        high = [float(value) for value in values]
        low = [float(value - Decimal(near)) for value, near in zip(values, high, strict=True)]
    return Pair(np.array(high), np.array(low))


def _looked_up(j: NDArray[np.int64]) -> Pair:
    high, low = _table()
    return Pair(high[j + _REACH], low[j + _REACH])


def _expm1_of_small(x: Pair) -> Pair:
    """Return e^x - 1 for |x| <= 1/512 by Taylor's series."""
    tail = np.zeros_like(x.high)
    for n in range(8, 4, -1):  # too small for the digits of a pair to matter
        tail = tail * x.high + 1 / factorial(n)
    result = exactly(tail)
    for reciprocal in reversed(_RECIPROCALS):
        term = Pair(*(np.full_like(tail, part) for part in reciprocal))
        result = add(multiply(result, x), term)
    return multiply(result, x)


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
