"""The code under test, as it may be wrong: one field for each thing that can go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.dumps.tolerance import Truth
from ce_cli.numeric.cross_entropy import CrossEntropy, one_hot
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ce_cli.dumps.objective import Objective, Rows
    from ce_cli.numeric.double_double import Array


@dataclass(frozen=True)
class Columns:
    """What a softmax over the wrong axis needs: for every class, over the rows of a file."""

    maximum: Array
    logsumexp: Array
    rows: int = 0

    def of(self, softmax: str) -> Array | None:
        """Return what a softmax takes from all rows."""
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
    """What codes give for some rows; what they have in common is computed once."""

    def __init__(self, rows: Rows, objective: Objective, columns: Columns | None) -> None:
        self.rows, self.objective = rows, objective
        self.columns = columns or Columns(np.zeros(1), np.zeros(1))
        self._softmaxes: dict[tuple[str, float], tuple[Array, Array]] = {}
        self._targets: dict[tuple[object, ...], Array] = {}
        self._scaled = rows.logits / objective.criterion.temperature

    @quiet
    def of(self, code: Code) -> Truth:
        """Return what the code gives."""
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
                log_p = np.log(p)
            self._softmaxes[key] = p, log_p
        return self._softmaxes[key]

    def _unclipped(self, kind: str) -> tuple[Array, Array]:
        z, columns = self._scaled, self.columns
        if kind.startswith("twice"):
            log_p = _log_softmax(self._softmax(Code())[0])
        elif kind == "over rows":
            log_p = z - columns.logsumexp
        elif kind == "maximum over rows":
            log_p = _log_softmax(z - np.where(np.isfinite(columns.maximum), columns.maximum, 0.0))
        else:
            log_p = _log_softmax(z)
        return np.exp(log_p), log_p

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
        each = -self._softmax(Code())[1] * np.asarray(criterion.weight or 1.0)
        if smoothing := criterion.label_smoothing:
            each = (1.0 - smoothing) * each + smoothing * each.mean(axis=1, keepdims=True)
        distance = np.where(each == loss, 0.0, np.abs(each - loss))
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


def _log_softmax(z: Array) -> Array:
    """Return log p as code would compute it: what is predicted is compared within a tolerance."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


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
