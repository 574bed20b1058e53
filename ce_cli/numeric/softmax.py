r"""Softmax and its relatives over the last axis, right to the last few ulp.

All functions take logits of shape ``[..., num_classes]``, compute in float64 and treat
``-inf`` as a masked class of probability 0. Subtracting the maximum keeps exp from
overflowing. But :math:`z_i - \max z` is rounded, and exp turns that absolute error into a
relative one: 512 ulp at a difference of 700. Two-sum gives the rounding error exactly, so
it is put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.numeric.double_double import (
    Array,
    Pair,
    add,
    divide,
    doubled,
    exactly,
    exp,
    log1p,
    multiply,
    negative,
    quiet,
    rounded,
    sum_of_others,
    taken,
    total,
    two_sum,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Exponentials are multiplied by 2**SCALE, so that sums of subnormal ones and their products with
# weights are rounded once, at the end.
SCALE = 512
LARGEST_LOGIT = 1e250
"""Beyond it, differences of logits divided by a temperature could overflow."""
LARGEST = 1e30
"""Weights, targets and temperature are at most this; weights that are not 0, and the
temperature, are at least its reciprocal."""


class Exponentials(NamedTuple):
    """The parts of softmax, its loss and its gradients; shapes ``[..., num_classes]``."""

    shifted: Pair
    """(z - max z) / T, at most 0."""
    scaled: Pair
    """2**SCALE * exp(shifted)."""
    others: Pair
    """For every i the sum over k != i of ``scaled``."""
    total: Pair
    """The sum of ``scaled``, shape ``[..., 1]``."""

    @property
    def probabilities(self) -> Pair:
        """``scaled`` divided by its sum."""
        return divide(self.scaled, self.total)

    @property
    def total_without_largest(self) -> Pair:
        """The sum of ``scaled`` without its largest entry, shape ``[..., 1]``."""
        return taken(self.others, np.argmax(self.scaled.high, axis=-1, keepdims=True))


def as_logits(logits: ArrayLike) -> Array:
    """Return logits as float64 of shape ``[..., num_classes]``.

    Raises
    ------
    InputError
        If there is no class axis, an entry is NaN, +inf or beyond ±1e250, or a whole row
        is masked.

    Examples
    --------
    >>> as_logits([4, -4, 3])
    array([ 4., -4.,  3.])
    """
    z = np.asarray(logits, dtype=np.float64)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise InputError("logits need a last axis with one entry for each class")
    bad = np.argwhere(~((np.abs(z) <= LARGEST_LOGIT) | (z == -np.inf)))
    if len(bad):
        place = tuple(int(index) for index in bad[0])
        problem = f"a logit is {z[place]}; it must be within ±{LARGEST_LOGIT:g} or -inf"
        raise InputError(problem, place=f"logits{list(place)}")
    masked = np.argwhere(np.all(z == -np.inf, axis=-1))
    if len(masked):
        raise InputError("all classes are masked (-inf)", place=f"logits{masked[0].tolist()}")
    return z


def require_within(values: Array, smallest: float, name: str, *, zero: bool = True) -> None:
    """Raise InputError unless all values are moderate, so that no product overflows."""
    good = (values >= smallest) & (values <= LARGEST)
    bad = np.argwhere(~(good | (values == 0) if zero else good))
    if len(bad):
        place = tuple(int(index) for index in bad[0])
        allowed = f"{'0 or ' if zero and smallest else ''}from {smallest:g} to {LARGEST:g}"
        raise InputError(
            f"must be {allowed}, not {values[place]}", place=f"{name}{list(place) or ''}"
        )


def require_temperature(temperature: float) -> None:
    """Raise InputError unless logits may be divided by a temperature."""
    require_within(np.asarray(temperature), 1 / LARGEST, "temperature", zero=False)


@quiet
def exponentials(logits: Array, temperature: float = 1.0) -> Exponentials:
    """Return the shifted logits, their exponentials and the sums of these."""
    maximum = np.max(logits, axis=-1, keepdims=True)
    shifted = two_sum(logits, np.broadcast_to(-maximum, logits.shape))
    if temperature != 1:
        shifted = divide(shifted, exactly(np.full_like(logits, temperature)))
    scaled = exp(shifted, SCALE)
    others = sum_of_others(scaled)
    return Exponentials(shifted, scaled, others, total(scaled))


@quiet
def log_total(parts: Exponentials) -> Pair:
    """Return log of the sum of exp(shifted), shape ``[..., 1]``.

    The largest exponential is exactly 1, so this is log1p of the sum of the others. It
    keeps all digits on a row so confident that the whole sum is 1 + 1e-18.
    """
    return log1p(doubled(parts.total_without_largest, -SCALE))


def logsumexp(logits: ArrayLike) -> Array:
    r"""Return :math:`\log \sum_k e^{z_k}`, shape ``[...]``.

    Raises
    ------
    InputError
        If an entry is NaN or +inf, or a whole row is masked.

    Examples
    --------
    >>> float(logsumexp([1000.0, 1000.0]))
    1000.6931471805599
    """
    z = as_logits(logits)
    maximum = np.max(z, axis=-1, keepdims=True)
    return rounded(add(exactly(maximum), log_total(exponentials(z))))[..., 0]


@quiet
def log_softmax(logits: ArrayLike) -> Array:
    r"""Return :math:`\log p_i = z_i - \log \sum_k e^{z_k}`, shape ``[..., num_classes]``.

    Raises
    ------
    InputError
        If an entry is NaN or +inf, or a whole row is masked.

    Examples
    --------
    >>> log_softmax([0.0, 0.0, 40.0])
    array([-4.00000000e+01, -4.00000000e+01, -8.49670851e-18])
    """
    parts = exponentials(as_logits(logits))
    return rounded(add(parts.shifted, negative(log_total(parts))))


@quiet
def softmax(logits: ArrayLike, temperature: float = 1.0) -> Array:
    r"""Return :math:`p_i = e^{z_i/T} / \sum_k e^{z_k/T}`, shape ``[..., num_classes]``.

    Raises
    ------
    InputError
        If an entry is NaN or +inf, a whole row is masked, or the temperature T is out of
        its range.

    Examples
    --------
    >>> softmax([2.0, 3.0, 5.0]).round(4)
    array([0.042 , 0.1142, 0.8438])
    """
    require_temperature(temperature)
    return rounded(exponentials(as_logits(logits), temperature).probabilities)


@quiet
def jacobian(logits: ArrayLike, temperature: float = 1.0) -> Array:
    r"""Return :math:`\partial p_i / \partial z_j = p_i (\delta_{ij} - p_j) / T`.

    Shape ``[..., num_classes, num_classes]``, i before j; the matrix is symmetric. The
    diagonal is :math:`p_i \sum_{k \ne i} p_k`, because 1 - p cancels where p is near 1.

    Raises
    ------
    InputError
        As ``softmax`` does.

    Examples
    --------
    >>> jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    require_temperature(temperature)
    parts = exponentials(as_logits(logits), temperature)
    # 2**(SCALE / 2) times p and 1 - p, so that a product is rounded once, when it has met 1/T.
    sum_of_all = doubled(parts.total, SCALE // 2 - SCALE)
    p, rest = divide(parts.scaled, sum_of_all), divide(parts.others, sum_of_all)
    column, row = p.entries(np.s_[..., :, None]), p.entries(np.s_[..., None, :])
    matrix = _over(multiply(negative(column), row), temperature)
    diagonal = np.arange(matrix.shape[-1])
    matrix[..., diagonal, diagonal] = _over(multiply(p, rest), temperature)
    return matrix


def _over(products: Pair, temperature: float) -> Array:
    scaled = rounded(divide(products, exactly(np.full_like(products.high, temperature))))
    return np.asarray(np.ldexp(scaled, -SCALE))


@quiet
def vjp(logits: ArrayLike, vector: ArrayLike, temperature: float = 1.0) -> Array:
    r"""Return :math:`v^T \partial p / \partial z = (v - v \cdot p) \odot p / T`.

    The product of a vector with the softmax Jacobian without the matrix, as in the
    backward pass of softmax layers. Shape ``[..., num_classes]``. Every row of the
    Jacobian sums to 0, so v may be shifted: its entry at the largest p becomes 0, which
    keeps the digits of v - v.p on confident rows.

    Raises
    ------
    InputError
        If the logits or the temperature are not usable, or ``vector`` has another shape.

    Examples
    --------
    >>> vjp([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    z = as_logits(logits)
    v = np.asarray(vector, dtype=np.float64)
    if v.shape != z.shape:
        raise InputError(f"the vector has shape {v.shape}, the logits have {z.shape}")
    require_temperature(temperature)
    parts = exponentials(z, temperature)
    scale = exactly(np.full_like(parts.total.high, temperature))
    p, slope = parts.probabilities, divide(parts.scaled, multiply(parts.total, scale))
    top = np.argmax(z, axis=-1, keepdims=True)
    centred = two_sum(v, np.broadcast_to(-np.take_along_axis(v, top, axis=-1), v.shape))
    mean = total(multiply(centred, p))
    return rounded(multiply(add(centred, negative(mean)), slope))
