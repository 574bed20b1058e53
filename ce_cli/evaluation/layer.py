"""The last layer z = Wa + b under cross-entropy: its gradients, and finite differences."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.evaluation.agreement import Check, CheckedReport, within
from ce_cli.evaluation.gradient import Sample, Update, check_gradient, compute_update
from ce_cli.numeric.linear import LinearGradients, linear, linear_gradients
from ce_cli.numeric.reference import difference_along

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ce_cli.numeric.double_double import Array

_MOST_DIFFERENCES = 2000
"""At most this many weights are checked, evenly spread."""
_ROUNDING = 8 * sys.float_info.epsilon


@dataclass(frozen=True)
class LayerReport(CheckedReport):
    """Logits, loss and gradients of one sample at the last layer."""

    inputs: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    sample: Sample
    update: Update
    weight_gradient: tuple[tuple[float, ...], ...]
    input_gradient: tuple[float, ...]


def report_layer(
    inputs: Sequence[float],
    weights: Sequence[Sequence[float]],
    bias: Sequence[float],
    label: int,
) -> LayerReport:
    """Evaluate the layer and check its gradients by finite differences.

    Raises
    ------
    InputError
        If the shapes do not fit or the label is out of range.

    Examples
    --------
    >>> report = report_layer([1.0, 2.0], [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0], 1)
    >>> report.weight_gradient, report.input_gradient, report.exit_code
    (((0.5, 1.0), (-0.5, -1.0)), (0.0, 0.0), 0)
    """
    sample = Sample.labelled(linear(inputs, weights, bias).tolist(), label)
    update = compute_update(sample)
    gradients = linear_gradients(update.gradient, inputs, weights)
    return LayerReport(
        inputs=tuple(inputs),
        weights=tuple(map(tuple, weights)),
        bias=tuple(bias),
        sample=sample,
        update=update,
        weight_gradient=tuple(map(tuple, gradients.weights.tolist())),
        input_gradient=tuple(gradients.inputs.tolist()),
        checks=(
            *(check for check in check_gradient(sample, update) if "50-digit" in check.name),
            *_differences(sample, np.asarray(inputs), np.asarray(weights), gradients),
        ),
    )


def _differences(
    sample: Sample, inputs: Array, weights: Array, gradients: LinearGradients
) -> Iterator[Check]:
    """Move one parameter at a time, which moves the logits along a direction."""
    classes, size = weights.shape
    stride = -(-weights.size // _MOST_DIFFERENCES)
    positions = [divmod(index, size) for index in range(0, weights.size, stride)]
    entries = [float(gradients.weights[j, i]) for j, i in positions]
    directions: list[dict[int, float]] = [{j: float(inputs[i])} for j, i in positions]
    yield _difference_check("∂L/∂W", sample, entries, directions, entries)
    entries, directions = gradients.bias.tolist(), [{j: 1.0} for j in range(classes)]
    yield _difference_check("∂L/∂b", sample, entries, directions, entries)
    # The entries of Wᵀg are sums that may cancel: their bound is that of their terms.
    terms = np.abs(weights).T @ np.abs(gradients.bias)
    directions = [dict(enumerate(column)) for column in weights.T.tolist()]
    entries, sizes = gradients.inputs.tolist(), (terms * classes).tolist()
    yield _difference_check("∂L/∂a", sample, entries, directions, sizes)


def _difference_check(
    name: str,
    sample: Sample,
    entries: Sequence[float],
    directions: Sequence[Mapping[int, float]],
    sizes: Sequence[float],
) -> Check:
    quotients = [difference_along(sample.logits, sample.targets, way) for way in directions]
    differences = [abs(Decimal(g) - d) for g, (d, _) in zip(entries, quotients, strict=True)]
    tiny = sys.float_info.min * sys.float_info.epsilon
    allowed = [
        bound + Decimal(abs(size) * _ROUNDING + tiny)
        for size, (_, bound) in zip(sizes, quotients, strict=True)
    ]
    return within(f"finite differences of {name}", differences, allowed)
