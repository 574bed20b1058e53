"""The last layer z = Wa + b under cross-entropy: its gradients, and finite differences."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.evaluation.agreement import Check, CheckedReport, within
from ce_cli.evaluation.gradient import Sample, Update, check_gradient, compute_update, exactly
from ce_cli.numeric.linear import LinearGradients, linear, linear_gradients
from ce_cli.numeric.reference import difference_along

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ce_cli.numeric.double_double import Array

_MOST_DIFFERENCES = 2000
"""At most this many weights are checked, evenly spread."""
_ROUNDING = 8 * sys.float_info.epsilon


class Layer(NamedTuple):
    """The layer z = Wa + b at one input."""

    inputs: Sequence[float]
    weights: Sequence[Sequence[float]]
    bias: Sequence[float]


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


def report_layer(layer: Layer, sample_of: Callable[[Sequence[float]], Sample]) -> LayerReport:
    """Evaluate the layer and check its gradients by finite differences.

    ``sample_of`` makes a sample of the layer's logits: it knows the label and the loss.

    Raises
    ------
    InputError
        If the shapes do not fit or the sample cannot be made.

    Examples
    --------
    >>> layer = Layer([1.0, 2.0], [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0])
    >>> report = report_layer(layer, lambda logits: Sample.labelled(logits, 1))
    >>> report.weight_gradient, report.input_gradient, report.exit_code
    (((0.5, 1.0), (-0.5, -1.0)), (0.0, 0.0), 0)
    """
    _require_fit(layer)
    sample = sample_of(linear(*layer).tolist())
    update = compute_update(sample)
    gradients = linear_gradients(update.gradient, layer.inputs, layer.weights)
    return LayerReport(
        inputs=tuple(layer.inputs),
        weights=tuple(map(tuple, layer.weights)),
        bias=tuple(layer.bias),
        sample=sample,
        update=update,
        weight_gradient=tuple(map(tuple, gradients.weights.tolist())),
        input_gradient=tuple(gradients.inputs.tolist()),
        checks=(
            *(check for check in check_gradient(sample, update) if "50-digit" in check.name),
            *_differences(sample, np.asarray(layer.inputs), np.asarray(layer.weights), gradients),
        ),
    )


def _require_fit(layer: Layer) -> None:
    """Raise InputError unless W has a row for each bias and a column for each input."""
    found = len(layer.weights), len(layer.weights[0])
    needed = len(layer.bias), len(layer.inputs)
    if found == needed:
        return
    hint = "W has a row for each class and a column for each input"
    if found == needed[::-1]:
        hint += "; this one is transposed"
    problem = (
        f"W has {found[0]} rows and {found[1]} columns; "
        f"{needed[0]} biases and {needed[1]} inputs need {needed[0]} and {needed[1]}"
    )
    raise InputError(problem, place="--weights", hint=hint)


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
    targets, temperature = exactly(sample).targets, sample.criterion.temperature
    quotients = [difference_along(sample.logits, targets, way, temperature) for way in directions]
    differences = [abs(Decimal(g) - d) for g, (d, _) in zip(entries, quotients, strict=True)]
    tiny = sys.float_info.min * sys.float_info.epsilon
    allowed = [
        bound + Decimal(abs(size) * _ROUNDING + tiny)
        for size, (_, bound) in zip(sizes, quotients, strict=True)
    ]
    return within(f"finite differences of {name}", differences, allowed)
