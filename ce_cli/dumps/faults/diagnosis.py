"""Why a claim is wrong: a dictionary of faults, and which of them explain a row.

A fault is a change of the code under test. It explains a row if every claim of the row is,
within the tolerance, what the changed code gives or what is right. ``docs/batch.md`` has a
paragraph on each.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ce_cli.dumps.faults.suspects import Code, Columns, Predictions
from ce_cli.dumps.faults.trial import Trial
from ce_cli.dumps.judge import KINDS
from ce_cli.dumps.tolerance import PRECISIONS
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ce_cli.dumps.objective import Objective, Rows
    from ce_cli.dumps.report import Totals
    from ce_cli.dumps.tolerance import Tolerance
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]

UNEXPLAINED = "unexplained"
LOW_PRECISION = "low-precision"
_CELLS_AT_ONCE = 2**17
_FROM_THE_FINEST = ("float64", "float32", "float16", "bfloat16")
_BITS = {"float16": 11, "bfloat16": 8}


@dataclass(frozen=True)
class Fault:
    """A named change of the code under test."""

    name: str
    sentence: str
    """What is the case and what to change; goes on from "412 of 412 failing rows ..."."""
    change: tuple[tuple[str, Any], ...]
    """Fields of ``Code`` or of its criterion, and their wrong values."""

    def applied(self, code: Code) -> Code:
        """Return the code with this fault."""
        ours: dict[str, Any] = {}
        options: dict[str, Any] = {}
        for name, value in self.change:
            (ours if hasattr(code, name) else options)[name] = value
        return replace(code, criterion=replace(code.criterion, **options), **ours)

    def touches(self, other: Fault) -> bool:
        """Whether both change the same field."""
        return bool({key for key, _ in self.change} & {key for key, _ in other.change})


def _fault(name: str, sentence: str, **change: object) -> Fault:
    return Fault(name, sentence, tuple(change.items()))


_ALWAYS = (
    _fault("zero-gradient", "are zero in every class: no gradient arrived", gradient="0"),
    _fault("sign-flipped", "have the opposite sign: the gradient was negated", sign=-1.0),
    _fault("missing-one-hot", "equal p: the −1 at the label is missing", gradient="p"),
    _fault(
        "label-off-by-one", "pull at the class below the label: labels were counted from 1",
        label_shift=-1,
    ),
    _fault("label-off-by-one", "pull at the class above the label", label_shift=1),
    _fault(
        "diagonal-only", "equal p_y − 1 at the label and 0 elsewhere: "
        "only the diagonal of the softmax Jacobian was used", gradient="−t (1 − p)",
    ),
    _fault(
        "diagonal-only", "equal p(1 − p), the diagonal of the softmax Jacobian",
        gradient="p (1 − p)",
    ),
    _fault(
        "diagonal-only", "equal (p − y) p (1 − p): the diagonal of the softmax Jacobian was "
        "multiplied once too often", gradient="(p Σt − t) p (1 − p)",
    ),
    _fault("double-softmax", "come from softmax applied twice", softmax="twice"),
    _fault(
        "double-softmax", "come from softmax applied twice, and its gradient too",
        softmax="twice-chained",
    ),
    _fault("clipped", "come from probabilities clipped at 1e-7", floor=1e-7),
    _fault("clipped", "come from probabilities clipped at 1e-12", floor=1e-12),
    _fault("log-base", "come from a logarithm to base 2", factor=1 / math.log(2)),
    _fault("log-base", "come from a logarithm to base 10", factor=1 / math.log(10)),
)  # fmt: skip
_CANCELLED = _fault(
    LOW_PRECISION, "are what textbook arithmetic gives: digits cancelled or were rounded away"
)
_OF_COLUMNS = (
    _fault("wrong-axis", "come from a softmax over the rows instead of the classes",
           softmax="over rows"),
    _fault("wrong-axis", "come from a maximum over the rows instead of the classes",
           softmax="maximum over rows"),
)  # fmt: skip

_Stage: TypeAlias = "Sequence[tuple[Tolerance, Sequence[tuple[Fault, ...]]]]"


@dataclass(frozen=True)
class Context:
    """What is known of the file that failing rows are from."""

    objective: Objective
    tolerance: Tolerance
    totals: Totals
    columns: Columns | None = None

    def faults(self, rows: Rows) -> tuple[Fault, ...]:
        """Return the faults that are possible in this file, the simplest first."""
        found = [*_ALWAYS, *self._divisors(rows.logits.shape[1]), *self._options()]
        if self.columns and self.totals.rows > 1:
            found += _OF_COLUMNS
        if rows.labels is None:
            found = [fault for fault in found if fault.name != "label-off-by-one"]
            found.append(
                _fault("targets-not-normalized", "equal p − y although Σy is not 1: "
                       "the gradient is p·Σy − y", gradient="p − t")
            )  # fmt: skip
        return tuple(found)

    def _divisors(self, classes: int) -> Iterator[Fault]:
        """Yield what gradients may have been divided by, instead of what they should be."""
        totals, right = self.totals, self.objective.divisor
        known = {right}
        candidates = (
            (1.0, "are not divided at all"),
            (float(totals.rows), "are divided by N = {:g}, the number of rows"),
            (float(totals.counting), "are divided by {:g}, the rows that are not ignored"),
            (float(totals.weight), "are divided by {:g}, the sum of the weights"),
            (right**2, "are divided twice, by {:g} in all"),
            (float(totals.weight) ** 2, "are divided twice, by {:g} in all"),
            (totals.rows * float(classes), "are divided by {:g}, rows times classes"),
        )
        for value, sentence in candidates:
            if value > 0 and not any(math.isclose(value, other) for other in known):
                known.add(value)
                due = f"; it should be {right:g}" if right != 1 else "; they should not be"
                if right == 1 and math.isclose(value, float(totals.weight)):
                    due += ", unless the reduction is the mean: then say --reduction mean"
                text = sentence.format(value) + due
                yield _fault("wrong-divisor", text, divisor=value)

    def _options(self) -> Iterator[Fault]:
        criterion = self.objective.criterion
        if criterion.label_smoothing:
            yield _fault("smoothing-k-minus-1", "are smoothed by ε/(K − 1) instead of ε/K",
                         smoothing_divides_by=1)  # fmt: skip
            yield _fault("smoothing-missing", "are not smoothed",
                         label_smoothing=0.0)  # fmt: skip
        if criterion.weight is not None:
            yield _fault("weight-missing", "are not weighted",
                         weight=None)  # fmt: skip
        if self.objective.ignore_index is not None:
            yield _fault("ignored-row-counted", "have the ignored label and were counted",
                         counts_ignored=True)  # fmt: skip

    def explain(self, rows: Rows) -> Counter[tuple[str, ...]]:
        """Return for how many failing rows which faults explain them, a sum over rows.

        The keys are sentences' keys, see ``key``, of what explains the rows in the first stage
        in which something does; none where nothing does.
        """
        step = max(1, _CELLS_AT_ONCE // rows.logits.shape[1])
        parts = (slice(start, start + step) for start in range(0, len(rows.logits), step))
        return sum((self._explained(rows.chosen(part)) for part in parts), Counter())

    def _explained(self, rows: Rows) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        predictions = Predictions(rows, self.objective, self.columns)
        for stage in self._stages(rows):
            signatures = self._signatures(predictions, stage)
            found.update(signature for signature in signatures if signature)
            left = np.array([not signature for signature in signatures])
            if not left.any():
                return found
            if not left.all():
                rows = rows.chosen(np.flatnonzero(left))
                predictions = Predictions(rows, self.objective, self.columns)
        found[()] += len(rows.logits)
        return found

    def _stages(self, rows: Rows) -> Iterator[_Stage]:
        """Yield what is tried together: which of it explains a row, all rows of a file decide.

        A saturated row of float32 may look like a fault, and a gradient of zeros like float32.
        """
        faults, rounding = self.faults(rows), self.tolerance.rounding
        pairs = [(a, b) for a, b in combinations(faults, 2) if not a.touches(b)]
        lower = {replace(rounding, dtype=each): _low(each) for each in _lower(rounding.dtype)}
        yield [(rounding, [(_CANCELLED,)])]
        yield [
            (self.tolerance, [(fault,) for fault in faults]),
            *((tolerance, [(low,)]) for tolerance, low in lower.items()),
        ]
        yield [(self.tolerance, pairs)]
        yield [
            (tolerance, [(fault, low) for fault in faults])
            for tolerance, low in lower.items()
            if tolerance.dtype == "float32"
        ]

    def _signatures(self, given: Predictions, stage: _Stage) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = [()] * len(given.rows.logits)
        for tolerance, suspects in stage:
            trial, fits = Trial(given, tolerance), _representable(given.rows, tolerance.dtype)
            for suspect, code in self._codes(suspects):
                explained = np.flatnonzero(fits & trial.explained_by(code)).tolist()
                name = " & ".join(map(key, suspect)) if explained else ""
                for row in explained:
                    found[row] += (name,)
        return found

    def _codes(
        self, suspects: Sequence[tuple[Fault, ...]]
    ) -> Iterator[tuple[tuple[Fault, ...], Code]]:
        """Yield the code of every suspect, those of one shape together."""
        shapes: dict[Code, list[tuple[tuple[Fault, ...], Code]]] = {}
        right = Code.right(self.objective)
        for suspect in suspects:
            code = reduce(lambda code, fault: fault.applied(code), suspect, right)
            shapes.setdefault(code.shape, []).append((suspect, code))
        for together in shapes.values():
            yield from together


def _lower(dtype: str) -> tuple[str, ...]:
    return _FROM_THE_FINEST[_FROM_THE_FINEST.index(dtype) + 1 :]


def _low(dtype: str) -> Fault:
    return _fault(LOW_PRECISION, f"are right to {dtype} precision: if the code "
                  f"computes in {dtype}, say --dtype {dtype}")  # fmt: skip


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
    for kind in KINDS:
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


def key(fault: Fault) -> str:
    """Return what stands for a fault in a diagnosis.

    Examples
    --------
    >>> key(_ALWAYS[2])
    'missing-one-hot: equal p: the −1 at the label is missing'
    """
    return f"{fault.name}: {fault.sentence}"


@dataclass(frozen=True)
class Finding:
    """So many failing rows are explained by a fault or a pair."""

    fault: str
    rows: int
    sentence: str


def findings(diagnosis: Counter[tuple[str, ...]], failed: int) -> list[Finding]:
    """Return the faults that explain most rows first, and how many none explains.

    Where several explain a row, it goes to the one that explains most rows altogether, and to
    low precision rather than to a fault that explains as many.
    """
    left, found = Counter(diagnosis), []
    unexplained = left.pop((), 0)
    while left:
        counts: Counter[str] = Counter()
        for signature, rows in left.items():
            for name in signature:
                counts[name] += rows
        best = max(counts.values())
        name = _simplest([name for name, rows in counts.items() if rows == best])
        left = Counter({k: rows for k, rows in left.items() if name not in k})
        found.append(_finding(name, best, failed))
    found.sort(key=lambda finding: -finding.rows)
    if unexplained:
        text = f"{unexplained:,} of {failed:,} failing rows: no known fault or pair explains them"
        found.append(Finding(UNEXPLAINED, unexplained, text))
    return found


def _simplest(names: list[str]) -> str:
    order = [key(fault) for fault in (*map(_low, _FROM_THE_FINEST), *_ALWAYS, *_OF_COLUMNS)]
    return min(names, key=lambda name: (
        name.count(" & "), order.index(name) if name in order else len(order), name))  # fmt: skip


def _finding(name: str, rows: int, failed: int) -> Finding:
    faults = [part.split(": ", 1) for part in name.split(" & ")]
    sentence = ", and ".join(sentence for _, sentence in faults)
    names = "+".join(fault for fault, _ in faults)
    return Finding(names, rows, f"{rows:,} of {failed:,} failing rows {sentence}")
