"""Sigmoid and binary cross-entropy: the two-class softmax on the logits (0, z)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ce_cli.errors import InputError
from ce_cli.numeric.cross_entropy import Evaluation
from ce_cli.numeric.double_double import (
    Array,
    Pair,
    add,
    choose,
    divide,
    exactly,
    exp,
    log1p,
    multiply,
    negative,
    quiet,
    rounded,
    two_sum,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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


def _softplus(x: Array) -> Pair:
    """Return log(1 + exp(x)) = -log(sigmoid(-x))."""
    return add(exactly(np.maximum(x, 0.0)), log1p(exp(exactly(-np.abs(x)))))


@quiet
def binary_cross_entropy(logits: ArrayLike, targets: ArrayLike) -> Evaluation:
    r"""Return loss, probability and gradient of sigmoid and binary cross-entropy.

    .. math::
        L = -y \log \sigma(z) - (1 - y) \log(1 - \sigma(z)), \qquad
        \frac{\partial L}{\partial z} = \sigma(z) - y.

    The gradient is computed as :math:`(1 - y)\,\sigma(z) - y\,\sigma(-z)`, which does not
    cancel for a target of 0 or 1. All shapes are those of ``logits``.

    Raises
    ------
    InputError
        If a logit is NaN, a target is outside [0, 1], or the shapes differ.

    Examples
    --------
    >>> result = binary_cross_entropy(40.0, 1)
    >>> float(result.loss), float(result.gradient)
    (4.248354255291589e-18, -4.248354255291589e-18)
    """
    z = np.asarray(logits, dtype=np.float64)
    y = np.asarray(targets, dtype=np.float64)
    if z.shape != y.shape:
        raise InputError(f"targets have shape {y.shape}, the logits have {z.shape}")
    if np.any(np.isnan(z)):
        raise InputError("a logit is NaN")
    if not np.all((y >= 0) & (y <= 1)):
        raise InputError("targets must be from 0 to 1")
    share, rest = exactly(y), two_sum(np.ones_like(y), -y)
    loss = add(_times(share, _softplus(-z)), _times(rest, _softplus(z)))
    gradient = add(multiply(rest, _sigmoid(z)), negative(multiply(share, _sigmoid(-z))))
    return Evaluation(rounded(loss), sigmoid(z), rounded(gradient))


def _times(share: Pair, loss: Pair) -> Pair:
    """Return the product, 0 where the share is 0, even of an infinite loss."""
    return choose(share.high == 0, share, multiply(share, loss))
