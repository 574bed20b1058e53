"""The task of the code under test: the loss, its options and their meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.tolerance import Truth
from ce_cli.numeric import reference
from ce_cli.numeric.block import evaluate, evaluate_targets
from ce_cli.numeric.cross_entropy import CrossEntropy, one_hot
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ce_cli.dumps.reading.rows import Block
    from ce_cli.numeric.double_double import Array


_CELLS_AT_ONCE = 2**15
"""So many numbers stay in the cache with all that is computed on the way."""


class Rows(NamedTuple):
    """Some rows of a block, classes last."""

    logits: Array
    labels: NDArray[np.int64] | None
    targets: Array
    """One-hot where there are labels; 0 where the label is ignored."""
    loss: Array | None
    """Claimed, as the two that follow."""
    probabilities: Array | None
    gradient: Array | None

    def claim(self, kind: str) -> Array | None:
        """Return the claims of one kind."""
        found: Array | None = getattr(self, kind)
        return found

    def chosen(self, keep: NDArray[np.int64] | slice) -> Rows:
        """Return some of the rows."""
        return Rows(*(None if part is None else part[keep] for part in self))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Objective:
    """A cross-entropy, the label that does not count, and the divisor of the gradients."""

    criterion: CrossEntropy = field(default_factory=CrossEntropy)
    ignore_index: int | None = None
    divisor: float = 1.0
    """The divisor of the gradients: 1, or Σ w[label] of the rows that count."""

    def ignored(self, block: Block) -> NDArray[np.bool_]:
        """Return which rows of a block have the ignored label."""
        if block.labels is None or self.ignore_index is None:
            return np.zeros(len(block.rows), dtype=bool)
        return np.asarray(block.labels == self.ignore_index)

    def weights(self, block: Block) -> Array:
        """Return the part of every row in the divisor of PyTorch's mean."""
        if self.ignore_index is None and self.criterion.weight is None:
            return np.ones(len(block.rows))
        counts = np.where(self.ignored(block), 0.0, 1.0)
        if block.labels is None or self.criterion.weight is None:
            return counts
        weight = np.asarray(self.criterion.weight)
        return np.asarray(counts * weight[np.where(counts > 0, block.labels, 0)])

    def rows(self, block: Block, indices: NDArray[np.int64]) -> Rows:
        """Return rows of a block."""
        logits = np.ascontiguousarray(block.logits[:, indices].T)
        labels = None if block.labels is None else block.labels[indices]
        if labels is None:
            assert block.targets is not None  # noqa: S101  # a dump has one or the other
            targets = np.ascontiguousarray(block.targets[:, indices].T)
        else:
            targets = one_hot(labels, logits.shape[1])
        parts = (block.probabilities, block.gradient)
        p, g = (None if a is None else np.ascontiguousarray(a[:, indices].T) for a in parts)
        loss = None if block.loss is None else block.loss[indices]
        return Rows(logits, labels, targets, loss, p, g)

    @quiet
    def quick_truth(self, rows: Rows) -> Truth:
        """Return the numbers of some rows, right to 5 ulp where they are not subnormal.

        Where the gradient cancels by its nature, p - t, they are 5 ulp of the larger of the two.
        """
        criterion, counts = self.criterion, self._counts(rows)
        targets = self._effective(rows.targets) * counts[:, None]
        if rows.labels is None or criterion.label_smoothing:
            found = evaluate_targets(rows.logits.T, targets.T, criterion.temperature)
            factor = np.ones(len(counts))
        else:
            labels = np.where(counts, rows.labels, 0)
            found = evaluate(rows.logits.T, labels, criterion.temperature)
            factor = targets.sum(axis=1)
        return Truth(
            rows.logits / criterion.temperature,
            targets,
            np.where(factor == 0, 0.0, factor * found.loss),
            found.probabilities.T,
            np.where(factor == 0, 0.0, found.gradient * (factor / self.divisor)).T,
        )

    def _effective(self, targets: Array) -> Array:
        """Return the smoothed and weighted targets, rounded as floats are."""
        smoothing, weight = self.criterion.label_smoothing, self.criterion.weight
        if smoothing:
            targets = (1.0 - smoothing) * targets + smoothing / targets.shape[1]
        return targets if weight is None else targets * np.asarray(weight)

    def truth(self, rows: Rows) -> Truth:
        """Return the numbers of some rows, each as exact as can be."""
        step = max(1, _CELLS_AT_ONCE // rows.logits.shape[1])
        starts = range(0, max(1, len(rows.logits)), step)
        parts = [self._truth(rows.chosen(slice(start, start + step))) for start in starts]
        return Truth(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _truth(self, rows: Rows) -> Truth:
        found = self.criterion.evaluate(rows.logits, targets=rows.targets)
        counts = self._counts(rows)
        return Truth(
            rows.logits / self.criterion.temperature,
            np.where(counts[:, None], self.criterion.effective_targets(rows.targets), 0.0),
            np.where(counts, found.loss, 0.0),
            found.probabilities,
            np.where(counts[:, None], found.gradient / self.divisor, 0.0),
        )

    def reference(self, rows: Rows) -> Truth:
        """Return the numbers of one row, computed with 50 digits and correctly rounded."""
        criterion = self.criterion
        exact = reference.cross_entropy(
            rows.logits[0].tolist(), rows.targets[0].tolist(), weight=criterion.weight,
            label_smoothing=criterion.label_smoothing, temperature=criterion.temperature,
        )  # fmt: skip
        counts, divisor = bool(self._counts(rows)[0]), Decimal(self.divisor)
        with localcontext(exact.context):
            gradient = [float(value / divisor) if counts else 0.0 for value in exact.gradient]
        return Truth(
            rows.logits / criterion.temperature,
            np.array([[float(value) for value in exact.targets]]),
            np.array([float(exact.loss) if counts else 0.0]),
            np.array([[float(value) for value in exact.probabilities]]),
            np.array([gradient]),
        )

    def _counts(self, rows: Rows) -> NDArray[np.bool_]:
        if rows.labels is None or self.ignore_index is None:
            return np.ones(len(rows.logits), dtype=bool)
        return np.asarray(rows.labels != self.ignore_index)
