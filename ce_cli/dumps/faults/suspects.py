"""The code under test, as it may be wrong: one field for everything that can go wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.dumps.tolerance import Truth
from ce_cli.numeric.cross_entropy import CrossEntropy, one_hot
from ce_cli.numeric.double_double import exactly, log1p, quiet, rounded, steady_exp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ce_cli.dumps.objective import Objective, Rows
    from ce_cli.numeric.double_double import Array


@dataclass(frozen=True)
class ClassTotals:
    """For every class its totals over the rows of a file: a softmax over the wrong axis uses them.

    Examples
    --------
    >>> block = np.log([[1.0, 3.0], [2.0, 2.0]])  # two classes, two rows
    >>> ClassTotals.over(block, 1.0).logsumexp.round(4).tolist()
    [1.3863, 1.3863]
    """

    maximum: Array
    logsumexp: Array
    rows: int = 0

    @classmethod
    @quiet
    def over(cls, logits: Array, temperature: float) -> ClassTotals:
        """Return the totals over some rows, of logits ``[num_classes, rows]``."""
        z, least = logits / temperature, -np.inf
        maximum = z.max(axis=1, initial=least)
        shift = np.where(np.isfinite(maximum), maximum, 0.0)
        log_sum = shift + np.log(np.exp(z - shift[:, None]).sum(axis=1))
        return cls(maximum, log_sum, z.shape[1])

    @quiet
    def __add__(self, other: ClassTotals) -> ClassTotals:
        log_sum = np.logaddexp(self.logsumexp, other.logsumexp)
        maximum = np.maximum(self.maximum, other.maximum)
        return ClassTotals(maximum, log_sum, self.rows + other.rows)

    def used_by(self, softmax: str) -> Array | None:
        """Return the totals that a softmax uses, if any."""
        return {"over rows": self.logsumexp, "maximum over rows": self.maximum}.get(softmax)


@dataclass(frozen=True)
class Code:
    """Code that computes a loss and its gradient, rightly unless a field says otherwise."""

    criterion: CrossEntropy = field(default_factory=CrossEntropy)
    divisor: float = 1.0
    softmax: str = "once"
    """once, twice, twice-chained, over rows, maximum over rows."""
    gradient: str = "p Σt − t"
    label_shift: int = 0
    floor: float = 0.0
    """Probabilities are clipped to [floor, 1 - floor]."""
    smoothing_divides_by: int = 0
    """K - n where it should be K."""
    counts_ignored: bool = False
    factor: float = 1.0
    """Of loss and gradient."""
    sign: float = 1.0
    """Of the gradient."""

    @classmethod
    def right(cls, objective: Objective) -> Code:
        """Return the code as it should be."""
        return cls(objective.criterion, objective.divisor)

    @property
    def shape(self) -> Code:
        """The code that gives the same numbers but for their sign and size."""
        return replace(self, sign=1.0, factor=1.0, divisor=1.0)


class Predictions:
    """The numbers of codes for some rows; numbers that codes share are computed once."""

    def __init__(self, rows: Rows, objective: Objective, over_rows: ClassTotals | None) -> None:
        self.rows, self.objective = rows, objective
        self.over_rows = over_rows or ClassTotals(np.zeros(1), np.zeros(1))
        self._softmaxes: dict[tuple[str, float], tuple[Array, Array]] = {}
        self._targets: dict[tuple[object, ...], Array] = {}
        self._scaled = rows.logits / objective.criterion.temperature

    @cached_property
    def truth(self) -> Truth:
        """The exact numbers of the rows."""
        return self.objective.truth(self.rows)

    @quiet
    def of(self, code: Code) -> Truth:
        """Return the numbers of a code."""
        p, log_p = self._softmax(code)
        t = self._effective_targets(code)
        loss = -np.where(t != 0, t * log_p, 0.0).sum(axis=-1)
        gradient = _GRADIENTS[code.gradient](p, t)
        if code.softmax == "twice-chained":
            inner, _ = self._softmax(Code())
            gradient = inner * (gradient - (inner * gradient).sum(axis=-1, keepdims=True))
        scale = code.sign * code.factor / (code.criterion.temperature * code.divisor)
        return Truth(self._scaled, t, code.factor * loss, p, scale * gradient)

    def _softmax(self, code: Code) -> tuple[Array, Array]:
        key = (code.softmax, code.floor)
        if key not in self._softmaxes:
            p, log_p = self._unclipped(code.softmax)
            if code.floor:
                p = np.clip(p, code.floor, 1.0 - code.floor)
                log_p = np.clip(log_p, math.log(code.floor), math.log1p(-code.floor))
            self._softmaxes[key] = p, log_p
        return self._softmaxes[key]

    def _unclipped(self, kind: str) -> tuple[Array, Array]:
        z, over_rows = self._scaled, self.over_rows
        if kind.startswith("twice"):
            z = self._softmax(Code())[0]
        elif kind == "over rows":
            log_p = z - over_rows.logsumexp
            return steady_exp(log_p), log_p
        elif kind == "maximum over rows":
            z = z - np.where(np.isfinite(over_rows.maximum), over_rows.maximum, 0.0)
        return _softmax_with_log(z)

    @cached_property
    def _pulled(self) -> NDArray[np.int64]:
        """The class that an ignored row was counted for: where its label is none, claims tell.

        The gradient pulls at it; without a gradient the loss must be the loss of one.
        """
        loss, gradient = self.rows.loss, self.rows.gradient
        found = np.zeros(len(self.rows.logits), dtype=np.int64)
        if loss is not None:
            found = self._nearest_by_loss(loss[:, None])
        if gradient is not None:
            found = np.where(gradient.any(axis=1), gradient.argmin(axis=1), found)
        return found

    @quiet
    def _nearest_by_loss(self, loss: Array) -> NDArray[np.int64]:
        """Return the class whose loss (1 − ε) wₖ lₖ + ε/K Σⱼ wⱼ lⱼ is next, with l = −log p."""
        criterion = self.objective.criterion
        losses = -self._softmax(Code())[1] * np.asarray(criterion.weight or 1.0)
        if smoothing := criterion.label_smoothing:
            losses = (1.0 - smoothing) * losses + smoothing * losses.mean(axis=1, keepdims=True)
        distance = np.where(losses == loss, 0.0, np.abs(losses - loss))
        return np.asarray(np.nan_to_num(distance, nan=np.inf).argmin(axis=1))

    def _effective_targets(self, code: Code) -> Array:
        key = (code.criterion, code.label_shift, code.smoothing_divides_by, code.counts_ignored)
        if key not in self._targets:
            self._targets[key] = self._computed_targets(code)
        return self._targets[key]

    def _computed_targets(self, code: Code) -> Array:
        rows, classes = self.rows, self.rows.logits.shape[1]
        y, counts = rows.targets, np.ones((len(rows.logits), 1), dtype=bool)
        if rows.labels is not None:
            is_class = (rows.labels >= 0) & (rows.labels < classes)
            shifted = (rows.labels + code.label_shift) % classes
            y = one_hot(np.where(is_class, shifted, self._pulled), classes)
            if not code.counts_ignored:
                counts = (rows.labels != self.objective.ignore_index)[:, None]
        t = code.criterion.effective_targets(_smoothed(code, y, classes))
        return np.where(counts, t, 0.0)


@quiet
def _softmax_with_log(z: Array) -> tuple[Array, Array]:
    """Return p and log p as code would compute them: they are compared within a tolerance."""
    shifted = z - z.max(axis=-1, keepdims=True)
    exponentials = steady_exp(shifted)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / total, shifted - rounded(log1p(exactly(total - 1.0)))


def _push_and_pull(p: Array, t: Array) -> Array:
    return np.asarray(p * t.sum(axis=-1, keepdims=True) - t)


MULTIPLES_OF_P = frozenset({"p", "p (1 − p)", "(p Σt − t) p (1 − p)"})
"""Gradients of which every entry has a factor p."""
_GRADIENTS: dict[str, Callable[[Array, Array], Array]] = {
    "p Σt − t": _push_and_pull,
    "p − t": lambda p, t: p - t,
    "p": lambda p, t: p * t.sum(axis=-1, keepdims=True),
    "−t (1 − p)": lambda p, t: -t * (1.0 - p),
    "p (1 − p)": lambda p, t: p * (1.0 - p) * t.sum(axis=-1, keepdims=True),
    "(p Σt − t) p (1 − p)": lambda p, t: _push_and_pull(p, t) * p * (1.0 - p),
    "0": lambda p, t: 0.0 * (p - t),
}


def _smoothed(code: Code, y: Array, classes: int) -> Array:
    """Return targets that smoothing by ε/K turns into those smoothed by ε/(K - n)."""
    smoothing = code.criterion.label_smoothing
    if not code.smoothing_divides_by or smoothing in {0, 1}:
        return y
    share = smoothing / (classes - code.smoothing_divides_by)
    wanted = (1 - smoothing) * y + share * (y == 0)
    return np.asarray((wanted - smoothing / classes) / (1 - smoothing))
