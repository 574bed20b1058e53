"""``cecheck bce``: sigmoid and binary cross-entropy of one logit."""

from __future__ import annotations

import click

from ce_cli.commands.base import INTEGER, NUMBER, NumbersCommand, emit
from ce_cli.commands.presentation import Presentation, presented
from ce_cli.errors import InputError


@presented()
@click.command("bce", cls=NumbersCommand)
@click.argument("logit", type=NUMBER, metavar="Z")
@click.option("--label", type=INTEGER, required=True, help="The true class, 0 or 1.")
@click.pass_obj
def command(presentation: Presentation, logit: float, label: int) -> int:
    """Sigmoid, binary cross-entropy and its gradient σ(z) − y.

    \b
    Examples:
      cecheck bce 1.5 --label 1
      cecheck bce -40 --label 0 --format json

    Checked each time: it equals the two-class softmax on (0, z), and both hold in
    50-digit arithmetic.
    """  # noqa: D301
    if label not in (0, 1):
        raise InputError(f"must be 0 or 1, not {label}", place="--label")
    from ce_cli.evaluation.binary import report_binary
    from ce_cli.evaluation.views.binary import binary_document

    report = report_binary(logit, label)
    emit(binary_document(report), presentation)
    return report.exit_code
