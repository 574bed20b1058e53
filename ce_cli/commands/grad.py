"""``cecheck grad``: loss, gradient, push and pull of one sample."""

from __future__ import annotations

import click

from ce_cli.commands.base import (
    INTEGER,
    NUMBER,
    NUMBERS,
    NumbersCommand,
    emit,
    naming_options,
    read_logits,
)
from ce_cli.commands.presentation import Presentation, presented
from ce_cli.errors import InputError

MOST_STEPS = 1000


@presented()
@click.command("grad", cls=NumbersCommand)
@click.argument("logits", nargs=-1, metavar="LOGITS...")
@click.option("--label", type=INTEGER, help="The true class, counted from 0.")
@click.option("--targets", type=NUMBERS, help="A target for each class instead of a label.")
@click.option("--lr", type=NUMBER, default=1.0, help="Learning rate of the update. [default: 1]")
@click.option("--temperature", type=NUMBER, default=1.0, help="Divide the logits by it.")
@click.option("--label-smoothing", type=NUMBER, default=0.0, help="ε: spread ε/K on each class.")
@click.option("--weight", type=NUMBERS, help="A factor of the loss for each class.")
@click.option("--steps", type=INTEGER, default=0, help="Repeat the update.")
@click.pass_obj
def command(
    presentation: Presentation,
    logits: tuple[str, ...],
    label: int | None,
    targets: list[float] | None,
    lr: float,
    temperature: float,
    label_smoothing: float,
    weight: list[float] | None,
    steps: int,
) -> int:
    """Loss and gradient of one sample: push all, pull one.

    \b
    Examples:
      cecheck grad 4 -4 3 --label 2
      cecheck grad 0 0 40 --label 2 --format json
      cecheck grad 1 2 3 --targets 0.1,0.2,0.7 --lr 0.5 --steps 5
      cecheck grad 4 -4 3 --label 2 --label-smoothing 0.1 --weight 1,1,2
      echo 4 -4 3 | cecheck grad - --label 2

    A logit may be -inf (a masked class). Targets need not sum to 1. Every number
    is checked in four ways each time; exit code 1 if they disagree.
    """  # noqa: D301
    z = read_logits(logits)
    if not 0 <= steps <= MOST_STEPS:
        raise InputError(f"must be from 0 to {MOST_STEPS}, not {steps}", place="--steps")
    from ce_cli.evaluation.gradient import Sample, report_gradient
    from ce_cli.evaluation.views.gradient import gradient_document
    from ce_cli.numeric.cross_entropy import CrossEntropy

    with naming_options():
        criterion = CrossEntropy(tuple(weight) if weight else None, label_smoothing, temperature)
        if label is not None and targets is None:
            sample = Sample.labelled(z, label, criterion)
        elif targets is not None and label is None:
            sample = Sample(tuple(z), tuple(targets), criterion=criterion)
        else:
            problem = "give --label or --targets" + (", not both" if targets is not None else "")
            raise InputError(problem, place="cecheck grad")
        report = report_gradient(sample, lr, steps)
    emit(gradient_document(report), presentation)
    return report.exit_code
