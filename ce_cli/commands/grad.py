"""``cecheck grad``: loss, gradient, push and pull of one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ce_cli.commands.base import INTEGER, NUMBER, NumbersCommand, emit, naming_options
from ce_cli.commands.loss_options import letters_of, loss_options, names_option, role_option
from ce_cli.commands.presentation import Presentation, presented
from ce_cli.errors import InputError
from ce_cli.input.logits import read_logits
from ce_cli.input.names import read_label, require_names

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STEPS = 1000


@presented()
@click.command("grad", cls=NumbersCommand)
@click.argument("logits", nargs=-1, metavar="LOGITS...")
@loss_options
@click.option("--ignore-index", type=INTEGER, metavar="LABEL", help="This label does not count.")
@click.option("--lr", type=NUMBER, default=1.0, help="Learning rate of the update. [default: 1]")
@click.option("--steps", type=INTEGER, default=0, help="Repeat the update.")
@names_option
@role_option
@click.pass_obj
def command(
    presentation: Presentation,
    logits: tuple[str, ...],
    label: str | None,
    targets: list[float] | None,
    temperature: float,
    label_smoothing: float,
    weight: list[float] | None,
    ignore_index: int | None,
    lr: float,
    steps: int,
    names: list[str] | None,
    roles: Sequence[str],
) -> int:
    """Loss and gradient of one sample: push all, pull one.

    \b
    Examples:
      cecheck grad 4 -4 3 --label 2
      cecheck grad '[0, 0, 40]' --label 2 --format json
      cecheck grad 1 2 3 --targets 0.1,0.2,0.7 --lr 0.5 --steps 5
      cecheck grad 4 -4 3 --label 2 --label-smoothing 0.1 --weight 1,1,2
      cecheck grad 4 -4 3 --label rabbit --names cat,dog,rabbit
      cecheck grad 4 -4 3 --label 2 --role a=logits,y=probabilities,t=targets
      echo 4 -4 3 | cecheck grad - --label 2

    A logit may be -inf (a masked class). Targets need not sum to 1. Every number
    is checked in four ways each time; exit code 1 if they disagree.
    """  # noqa: D301
    z = read_logits(logits)
    require_names(names, len(z))
    if not 0 <= steps <= MOST_STEPS:
        raise InputError(f"must be from 0 to {MOST_STEPS}, not {steps}", place="--steps")
    true_class = None if label is None else read_label(label, names)
    from ce_cli.evaluation.gradient import Sample, report_gradient
    from ce_cli.evaluation.views.closed_form import TAKEN_BY_A_SAMPLE
    from ce_cli.evaluation.views.gradient import gradient_document
    from ce_cli.numeric.cross_entropy import CrossEntropy

    letters = letters_of(roles, TAKEN_BY_A_SAMPLE)
    with naming_options():
        criterion = CrossEntropy(tuple(weight) if weight else None, label_smoothing, temperature)
        sample = Sample.of(z, true_class, targets, criterion, ignore_index)
        report = report_gradient(sample, lr, steps)
    emit(gradient_document(report, letters, names), presentation)
    return report.exit_code
