"""The result of ``cecheck grad``: the table of push and pull."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ce_cli.rendering.document import Block, Column, Document, Table
from ce_cli.rendering.numbers import for_people
from ce_cli.rendering.views.common import check_data, left_out, likeliest, verdicts

if TYPE_CHECKING:
    from ce_cli.checking.gradient import GradientReport, Sample

SCHEMA = "cecheck.grad/1"
_CHECK_TEXTS = {
    "chain rule": "chain rule Σ ∂L/∂p · ∂p/∂z through the softmax Jacobian",
    "finite differences": "finite differences of the loss",
    "50-digit arithmetic": "50-digit arithmetic: loss, probabilities, gradient",
}


def gradient_document(report: GradientReport) -> Document:
    """Return the document of a report."""
    sample = report.sample
    sizes = list(map(max, report.start.probabilities, sample.targets))
    shown = likeliest(sizes, sample.label)
    texts = _CHECK_TEXTS | {"closed form": f"closed form {formula(sample)}"}
    blocks: list[Block] = [_push_pull(report, shown), *left_out(len(sizes), shown)]
    blocks += [_loss_lines(report), _sentence(report)]
    if len(report.steps) > 1:
        blocks.append(_steps(report, shown))
    blocks += verdicts(report.checks, texts)
    return Document(tuple(blocks), _data(report), _records(report), _warnings(sample))


def formula(sample: Sample) -> str:
    """Return the gradient's closed form under the sample's options."""
    criterion = sample.criterion
    plain = not criterion.label_smoothing and criterion.weight is None
    target = "y" if plain else "t"
    one = criterion.weight is None and _sums_to_one(sample)
    text = f"p − {target}" if one else f"p·Σ{target} − {target}"
    return text if criterion.temperature == 1 else f"({text})/T"


def _sums_to_one(sample: Sample) -> bool:
    return math.isclose(math.fsum(sample.targets), 1.0, rel_tol=1e-12)


def _warnings(sample: Sample) -> tuple[str, ...]:
    if _sums_to_one(sample):
        return ()
    total = math.fsum(sample.targets)
    return (f"the targets sum to {total!r}, not 1: the gradient is p·Σy − y, not p − y",)


def _class_name(report: GradientReport, index: int) -> str:
    return f"→ {index}" if index == report.sample.label else str(index)


def _push_pull(report: GradientReport, shown: list[int]) -> Table:
    form = formula(report.sample)
    columns = (
        Column("class", "i"),
        Column("logit", "z", "given"),
        Column("softmax", "p"),
        Column("target", "y"),
        Column("push", "−p" if form == "p − y" else "", "push"),
        Column("pull", "+y" if form == "p − y" else "", "pull"),
        Column("sum", f"−({form})" if len(form) < 6 else "−gradient"),
        Column("gradient", form),
        Column("new logit", "z − g" if report.lr == 1 else "z − lr·g"),
    )
    rows = tuple(
        (
            _class_name(report, k),
            report.sample.logits[k],
            report.start.probabilities[k],
            report.sample.targets[k],
            report.start.push[k],
            report.pull[k],
            0.0 - report.start.gradient[k],
            report.start.gradient[k],
            report.start.updated_logits[k],
        )
        for k in shown
    )
    marked = frozenset(n for n, k in enumerate(shown) if k == report.sample.label)
    return Table(columns, rows, "Push all, pull one" if marked else "Push and pull", marked)


def _loss_lines(report: GradientReport) -> str:
    sample, loss = report.sample, for_people(report.start.loss)
    best = report.predicted
    prediction = f"predicted   class {best}, p = {for_people(report.start.probabilities[best])}"
    if sample.logits.count(sample.logits[best]) > 1:
        prediction += ", the first of equals"
    label = sample.label
    if label is None:
        return f"loss        L = −Σ t log p = {loss}\n{prediction}"
    if sample.criterion == type(sample.criterion)():
        p, z = (for_people(values[label]) for values in (report.start.probabilities, sample.logits))
        difference = f"{for_people(report.logsumexp)} − {_in_brackets(z)}"
        loss = (
            f"−log p_y = −log {p} = {loss}\n            logsumexp(z) − z_y = {difference} = {loss}"
        )
    else:
        loss = f"L = −Σ t log p = {loss}"
    truth = "which is the true class" if best == label else f"but the true class is {label}"
    return f"loss        {loss}\n{prediction}, {truth}"


def _in_brackets(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _sentence(report: GradientReport) -> str:
    """Return what happened, in one sentence for a learner."""
    criterion, label = report.sample.criterion, report.sample.label
    pushed = "Every logit is pushed down by its probability"
    if label is None or criterion.label_smoothing:
        text = f"{pushed} and pulled up by its target"
    else:
        text = f"{pushed}; the true one, class {label}, is also pulled up, by one"
    factors = []
    if criterion.weight is not None:
        factors.append("weighted")
    if criterion.temperature != 1:
        factors.append("divided by the temperature")
    return f"{text} ({' and '.join(factors)})." if factors else f"{text}."


def _steps(report: GradientReport, shown: list[int]) -> Table:
    names = (_class_name(report, k) for k in shown)
    columns = (Column("step"), Column("loss"), *(Column(f"p of {name}") for name in names))
    rows = tuple(
        (step.number, step.loss, *(step.probabilities[k] for k in shown)) for step in report.steps
    )
    return Table(columns, rows, f"How the probabilities move (lr = {for_people(report.lr)})")


def _data(report: GradientReport) -> dict[str, object]:
    sample, criterion = report.sample, report.sample.criterion
    data: dict[str, object] = {
        "schema": SCHEMA,
        "logits": sample.logits,
        "label": sample.label,
        "targets": sample.targets,
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
    if len(report.steps) > 1:
        data["steps"] = [step._asdict() for step in report.steps]
    return data


def _records(report: GradientReport) -> Table:
    """Return one row for every class of every step."""
    names = ("step", "class", "logit", "probability", "target", "push", "pull", "gradient")
    columns = tuple(Column(name) for name in (*names, "updated_logit", "loss"))
    rows = tuple(
        (step.number, k, *values, step.loss)
        for step in report.steps
        for k, values in enumerate(zip(
            step.logits, step.probabilities, report.sample.targets, step.push, report.pull,
            step.gradient, step.updated_logits, strict=True,
        ))
    )  # fmt: skip
    return Table(columns, rows)
