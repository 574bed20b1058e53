"""The result of ``cecheck grad``: the table of push and pull."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import (
    check_data,
    class_name,
    entries_table,
    left_out,
    likeliest,
    verdicts,
)
from ce_cli.output.document import Column, Document, Part, Table
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from ce_cli.evaluation.gradient import GradientReport, Sample

SCHEMA = "cecheck.grad/1"
_CHECKS = {
    "chain rule": "chain rule Σ ∂L/∂p · ∂p/∂z through the softmax Jacobian",
    "finite differences": "finite differences of the loss",
    "50-digit arithmetic": "50-digit arithmetic: loss, probabilities, gradient",
}


def gradient_document(report: GradientReport) -> Document:
    """Return the document of a report."""
    sample = report.sample
    sizes = list(map(max, report.start.probabilities, sample.targets))
    shown = likeliest(sizes, sample.label)
    texts = _CHECKS | {"closed form": f"closed form {formula(sample)}"}
    blocks: list[Part] = [_push_pull(report, shown), *left_out(len(sizes), shown)]
    blocks += [_summary(report), _sentence(report)]
    if len(report.updates) > 1:
        blocks.append(_updates(report, shown))
    blocks += verdicts(report.checks, texts)
    return Document(tuple(blocks), _data(report), _records(report), _warnings(sample))


def formula(sample: Sample) -> str:
    """Return the gradient's closed form under the sample's options."""
    text = f"{_pushed(sample)} − {_letter(sample)}"
    return text if sample.criterion.temperature == 1 else f"({text})/T"


def _letter(sample: Sample) -> str:
    """Return the letter of the targets: y, or t once smoothed or weighted."""
    criterion = sample.criterion
    return "t" if criterion.label_smoothing or criterion.weight is not None else "y"


def _pushed(sample: Sample) -> str:
    """Return the formula of the push: p, or p times the sum of the targets."""
    one = sample.criterion.weight is None and _sums_to_one(sample)
    return "p" if one else f"p·Σ{_letter(sample)}"


def _pulls_one(sample: Sample) -> bool:
    return sample.label is not None and not sample.criterion.label_smoothing


def _sums_to_one(sample: Sample) -> bool:
    return math.isclose(math.fsum(sample.targets), 1.0, rel_tol=1e-12)


def _warnings(sample: Sample) -> tuple[str, ...]:
    if _sums_to_one(sample):
        return ()
    total = math.fsum(sample.targets)
    return (f"the targets sum to {total!r}, not 1: the gradient is {formula(sample)}, not p − y",)


def _push_pull(report: GradientReport, shown: list[int]) -> Table:
    sample, start = report.sample, report.start
    form, letter = formula(sample), _letter(sample)
    over = "" if sample.criterion.temperature == 1 else "/T"
    t = sample.effective_targets().tolist()
    vectors = (
        (Column("logit", "z", "given"), sample.logits),
        (Column("softmax", "p"), start.probabilities),
        (Column("target", "y"), sample.targets),
        *([(Column("effective", "t"), t)] if letter == "t" else []),
        (Column("push", f"−{_pushed(sample)}{over}", "push"), start.push),
        (Column("pull", f"+{letter}{over}", "pull"), report.pull),
        (Column("sum", f"−({form})" if len(form) < 6 else "−gradient"),
         [0.0 - g for g in start.gradient]),
        (Column("gradient", form), start.gradient),
        (Column("new logit", "z − g" if report.lr == 1 else "z − lr·g"), start.updated_logits),
    )  # fmt: skip
    title = "Push all, pull one" if _pulls_one(sample) else "Push and pull"
    return entries_table(title, Column("class", "i"), vectors, shown, sample.label)


def _summary(report: GradientReport) -> str:
    """Return a line for the definition of t, the loss and the prediction."""
    sample, best = report.sample, report.predicted
    prediction = f"class {best}, p = {for_people(report.start.probabilities[best])}"
    if sample.logits.count(sample.logits[best]) > 1:
        prediction += ", the first of equals"
    if sample.label is not None:
        other = f"but the true class is {sample.label}"
        prediction += f", {'which is the true class' if best == sample.label else other}"
    lines = [f"loss        {_loss(report)}", f"predicted   {prediction}"]
    if _letter(sample) == "t":
        lines.insert(0, f"effective   {_effective(sample)}")
    return "\n".join(lines)


def _effective(sample: Sample) -> str:
    """Return the definition of t."""
    epsilon, weight = sample.criterion.label_smoothing, sample.criterion.weight
    if not epsilon:
        return "t = w·y, where w are the weights"
    values = f"ε = {epsilon:g}, K = {len(sample.logits)}"
    if weight is None:
        return f"t = (1 − ε)·y + ε/K, where {values}"
    return f"t = w·((1 − ε)·y + ε/K), where {values} and w are the weights"


def _loss(report: GradientReport) -> str:
    sample, loss = report.sample, for_people(report.start.loss)
    label = sample.label
    if label is None or sample.criterion != type(sample.criterion)():
        return f"L = −Σ {_letter(sample)} log p = {loss}"
    p, z = (for_people(values[label]) for values in (report.start.probabilities, sample.logits))
    difference = f"{for_people(report.logsumexp)} − {_in_brackets(z)}"
    return f"−log p_y = −log {p} = {loss}\n            logsumexp(z) − z_y = {difference} = {loss}"


def _in_brackets(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _sentence(report: GradientReport) -> str:
    """Return a sentence on push and pull for a learner."""
    sample, letter = report.sample, _letter(report.sample)
    t = sample.effective_targets().tolist()
    times = "" if _pushed(sample) == "p" else f"Σ{letter} = {for_people(math.fsum(t))} times "
    text = f"Every logit is pushed down by {times}its probability"
    if _pulls_one(sample):
        pull = "one" if letter == "y" else f"t = {for_people(t[sample.label or 0])}"
        text += f"; the true one, class {sample.label}, is also pulled up, by {pull}"
    else:
        text += f" and pulled up by its {'target' if letter == 'y' else 'effective target t'}"
    temperature = sample.criterion.temperature
    return f"{text}." if temperature == 1 else f"{text}; both divided by T = {temperature:g}."


def _updates(report: GradientReport, shown: list[int]) -> Table:
    names = (class_name(k, report.sample.label) for k in shown)
    columns = (Column("step"), Column("loss"), *(Column(f"p of {name}") for name in names))
    rows = tuple(
        (update.number, update.loss, *(update.probabilities[k] for k in shown))
        for update in report.updates
    )
    return Table(columns, rows, f"How the probabilities move (lr = {for_people(report.lr)})")


def _data(report: GradientReport) -> dict[str, object]:
    sample, criterion = report.sample, report.sample.criterion
    data: dict[str, object] = {
        "schema": SCHEMA,
        "logits": sample.logits,
        "label": sample.label,
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


def _records(report: GradientReport) -> Table:
    """Return a row for every class of every update."""
    names = ("step", "class", "logit", "probability", "target", "push", "pull", "gradient")
    columns = tuple(Column(name) for name in (*names, "updated_logit", "loss"))
    rows = tuple(
        (update.number, k, *values, update.loss)
        for update in report.updates
        for k, values in enumerate(zip(
            update.logits, update.probabilities, report.sample.targets, update.push, report.pull,
            update.gradient, update.updated_logits, strict=True,
        ))
    )  # fmt: skip
    return Table(columns, rows)
