"""Rows of claims against many suspected codes: which code gives which rows' claims.

Hundreds of codes are tried on every failing row. Shared numbers are computed once: codes
that differ in sign, factor or divisor alone give the same numbers but for a factor, and
others have the softmax or the targets in common. Of every row the largest claims are
compared first; few suspects get further.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.dumps.faults.suspects import MULTIPLES_OF_P, Code
from ce_cli.dumps.reading.columns import CLAIMS
from ce_cli.dumps.tolerance import PRECISIONS, Moved
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ce_cli.dumps.faults.suspects import Predictions
    from ce_cli.dumps.objective import Rows
    from ce_cli.dumps.tolerance import Allowed, Tolerance, Truth
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

_MOST_OVER_ROWS = 2.0**-4
"""Where a sum over all rows may be off by more, it may be anything."""


@dataclass(frozen=True)
class Trial:
    """Some rows with their claims, and the tolerance that codes must meet."""

    predictions: Predictions
    tolerance: Tolerance

    @property
    def rows(self) -> Rows:
        """The rows with their claims."""
        return self.predictions.rows

    def explained_by(self, code: Code) -> Flags:
        """Return the rows of which every claim is a number of the code, or right.

        If the code is wrong, something that it gives must be wrong where a claim is. If it is
        right, a gradient of zeros must be the rounded gradient of these very logits.
        """
        left = np.arange(len(self.rows.logits))
        for kind, probes in self._probes:
            left = left[self._right[kind][left] | self._near(kind, code, left, probes)]
        for kind, _ in self._probes:
            if left.size and kind != "loss":
                left = left[self._right[kind][left] | self._near(kind, code, left)]
        if left.size and code != Code.right(self.predictions.objective):
            left = left[self._wrong_by(code, left)]
        elif left.size:
            left = left[~self._vanished[left]]
        explained = np.zeros(len(self.rows.logits), dtype=bool)
        explained[left] = True
        return explained

    @cached_property
    def _probes(self) -> list[tuple[str, Indices | None]]:
        """The claimed kinds, with the class of every row that is looked at first."""
        found: list[tuple[str, Indices | None]] = []
        for kind in CLAIMS:
            claims = self.rows.claim(kind)
            if claims is not None:
                largest = None if claims.ndim == 1 else np.abs(claims).argmax(axis=1)
                found.append((kind, largest))
        return found

    @cached_property
    def _truth(self) -> tuple[Truth, Allowed]:
        """The truth, and how far claims may be from it."""
        objective = self.predictions.objective
        truth, temperature = self.predictions.truth, objective.criterion.temperature
        return truth, self.tolerance.allowed(truth, temperature, objective.divisor)

    @cached_property
    def _right(self) -> dict[str, Flags]:
        """Which rows are right, kind by kind."""
        truth, allowed = self._truth
        return {
            kind: _all(_close(self._claims(kind), getattr(truth, kind), getattr(allowed, kind)))
            for kind, _ in self._probes
        }

    @cached_property
    def _vanished(self) -> Flags:
        """Which rows claim zeros for a gradient that only other logits have."""
        (truth, _), objective = self._truth, self.predictions.objective
        p, rows, gradient = truth.probabilities, len(self.rows.logits), self.rows.gradient
        if gradient is None:
            return np.zeros(rows, dtype=bool)
        still = Moved(np.zeros_like(p), np.zeros(rows), np.ones(rows))
        temperature = objective.criterion.temperature
        allowed = self.tolerance.allowed(truth, temperature, objective.divisor, still).gradient
        return ~gradient.any(axis=1) & ~_all(_close(gradient, truth.gradient, allowed))

    @quiet
    def _wrong_by(self, code: Code, rows: Indices) -> Flags:
        """Return of which rows the code gives something wrong where the claims are wrong, too.

        Wrong by more than rounding, however little of it is allowed, and nearer to all claims
        that are wrong than the truth is: else chance would decide.
        """
        truth, allowed = self._truth
        found, nearer = np.zeros(rows.size, dtype=bool), np.ones(rows.size, dtype=bool)
        for kind, _ in self._probes:
            claims, (value, near) = self._claims(kind)[rows], self._value(kind, code, (rows,))
            true, bound = getattr(truth, kind)[rows], getattr(allowed, kind)[rows]
            rounding = np.maximum(bound, getattr(self._rounding, kind)[rows])
            wrong = ~_close(claims, true, bound)
            same = _close(claims, value, np.maximum(rounding, near))
            better = np.where(wrong, np.abs(claims - value) < np.abs(claims - true), same)
            nearer &= self._right[kind][rows] | _all(better)
            found |= ~self._right[kind][rows] & ~_all(_close(value, true, rounding))
        return found & nearer

    @cached_property
    def _rounding(self) -> Allowed:
        """How far numbers may be off by rounding, even if less is allowed."""
        objective = self.predictions.objective
        temperature = objective.criterion.temperature
        return self.tolerance.rounding.allowed(self._truth[0], temperature, objective.divisor)

    def _claims(self, kind: str) -> Array:
        claims = self.rows.claim(kind)
        assert claims is not None  # noqa: S101  # asked of claimed kinds only
        return claims

    def _near(self, kind: str, code: Code, rows: Indices, probes: Indices | None = None) -> Flags:
        """Return which of some rows claim the numbers of the code, at the probes or throughout."""
        where = (rows,) if probes is None else (rows, probes[rows])
        return _all(_close(self._claims(kind)[where], *self._value(kind, code, where)))

    def _value(self, kind: str, code: Code, where: tuple[Indices, ...]) -> tuple[Array, Array]:
        """Return some numbers of the code, and how far claims may be from them."""
        given, allowed = self._given(code)
        scale, wider = {
            "loss": (code.factor, max(code.factor, 1.0)),
            "probabilities": (1.0, 1.0),
            "gradient": (code.sign * code.factor / code.divisor,
                         max(code.factor, 1.0) / code.divisor),
        }[kind]  # fmt: skip
        value = getattr(given, kind)[where] * scale
        return value, self.tolerance.scaled(getattr(allowed, kind)[where], value, wider)

    def _given(self, code: Code) -> tuple[Truth, Allowed]:
        """Return the numbers of the code but for its factors, and how far claims may be from them.

        Only the latest is remembered: hand in codes of one ``shape`` together.
        """
        if code.shape not in self._latest:
            self._latest.clear()
            self._latest[code.shape] = self._computed(code.shape)
        return self._latest[code.shape]

    def _computed(self, code: Code) -> tuple[Truth, Allowed]:
        given = self.predictions.of(code)
        allowed = self._allowed(code, given)
        return given, allowed._replace(gradient=self._gradient_allowed(code, given, allowed))

    def _gradient_allowed(self, code: Code, given: Truth, allowed: Allowed) -> Array:
        """Return how far a gradient may be off that is a product: as little as its factors say."""
        size = given.targets.sum(axis=1, keepdims=True) / code.criterion.temperature
        bound = allowed.gradient
        if code.gradient == "0":
            bound = np.zeros_like(bound)
        elif code.gradient == "−t (1 − p)":
            bound = np.where(given.targets > 0, bound, 0.0)
        elif code.gradient in MULTIPLES_OF_P:
            bound = 2.0 * allowed.probabilities * size
        if code.softmax != "twice-chained":
            return bound
        once = replace(code, softmax="once")
        inner = self.predictions.of(once)
        moved = self._allowed(once, inner).probabilities * size
        return np.asarray(moved + 2.0 * inner.probabilities * bound.max(axis=1, keepdims=True))

    def _allowed(self, code: Code, given: Truth) -> Allowed:
        key = (code.softmax, code.floor)
        if key not in self._moved:
            self._moved[key] = self._moved_with(code.softmax, given)
        return self.tolerance.allowed(given, code.criterion.temperature, moved=self._moved[key])

    @quiet
    def _moved_with(self, softmax: str, given: Truth) -> Moved:
        """Return how far numbers can move with the logits and with totals over the rows."""
        of_rows = self.predictions.over_rows.used_by(softmax)
        if of_rows is None:
            return self.tolerance.moved(given)
        of_rows = np.abs(np.where(np.isfinite(of_rows), of_rows, 0.0))
        logits = np.where(np.isfinite(given.logits), np.abs(given.logits) + of_rows, -np.inf)
        if softmax == "maximum over rows":
            return self.tolerance.moved(given._replace(logits=logits))
        off = self.tolerance.relative * np.maximum(logits, 0.0) + self._sum_over_rows
        probabilities = given.probabilities * np.expm1(np.minimum(off, 1.0))
        return Moved(probabilities, off.max(axis=1), np.maximum(of_rows.max(axis=-1), 1.0))

    @property
    def _sum_over_rows(self) -> float:
        """How far a plain sum of n exponentials may be off: n u of it.

        Not the usual √n u: a term below u of the sum is lost, always to one side. Short
        types are added in float32. Source: N. Higham, Accuracy and Stability of Numerical
        Algorithms, 2nd edition (2002), section 4.2.
        """
        epsilon = min(PRECISIONS[dtype].epsilon for dtype in (self.tolerance.dtype, "float32"))
        return min(self.predictions.over_rows.rows * epsilon / 2, _MOST_OVER_ROWS)

    @cached_property
    def _latest(self) -> dict[Code, tuple[Truth, Allowed]]:
        return {}

    @cached_property
    def _moved(self) -> dict[tuple[str, float], Moved]:
        return {}


@quiet
def _close(claims: Array, values: Array, allowed: Array) -> Flags:
    return np.asarray((np.abs(claims - values) <= allowed) | (claims == values))


def _all(flags: Flags) -> Flags:
    return flags if flags.ndim == 1 else np.asarray(flags.all(axis=1))
