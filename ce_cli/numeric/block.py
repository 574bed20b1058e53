r"""Softmax cross-entropy of many labelled rows at the speed of memory, right to 8 ulp.

The same numbers as ``CrossEntropy`` computes, for labels, without its double-doubles. Three
things keep it right where the textbook form is not:

- Rows are shifted by c, the maximum rounded to a multiple of 2**-10. Then the rounding
  error of z - c is z - ((z - c) + c), exactly (Fast2Sum, which needs that c is a multiple
  of an ulp of z), and a factor of 1 + error puts it back.
- The exponential at the label is not in the sum over the other classes. So the gradient at
  the label is -others/total, never p - 1, and the loss is log1p(others/e_y), never log(1).
- Many classes are added up by halves, so that rounding errors grow with their logarithm.

Arrays have shape ``[num_classes, rows]``. All passes go over a tile that stays in the cache.
A row's result does not depend on the rows beside it, to the last bit.

Source of Fast2Sum for such c: S. Boldo, S. Graillat, J.-M. Muller, "On the robustness of
the 2Sum and Fast2Sum algorithms", ACM TOMS 44 (2017).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.numeric.double_double import Array, Pair, divide, exactly, quiet, two_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

KERNEL_ERROR = 5 * 2.0**-52
"""The largest relative error of a number; where p Σt - t cancels, relative to its larger part.

The tests ask for 4 ulp; the fifth is for a weight and a divisor.
"""
TILE = 2**17
"""Entries of a tile: its arrays stay in the cache."""
BY_ROW = 100
"""From so many classes on, the entries of a row stand side by side in memory."""
_ADDED_AT_ONCE = 16
_COARSE = 1.5 * 2.0**42
"""Adding and subtracting it rounds to multiples of 2**-10."""
_COARSE_ALREADY = 2.0**40
_TINY = 1e-260
"""Smaller exponentials are about to lose their digits."""
_MEMORY = threading.local()


class Tile(NamedTuple):
    """The exponentials of some rows, apart from those at the labels."""

    exponentials: Array
    """exp(z - c), shape ``[num_classes, rows]``, but 0 at the label."""
    at_label: Array
    """exp(z - c) at the label; shape ``[rows]``, as all arrays below."""
    others: Array
    """The sum over the classes that are not the label."""
    inverse: Array
    """1 / (others + at_label)."""
    loss: Array
    """-log p of the label."""
    where: NDArray[np.int64]
    """The index of the label's entry in the memory of ``exponentials``."""
    labels: NDArray[np.int64]
    shift: Array
    """The shift c."""


class Spaces(NamedTuple):
    """Memory of a thread, the same for all blocks: to map new pages takes its time."""

    exponentials: Array
    work: Array
    bounds: Array


class Scratch:
    """Memory for the passes over the tiles of one block."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.classes, rows = shape
        most = max(1, TILE // self.classes)
        self.rows = -(-rows // -(-rows // most)) if rows else 1
        self.by_row = self.classes >= BY_ROW
        self.spaces = _spaces(self.rows * self.classes)
        self._rows = np.arange(self.rows)

    def shaped(self, space: Array, rows: int) -> tuple[Array, Array]:
        """Return one of the spaces as an array of ``[num_classes, rows]``, and its memory."""
        flat = space[: rows * self.classes]
        if self.by_row:
            return flat.reshape(rows, self.classes).T, flat
        return flat.reshape(self.classes, rows), flat

    def where(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of every row's label in that memory."""
        rows = self._rows[: labels.size]
        return rows * self.classes + labels if self.by_row else labels * labels.size + rows


def _spaces(size: int) -> Spaces:
    spaces: Spaces | None = getattr(_MEMORY, "spaces", None)
    if spaces is None or spaces.work.size < size:
        spaces = _MEMORY.spaces = Spaces(*(np.empty(max(size, TILE)) for _ in Spaces._fields))
    return spaces


class BlockEvaluation(NamedTuple):
    """Loss ``[rows]``, probabilities and gradient ``[num_classes, rows]``."""

    loss: Array
    probabilities: Array
    gradient: Array


@quiet
def evaluate(logits: Array, labels: NDArray[np.int64], temperature: float = 1.0) -> BlockEvaluation:
    """Return -log p of the labels, p of z/T, and the gradient, for logits as in ``evaluate_tile``.

    Examples
    --------
    >>> evaluate(np.array([[0.0], [0.0], [40.0]]), np.array([2])).gradient.T
    array([[ 4.24835426e-18,  4.24835426e-18, -8.49670851e-18]])
    """
    result = _empty(logits)
    for rows, _, tile in _tiles(logits, labels, temperature):
        at_label = tile.labels, np.arange(rows.start, rows.start + tile.labels.size)
        result.loss[rows] = tile.loss
        result.probabilities[:, rows] = tile.exponentials * tile.inverse
        result.gradient[:, rows] = result.probabilities[:, rows] / temperature
        result.probabilities[at_label] = tile.at_label * tile.inverse
        result.gradient[at_label] = -tile.others * tile.inverse / temperature
    return result


@quiet
def evaluate_targets(logits: Array, targets: Array, temperature: float = 1.0) -> BlockEvaluation:
    r"""Return :math:`-\sum_i t_i \log p_i` for targets that need not sum to 1, p, and the gradient.

    With the largest logit m, the loss is :math:`\sum t \log(1/p_m) + \sum_i t_i (z_m - z_i)/T`.
    The gradient :math:`(p_i \sum t - t_i)/T` is :math:`(p_i \sum_{k \ne i} t_k - t_i (1 - p_i))/T`,
    off by as much as its larger part where the two cancel.

    Examples
    --------
    >>> evaluate_targets(np.zeros((2, 1)), np.array([[0.25], [0.75]])).gradient.T
    array([[ 0.25, -0.25]])
    """
    result = _empty(logits)
    for rows, z, tile in _tiles(logits, logits.argmax(axis=0), temperature):
        t, largest = targets[:, rows], (tile.labels, np.arange(tile.labels.size))
        p, total = tile.exponentials * tile.inverse, _total(t)
        rest = 1.0 - p
        p[largest] = tile.at_label * tile.inverse
        rest[largest] = tile.others * tile.inverse
        below = (z.high[largest] - z.high) + (z.low[largest] - z.low)
        result.loss[rows] = total * tile.loss + _total(np.where(t == 0, 0.0, t * below))
        result.probabilities[:, rows] = p
        result.gradient[:, rows] = (p * (total - t) - t * rest) / temperature
    return result


def _empty(logits: Array) -> BlockEvaluation:
    loss = np.empty(logits.shape[1])
    return BlockEvaluation(loss, np.empty_like(logits), np.empty_like(logits))


def _tiles(
    logits: Array, labels: NDArray[np.int64], temperature: float
) -> Iterator[tuple[slice, Pair, Tile]]:
    """Yield the rows of a tile, their logits up to a common term, and the tile."""
    scratch = Scratch(logits.shape)
    for start in range(0, labels.size, scratch.rows):
        rows = slice(start, start + scratch.rows)
        z = _scaled(logits[:, rows], temperature)
        yield rows, z, evaluate_tile(z.high, labels[rows], scratch, z.low)


def _scaled(logits: Array, temperature: float) -> Pair:
    """Return z, or (z - max z)/T: divided first, large logits would lose their differences."""
    if temperature == 1:
        return exactly(logits)
    shifted = two_sum(logits, np.broadcast_to(-logits.max(axis=0), logits.shape))
    return divide(shifted, exactly(np.full_like(logits, temperature)))


@quiet
def evaluate_tile(
    logits: Array, labels: NDArray[np.int64], scratch: Scratch, low: Array | None = None
) -> Tile:
    """Return the parts of loss, probabilities and gradient of some rows.

    ``logits`` holds finite numbers and -inf, not only -inf in any row; ``low`` is added to
    them and is below an ulp. The exponentials live in ``scratch`` until its next use.
    """
    shift = _shift(logits.max(axis=0))
    where = scratch.where(labels)
    at_label, others = _exponentiate((logits, low), shift, scratch, where)
    total = others + at_label
    if np.isnan(total.sum()):  # -inf - -inf is NaN: mask with numbers instead
        far = np.maximum(logits, _far_below(shift))
        at_label, others = _exponentiate((far, low), shift, scratch, where)
        total = others + at_label
    loss = np.log1p(others / at_label)
    if at_label.min() < _TINY:
        for row in np.flatnonzero(at_label < _TINY):
            loss[row] = np.log(total[row]) + (shift[row] - logits[labels[row], row])
    exponentials, _ = scratch.shaped(scratch.spaces.exponentials, labels.size)
    return Tile(exponentials, at_label, others, 1.0 / total, loss, where, labels, shift)


def _shift(maximum: Array) -> Array:
    coarse = (maximum + _COARSE) - _COARSE
    large = np.abs(maximum) >= _COARSE_ALREADY
    return np.asarray(np.where(large, maximum, coarse) if large.any() else coarse)


def _far_below(shift: Array) -> Array:
    """Return finite logits whose exponentials are 0."""
    return shift - np.maximum(1e4, np.abs(shift) * 1e-10)


def _exponentiate(
    parts: tuple[Array, Array | None], shift: Array, scratch: Scratch, where: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Fill a space with exp(z - c), 0 at the label; return exp at the label and the sum."""
    logits, low = parts
    out, flat = scratch.shaped(scratch.spaces.exponentials, shift.size)
    work, _ = scratch.shaped(scratch.spaces.work, shift.size)
    np.subtract(logits, shift, out=out)
    np.add(out, shift, out=work)
    np.subtract(logits, work, out=work)
    if low is not None:
        np.add(work, low, out=work)
    np.exp(out, out=out)
    np.multiply(work, out, out=work)
    np.add(out, work, out=out)
    at_label = flat.take(where)
    flat[where] = 0.0
    return at_label, _total(out)


def _total(values: Array) -> Array:
    """Return the sum over the classes, added up by halves."""
    classes, rows = values.shape
    by_row, upper = classes >= BY_ROW, classes - classes // 2
    sums = np.empty((rows, upper)).T if by_row else np.empty((upper, rows))
    while classes > 1:
        half = classes // 2
        np.add(values[:half], values[classes - half : classes], out=sums[:half])
        if classes % 2:
            sums[half] = values[half]
        values, classes = sums, classes - half
        if by_row and classes <= _ADDED_AT_ONCE:
            return np.asarray(values[:classes].sum(axis=0))
    return np.asarray(sums[0])
