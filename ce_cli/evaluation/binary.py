"""Binary cross-entropy of one logit, and its equality with the two-class softmax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.evaluation.agreement import (
    Check,
    CheckedReport,
    allowed_error,
    combined,
    compare,
    within,
)
from ce_cli.numeric import reference
from ce_cli.numeric.binary import binary_cross_entropy
from ce_cli.numeric.cross_entropy import CrossEntropy

if TYPE_CHECKING:
    from collections.abc import Sequence


class Way(NamedTuple):
    """Probability of class 1, loss and gradient, computed in one way."""

    probability: float
    loss: float
    gradient: float


@dataclass(frozen=True)
class BinaryReport(CheckedReport):
    """One logit and its target, through the sigmoid and through the softmax of (0, z)."""

    logit: float
    target: float
    pos_weight: float
    sigmoid: Way
    softmax: Way


def report_binary(logit: float, target: float, pos_weight: float = 1.0) -> BinaryReport:
    """Evaluate binary cross-entropy in two ways and check both in 50-digit arithmetic.

    The softmax has the targets 1 - y and y, and the weights 1 and ``pos_weight``.

    Raises
    ------
    InputError
        If the target is outside [0, 1] or the weight is out of its range.

    Examples
    --------
    >>> report = report_binary(0.0, 1)
    >>> report.sigmoid == report.softmax, report.sigmoid.gradient, report.exit_code
    (True, -0.5, 0)
    """
    binary = binary_cross_entropy(logit, target, pos_weight)
    pair = CrossEntropy((1.0, pos_weight)).evaluate([0.0, logit], targets=[1 - target, target])
    sigmoid = Way(float(binary.probabilities), float(binary.loss), float(binary.gradient))
    softmax = Way(float(pair.probabilities[1]), float(pair.loss), float(pair.gradient[1]))
    checks = _checks(logit, target, pos_weight, [sigmoid, softmax])
    return BinaryReport(logit, target, pos_weight, sigmoid, softmax, checks=checks)


def _checks(
    logit: float, target: float, pos_weight: float, ways: Sequence[Way]
) -> tuple[Check, ...]:
    """Compare the ways with each other and with the truth, and the gradient with differences.

    A gradient with a soft target is the difference of two numbers, and is measured by the larger.
    """
    y = Decimal(target)
    exact = reference.cross_entropy([0.0, logit], [1 - y, y], weight=[1.0, pos_weight])
    truth = [exact.probabilities[1], exact.loss, exact.gradient[1]]
    push, pull = exact.probabilities[1] * exact.total_target, exact.targets[1]
    gradient_size = abs(truth[2]) if target in {0, 1} else max(push, pull)
    sizes = [truth[0], truth[1], gradient_size]
    return (
        compare("two-class softmax", ways[0], [Decimal(value) for value in ways[1]], sizes),
        within(
            "finite differences",
            [abs(Decimal(ways[0].gradient) - exact.finite_differences[1])],
            [exact.finite_difference_bound + allowed_error(gradient_size)],
        ),
        combined("50-digit arithmetic", [compare("", way, truth, sizes) for way in ways]),
    )
