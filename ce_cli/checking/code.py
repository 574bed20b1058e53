"""The code under test, as it may be wrong: one field for each thing that can go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.checking.objective import one_hot
from ce_cli.checking.tolerance import Truth
from ce_cli.numeric.cross_entropy import CrossEntropy
from ce_cli.numeric.double_double import quiet
from ce_cli.numeric.softmax import log_softmax

if TYPE_CHECKING:
    from ce_cli.checking.objective import Objective, Rows
    from ce_cli.numeric.double_double import Array


@dataclass(frozen=True)
class Columns:
    """What a softmax over the wrong axis needs: for every class, over the rows of a file."""

    maximum: Array
    logsumexp: Array


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


@quiet
def predict(code: Code, rows: Rows, objective: Objective, columns: Columns | None) -> Truth:
    """Return what the code gives for some rows."""
    z = rows.logits / code.criterion.temperature
    p, log_p = _softmax(code, z, columns)
    t = _targets(code, rows, objective)
    loss = -np.where(t != 0, t * log_p, 0.0).sum(axis=-1)
    gradient = _GRADIENTS[code.gradient](p, t)
    if code.softmax == "twice-chained":
        inner = np.exp(log_softmax(z))
        gradient = inner * (gradient - (inner * gradient).sum(axis=-1, keepdims=True))
    scale = code.sign * code.factor / (code.criterion.temperature * code.divisor)
    return Truth(z, t, code.factor * loss, p, scale * gradient)


_GRADIENTS = {
    "p Σt − t": lambda p, t: p * t.sum(axis=-1, keepdims=True) - t,
    "p − t": lambda p, t: p - t,
    "p": lambda p, t: p * t.sum(axis=-1, keepdims=True),
    "−t (1 − p)": lambda p, t: -t * (1.0 - p),
    "p (1 − p)": lambda p, t: p * (1.0 - p) * t.sum(axis=-1, keepdims=True),
    "(p − t) p (1 − p)": lambda p, t: (p - t) * p * (1.0 - p),
}


def _softmax(code: Code, z: Array, columns: Columns | None) -> tuple[Array, Array]:
    log_p = log_softmax(z)
    if code.softmax.startswith("twice"):
        log_p = log_softmax(np.exp(log_p))
    elif code.softmax == "over rows" and columns:
        log_p = z - columns.logsumexp
    elif code.softmax == "maximum over rows" and columns:
        log_p = log_softmax(z - np.where(np.isfinite(columns.maximum), columns.maximum, 0.0))
    p = np.exp(log_p)
    if code.floor:
        p = np.clip(p, code.floor, 1.0 - code.floor)
        log_p = np.log(p)
    return p, log_p


def _targets(code: Code, rows: Rows, objective: Objective) -> Array:
    classes = rows.logits.shape[1]
    y, counts = rows.targets, np.ones((len(rows.logits), 1), dtype=bool)
    if rows.labels is not None:
        y = one_hot((rows.labels + code.label_shift) % classes, classes)
        if not code.counts_ignored:
            counts = (rows.labels != objective.ignore_index)[:, None]
    t = code.criterion.effective_targets(_smoothed(code, y, classes))
    return np.where(counts, t, 0.0)


def _smoothed(code: Code, y: Array, classes: int) -> Array:
    """Return targets that smoothing by ε/K turns into those smoothed by ε/(K - n)."""
    smoothing = code.criterion.label_smoothing
    if not code.smoothing_divides_by or smoothing in {0, 1}:
        return y
    share = smoothing / (classes - code.smoothing_divides_by)
    wanted = (1 - smoothing) * y + share * (y == 0)
    return np.asarray((wanted - smoothing / classes) / (1 - smoothing))
