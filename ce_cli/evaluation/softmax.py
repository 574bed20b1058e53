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
from ce_cli.numeric.softmax import LARGEST_LOGIT, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class SoftmaxReport(CheckedReport):
    """Shares of every class, computed from the logits in several ways."""

    logits: tuple[float, ...]
    temperature: float
    hardmax: tuple[float, ...]
    share: tuple[float, ...]
    """z / Σz; nan or infinite where Σz is 0."""
    exponentials: tuple[float, ...]
    """e^(z/T) as float64 has it: inf above 709.78, 0 below -745.13."""
    naive: tuple[float, ...]
    shifted: tuple[float, ...]
    """(z - max z) / T."""
    softmax: tuple[float, ...]

    @property
    def overflowed(self) -> tuple[int, ...]:
        """Classes where e^(z/T) is infinite."""
        return tuple(k for k, e in enumerate(self.exponentials) if e == math.inf)


@quiet
def report_softmax(logits: Sequence[float], temperature: float = 1.0) -> SoftmaxReport:
    """Evaluate softmax in every way, and check the stable one in 50-digit arithmetic.

    Raises
    ------
    InputError
        If the logits or the temperature are out of their range.

    Examples
    --------
    >>> report = report_softmax([123.0, 456.0, 789.0])
    >>> report.naive, report.overflowed
    ((0.0, 0.0, nan), (2,))
    """
    z = np.asarray(logits)
    p = softmax(z, temperature)
    # e^z is infinite or 0 long before this bound, which keeps quotients within the kernels' range.
    divided = np.maximum(np.minimum(z / temperature, LARGEST_LOGIT), -LARGEST_LOGIT)
    vectors = (
        hardmax(z), plain_share(z), np.exp(divided), naive_softmax(divided),
        (z - z.max()) / temperature, p,
    )  # fmt: skip
    zeros = [0.0] * len(logits)
    exact = reference.cross_entropy(logits, zeros, temperature=temperature).probabilities
    return SoftmaxReport(
        tuple(logits),
        temperature,
        *(tuple(vector.tolist()) for vector in vectors),
        checks=(compare("50-digit arithmetic", p.tolist(), exact),),
    )
