r"""Softmax cross-entropy of many labelled rows at the speed of memory, right to 8 ulp.

The same numbers as ``CrossEntropy`` computes, for labels, without its double-doubles. Three
things keep it right where the textbook form is not:

- Rows are shifted by c, the maximum rounded to a multiple of 2**-10. Then the rounding
  error of z - c is z - ((z - c) + c), exactly (Fast2Sum, which needs that c is a multiple
  of an ulp of z), and a factor of 1 + error puts it back.
- The sum over the other classes, k != y, is kept apart. So the gradient at the label is
  -others/total, never p - 1, and the loss is log1p(others/e_y), never log(1).
- Many classes are added up in groups, so that rounding errors do not pile up.

Arrays have shape ``[num_classes, rows]``. All passes go over a tile that stays in the cache.
A row's result does not depend on the rows beside it, to the last bit.

Source of Fast2Sum for such c: S. Boldo, S. Graillat, J.-M. Muller, "On the robustness of
the 2Sum and Fast2Sum algorithms", ACM TOMS 44 (2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.numeric.double_double import Array, quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

KERNEL_ERROR = 5 * 2.0**-52
"""How far a number may be off, as a part of it; the tests ask for it."""
TILE = 2**16
"""Entries of a tile: its arrays stay in the cache."""
BY_ROW = 100
"""From so many classes on, the entries of a row stand side by side in memory."""
_GROUP = 32
_COARSE = 1.5 * 2.0**42
"""Adding and taking it away rounds to multiples of 2**-10."""
_COARSE_ALREADY = 2.0**40
_TINY = 1e-260
"""Exponentials below are about to lose their digits."""


class Tile(NamedTuple):
    """Some rows: their exponentials, and the label's kept apart."""

    exponentials: Array
    """exp(z - c), shape ``[num_classes, rows]``; at the label it is 0."""
    at_label: Array
    """exp(z - c) at the label, shape ``[rows]`` as all that follow."""
    others: Array
    """The sum over the classes that are not the label."""
    inverse: Array
    """1 / (others + at_label)."""
    loss: Array
    """-log p of the label."""
    flat: Array
    """The memory of ``exponentials`` and, for ``[rows]``,"""
    where: NDArray[np.int64]
    """the index of the label's entry in it."""
    labels: NDArray[np.int64]
    shift: Array
    """c."""


class Scratch:
    """Memory for the passes over the tiles of a block of some shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.classes, rows = shape
        most = max(1, TILE // self.classes)
        self.rows = -(-rows // -(-rows // most)) if rows else 1
        self.by_row = self.classes >= BY_ROW
        self._spaces = [np.empty(self.rows * self.classes) for _ in range(3)]
        self._rows = np.arange(self.rows)

    def shaped(self, number: int, rows: int) -> tuple[Array, Array]:
        """Return an array of ``[num_classes, rows]`` and its memory."""
        flat = self._spaces[number][: rows * self.classes]
        if self.by_row:
            return flat.reshape(rows, self.classes).T, flat
        return flat.reshape(self.classes, rows), flat

    def where(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index in that memory of every row's label."""
        rows = self._rows[: labels.size]
        return rows * self.classes + labels if self.by_row else labels * labels.size + rows


class Evaluation(NamedTuple):
    """Loss ``[rows]``, probabilities and its gradient ``[num_classes, rows]``."""

    loss: Array
    probabilities: Array
    gradient: Array


def evaluate(logits: Array, labels: NDArray[np.int64]) -> Evaluation:
    """Return loss, probabilities and gradient of rows; ``logits`` as in ``evaluate_tile``.

    Examples
    --------
    >>> evaluate(np.array([[0.0], [0.0], [40.0]]), np.array([2])).gradient.T
    array([[ 4.24835426e-18,  4.24835426e-18, -8.49670851e-18]])
    """
    found = Evaluation(np.empty(labels.size), np.empty_like(logits), np.empty_like(logits))
    scratch = Scratch(logits.shape)
    for start in range(0, labels.size, scratch.rows):
        rows = slice(start, start + scratch.rows)
        tile = evaluate_tile(logits[:, rows], labels[rows], scratch)
        at = tile.labels, np.arange(start, start + tile.labels.size)
        found.loss[rows] = tile.loss
        np.multiply(tile.exponentials, tile.inverse, out=found.gradient[:, rows])
        found.probabilities[:, rows] = found.gradient[:, rows]
        found.probabilities[at] = tile.at_label * tile.inverse
        found.gradient[at] = -tile.others * tile.inverse
    return found


@quiet
def evaluate_tile(logits: Array, labels: NDArray[np.int64], scratch: Scratch) -> Tile:
    """Return what loss, probabilities and gradient of some rows are made of.

    ``logits`` holds finite numbers and -inf, not only -inf in any row. The result's
    exponentials live in ``scratch`` until its next use.
    """
    shift = _shift(logits.max(axis=0))
    where = scratch.where(labels)
    at_label, others = _exponentiate(logits, shift, scratch, where)
    total = others + at_label
    if np.isnan(total.sum()):  # -inf - -inf is NaN: mask with numbers instead
        far = np.maximum(logits, _far_below(shift))
        at_label, others = _exponentiate(far, shift, scratch, where)
        total = others + at_label
    loss = np.log1p(others / at_label)
    if at_label.min() < _TINY:
        for row in np.flatnonzero(at_label < _TINY):
            loss[row] = np.log(total[row]) + (shift[row] - logits[labels[row], row])
    exponentials, flat = scratch.shaped(0, labels.size)
    return Tile(exponentials, at_label, others, 1.0 / total, loss, flat, where, labels, shift)


def _shift(maximum: Array) -> Array:
    coarse = (maximum + _COARSE) - _COARSE
    large = np.abs(maximum) >= _COARSE_ALREADY
    return np.asarray(np.where(large, maximum, coarse) if large.any() else coarse)


def _far_below(shift: Array) -> Array:
    """Return logits whose exponentials are 0, but which can be subtracted."""
    return shift - np.maximum(1e4, np.abs(shift) * 1e-10)


def _exponentiate(
    logits: Array, shift: Array, scratch: Scratch, where: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Fill space 0 with exp(z - c), 0 at the label; return the label's and the others' sum."""
    out, flat = scratch.shaped(0, shift.size)
    work, _ = scratch.shaped(1, shift.size)
    np.subtract(logits, shift, out=out)
    np.add(out, shift, out=work)
    np.subtract(logits, work, out=work)
    np.exp(out, out=out)
    np.multiply(work, out, out=work)
    np.add(out, work, out=out)
    at_label = flat.take(where)
    flat[where] = 0.0
    return at_label, _total(out)


def _total(values: Array) -> Array:
    """Return the sum over the classes."""
    classes, rows = values.shape
    if rows == 1 and classes < BY_ROW:  # NumPy would add a lone row in another order
        return _total(values.repeat(2, axis=1))[:1]
    if classes <= _GROUP or classes >= BY_ROW:
        return np.asarray(values.sum(axis=0))  # along memory NumPy adds pairwise
    starts = np.arange(0, classes, _GROUP)
    return np.asarray(np.add.reduceat(values, starts, axis=0).sum(axis=0))
