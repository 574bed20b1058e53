"""``cecheck bce``: sigmoid and binary cross-entropy of one logit."""

from __future__ import annotations

import click

from ce_cli.commands.base import NUMBER, NumbersCommand, NumberType, emit, naming_options
from ce_cli.commands.presentation import Presentation, presented
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_number


def _target(text: str, place: str) -> float:
    number = read_number(text, place)
    if not 0 <= number <= 1:
        raise InputError(f"must be from 0 to 1, not {text}", place=place)
    return int(number) if number in {0, 1} else number


@presented()
@click.command("bce", cls=NumbersCommand)
@click.argument("logit", type=NUMBER, metavar="Z")
@click.option("--label", type=NumberType("number", _target), required=True,
              help="The true class, 0 or 1, or a soft label between them.")  # fmt: skip
@click.option("--pos-weight", type=NUMBER, default=1.0, help="A factor of the loss of class 1.")
@click.pass_obj
def command(presentation: Presentation, logit: float, label: float, pos_weight: float) -> int:
    """Sigmoid, binary cross-entropy and its gradient σ(z) − y.

    \b
    Examples:
      cecheck bce 1.5 --label 1
      cecheck bce 1.5 --label 0.3 --pos-weight 2
      cecheck bce -40 --label 0 --format json

    With a weight w of class 1 (PyTorch's pos_weight) the loss is
    −w·y log σ(z) − (1 − y) log(1 − σ(z)). Checked each time: it equals the two-class
    softmax on (0, z), both hold in 50-digit arithmetic, and the gradient by finite
    differences of the loss.
    """  # noqa: D301
    from ce_cli.evaluation.binary import report_binary
    from ce_cli.evaluation.views.binary import binary_document

    with naming_options():
        report = report_binary(logit, label, pos_weight)
    emit(binary_document(report), presentation)
    return report.exit_code
