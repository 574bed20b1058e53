"""The fast kernel as a sieve: it lets pass what surely holds and leaves the rest to the judge.

It knows plain cross-entropy of labels, with weights and ignored labels; with smoothing,
temperature or target vectors every row is left to the judge. A claim surely holds within
the part of the tolerance that needs no second look at the logits, less the kernel's own
rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.tolerance import FIRST_ORDER
from ce_cli.numeric.block import KERNEL_ERROR, Scratch, Tile, evaluate_tile
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ce_cli.dumps.objective import Objective
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.dumps.tolerance import Certain, Tolerance
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]

_COARSE = 2.0**-10
_SUM_ERROR = 1e-10
"""More than the relative error of a sum over the classes."""


class Sieved(NamedTuple):
    """The kernel's findings on all rows of a block."""

    loss: Array
    doubtful: Flags
    """Rows that need the judge."""


@dataclass(frozen=True)
class Sieve:
    """The sieve for one objective and tolerance."""

    objective: Objective
    tolerance: Tolerance

    def fits(self, block: Block) -> bool:
        """Whether the kernel can compute a block, and so well that it may decide."""
        criterion = self.objective.criterion
        plain = not criterion.label_smoothing and criterion.temperature == 1
        has_margin = self.tolerance.relative >= KERNEL_ERROR
        return plain and has_margin and block.labels is not None

    def sieve(self, block: Block) -> Sieved:
        """Return the losses of a block's rows and which of them need the judge."""
        assert block.labels is not None  # noqa: S101  # see ``fits``
        weights = self.objective.weights(block)
        labels = np.where(self.objective.ignored(block), 0, block.labels)
        found = Sieved(np.empty(labels.size), np.zeros(labels.size, dtype=bool))
        scratch = Scratch(block.logits.shape)
        for start in range(0, labels.size, scratch.rows):
            rows = slice(start, start + scratch.rows)
            tile = evaluate_tile(block.logits[:, rows], labels[rows], scratch)
            part = _Part(self.tolerance, tile, scratch, block.logits[:, rows], weights[rows])
            part.compare(block, rows, weights[rows] / self.objective.divisor, found)
        return found


@dataclass(frozen=True)
class _Part:
    """A tile of a block."""

    tolerance: Tolerance
    tile: Tile
    scratch: Scratch
    logits: Array
    weights: Array

    @quiet
    def compare(self, block: Block, rows: slice, scale: Array, found: Sieved) -> None:
        """Fill in the findings on these rows."""
        tile, doubtful = self.tile, found.doubtful[rows]
        loss = self.weights * tile.loss
        loss[self.weights == 0] = 0.0  # also where the loss is infinite
        found.loss[rows] = loss
        if block.loss is not None:
            error = np.abs(block.loss[rows] - loss)
            doubtful |= ~(error <= self._loss_bound(loss)) | (error == np.inf)
        p = tile.at_label * tile.inverse
        if block.probabilities is not None:
            self._matrix(block.probabilities[:, rows], np.ones_like(p), (p, p), doubtful)
        if block.gradient is not None:
            rest = tile.others * tile.inverse
            size = np.ones_like(p) if self.tolerance.mixed else rest
            self._matrix(block.gradient[:, rows], scale, (-rest, size), doubtful)
            # The judge notes claims that cancelled to 0, off by all of the truth, and gradients
            # that do not sum to 0.
            _, errors = self.scratch.shaped(self.scratch.spaces.work, p.size)
            doubtful |= errors.take(tile.where) == rest * scale
            if self.tolerance.mixed:
                total = np.abs(block.gradient[:, rows].sum(axis=0))
                doubtful |= ~(total <= self.tolerance.relative * scale)

    def _loss_bound(self, loss: Array) -> Array:
        """Return how far a loss may be off, surely.

        |z_y| + max(|z_y|, |logsumexp|, 1) is no less than the loss, than the largest logit, and 1.
        """
        if not self.tolerance.mixed:
            return np.asarray(self._certain.part * loss)
        largest = np.maximum(np.maximum(self.tile.loss, self._top), 1.0)
        size = self.weights * (largest + self._moved)
        return np.asarray(self.tolerance.relative * size - KERNEL_ERROR * loss)

    @cached_property
    def _certain(self) -> Certain:
        return self.tolerance.certain(KERNEL_ERROR)

    @cached_property
    def _top(self) -> Array:
        """Return no more than the size of the largest logit."""
        return np.abs(self.tile.shift) - _COARSE

    @cached_property
    def _moved(self) -> Array:
        """Return less than Σ_k p_k δ_k, how far logsumexp may move, in units of K."""
        weighted = np.abs(np.einsum("kr,kr->r", self.tile.exponentials, self.logits))
        moved = np.fmax(FIRST_ORDER * weighted * self.tile.inverse, 0.0)  # 0 * -inf is NaN
        return np.asarray(np.minimum(moved, self._certain.largest_delta))

    @cached_property
    def _relative_by_row(self) -> Array:
        """Return the part of an entry off the label that surely is allowed.

        p_i may move by p_i((1 - p_i)δ_i + Σ_{k≠i} p_k δ_k), but for terms of second order.
        That is p_i Σ_k p_k δ_k or more where p_i <= 1/2, so in all rows but those in which a
        class that is not the label has more.
        """
        if not self.tolerance.mixed:
            return np.full(self.weights.size, self._certain.part)
        tile = self.tile
        dominated = (tile.inverse > FIRST_ORDER / 2) & (tile.others > FIRST_ORDER * tile.at_label)
        moved = np.where(dominated, 0.0, self._moved)
        return np.asarray(self.tolerance.relative * moved + self._certain.part)

    def _matrix(
        self, claims: Array, scale: Array, at_label: tuple[Array, Array], doubtful: Flags
    ) -> None:
        """Mark rows that are doubtful; their errors are left in the space for work.

        Rows were multiplied by ``scale``. ``at_label`` is the true value at the label before
        that, and the size that its error is measured by.
        """
        error, _ = self.scratch.shaped(self.scratch.spaces.work, scale.size)
        size, memory = self.scratch.shaped(self.scratch.spaces.bounds, scale.size)
        np.multiply(self.tile.exponentials, self.tile.inverse, out=size)
        np.multiply(size, scale, out=size)
        memory[self.tile.where] = at_label[0] * scale
        np.subtract(claims, size, out=error)
        np.abs(error, out=error)
        np.multiply(size, self._relative_by_row, out=size)
        memory[self.tile.where] = at_label[1] * scale * self._certain.part
        rows = np.flatnonzero(~(error <= size).all(axis=0))
        if rows.size and self.tolerance.mixed:
            bound = scale[rows] * self._bound(rows, at_label[1][rows]) + self._certain.step
            rows = rows[~(_of_rows(error, rows) <= bound).all(axis=0)]
        doubtful[rows] = True

    def _bound(self, rows: NDArray[np.int64], at_label: Array) -> Array:
        """Return how far the entries of some rows may be off, surely, looked at closely.

        p_i may move by p_i(δ_i + Σ_k p_k δ_k - 2 p_i δ_i) to first order, or by more: the δ are
        made smaller here where they are not small.
        """
        tile, there = self.tile, (self.tile.labels[rows], np.arange(rows.size))
        p, delta = _of_rows(tile.exponentials, rows), np.abs(_of_rows(self.logits, rows))
        p[there] = tile.at_label[rows]
        p *= tile.inverse[rows]
        delta[delta == np.inf] = 0.0
        most = delta.max(axis=0)
        small = np.minimum(most, self._certain.largest_delta)
        delta *= np.where(most > 0, small / most, 0.0)
        sums = (p * delta).sum(axis=0)
        moved = FIRST_ORDER * (delta + sums - 2 * p * delta) - _SUM_ERROR * small
        bound = p * np.maximum(moved, 0.0) * self.tolerance.relative
        p[there] = at_label
        return np.asarray(bound + self._certain.part * p)


def _of_rows(values: Array, rows: NDArray[np.int64]) -> Array:
    """Return some rows of an array ``[num_classes, rows]``, laid out as it is."""
    return values[:, rows] if values.flags.f_contiguous else values.take(rows, axis=1)
