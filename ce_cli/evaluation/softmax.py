"""Softmax beside shares it is mistaken for, and stable beside naive evaluation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.evaluation.agreement import CheckedReport, compare
from ce_cli.numeric import reference
from ce_cli.numeric.double_double import quiet
from ce_cli.numeric.naive import hardmax, naive_softmax, plain_share
from ce_cli.numeric.softmax import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class SoftmaxReport(CheckedReport):
    """Shares of every class, computed from the logits in several ways."""

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

    @property
    def overflowed(self) -> tuple[int, ...]:
        """Classes where e^z is infinite."""
        return tuple(k for k, e in enumerate(self.exponentials) if e == math.inf)


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
    p = softmax(z)
    vectors = (z, hardmax(z), plain_share(z), np.exp(z), naive_softmax(z), z - z.max(), p)
    exact = reference.cross_entropy(logits, [0.0] * len(logits)).probabilities
    return SoftmaxReport(
        *(tuple(vector.tolist()) for vector in vectors),
        checks=(compare("50-digit arithmetic", p.tolist(), exact),),
    )
