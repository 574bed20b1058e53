"""``cecheck softmax``: softmax beside hardmax and plain shares, naive beside stable."""

from __future__ import annotations

import click

from ce_cli.commands.base import NumbersCommand, emit, naming_options
from ce_cli.commands.loss_options import names_option, temperature_option
from ce_cli.commands.presentation import Presentation, presented
from ce_cli.input.logits import read_logits
from ce_cli.input.names import require_names


@presented()
@click.command("softmax", cls=NumbersCommand)
@click.argument("logits", nargs=-1, metavar="LOGITS...")
@temperature_option
@names_option
@click.pass_obj
def command(
    presentation: Presentation,
    logits: tuple[str, ...],
    temperature: float,
    names: list[str] | None,
) -> int:
    """Softmax beside hardmax and plain shares; naive beside stable evaluation.

    \b
    Examples:
      cecheck softmax 2 3 5
      cecheck softmax 2 3 5 --temperature 0.1 --names cat,dog,rabbit
      cecheck softmax 123 456 789  # where the naive formula overflows
      echo "1,-inf,2" | cecheck softmax - --format csv
    """  # noqa: D301
    z = read_logits(logits)
    require_names(names, len(z))
    from ce_cli.evaluation.softmax import report_softmax
    from ce_cli.evaluation.views.softmax import softmax_document

    with naming_options():
        report = report_softmax(z, temperature)
    emit(softmax_document(report, names), presentation)
    return report.exit_code
