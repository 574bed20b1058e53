"""Binary cross-entropy of one logit, and its equality with the two-class softmax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ce_cli.evaluation.agreement import CheckedReport, combined, compare
from ce_cli.numeric import reference
from ce_cli.numeric.binary import binary_cross_entropy
from ce_cli.numeric.cross_entropy import CrossEntropy


class Way(NamedTuple):
    """Probability of class 1, loss and gradient, computed in one way."""

    probability: float
    loss: float
    gradient: float


@dataclass(frozen=True)
class BinaryReport(CheckedReport):
    """One logit and its label, through the sigmoid and through the softmax of (0, z)."""

    logit: float
    label: int
    sigmoid: Way
    softmax: Way


def report_binary(logit: float, label: int) -> BinaryReport:
    """Evaluate binary cross-entropy in two ways and check both in 50-digit arithmetic.

    Examples
    --------
    >>> report = report_binary(0.0, 1)
    >>> report.sigmoid == report.softmax, report.sigmoid.gradient, report.exit_code
    (True, -0.5, 0)
    """
    binary = binary_cross_entropy(logit, label)
    pair = CrossEntropy().evaluate([0.0, logit], labels=label)
    sigmoid = Way(float(binary.probabilities), float(binary.loss), float(binary.gradient))
    softmax = Way(float(pair.probabilities[1]), float(pair.loss), float(pair.gradient[1]))
    exact = reference.cross_entropy([0.0, logit], [1 - label, label])
    truth = [exact.probabilities[1], exact.loss, exact.gradient[1]]
    ways = [[way.probability, way.loss, way.gradient] for way in (sigmoid, softmax)]
    checks = (
        compare("two-class softmax", ways[0], [Decimal(value) for value in ways[1]]),
        combined("50-digit arithmetic", [compare("", way, truth) for way in ways]),
    )
    return BinaryReport(logit, label, sigmoid, softmax, checks=checks)
