"""``cecheck softmax``: softmax beside hardmax and plain shares, naive beside stable."""

from __future__ import annotations

import click

from ce_cli.commands.base import NumbersCommand, emit, read_logits
from ce_cli.commands.presentation import Presentation, presented


@presented()
@click.command("softmax", cls=NumbersCommand)
@click.argument("logits", nargs=-1, metavar="LOGITS...")
@click.pass_obj
def command(presentation: Presentation, logits: tuple[str, ...]) -> int:
    """Softmax beside hardmax and plain shares; naive beside stable evaluation.

    \b
    Examples:
      cecheck softmax 2 3 5
      cecheck softmax 123 456 789          where the naive formula overflows
      echo "1,-inf,2" | cecheck softmax - --format csv
    """  # noqa: D301
    z = read_logits(logits)
    from ce_cli.evaluation.softmax import report_softmax
    from ce_cli.evaluation.views.softmax import softmax_document

    report = report_softmax(z)
    emit(softmax_document(report), presentation)
    return report.exit_code
