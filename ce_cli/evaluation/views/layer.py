"""The result of ``cecheck layer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import check_data, left_out, likeliest, verdicts
from ce_cli.output.document import Column, Document, Part, Table, TableRow
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from ce_cli.evaluation.layer import LayerReport

SCHEMA = "cecheck.layer/1"
_CHECKS = {"50-digit arithmetic": "loss, softmax and ∂L/∂z in 50-digit arithmetic"}


def layer_document(report: LayerReport) -> Document:
    """Return the document of a report."""
    label = report.sample.label
    classes = likeliest(report.step.probabilities, label)
    inputs = likeliest([abs(entry) for entry in report.input_gradient])
    marked = frozenset(n for n, k in enumerate(classes) if k == label)
    blocks: tuple[Part, ...] = (
        _logits(report, classes, marked),
        f"loss        −log p_y = {for_people(report.step.loss)}",
        _weights(report, classes, inputs, marked),
        _inputs(report, inputs),
        *left_out(len(report.bias), classes),
        *left_out(len(report.inputs), inputs, "inputs"),
        *verdicts(report.checks, _CHECKS),
    )
    return Document(blocks, _data(report), _records(report))


def _name(report: LayerReport, index: int) -> str:
    return f"→ {index}" if index == report.sample.label else str(index)


def _logits(report: LayerReport, classes: list[int], marked: frozenset[int]) -> Table:
    columns = (
        Column("class", "j"),
        Column("bias", "b", "given"),
        Column("logit", "z = Wa + b"),
        Column("softmax", "p"),
        Column("target", "y"),
        Column("gradient", "∂L/∂b = p − y"),
    )
    step, targets = report.step, report.sample.targets
    rows = tuple(
        (_name(report, j), report.bias[j], step.logits[j], step.probabilities[j], targets[j],
         step.gradient[j])
        for j in classes
    )  # fmt: skip
    return Table(columns, rows, "The last layer", marked)


def _weights(
    report: LayerReport, classes: list[int], inputs: list[int], marked: frozenset[int]
) -> Table:
    columns = (Column("class", "j"), *(Column(f"i = {i}") for i in inputs))
    rows: tuple[TableRow, ...] = tuple(
        (_name(report, j), *(report.weight_gradient[j][i] for i in inputs)) for j in classes
    )
    return Table(columns, rows, "∂L/∂W = (p − y)aᵀ, row j, column i", marked)


def _inputs(report: LayerReport, inputs: list[int]) -> Table:
    columns = (
        Column("input", "i"),
        Column("activation", "a", "given"),
        Column("gradient", "∂L/∂a = Wᵀ(p − y)"),
    )
    rows = tuple((str(i), report.inputs[i], report.input_gradient[i]) for i in inputs)
    return Table(columns, rows, "What flows back")


def _data(report: LayerReport) -> dict[str, object]:
    step = report.step
    return {
        "schema": SCHEMA,
        "input": report.inputs,
        "weights": report.weights,
        "bias": report.bias,
        "label": report.sample.label,
        "logits": step.logits,
        "probabilities": step.probabilities,
        "loss": step.loss,
        "gradient": step.gradient,
        "weight_gradient": report.weight_gradient,
        "bias_gradient": step.gradient,
        "input_gradient": report.input_gradient,
        "checks": check_data(report.checks),
    }


def _records(report: LayerReport) -> Table:
    """Return one row for every parameter and input: its name, indices, value, gradient."""
    rows: list[tuple[str, int | None, int | None, float, float]] = [
        ("weight", j, i, w, g)
        for j, (row, gradients) in enumerate(
            zip(report.weights, report.weight_gradient, strict=True)
        )
        for i, (w, g) in enumerate(zip(row, gradients, strict=True))
    ]
    biases = zip(report.bias, report.step.gradient, strict=True)
    rows += [("bias", j, None, b, g) for j, (b, g) in enumerate(biases)]
    inputs = zip(report.inputs, report.input_gradient, strict=True)
    rows += [("input", None, i, a, g) for i, (a, g) in enumerate(inputs)]
    return Table(tuple(map(Column, ("of", "class", "input", "value", "gradient"))), tuple(rows))
