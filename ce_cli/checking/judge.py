"""Claims against the truth, row by row: what fails, by how much, and what to note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.checking.report import Difference, Example, First, Report, Tally
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from ce_cli.checking.objective import Objective, Rows
    from ce_cli.checking.tolerance import Allowed, Tolerance, Truth
    from ce_cli.numeric.double_double import Array
    from ce_cli.reading.dump import Block

    Flags = NDArray[np.bool_]

_SMALLEST = 2.0**-1022
KINDS = ("loss", "probabilities", "gradient")


@dataclass(frozen=True)
class Judge:
    """Compares rows with the truth."""

    objective: Objective
    tolerance: Tolerance
    most_worst: int = 5

    def judge(self, block: Block, indices: NDArray[np.int64]) -> tuple[Flags, Report]:
        """Return which of some rows of a block fail, and what is to report of them."""
        if not indices.size:
            return np.zeros(0, dtype=bool), Report()
        rows = self.objective.rows(block, indices)
        truth = self.objective.truth(rows)
        allowed = self.allowed(truth)
        case = _Case(block, indices, rows, truth, allowed)
        excess = {kind: _excess(*case.of(kind)) for kind in case.kinds}
        failing = np.any([part > 1 for part in excess.values()], axis=0)
        return failing, Report(
            worst=First(self.most_worst, tuple(self._worst(case, excess, failing))),
            largest={kind: First(1, tuple(_largest(case, kind))) for kind in case.kinds},
            notes=dict(_notes(case, self._allowed_sum(case, failing))),
        )

    def allowed(self, truth: Truth) -> Allowed:
        """Return how far claims may be from the truth."""
        temperature = self.objective.criterion.temperature
        return self.tolerance.allowed(truth, temperature, self.objective.divisor)

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

    def _worst(self, case: _Case, excess: dict[str, Array], failing: Flags) -> Iterator[Difference]:
        """Yield the worst number of the worst failing rows."""
        by_kind = np.array([excess[kind] for kind in case.kinds])
        severity = np.where(failing, by_kind.max(axis=0), -1.0)
        order = np.lexsort((case.indices, -severity))[: self.most_worst]
        for row in order[failing[order]].tolist():
            kind = case.kinds[int(by_kind[:, row].argmax())]
            yield case.difference(kind, row, -float(severity[row]))


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

    def difference(self, kind: str, row: int, rank: float) -> Difference:
        """Return the worst difference of a row."""
        claims, truth, allowed = (part[row : row + 1] for part in self.of(kind))
        column = int(_ratio(claims, truth, allowed)[0].argmax())
        index = int(self.indices[row])
        return Difference(
            rank,
            self.block.place(index),
            kind,
            None if kind == "loss" else column,
            float(claims[0, column]),
            float(truth[0, column]),
            self.block.described(index),
        )


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


def _largest(case: _Case, kind: str) -> Iterator[Difference]:
    """Yield the largest finite error of a kind."""
    claims, truth, _ = case.of(kind)
    error = _finite_errors(claims, truth)
    row = int(error.max(axis=1).argmax())
    column = int(error[row].argmax())
    if error[row, column] >= 0:
        index = int(case.indices[row])
        yield Difference(
            -float(error[row, column]), case.block.place(index), kind,
            None if kind == "loss" else column, float(claims[row, column]),
            float(truth[row, column]), case.block.described(index),
        )  # fmt: skip


@quiet
def _sums(claims: Array) -> Array:
    return np.asarray(np.abs(claims.sum(axis=1)))


@quiet
def _largest_entry(gradients: Array) -> Array:
    """Return the size of every row's largest entry, but not 0."""
    return np.asarray(np.maximum(np.nan_to_num(np.abs(gradients)).max(axis=1), _SMALLEST))


def _notes(case: _Case, allowed_sum: Array) -> Iterator[tuple[str, Tally]]:
    """Yield what is always noted, and of how many rows."""
    finite = [np.isfinite(case.of(kind)[0]).all(axis=1) for kind in case.kinds]
    known = [(case.of(kind)[0] == case.of(kind)[1]).all(axis=1) for kind in case.kinds]
    odd = [~(a | b) for a, b in zip(finite, known, strict=True)]
    yield from _tally("not-finite", np.any(odd, axis=0), case)
    claims, truth = case.rows.gradient, case.truth.gradient
    if claims is None:
        return
    zero = ~claims.any(axis=1) & truth.any(axis=1)
    yield from _tally("zero-gradient", zero, case)
    yield from _tally("nonzero-sum", _sums(claims) > allowed_sum, case)
    if case.rows.labels is not None:
        at = np.clip(case.rows.labels, 0, claims.shape[1] - 1)
        there = np.arange(len(at)), at
        cancelled = (claims[there] == 0) & (truth[there] != 0) & ~zero
        yield from _tally("cancelled", cancelled, case, truth[there])


def _tally(
    name: str, rows: ArrayLike, case: _Case, truth: Array | None = None
) -> Iterator[tuple[str, Tally]]:
    found = np.flatnonzero(rows)
    if found.size:
        value = None if truth is None else float(truth[found[0]])
        example = Example(case.block.place(int(case.indices[found[0]])), value)
        yield name, Tally(int(found.size), First(1, (example,)))
