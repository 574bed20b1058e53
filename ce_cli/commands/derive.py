"""``cecheck derive``: derivations with every step proved."""

from __future__ import annotations

import click

from ce_cli.commands.base import (
    INTEGER,
    NUMBERS,
    NumbersCommand,
    NumberType,
    emit,
)
from ce_cli.commands.presentation import FORMATS, Presentation, presented
from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_integer

MOST_CLASSES = 1000


def _classes(text: str, place: str) -> int | None:
    if text.strip() in {"C", "c"}:
        return None
    try:
        count = read_integer(text, place)
    except InputError as error:
        error.hint = "a whole number from 2, as in 3, or C for every number of classes"
        raise
    if not 2 <= count <= MOST_CLASSES:
        hint = "C derives for every number of classes"
        raise InputError(f"must be from 2 to {MOST_CLASSES}, not {count}", place=place, hint=hint)
    return count


_CLASS_COUNT = NumberType("C|N", _classes)


def _subjects(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the subjects that a shell proposes."""
    return [subject for subject in SUBJECTS if subject.startswith(incomplete)]


@presented("derivation", (*FORMATS, "html", "latex"))
@click.command("derive", cls=NumbersCommand)
@click.argument("subject", default="cross-entropy", shell_complete=_subjects)
@click.option("--classes", type=_CLASS_COUNT, help="Write out N classes. [default: C]")
@click.option("--index-from", type=click.Choice(["0", "1"]), default="0", help="The first class.")
@click.option("--label", type=INTEGER, help="The true class, counted as --index-from says.")
@click.option("--logits", type=NUMBERS, help="Evaluate both sides of every line.")
@click.option("--steps", type=click.Choice(["brief", "full"]), default="full", show_default=True)
@click.pass_obj
@click.option("--all", "every_entry", is_flag=True, help="Show all entries for many classes.")
def command(
    presentation: Presentation,
    subject: str,
    classes: int | None,
    index_from: str,
    label: int | None,
    logits: list[float] | None,
    steps: str,
    every_entry: bool,
) -> int:
    """Derive softmax, cross-entropy and their relatives; every step is proved.

    \b
    Examples:
      cecheck derive
      cecheck derive softmax --classes 3
      cecheck derive --classes 3 --label 2 --logits 4,-4,3
      cecheck derive hessian --steps brief
      cecheck derive layer --output layer.html

    Subjects: softmax, vjp, cross-entropy, nll, sigmoid, bce, layer, update, hessian,
    temperature, label-smoothing, weights, z-loss, focal, kl. Those of one logit,
    sigmoid and bce, take one --logits, and 0 or 1 as --label.

    \b
    Exit code 1 if a step is not proved.
    """  # noqa: D301
    first = int(index_from)
    if subject in OF_ONE_LOGIT:
        _require_one_logit(subject, classes, label, logits)
        count, true_class = None, label
    else:
        count = _count(classes, logits)
        true_class = _true_class(label, count, first)
    from ce_cli.derivations.report import report_derivation
    from ce_cli.derivations.view import Layout, derivation_document

    report = report_derivation(subject, count, true_class, logits or ())
    document = derivation_document(report, Layout(first, steps == "brief", every_entry))
    emit(document, presentation)
    return report.exit_code


def _require_one_logit(
    subject: str, classes: int | None, label: int | None, logits: list[float] | None
) -> None:
    """Raise InputError unless the options fit one logit and a target 0 or 1."""
    if classes is not None:
        raise InputError(f"{subject} has one logit and no classes to write out", place="--classes")
    if label not in (None, 0, 1):
        raise InputError(f"must be 0 or 1 for {subject}, not {label}", place="--label")
    if logits is not None and len(logits) != 1:
        problem = f"{subject} takes one logit, not {len(logits)}"
        raise InputError(problem, place="--logits", hint="give one number, as in --logits 1.5")


def _count(classes: int | None, logits: list[float] | None) -> int | None:
    """Return the class count: the logits' if they alone say it."""
    if logits is None:
        return classes
    if classes is None:
        if not 2 <= len(logits) <= MOST_CLASSES:
            hint = "give one number for each class, as in 4,-4,3"
            problem = f"2 to {MOST_CLASSES} logits are needed, not {len(logits)}"
            raise InputError(problem, place="--logits", hint=hint)
        return len(logits)
    if len(logits) != classes:
        raise InputError(
            f"{len(logits)} logits for {classes} classes", place="--logits",
            hint="give one number for each class",
        )  # fmt: skip
    return classes


def _true_class(label: int | None, count: int | None, first: int) -> int | None:
    """Return the label counted from 0."""
    if label is None:
        return None
    last = MOST_CLASSES - 1 if count is None else count - 1
    if not 0 <= label - first <= last:
        hint = f"classes count from {first} to {last + first}"
        raise InputError(f"there is no class {label}", place="--label", hint=hint)
    return label - first
