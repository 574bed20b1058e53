"""Why claims are wrong: which faults of the dictionary explain a row.

A fault explains a row if every claim of the row is, within the tolerance, either right or a number
that the changed code gives.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ce_cli.dumps.faults.catalogue import (
    ALWAYS,
    CANCELLED,
    OVER_ROWS,
    UNEXPLAINED,
    low_precision,
)
from ce_cli.dumps.faults.suspects import Code, Predictions
from ce_cli.dumps.faults.trial import Trial
from ce_cli.dumps.reading.columns import CLAIMS
from ce_cli.dumps.tolerance import PRECISIONS
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ce_cli.dumps.faults.catalogue import Catalogue, Suspect
    from ce_cli.dumps.objective import Rows
    from ce_cli.dumps.tolerance import Tolerance
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]

_CELLS_AT_ONCE = 2**17
_FROM_THE_FINEST = ("float64", "float32", "float16", "bfloat16")
_BITS = {"float16": 11, "bfloat16": 8}
_Stage: TypeAlias = "Sequence[tuple[Tolerance, Sequence[Suspect]]]"
Explained: TypeAlias = "Counter[tuple[Suspect, ...]]"
"""How many rows are explained by exactly these suspects; by none, where nothing explains them."""


@dataclass(frozen=True)
class Diagnosis:
    """The search for the faults of one file."""

    tolerance: Tolerance
    catalogue: Catalogue

    def explain(self, rows: Rows) -> Explained:
        """Return for how many failing rows which faults explain them, a sum over rows.

        A row is explained by the suspects of the first stage in which one explains it.
        """
        step = max(1, _CELLS_AT_ONCE // rows.logits.shape[1])
        parts = (slice(start, start + step) for start in range(0, len(rows.logits), step))
        return sum((self._explained(rows.chosen(part)) for part in parts), Counter())

    def _explained(self, rows: Rows) -> Explained:
        found: Explained = Counter()
        predictions = Predictions(rows, self.catalogue.objective, self.catalogue.over_rows)
        for stage in self._stages(rows):
            signatures = self._signatures(predictions, stage)
            found.update(signature for signature in signatures if signature)
            left = np.array([not signature for signature in signatures])
            if not left.any():
                return found
            if not left.all():
                rows = rows.chosen(np.flatnonzero(left))
                predictions = Predictions(rows, self.catalogue.objective, self.catalogue.over_rows)
        found[()] += len(rows.logits)
        return found

    def _stages(self, rows: Rows) -> Iterator[_Stage]:
        """Yield suspects that are tried together: all rows of a file decide between them.

        A saturated row of float32 may look like a fault, and a gradient of zeros like float32.
        """
        faults, rounding = self.catalogue.possible(rows), self.tolerance.rounding
        pairs = [(a, b) for a, b in combinations(faults, 2) if not a.touches(b)]
        coarser = {
            replace(rounding, dtype=dtype): low_precision(dtype)
            for dtype in _coarser_than(rounding.dtype)
        }
        yield [(rounding, [(CANCELLED,)])]
        yield [
            (self.tolerance, [(fault,) for fault in faults]),
            *((tolerance, [(low,)]) for tolerance, low in coarser.items()),
        ]
        yield [(self.tolerance, pairs)]
        yield [
            (tolerance, [(fault, low) for fault in faults])
            for tolerance, low in coarser.items()
            if tolerance.dtype == "float32"
        ]

    def _signatures(self, given: Predictions, stage: _Stage) -> list[tuple[Suspect, ...]]:
        found: list[tuple[Suspect, ...]] = [()] * len(given.rows.logits)
        for tolerance, suspects in stage:
            trial, fits = Trial(given, tolerance), _representable(given.rows, tolerance.dtype)
            for suspect, code in self._codes(suspects):
                for row in np.flatnonzero(fits & trial.explained_by(code)).tolist():
                    found[row] += (suspect,)
        return found

    def _codes(self, suspects: Sequence[Suspect]) -> Iterator[tuple[Suspect, Code]]:
        """Yield the code of every suspect, codes of one shape together."""
        shapes: dict[Code, list[tuple[Suspect, Code]]] = {}
        right = Code.right(self.catalogue.objective)
        for suspect in suspects:
            code = reduce(lambda code, fault: fault.applied(code), suspect, right)
            shapes.setdefault(code.shape, []).append((suspect, code))
        for together in shapes.values():
            yield from together


def _coarser_than(dtype: str) -> tuple[str, ...]:
    return _FROM_THE_FINEST[_FROM_THE_FINEST.index(dtype) + 1 :]


def _representable(rows: Rows, dtype: str) -> Flags:
    """Return which rows claim numbers of a type that is so coarse that chance must be ruled out.

    "Near" means little in 8 or 11 bits: the claims must also be numbers of that type, and one
    of them no number of half as many bits, as 0, 1 and 0.25 are.
    """
    fits = np.ones(len(rows.logits), dtype=bool)
    bits = _BITS.get(dtype)
    if not bits:
        return fits
    smallest, telling = PRECISIONS[dtype].smallest, np.zeros(len(rows.logits), dtype=bool)
    for kind in CLAIMS:
        claim = rows.claim(kind)
        if claim is not None:
            numbers = claim.reshape(len(claim), -1)
            fits &= _has_bits(numbers, bits, smallest).all(axis=1)
            telling |= ~_has_bits(numbers, bits // 2, smallest).all(axis=1)
    return fits & telling


@quiet
def _has_bits(numbers: Array, bits: int, smallest: float) -> Flags:
    """Return which numbers are, but for their decimal digits, of so many significant bits.

    Below the normal numbers of their type they are multiples of its smallest number.
    """
    step = np.maximum(np.ldexp(1.0, np.frexp(numbers)[1] - bits), smallest)
    return np.asarray(np.isclose(np.round(numbers / step) * step, numbers, rtol=1e-6, atol=0.0))


@dataclass(frozen=True)
class Finding:
    """So many failing rows are explained by a suspect, or by none."""

    suspect: Suspect
    rows: int

    @property
    def fault(self) -> str:
        """The names of the faults."""
        return "+".join(fault.name for fault in self.suspect) or UNEXPLAINED


def findings(explained: Explained) -> list[Finding]:
    """Return the faults that explain most rows first, and how many none explains.

    Where several explain a row, it goes to the one that explains most rows altogether, and to
    low precision rather than to a fault that explains as many.
    """
    left, found = Counter(explained), []
    unexplained = left.pop((), 0)
    while left:
        counts: Counter[Suspect] = Counter()
        for signature, rows in left.items():
            for suspect in signature:
                counts[suspect] += rows
        best = max(counts.values())
        suspect = min((one for one, rows in counts.items() if rows == best), key=_order)
        left = Counter({key: rows for key, rows in left.items() if suspect not in key})
        found.append(Finding(suspect, best))
    found.sort(key=lambda finding: -finding.rows)
    return [*found, Finding((), unexplained)] if unexplained else found


def _order(suspect: Suspect) -> tuple[int, int, list[str]]:
    """Return by what suspects that explain as many rows are ordered, from the simplest."""
    simplest = (*map(low_precision, _FROM_THE_FINEST), *ALWAYS, *OVER_ROWS)
    known = suspect[0] in simplest and len(suspect) == 1
    place = simplest.index(suspect[0]) if known else len(simplest)
    return len(suspect), place, [f"{fault.name}: {fault.sentence}" for fault in suspect]
