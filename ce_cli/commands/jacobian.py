"""``cecheck jacobian``: the matrix of all ∂p_i/∂z_j."""

from __future__ import annotations

import click

from ce_cli.commands.base import NUMBERS, NumbersCommand, emit, read_logits
from ce_cli.commands.presentation import Presentation, presented


@presented()
@click.command("jacobian", cls=NumbersCommand)
@click.argument("logits", nargs=-1, metavar="LOGITS...")
@click.option("--vjp", "vector", type=NUMBERS, help="Multiply this vector through the matrix.")
@click.pass_obj
def command(presentation: Presentation, logits: tuple[str, ...], vector: list[float] | None) -> int:
    """Show the softmax Jacobian, and multiply a vector through it.

    \b
    Examples:
      cecheck jacobian 4 -4 3
      cecheck jacobian 4 -4 3 --vjp 1,0,0
      cecheck jacobian 1 2 3 --format csv

    Checked each time: every row sums to 0, the matrix is symmetric, the entries
    hold in 50-digit arithmetic, and (v − v·p) ⊙ p equals v times the matrix.
    """  # noqa: D301
    z = read_logits(logits)
    from ce_cli.evaluation.jacobian import report_jacobian
    from ce_cli.evaluation.views.jacobian import jacobian_document

    report = report_jacobian(z, vector)
    emit(jacobian_document(report), presentation)
    return report.exit_code
