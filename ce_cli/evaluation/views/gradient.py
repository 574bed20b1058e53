"""The result of ``cecheck grad``: the table of push and pull."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.evaluation.views.closed_form import ClosedForm
from ce_cli.evaluation.views.common import (
    Rows,
    check_data,
    class_name,
    entries_table,
    left_out,
    likeliest,
    marked_name,
    name_column,
    verdicts,
)
from ce_cli.input.page_letters import USUAL, Letters
from ce_cli.output.document import Column, Document, Part, Table
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.evaluation.gradient import GradientReport, Sample

SCHEMA = "cecheck.grad/1"


class _View(NamedTuple):
    report: GradientReport
    letters: Letters
    names: Sequence[str] | None

    @property
    def sample(self) -> Sample:
        return self.report.sample

    @property
    def form(self) -> ClosedForm:
        return ClosedForm(self.report.sample, self.letters)

    def name(self, index: int) -> str:
        return class_name(index, self.names)


def gradient_document(
    report: GradientReport, letters: Letters = USUAL, names: Sequence[str] | None = None
) -> Document:
    """Return the document of a report, in the writer's letters, with the names of classes."""
    view, sample = _View(report, letters, names), report.sample
    sizes = list(map(max, report.start.probabilities, sample.targets))
    shown = likeliest(sizes, sample.label)
    blocks: list[Part] = [_push_pull(view, shown), *left_out(len(sizes), shown)]
    blocks += [_summary(view), _sentence(view)]
    if len(report.updates) > 1:
        blocks.append(_updates(view, shown))
    blocks += verdicts(report.checks, _check_texts(view))
    return Document(tuple(blocks), _data(view), _records(view), view.form.warnings)


def _check_texts(view: _View) -> dict[str, str]:
    loss, p, z = view.letters.loss, view.letters.probabilities, view.letters.logits
    return {
        "closed form": f"closed form {view.form}",
        "chain rule": f"chain rule Σ ∂{loss}/∂{p} · ∂{p}/∂{z} through the softmax Jacobian",
        "finite differences": "finite differences of the loss",
        "50-digit arithmetic": "50-digit arithmetic: loss, probabilities, gradient",
    }


def _pulls_one(sample: Sample) -> bool:
    return sample.label is not None and not sample.criterion.label_smoothing


def _push_pull(view: _View, shown: list[int]) -> Table:
    sample, start, form = view.sample, view.report.start, view.form
    t = sample.effective_targets().tolist()
    z, p, y, *_ = view.letters
    text = str(form)
    vectors = (
        (Column("logit", z, "given"), sample.logits),
        (Column("softmax", p), start.probabilities),
        (Column("target", y), sample.targets),
        *([(Column("effective", form.target), t)] if form.has_effective_targets else []),
        (Column("push", f"−{form.push}{form.over}", "push"), start.push),
        (Column("pull", f"+{form.target}{form.over}", "pull"), view.report.pull),
        (Column("sum", f"−({text})" if len(text) < 6 else "−gradient"),
         [0.0 - g for g in start.gradient]),
        (Column("gradient", text), start.gradient),
        (Column("new logit", f"{z} − g" if view.report.lr == 1 else f"{z} − lr·g"),
         start.updated_logits),
    )  # fmt: skip
    title = "Push all, pull one" if _pulls_one(sample) else "Push and pull"
    return entries_table(
        title, Column("class", "i"), vectors, Rows(shown, sample.label, view.names)
    )


def _summary(view: _View) -> str:
    """Return a line for the definition of t, the loss and the prediction."""
    sample, best = view.sample, view.report.predicted
    probability = for_people(view.report.start.probabilities[best])
    prediction = f"class {view.name(best)}, {view.letters.probabilities} = {probability}"
    if sample.logits.count(sample.logits[best]) > 1:
        prediction += ", the first of equals"
    if sample.label is not None:
        other = f"but the true class is {view.name(sample.label)}"
        prediction += f", {'which is the true class' if best == sample.label else other}"
    lines = [f"loss        {_loss(view)}", f"predicted   {prediction}"]
    if view.form.has_effective_targets:
        lines.insert(0, f"effective   {view.form.definition}")
    return "\n".join(lines)


def _loss(view: _View) -> str:
    sample, loss, label = view.sample, for_people(view.report.start.loss), view.sample.label
    z, p, y, letter, _ = view.letters
    if label is None or sample.criterion != type(sample.criterion)():
        return f"{letter} = −Σ {view.form.target} log {p} = {loss}"
    values = (view.report.start.probabilities, sample.logits)
    probability, logit = (for_people(vector[label]) for vector in values)
    difference = f"{for_people(view.report.logsumexp)} − {_in_brackets(logit)}"
    return (
        f"−log {p}_{y} = −log {probability} = {loss}\n"
        f"            logsumexp({z}) − {z}_{y} = {difference} = {loss}"
    )


def _in_brackets(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _sentence(view: _View) -> str:
    """Return a sentence on push and pull for a learner."""
    sample, form = view.sample, view.form
    if sample.ignored is not None:
        why = f"The label {sample.ignored} is ignored, as --ignore-index says"
        return f"{why}: the sample has loss 0 and gradient 0."
    t = sample.effective_targets().tolist()
    is_plain = form.push == view.letters.probabilities
    times = "" if is_plain else f"Σ{form.target} = {for_people(math.fsum(t))} times "
    text = f"Every logit is pushed down by {times}its probability"
    target = f"effective target {form.target}" if form.has_effective_targets else "target"
    if _pulls_one(sample):
        label = sample.label or 0
        pull = f"{form.target} = {for_people(t[label])}" if form.has_effective_targets else "one"
        text += f"; the true one, class {view.name(label)}, is also pulled up, by {pull}"
    else:
        text += f" and pulled up by its {target}"
    temperature = sample.criterion.temperature
    return f"{text}." if temperature == 1 else f"{text}; both divided by T = {temperature:g}."


def _updates(view: _View, shown: list[int]) -> Table:
    report, p = view.report, view.letters.probabilities
    names = (marked_name(k, report.sample.label, view.names) for k in shown)
    columns = (Column("step"), Column("loss"), *(Column(f"{p} of {name}") for name in names))
    rows = tuple(
        (update.number, update.loss, *(update.probabilities[k] for k in shown))
        for update in report.updates
    )
    return Table(columns, rows, f"How the probabilities move (lr = {for_people(report.lr)})")


def _data(view: _View) -> dict[str, object]:
    report, sample, criterion = view.report, view.sample, view.sample.criterion
    data: dict[str, object] = {
        "schema": SCHEMA,
        "logits": sample.logits,
        "names": view.names,
        "label": sample.label if sample.ignored is None else sample.ignored,
        "ignored": sample.ignored is not None,
        "targets": sample.targets,
        "effective_targets": sample.effective_targets().tolist(),
        "temperature": criterion.temperature,
        "label_smoothing": criterion.label_smoothing,
        "weight": criterion.weight,
        "probabilities": report.start.probabilities,
        "loss": report.start.loss,
        "gradient": report.start.gradient,
        "push": report.start.push,
        "pull": report.pull,
        "lr": report.lr,
        "updated_logits": report.start.updated_logits,
        "predicted": report.predicted,
        "checks": check_data(report.checks),
    }
    if len(report.updates) > 1:
        data["steps"] = [update._asdict() for update in report.updates]
    return data


def _records(view: _View) -> Table:
    """Return a row for every class of every update."""
    names = name_column(view.names)
    values = ("logit", "probability", "target", "push", "pull", "gradient", "updated_logit", "loss")
    columns = tuple(map(Column, ("step", "class", *(["name"] if names else []), *values)))
    rows = tuple(
        (update.number, k, *entries, update.loss)
        for update in view.report.updates
        for k, entries in enumerate(zip(
            *names, update.logits, update.probabilities, view.sample.targets, update.push,
            view.report.pull, update.gradient, update.updated_logits, strict=True,
        ))
    )  # fmt: skip
    return Table(columns, rows)
