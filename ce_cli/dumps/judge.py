"""Claims against the truth, row by row: which claims fail, by how much, and the notes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.reading.columns import CLAIMS
from ce_cli.dumps.report import Difference, First, NotedRow, Report, Tally
from ce_cli.numeric.block import KERNEL_ERROR
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ce_cli.dumps.objective import Objective, Rows
    from ce_cli.dumps.reading.rows import Block, Place
    from ce_cli.dumps.tolerance import Allowed, Tolerance, Truth
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

_SMALLEST = 2.0**-1022
_NEARLY_SUBNORMAL = 1e-290
_CERTAIN = 1e6
"""An error that is so many times as large as the truth's own has the two digits that rank it."""
_TENTHS = np.array([float(f"1e{power}") for power in range(-1, 309)])


@dataclass(frozen=True)
class Judge:
    """Compares rows with the truth."""

    objective: Objective
    tolerance: Tolerance
    most_worst: int = 5

    def judge(self, block: Block, indices: Indices) -> tuple[Flags, Report]:
        """Return which of some rows of a block fail, and the report of these rows."""
        if not indices.size:
            return np.zeros(0, dtype=bool), Report()
        case = self._case(block, indices)
        errors = {kind: times_allowed(*case.compared(kind)) for kind in case.kinds}
        by_kind = np.array([error.max(axis=1) for error in errors.values()])
        failing = np.asarray((by_kind > 1).any(axis=0))
        worst = (case.difference(row, errors) for row in self._worst(by_kind, failing))
        largest = {kind: _largest(case, kind, error) for kind, error in errors.items()}
        notes = _notes(case, self._allowed_sum(case, failing))
        return failing, Report(
            worst=First(self.most_worst, tuple(worst)),
            largest={kind: First(1, (found,)) for kind, found in largest.items() if found},
            notes={note.name: case.tally(note) for note in notes},
        )

    def _worst(self, by_kind: Array, failing: Flags) -> list[int]:
        """Return the rows that fail by most, the first of equals first."""
        of_rows = two_digits(by_kind.max(axis=0))
        count = min(self.most_worst, int(failing.sum()))
        return np.argsort(-of_rows, kind="stable")[:count].tolist() if count else []

    def differences(self, block: Block, indices: Indices) -> tuple[Difference, ...]:
        """Return of every row, in order, the number that is furthest off."""
        case = self._exactly(self._quick(block, indices), range(len(indices)))
        errors = {kind: times_allowed(*case.compared(kind)) for kind in case.kinds}
        return tuple(case.difference(row, errors) for row in range(len(indices)))

    def settled(self, report: Report) -> Report:
        """Return a report whose shown truths are all computed with 50 digits."""
        exact = _Exact(self.objective)
        notes = {
            name: replace(tally, first=tally.first.changed(exact.note))
            for name, tally in report.notes.items()
        }
        largest = {
            kind: report.largest[kind].changed(exact.difference)
            for kind in CLAIMS if kind in report.largest
        }  # fmt: skip
        worst = report.worst.changed(exact.difference)
        return replace(report, worst=worst, largest=largest, notes=notes)

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

    def _quick(self, block: Block, indices: Indices) -> _Case:
        rows = self.objective.rows(block, indices)
        truth = self.objective.quick_truth(rows)
        return _Case(block, indices, rows, truth, self.allowed(truth))

    def _case(self, block: Block, indices: Indices) -> _Case:
        """Return rows with a truth that is exact at least where it could matter."""
        case = self._quick(block, indices)
        close = [_close(*case.compared(kind), self._doubt(case, kind)) for kind in case.kinds]
        return self._exactly(case, np.flatnonzero(np.any(close, axis=0)).tolist())

    def _doubt(self, case: _Case, kind: str) -> Array:
        """Return how far a quick truth may be off."""
        _, truth, _ = case.compared(kind)
        criterion, targets = self.objective.criterion, case.truth.targets
        labelled = case.rows.labels is not None and not criterion.label_smoothing
        if labelled or kind != "gradient":
            return KERNEL_ERROR * np.abs(truth)
        larger = np.maximum(case.truth.probabilities * targets.sum(axis=1, keepdims=True), targets)
        return np.asarray(KERNEL_ERROR * larger / (criterion.temperature * self.objective.divisor))

    def _exactly(self, case: _Case, rows: Iterable[int]) -> _Case:
        """Return the case with the exact truth in some of its rows."""
        chosen = np.array(list(rows), dtype=np.int64)
        if not chosen.size:
            return case
        exact = self.objective.truth(case.rows.chosen(chosen))
        allowed = self.allowed(exact)
        for parts, found in ((case.truth, exact), (case.allowed, allowed)):
            for part, values in zip(parts, found, strict=True):
                part[chosen] = values
        return case


@dataclass(frozen=True)
class _Exact:
    """The truths of shown rows with 50 digits, of each row computed once."""

    objective: Objective
    known: dict[Place, Truth] = field(default_factory=dict)

    def difference(self, found: Difference) -> Difference:
        """Return a difference with the exact truth."""
        if found.row is None:
            return found
        truth = self._number(found.row, found.kind, found.index or 0)
        return replace(found, truth=truth, row=None)

    def note(self, found: NotedRow) -> NotedRow:
        """Return a noted row with the exact gradient at the label."""
        if found.row is None or found.row.labels is None:
            return found
        truth = self._number(found.row, "gradient", int(found.row.labels[0]))
        return replace(found, truth=truth, row=None)

    def _number(self, row: Block, kind: str, index: int) -> float:
        place = row.place(0)
        if place not in self.known:
            rows = self.objective.rows(row, np.zeros(1, dtype=int))
            self.known[place] = self.objective.reference(rows)
        return float(getattr(self.known[place], kind).reshape(-1)[index])


class _Note(NamedTuple):
    """Something that is always noted: of how many rows, and the first of them."""

    name: str
    rows: int
    row: int
    with_truth: bool


@dataclass(frozen=True)
class _Case:
    """Rows of a block with their claims, the truth and the allowance."""

    block: Block
    indices: Indices
    rows: Rows
    truth: Truth
    allowed: Allowed

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in CLAIMS if self.rows.claim(kind) is not None]

    def compared(self, kind: str) -> tuple[Array, Array, Array]:
        """Return claims, truth and allowance of a kind, ``[rows, 1 or num_classes]``."""
        claim = self.rows.claim(kind)
        assert claim is not None  # noqa: S101  # asked of claimed kinds only
        parts = (claim, getattr(self.truth, kind), getattr(self.allowed, kind))
        claims, truth, allowed = (part.reshape(len(self.indices), -1) for part in parts)
        return claims, truth, allowed

    def difference(self, row: int, errors: dict[str, Array]) -> Difference:
        """Return the number of a row that is furthest off, the first of equals."""
        of_kinds = {kind: two_digits(error[row]) for kind, error in errors.items()}
        kind = max(of_kinds, key=lambda kind: float(of_kinds[kind].max()))
        column, index = int(of_kinds[kind].argmax()), int(self.indices[row])
        claims, truth, _ = self.compared(kind)
        return Difference(
            -float(of_kinds[kind][column]),
            self.block.place(index),
            kind,
            None if kind == "loss" else column,
            float(claims[row, column]),
            float(truth[row, column]),
            self.block.described(index),
            self.block.taken(self.indices[row : row + 1]),
        )

    def tally(self, note: _Note) -> Tally:
        """Return a note with the first of its rows."""
        index = self.indices[note.row : note.row + 1]
        row = self.block.taken(index) if note.with_truth else None
        return Tally(note.rows, First(1, (NotedRow(self.block.place(int(index[0])), row=row),)))


@quiet
def times_allowed(claims: Array, truth: Array, allowed: Array) -> Array:
    """Return errors in units of the allowance; an error of NaN counts as infinite.

    Noteds
    --------
    >>> times_allowed(np.array([3.0, 1.0]), np.array([1.0, 1.0]), np.array([0.5, 0.5]))
    array([4., 0.])
    """
    error = np.where(claims == truth, 0.0, np.abs(claims - truth))
    ratio = np.where(error == 0, 0.0, error / allowed)
    return np.where(np.isnan(ratio), np.inf, ratio)


@quiet
def two_digits(values: Array) -> Array:
    """Return errors that are larger than allowed with two significant digits, the others as 0.

    By these errors are ranked: further digits may be those of the truth's own error, and differ
    between processors.

    Noteds
    --------
    >>> two_digits(np.array([0.9, 1.26, 349.0, np.inf]))
    array([  0. ,   1.3, 350. ,   inf])
    """
    counted = np.isfinite(values) & (values > 1)
    unit = _TENTHS[np.log10(np.where(counted, values, 1.0)).astype(int)]
    return np.where(counted, np.round(values / unit) * unit, np.where(values > 1, values, 0.0))


def _largest(case: _Case, kind: str, error: Array) -> Difference | None:
    """Return the number of a kind that is furthest off, None if all numbers hold."""
    of_rows = error.max(axis=1)
    if not (of_rows > 1).any():
        return None
    return case.difference(int(two_digits(of_rows).argmax()), {kind: error})


@quiet
def _close(claims: Array, truth: Array, allowed: Array, doubt: Array) -> Flags:
    """Return the rows that a truth that may be off by ``doubt``, or subnormal, cannot decide.

    It can decide neither which claims fail nor, of those that do, which fail by more.
    """
    error, doubt = np.abs(claims - truth), doubt + 1e-9 * allowed + _NEARLY_SUBNORMAL
    undecided = np.abs(error - allowed) <= doubt
    unranked = (error > allowed) & (error < _CERTAIN * doubt)
    return np.asarray((undecided | unranked).any(axis=1))


@quiet
def _sums(claims: Array) -> Array:
    return np.asarray(np.abs(claims.sum(axis=1)))


@quiet
def _largest_entry(gradients: Array) -> Array:
    """Return the size of every row's largest entry, but not 0."""
    return np.asarray(np.maximum(np.nan_to_num(np.abs(gradients)).max(axis=1), _SMALLEST))


def _notes(case: _Case, allowed_sum: Array) -> list[_Note]:
    """Return the notes on claims, whether they pass or not."""
    finite = [np.isfinite(case.compared(kind)[0]).all(axis=1) for kind in case.kinds]
    known = [(case.compared(kind)[0] == case.compared(kind)[1]).all(axis=1) for kind in case.kinds]
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
