"""Sigmoid and binary cross-entropy: the two-class softmax on the logits (0, z)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ce_cli.errors import InputError
from ce_cli.numeric.cross_entropy import TINY, Evaluation
from ce_cli.numeric.double_double import (
    Array,
    Pair,
    add,
    choose,
    divide,
    doubled,
    exactly,
    exp,
    log1p,
    multiply,
    negative,
    quiet,
    rounded,
    two_sum,
)
from ce_cli.numeric.softmax import LARGEST, require_within

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_HALF = 256


@quiet
def sigmoid(x: ArrayLike) -> Array:
    r"""Return :math:`\sigma(x) = 1 / (1 + e^{-x})`, elementwise.

    The argument of exp is never positive, so it cannot overflow, and small values keep
    their digits.

    Examples
    --------
    >>> sigmoid([-800.0, 0.0, 1.0])
    array([0.        , 0.5       , 0.73105858])
    """
    return rounded(_sigmoid(np.asarray(x, dtype=np.float64)))


def _sigmoid(x: Array) -> Pair:
    one, small = exactly(np.ones_like(x)), exp(exactly(-np.abs(x)))
    return divide(choose(x >= 0, one, small), add(one, small))


@quiet
def binary_cross_entropy(
    logits: ArrayLike, targets: ArrayLike, pos_weight: ArrayLike = 1.0
) -> Evaluation:
    r"""Return loss, probability and gradient of sigmoid and binary cross-entropy.

    .. math::
        L = -w\,y \log \sigma(z) - (1 - y) \log(1 - \sigma(z)), \qquad
        \frac{\partial L}{\partial z} = (1 - y)\,\sigma(z) - w\,y\,\sigma(-z),

    which is :math:`\sigma(z) - y` for a weight w of 1. In this form it does not cancel for a
    target of 0 or 1. All shapes are those of ``logits``; ``pos_weight``, with the meaning it has
    in ``torch.nn.BCEWithLogitsLoss``, may be one number or broadcast to them.

    Raises
    ------
    InputError
        If a logit is NaN, a target is outside [0, 1], a weight is out of its range, or the
        shapes differ.

    Examples
    --------
    >>> result = binary_cross_entropy(40.0, 1)
    >>> float(result.loss), float(result.gradient)
    (4.248354255291589e-18, -4.248354255291589e-18)
    >>> float(binary_cross_entropy(0.0, 0.5, pos_weight=3.0).gradient)  # 1/2 1/2 - 3/2 1/2
    -0.5
    """
    z = np.asarray(logits, dtype=np.float64)
    y = np.asarray(targets, dtype=np.float64)
    _require_usable(z, y)
    weight = exactly(_weights(pos_weight, z.shape))
    # Shares and e^-|z| are kept times 2**_HALF: they meet each other before they are rounded.
    positive = multiply(weight, doubled(exactly(y), _HALF))
    rest = doubled(two_sum(np.ones_like(y), -y), _HALF)
    one, small = doubled(exactly(np.ones_like(z)), _HALF), exp(exactly(-np.abs(z)), _HALF)
    up, down = choose(z >= 0, one, small), choose(z >= 0, small, one)
    slope = add(multiply(rest, up), negative(multiply(positive, down)))
    gradient = rounded(divide(slope, doubled(add(one, small), _HALF)))
    return Evaluation(_loss(z, positive, rest, small), sigmoid(z), gradient)


def _require_usable(z: Array, y: Array) -> None:
    if z.shape != y.shape:
        raise InputError(f"targets have shape {y.shape}, the logits have {z.shape}")
    if np.any(np.isnan(z)):
        raise InputError("a logit is NaN")
    if not np.all((y >= 0) & (y <= 1)):
        raise InputError("targets must be from 0 to 1")


def _weights(pos_weight: ArrayLike, shape: tuple[int, ...]) -> Array:
    weight = np.asarray(pos_weight, dtype=np.float64)
    require_within(weight, 1 / LARGEST, "pos_weight")
    try:
        return np.broadcast_to(weight, shape)
    except ValueError:
        problem = f"weights have shape {weight.shape}, the logits have {shape}"
        raise InputError(problem, place="pos_weight") from None


def _loss(z: Array, positive: Pair, rest: Pair, small: Pair) -> Array:
    """Return wy max(-z, 0) + (1 - y) max(z, 0) + (wy + 1 - y) log(1 + e^-|z|); all are >= 0."""
    distance = add(
        _times(positive, exactly(np.maximum(-z, 0.0))),
        _times(rest, exactly(np.maximum(z, 0.0))),
    )
    mass, log_sum = add(positive, rest), log1p(doubled(small, -_HALF))
    tiny = doubled(multiply(mass, small), -_HALF)
    spread = choose(log_sum.high < TINY, tiny, multiply(mass, log_sum))
    return np.asarray(np.ldexp(rounded(add(distance, spread)), -_HALF))


def _times(share: Pair, loss: Pair) -> Pair:
    """Return the product, 0 where the share is 0, even of an infinite loss."""
    return choose(share.high == 0, share, multiply(share, loss))
