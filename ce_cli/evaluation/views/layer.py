"""The result of ``cecheck layer``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ce_cli.evaluation.views.closed_form import ClosedForm
from ce_cli.evaluation.views.common import (
    Rows,
    check_data,
    entries_table,
    left_out,
    likeliest,
    verdicts,
)
from ce_cli.output.document import Column, Document, Part, Table
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.evaluation.layer import LayerReport

SCHEMA = "cecheck.layer/1"
_CHECKS = {"50-digit arithmetic": "loss, softmax and ∂L/∂z in 50-digit arithmetic"}


class _View(NamedTuple):
    report: LayerReport
    names: Sequence[str] | None

    @property
    def form(self) -> ClosedForm:
        return ClosedForm(self.report.sample)

    def product(self, before: str, behind: str = "") -> str:
        """Return the closed form with a factor before or behind it."""
        return f"{before}({self.form.bare}){behind}{self.form.over}"

    def rows(self, shown: list[int]) -> Rows:
        return Rows(shown, self.report.sample.label, self.names)


def layer_document(report: LayerReport, names: Sequence[str] | None = None) -> Document:
    """Return the document of a report, with the names of classes."""
    view, sizes = _View(report, names), map(max, report.update.probabilities, report.sample.targets)
    classes = likeliest(list(sizes), report.sample.label)
    inputs = likeliest([abs(entry) for entry in report.input_gradient])
    blocks: tuple[Part, ...] = (
        _logits(view, classes),
        _loss(view),
        _weights(view, classes, inputs),
        _inputs(view, inputs),
        *left_out(len(report.bias), classes),
        *left_out(len(report.inputs), inputs, "inputs"),
        *verdicts(report.checks, _CHECKS),
    )
    return Document(blocks, _data(view), _records(view), view.form.warnings)


def _logits(view: _View, shown: list[int]) -> Table:
    report, sample, form = view.report, view.report.sample, view.form
    t = sample.effective_targets().tolist()
    vectors = (
        (Column("bias", "b", "given"), report.bias),
        (Column("logit", "z = Wa + b"), report.update.logits),
        (Column("softmax", "p"), report.update.probabilities),
        (Column("target", "y"), sample.targets),
        *([(Column("effective", form.target), t)] if form.has_effective_targets else []),
        (Column("gradient", f"∂L/∂b = {form}"), report.update.gradient),
    )
    return entries_table("The last layer", Column("class", "j"), vectors, view.rows(shown))


def _loss(view: _View) -> str:
    sample, loss = view.report.sample, for_people(view.report.update.loss)
    if sample.label is not None and sample.criterion == type(sample.criterion)():
        return f"loss        −log p_y = {loss}"
    line = f"loss        L = −Σ {view.form.target} log p = {loss}"
    temperature = sample.criterion.temperature
    line += f", where p = softmax(z/T), T = {temperature:g}" if view.form.over else ""
    if view.form.has_effective_targets:
        return f"effective   {view.form.definition}\n{line}"
    return line


def _weights(view: _View, shown: list[int], inputs: list[int]) -> Table:
    title = f"∂L/∂W = {view.product('', 'aᵀ')}, row j, column i"
    gradient = view.report.weight_gradient
    vectors = ((Column(f"i = {i}"), [row[i] for row in gradient]) for i in inputs)
    return entries_table(title, Column("class", "j"), vectors, view.rows(shown))


def _inputs(view: _View, shown: list[int]) -> Table:
    vectors = (
        (Column("activation", "a", "given"), view.report.inputs),
        (Column("gradient", f"∂L/∂a = {view.product('Wᵀ')}"), view.report.input_gradient),
    )
    return entries_table("What flows back", Column("input", "i"), vectors, Rows(shown))


def _data(view: _View) -> dict[str, object]:
    report, sample, update = view.report, view.report.sample, view.report.update
    return {
        "schema": SCHEMA,
        "input": report.inputs,
        "weights": report.weights,
        "bias": report.bias,
        "names": view.names,
        "label": sample.label,
        "targets": sample.targets,
        "effective_targets": sample.effective_targets().tolist(),
        "temperature": sample.criterion.temperature,
        "label_smoothing": sample.criterion.label_smoothing,
        "weight": sample.criterion.weight,
        "logits": update.logits,
        "probabilities": update.probabilities,
        "loss": update.loss,
        "gradient": update.gradient,
        "weight_gradient": report.weight_gradient,
        "bias_gradient": update.gradient,
        "input_gradient": report.input_gradient,
        "checks": check_data(report.checks),
    }


def _records(view: _View) -> Table:
    """Return a row for every parameter and input: name, indices, value and gradient."""
    report = view.report
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
