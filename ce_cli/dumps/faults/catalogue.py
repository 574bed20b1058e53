"""The dictionary of faults: changes of the code under test that explain wrong claims.

``docs/batch.md`` has a paragraph on each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from ce_cli.output.numbers import significant, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.dumps.faults.suspects import ClassTotals, Code
    from ce_cli.dumps.objective import Objective, Rows
    from ce_cli.dumps.totals import Totals

UNEXPLAINED = "unexplained"
LOW_PRECISION = "low-precision"


@dataclass(frozen=True)
class Fault:
    """A named change of the code under test."""

    name: str
    sentence: str
    """The symptom and its remedy; goes on from "412 of 412 failing rows ..."."""
    change: tuple[tuple[str, Any], ...]
    """Fields of ``Code`` or of its criterion, and their wrong values."""

    def applied(self, code: Code) -> Code:
        """Return the code with this fault."""
        fields: dict[str, Any] = {}
        options: dict[str, Any] = {}
        for name, value in self.change:
            (fields if hasattr(code, name) else options)[name] = value
        return replace(code, criterion=replace(code.criterion, **options), **fields)

    def touches(self, other: Fault) -> bool:
        """Say whether both change the same field."""
        return not dict(self.change).keys().isdisjoint(dict(other.change))


def _fault(name: str, sentence: str, **change: object) -> Fault:
    return Fault(name, sentence, tuple(change.items()))


ALWAYS = (
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
CANCELLED = _fault(
    LOW_PRECISION, "are what textbook arithmetic gives: digits cancelled or were rounded away"
)
OVER_ROWS = (
    _fault("wrong-axis", "come from a softmax over the rows instead of the classes",
           softmax="over rows"),
    _fault("wrong-axis", "come from a maximum over the rows instead of the classes",
           softmax="maximum over rows"),
)  # fmt: skip
Suspect: TypeAlias = tuple[Fault, ...]
"""A fault, or a pair of faults."""


def low_precision(dtype: str) -> Fault:
    """Return the fault of code that computes in a coarser type."""
    return _fault(LOW_PRECISION, f"are right to {dtype} precision: if the code "
                  f"computes in {dtype}, say --dtype {dtype}")  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """The faults that are possible in a file."""

    objective: Objective
    totals: Totals
    over_rows: ClassTotals | None = None

    def possible(self, rows: Rows) -> tuple[Fault, ...]:
        """Return the faults that these rows of the file may show, the simplest first."""
        found = [*ALWAYS, *self._divisors(rows.logits.shape[1]), *self._options()]
        if self.over_rows and self.totals.rows > 1:
            found += OVER_ROWS
        if rows.labels is None:
            found = [fault for fault in found if fault.name != "label-off-by-one"]
            found.append(
                _fault("targets-not-normalized", "equal p − y although Σy is not 1: "
                       "the gradient is p·Σy − y", gradient="p − t")
            )  # fmt: skip
        return tuple(found)

    def _divisors(self, classes: int) -> Iterator[Fault]:
        """Yield wrong divisors of the gradients."""
        totals, right = self.totals, self.objective.divisor
        known = {right}
        candidates = (
            (1.0, "are not divided at all"),
            (float(totals.rows), "are divided by N = {}, the number of rows"),
            (float(totals.counting), "are divided by {}, the rows that are not ignored"),
            (float(totals.weight), "are divided by {}, the sum of the weights"),
            (right**2, "are divided twice, by {} in all"),
            (float(totals.weight) ** 2, "are divided twice, by {} in all"),
            (totals.rows * float(classes), "are divided by {}, rows times classes"),
        )
        for value, sentence in candidates:
            if value > 0 and not any(math.isclose(value, other) for other in known):
                known.add(value)
                found, wanted = told_apart(value, right, significant)
                due = f"; it should be {wanted}" if right != 1 else "; they should not be"
                if right == 1 and math.isclose(value, float(totals.weight)):
                    due += ", unless the reduction is the mean: then say --reduction mean"
                text = sentence.format(found) + due
                yield _fault("wrong-divisor", text, divisor=value)

    def _options(self) -> Iterator[Fault]:
        criterion = self.objective.criterion
        if criterion.label_smoothing:
            yield _fault("smoothing-k-minus-1", "are smoothed by ε/(C − 1) instead of ε/C",
                         smoothing_divides_by=1)  # fmt: skip
            yield _fault("smoothing-missing", "are not smoothed",
                         label_smoothing=0.0)  # fmt: skip
        if criterion.weight is not None:
            yield _fault("weight-missing", "are not weighted",
                         weight=None)  # fmt: skip
        if self.objective.ignore_index is not None:
            yield _fault("ignored-row-counted", "have the ignored label and were counted",
                         counts_ignored=True)  # fmt: skip
