"""The result of ``cecheck layer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import check_data, entries_table, left_out, likeliest, verdicts
from ce_cli.output.document import Column, Document, Part, Table
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from ce_cli.evaluation.layer import LayerReport

SCHEMA = "cecheck.layer/1"
_CHECKS = {"50-digit arithmetic": "loss, softmax and ∂L/∂z in 50-digit arithmetic"}


def layer_document(report: LayerReport) -> Document:
    """Return the document of a report."""
    label = report.sample.label
    classes = likeliest(report.update.probabilities, label)
    inputs = likeliest([abs(entry) for entry in report.input_gradient])
    blocks: tuple[Part, ...] = (
        _logits(report, classes),
        f"loss        −log p_y = {for_people(report.update.loss)}",
        _weights(report, classes, inputs),
        _inputs(report, inputs),
        *left_out(len(report.bias), classes),
        *left_out(len(report.inputs), inputs, "inputs"),
        *verdicts(report.checks, _CHECKS),
    )
    return Document(blocks, _data(report), _records(report))


def _logits(report: LayerReport, shown: list[int]) -> Table:
    update, sample = report.update, report.sample
    vectors = (
        (Column("bias", "b", "given"), report.bias),
        (Column("logit", "z = Wa + b"), update.logits),
        (Column("softmax", "p"), update.probabilities),
        (Column("target", "y"), sample.targets),
        (Column("gradient", "∂L/∂b = p − y"), update.gradient),
    )
    return entries_table("The last layer", Column("class", "j"), vectors, shown, sample.label)


def _weights(report: LayerReport, shown: list[int], inputs: list[int]) -> Table:
    title = "∂L/∂W = (p − y)aᵀ, row j, column i"
    vectors = ((Column(f"i = {i}"), [row[i] for row in report.weight_gradient]) for i in inputs)
    return entries_table(title, Column("class", "j"), vectors, shown, report.sample.label)


def _inputs(report: LayerReport, shown: list[int]) -> Table:
    vectors = (
        (Column("activation", "a", "given"), report.inputs),
        (Column("gradient", "∂L/∂a = Wᵀ(p − y)"), report.input_gradient),
    )
    return entries_table("What flows back", Column("input", "i"), vectors, shown)


def _data(report: LayerReport) -> dict[str, object]:
    update = report.update
    return {
        "schema": SCHEMA,
        "input": report.inputs,
        "weights": report.weights,
        "bias": report.bias,
        "label": report.sample.label,
        "logits": update.logits,
        "probabilities": update.probabilities,
        "loss": update.loss,
        "gradient": update.gradient,
        "weight_gradient": report.weight_gradient,
        "bias_gradient": update.gradient,
        "input_gradient": report.input_gradient,
        "checks": check_data(report.checks),
    }


def _records(report: LayerReport) -> Table:
    """Return a row for every parameter and input: name, indices, value and gradient."""
    rows: list[tuple[str, int | None, int | None, float, float]] = [
        ("weight", j, i, w, g)
        for j, (row, gradients) in enumerate(
            zip(report.weights, report.weight_gradient, strict=True)
        )
        for i, (w, g) in enumerate(zip(row, gradients, strict=True))
    ]
    biases = zip(report.bias, report.update.gradient, strict=True)
    rows += [("bias", j, None, b, g) for j, (b, g) in enumerate(biases)]
    inputs = zip(report.inputs, report.input_gradient, strict=True)
    rows += [("input", None, i, a, g) for i, (a, g) in enumerate(inputs)]
    return Table(tuple(map(Column, ("of", "class", "input", "value", "gradient"))), tuple(rows))
