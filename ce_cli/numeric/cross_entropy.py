r"""Cross-entropy of softmax: loss and gradient, with PyTorch's options and meaning.

The target of a row is a vector :math:`y`; a label is the vector that is 1 at the label.
Smoothing and weights make of it :math:`t_i = w_i\,((1 - \varepsilon)\,y_i + \varepsilon/K)`.
Then

.. math::
    L = -\sum_i t_i \log p_i, \qquad
    \frac{\partial L}{\partial z_i} = \frac{p_i \sum_k t_k - t_i}{T}
      = \frac{p_i \sum_{k \ne i} t_k - t_i \sum_{k \ne i} p_k}{T}.

The last form is the one computed. Where the target is a label, one of its two terms is 0,
so nothing cancels, and a confident row keeps its gradient. For plain cross-entropy it is
:math:`p_i` off the label and :math:`-\sum_{k \ne y} p_k` at the label.

Source of the options: documentation of ``torch.nn.CrossEntropyLoss``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.numeric.double_double import (
    Array,
    Pair,
    add,
    choose,
    divide,
    doubled,
    exactly,
    multiply,
    negative,
    quiet,
    rounded,
    sum_of_others,
    total,
)
from ce_cli.numeric.softmax import (
    LARGEST,
    SCALE,
    Exponentials,
    as_logits,
    exponentials,
    log_total,
    require_temperature,
    require_within,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

TINY = 2.0**-110
"""A log(1 + x) below it is x, to the last digit of a pair."""


class Evaluation(NamedTuple):
    """Loss ``[...]``, probabilities and gradient ``[..., num_classes]``."""

    loss: Array
    probabilities: Array
    gradient: Array


@dataclass(frozen=True)
class CrossEntropy:
    """Softmax cross-entropy of single rows (PyTorch's ``reduction="none"``).

    Parameters
    ----------
    weight
        One factor for each class; the loss of a row is multiplied by that of its label.
    label_smoothing
        The part ε of the target that is spread evenly, ε/K for each of K classes.
    temperature
        Logits are divided by it.

    Raises
    ------
    InputError
        If an option is out of its range.

    Examples
    --------
    >>> result = CrossEntropy().evaluate([0.0, 0.0, 40.0], labels=2)
    >>> result.loss
    array(8.49670851e-18)
    >>> result.gradient
    array([ 4.24835426e-18,  4.24835426e-18, -8.49670851e-18])
    """

    weight: tuple[float, ...] | None = None
    label_smoothing: float = 0.0
    temperature: float = 1.0

    def __post_init__(self) -> None:
        require_temperature(self.temperature)
        require_within(np.asarray(self.label_smoothing), 1 / LARGEST, "label_smoothing")
        if self.label_smoothing > 1:
            raise InputError(
                f"must be at most 1, not {self.label_smoothing}", place="label_smoothing"
            )
        if self.weight is not None:
            require_within(np.asarray(self.weight, dtype=np.float64), 1 / LARGEST, "weight")

    @quiet
    def evaluate(
        self,
        logits: ArrayLike,
        *,
        labels: ArrayLike | None = None,
        targets: ArrayLike | None = None,
    ) -> Evaluation:
        r"""Return loss, probabilities and gradient of every row.

        Parameters
        ----------
        logits
            Shape ``[..., num_classes]``.
        labels
            Class indices from 0, shape ``[...]``; or else
        targets
            A vector for each row, shape ``[..., num_classes]``; need not sum to 1.

        Raises
        ------
        InputError
            If the logits are not usable, a label is out of range, a target is negative,
            the shapes do not fit, or not exactly one of labels and targets is given.
        """
        z = as_logits(logits)
        weighted = self._weighted(_target_vectors(z, labels, targets))
        parts = exponentials(z, self.temperature)
        return Evaluation(
            _loss(parts, weighted),
            rounded(parts.probabilities),
            self._gradient(parts, weighted),
        )

    @quiet
    def effective_targets(self, targets: ArrayLike) -> Array:
        r"""Return :math:`t_i = w_i\,((1 - \varepsilon)\,y_i + \varepsilon/K)`.

        Examples
        --------
        >>> CrossEntropy(label_smoothing=0.5).effective_targets([0, 1])
        array([0.25, 0.75])
        """
        return rounded(self._weighted(np.asarray(targets, dtype=np.float64)))

    def _weighted(self, targets: Array) -> Pair:
        """Return t, the smoothed and weighted targets."""
        t = exactly(targets)
        if self.label_smoothing:
            share = np.full_like(targets, self.label_smoothing)
            kept = add(exactly(np.ones_like(targets)), exactly(-share))
            classes = np.full_like(targets, targets.shape[-1])
            t = add(multiply(kept, t), divide(exactly(share), exactly(classes)))
        if self.weight is None:
            return t
        weight = np.asarray(self.weight, dtype=np.float64)
        if weight.shape != targets.shape[-1:]:
            raise InputError(
                f"{weight.size} weights for {targets.shape[-1]} classes", place="weight"
            )
        return multiply(t, exactly(np.broadcast_to(weight, targets.shape)))

    def _gradient(self, parts: Exponentials, targets: Pair) -> Array:
        push = multiply(parts.scaled, sum_of_others(targets))
        pull = multiply(targets, parts.others)
        scale = exactly(np.full_like(parts.total.high, self.temperature))
        return rounded(divide(add(push, negative(pull)), multiply(parts.total, scale)))


def _loss(parts: Exponentials, targets: Pair) -> Array:
    """Return Σ t (log total - shifted); both parts are >= 0, so nothing cancels."""
    counting = targets.high != 0
    distances = Pair(*(np.where(counting, -part, 0.0) for part in parts.shifted))
    distance = total(multiply(targets, distances))
    mass, log_sum = total(targets), log_total(parts)
    # A tiny log is the sum without the largest; scaled, a weight meets it before it is rounded.
    tiny = doubled(multiply(mass, parts.total_without_largest), -SCALE)
    spread = choose(log_sum.high < TINY, tiny, multiply(mass, log_sum))
    return rounded(add(distance, spread))[..., 0]


def _target_vectors(z: Array, labels: ArrayLike | None, targets: ArrayLike | None) -> Array:
    if (labels is None) == (targets is None):
        raise InputError("give either labels or targets")
    if targets is None:
        indices = np.asarray(labels)
        _require_labels(indices, z.shape)
        return one_hot(indices, z.shape[-1])
    y = np.asarray(targets, dtype=np.float64)
    if y.shape != z.shape:
        problem = f"targets have shape {y.shape}, the logits have {z.shape}"
        raise InputError(problem, place="targets")
    require_within(y, 0.0, "targets")
    return y


def one_hot(labels: NDArray[np.int64], num_classes: int) -> Array:
    """Return 1 at every label and 0 elsewhere, shape ``[..., num_classes]``.

    A label that is no class gives a row of zeros.

    Examples
    --------
    >>> one_hot(np.array([1, -100]), 2)
    array([[0., 1.],
           [0., 0.]])
    """
    return np.where(np.arange(num_classes) == labels[..., None], 1.0, 0.0)


def _require_labels(labels: NDArray[Any], shape: tuple[int, ...]) -> None:
    if labels.dtype.kind not in "iu":
        raise InputError("labels must be integers; give probability vectors as targets")
    if labels.shape != shape[:-1]:
        raise InputError(f"labels have shape {labels.shape}, the rows of logits {shape[:-1]}")
    outside = labels[(labels < 0) | (labels >= shape[-1])]
    if outside.size:
        raise InputError(f"label {outside.flat[0]} is not one of the classes 0..{shape[-1] - 1}")
