"""Claims against the truth, row by row: what fails, by how much, and what to note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.report import Difference, Example, First, Report, Tally
from ce_cli.numeric.block import KERNEL_ERROR
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ce_cli.dumps.objective import Objective, Rows
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.dumps.tolerance import Allowed, Tolerance, Truth
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]

_SMALLEST = 2.0**-1022
_NOTHING = Report()
_NEARLY_SUBNORMAL = 1e-290
KINDS = ("loss", "probabilities", "gradient")


@dataclass(frozen=True)
class Judge:
    """Compares rows with the truth."""

    objective: Objective
    tolerance: Tolerance
    most_worst: int = 5

    def judge(
        self, block: Block, indices: NDArray[np.int64], known: Report = _NOTHING
    ) -> tuple[Flags, Report]:
        """Return which of some rows of a block fail, and what is to report of them.

        What cannot be among the worst, because ``known`` has worse, may be left out.
        """
        if not indices.size:
            return np.zeros(0, dtype=bool), Report()
        case = self._case(block, indices)
        severity = np.array([_excess(*case.of(kind)) for kind in case.kinds])
        failing = severity.max(axis=0) > 1
        worst = _worst(case, severity, min(self.most_worst, int(failing.sum())))
        largest = [_largest(case, kind) for kind in case.kinds]
        shown = [item for item in (*worst, *largest) if item and not _beaten(item, known)]
        notes = _notes(case, self._allowed_sum(case, failing))
        case = self._exactly(case, [item.row for item in shown] + [note.row for note in notes])
        differences = [(item, case.difference(item)) for item in shown]
        return failing, Report(
            worst=First(self.most_worst, tuple(d for item, d in differences if item.failing)),
            largest={d.kind: First(1, (d,)) for item, d in differences if not item.failing},
            notes={note.name: case.tally(note) for note in notes},
        )

    def allowed(self, truth: Truth) -> Allowed:
        """Return how far claims may be from the truth."""
        temperature = self.objective.criterion.temperature
        return self.tolerance.allowed(truth, temperature, self.objective.divisor)

    @quiet
    def _allowed_sum(self, case: _Case, failing: Flags) -> Array:
        """Return how far from 0 the claimed gradient of every row may sum up by rounding alone.

        Who forgot to divide rounded larger numbers: failing rows are measured by the size of
        their claims, up to that of a gradient that is not divided.
        """
        temperature, divisor = self.objective.criterion.temperature, self.objective.divisor
        bound = self.tolerance.allowed_sum(case.truth, temperature, divisor)
        claims = case.rows.gradient
        if claims is None or temperature * divisor <= 1:
            return bound
        larger = _largest_entry(claims) / _largest_entry(case.truth.gradient)
        return bound * np.where(failing, np.clip(larger, 1.0, temperature * divisor), 1.0)

    def _case(self, block: Block, indices: NDArray[np.int64]) -> _Case:
        """Return rows with a truth that is exact at least where it could matter."""
        rows = self.objective.rows(block, indices)
        truth = self.objective.quick_truth(rows)
        case = _Case(block, indices, rows, truth, self.allowed(truth))
        close = np.any(
            [_close(*case.of(kind), self._doubt(case, kind)) for kind in case.kinds], axis=0
        )
        return self._exactly(case, np.flatnonzero(close).tolist())

    def _doubt(self, case: _Case, kind: str) -> Array:
        """Return how far a quick truth may be off."""
        _, truth, _ = case.of(kind)
        criterion, targets = self.objective.criterion, case.truth.targets
        labelled = case.rows.labels is not None and not criterion.label_smoothing
        if labelled or kind != "gradient":
            return KERNEL_ERROR * np.abs(truth)
        larger = np.maximum(case.truth.probabilities * targets.sum(axis=1, keepdims=True), targets)
        return np.asarray(KERNEL_ERROR * larger / (criterion.temperature * self.objective.divisor))

    def _exactly(self, case: _Case, rows: list[int]) -> _Case:
        """Return the case with the exact truth in some of its rows."""
        if not rows:
            return case
        chosen = np.array(sorted(set(rows)))
        exact = self.objective.truth(case.rows.chosen(chosen))
        allowed = self.allowed(exact)
        for parts, found in ((case.truth, exact), (case.allowed, allowed)):
            for part, values in zip(parts, found, strict=True):
                part[chosen] = values
        return case


class _Shown(NamedTuple):
    """A number that may have to be shown."""

    rank: float
    row: int
    kind: str
    failing: bool
    """Whether it is the worst of a failing row, not the largest error of its kind."""


class _Note(NamedTuple):
    """What is noted, of how many rows, and the first of them."""

    name: str
    rows: int
    row: int
    with_truth: bool


@dataclass(frozen=True)
class _Case:
    """Rows of a block with their claims, the truth and what is allowed."""

    block: Block
    indices: NDArray[np.int64]
    rows: Rows
    truth: Truth
    allowed: Allowed

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in KINDS if self.rows.claim(kind) is not None]

    def of(self, kind: str) -> tuple[Array, Array, Array]:
        """Return claims, truth and what is allowed, ``[rows, 1 or num_classes]``."""
        claim = self.rows.claim(kind)
        assert claim is not None  # noqa: S101  # asked of claimed kinds only
        parts = (claim, getattr(self.truth, kind), getattr(self.allowed, kind))
        claims, truth, allowed = (part.reshape(len(self.indices), -1) for part in parts)
        return claims, truth, allowed

    def difference(self, item: _Shown) -> Difference:
        """Return the worst number of a row, or the one that is off most."""
        claims, truth, allowed = (part[item.row : item.row + 1] for part in self.of(item.kind))
        error = _ratio(claims, truth, allowed) if item.failing else _finite_errors(claims, truth)
        column, index = int(error[0].argmax()), int(self.indices[item.row])
        return Difference(
            item.rank,
            self.block.place(index),
            item.kind,
            None if item.kind == "loss" else column,
            float(claims[0, column]),
            float(truth[0, column]),
            self.block.described(index),
        )

    def tally(self, note: _Note) -> Tally:
        """Return a note with its example."""
        labels, value = self.rows.labels, None
        if note.with_truth and labels is not None:
            value = float(self.truth.gradient[note.row, labels[note.row]])
        example = Example(self.block.place(int(self.indices[note.row])), value)
        return Tally(note.rows, First(1, (example,)))


@quiet
def for_ranks(errors: Array) -> Array:
    """Return errors to 7 digits, so that no last bit decides between equals, on any machine."""
    return errors.astype(np.float32).astype(np.float64)


def _worst(case: _Case, severity: Array, count: int) -> list[_Shown]:
    """Return the worst numbers of the worst rows."""
    of_rows = for_ranks(severity.max(axis=0))
    order = np.lexsort((case.indices, -of_rows))[:count].tolist() if count else []
    kinds = severity[:, order].argmax(axis=0).tolist()
    return [
        _Shown(-float(of_rows[row]), row, case.kinds[kind], True)
        for row, kind in zip(order, kinds, strict=True)
    ]


def _beaten(item: _Shown, known: Report) -> bool:
    """Return whether so much worse is known that an item cannot be shown."""
    if not item.failing:
        return known.has_larger(item.kind, -item.rank)
    worst = known.worst
    return 0 < worst.limit == len(worst.items) and item.rank > worst.items[-1].rank


@quiet
def _ratio(claims: Array, truth: Array, allowed: Array) -> Array:
    """Return errors in units of what is allowed; one of NaN counts as infinite."""
    error = np.where(claims == truth, 0.0, np.abs(claims - truth))
    ratio = np.where(error == 0, 0.0, error / allowed)
    return np.where(np.isnan(ratio), np.inf, ratio)


def _excess(claims: Array, truth: Array, allowed: Array) -> Array:
    return np.asarray(_ratio(claims, truth, allowed).max(axis=1))


@quiet
def _finite_errors(claims: Array, truth: Array) -> Array:
    error = np.abs(claims - truth)
    return np.where(np.isfinite(error), error, -1.0)


def _largest(case: _Case, kind: str) -> _Shown | None:
    """Return the largest finite error of a kind."""
    claims, truth, _ = case.of(kind)
    error = for_ranks(_finite_errors(claims, truth).max(axis=1))
    row = int(error.argmax())
    return _Shown(-float(error[row]), row, kind, False) if error[row] >= 0 else None


@quiet
def _close(claims: Array, truth: Array, allowed: Array, doubt: Array) -> Flags:
    """Return the rows that a truth that may be off by ``doubt``, or subnormal, cannot decide."""
    doubt = doubt + 1e-9 * allowed + _NEARLY_SUBNORMAL
    return np.asarray((np.abs(np.abs(claims - truth) - allowed) <= doubt).any(axis=1))


@quiet
def _sums(claims: Array) -> Array:
    return np.asarray(np.abs(claims.sum(axis=1)))


@quiet
def _largest_entry(gradients: Array) -> Array:
    """Return the size of every row's largest entry, but not 0."""
    return np.asarray(np.maximum(np.nan_to_num(np.abs(gradients)).max(axis=1), _SMALLEST))


def _notes(case: _Case, allowed_sum: Array) -> list[_Note]:
    """Return what is always noted."""
    finite = [np.isfinite(case.of(kind)[0]).all(axis=1) for kind in case.kinds]
    known = [(case.of(kind)[0] == case.of(kind)[1]).all(axis=1) for kind in case.kinds]
    odd = [~(a | b) for a, b in zip(finite, known, strict=True)]
    found = {"not-finite": np.any(odd, axis=0), **_gradient_notes(case, allowed_sum)}
    return [
        _Note(name, int(rows.sum()), int(rows.argmax()), name == "cancelled")
        for name, rows in found.items()
        if rows.any()
    ]


def _gradient_notes(case: _Case, allowed_sum: Array) -> dict[str, Flags]:
    claims, truth, labels = case.rows.gradient, case.truth.gradient, case.rows.labels
    if claims is None:
        return {}
    zero = np.asarray(~claims.any(axis=1) & truth.any(axis=1))
    found = {
        "zero-gradient": zero,
        "nonzero-sum": np.asarray(_sums(claims) > allowed_sum, dtype=bool),
    }
    if labels is not None:
        there = np.arange(len(labels)), np.clip(labels, 0, claims.shape[1] - 1)
        found["cancelled"] = (claims[there] == 0) & (truth[there] != 0) & ~zero
    return found
