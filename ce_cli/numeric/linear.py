r"""The last layer, :math:`z = W a + b`: its logits and its gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ce_cli.numeric.double_double import Array


class LinearGradients(NamedTuple):
    """Gradients of the loss with respect to the layer's parameters and its input."""

    weights: Array
    """∂L/∂W, shape ``[num_classes, num_inputs]``."""
    bias: Array
    """∂L/∂b, shape ``[num_classes]``."""
    inputs: Array
    """∂L/∂a, shape ``[num_inputs]``."""


def linear(inputs: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> Array:
    r"""Return the logits :math:`z = W a + b`, shape ``[num_classes]``.

    Parameters
    ----------
    inputs
        The activations a, shape ``[num_inputs]``.
    weights
        W, shape ``[num_classes, num_inputs]``.
    bias
        b, shape ``[num_classes]``.

    Raises
    ------
    InputError
        If the shapes do not fit.

    Examples
    --------
    >>> linear([1, 2], [[1, 0], [0, 1], [1, 1]], [0, 0, 1])
    array([1., 2., 4.])
    """
    a, w, b = (np.asarray(values, dtype=np.float64) for values in (inputs, weights, bias))
    if a.ndim != 1 or w.shape != (b.size, a.size) or b.ndim != 1:
        raise InputError(
            f"weights of shape {w.shape} do not fit {a.size} inputs and {b.size} biases"
        )
    return np.asarray(w @ a + b)


def linear_gradients(
    logit_gradient: ArrayLike, inputs: ArrayLike, weights: ArrayLike
) -> LinearGradients:
    r"""Carry the gradient g = ∂L/∂z through :math:`z = W a + b`.

    .. math::
        \frac{\partial L}{\partial W} = g\,a^T, \qquad
        \frac{\partial L}{\partial b} = g, \qquad
        \frac{\partial L}{\partial a} = W^T g.

    Raises
    ------
    InputError
        If the shapes do not fit.

    Examples
    --------
    >>> linear_gradients([0.5, -0.5], [1, 2], [[1, 0], [0, 1]]).weights
    array([[ 0.5,  1. ],
           [-0.5, -1. ]])
    """
    g, a, w = (np.asarray(values, dtype=np.float64) for values in (logit_gradient, inputs, weights))
    if g.ndim != 1 or a.ndim != 1 or w.shape != (g.size, a.size):
        raise InputError(
            f"weights of shape {w.shape} do not fit gradient {g.shape}, input {a.shape}"
        )
    return LinearGradients(np.outer(g, a), g, np.asarray(w.T @ g))
