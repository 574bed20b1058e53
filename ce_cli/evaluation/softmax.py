"""Softmax beside what it is mistaken for, and stable beside naive evaluation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.evaluation.agreement import Check, compare, exit_code
from ce_cli.numeric import reference
from ce_cli.numeric.double_double import quiet
from ce_cli.numeric.naive import hardmax, naive_softmax, plain_share
from ce_cli.numeric.softmax import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence


class SoftmaxReport(NamedTuple):
    """Ways from logits to shares; vectors have one entry for each class."""

    logits: tuple[float, ...]
    hardmax: tuple[float, ...]
    share: tuple[float, ...]
    """z / Σz; nan or infinite where Σz is 0."""
    exponentials: tuple[float, ...]
    """e^z as float64 has it: inf above 709.78, 0 below -745.13."""
    naive: tuple[float, ...]
    shifted: tuple[float, ...]
    """z - max z."""
    softmax: tuple[float, ...]
    checks: tuple[Check, ...]

    @property
    def overflowed(self) -> tuple[int, ...]:
        """Classes where e^z is infinite."""
        return tuple(k for k, e in enumerate(self.exponentials) if e == math.inf)

    @property
    def exit_code(self) -> int:
        """1 if a check fails, else 0."""
        return exit_code(self.checks)


@quiet
def report_softmax(logits: Sequence[float]) -> SoftmaxReport:
    """Evaluate softmax in every way, and check the stable one in 50-digit arithmetic.

    Examples
    --------
    >>> report = report_softmax([123.0, 456.0, 789.0])
    >>> report.naive, report.overflowed
    ((0.0, 0.0, nan), (2,))
    """
    z = np.asarray(logits)
    hard, share, exponentials, naive, shifted, p = (
        tuple(way.tolist())
        for way in (
            hardmax(z),
            plain_share(z),
            np.exp(z),
            naive_softmax(z),
            z - z.max(),
            softmax(z),
        )
    )
    exact = reference.cross_entropy(logits, [0.0] * len(logits)).probabilities
    check = compare("50-digit arithmetic", p, exact)
    return SoftmaxReport(tuple(logits), hard, share, exponentials, naive, shifted, p, (check,))
