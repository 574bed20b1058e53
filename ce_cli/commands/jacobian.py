"""``cecheck jacobian``: the matrix of all ∂p_i/∂z_j."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ce_cli.commands.base import NUMBERS, NumbersCommand, emit, naming_options
from ce_cli.commands.loss_options import (
    letters_of,
    names_option,
    role_option,
    temperature_option,
)
from ce_cli.commands.presentation import Presentation, presented
from ce_cli.input.logits import read_logits
from ce_cli.input.names import require_names

if TYPE_CHECKING:
    from collections.abc import Sequence


@presented()
@click.command("jacobian", cls=NumbersCommand)
@click.argument("logits", nargs=-1, metavar="LOGITS...")
@click.option("--vjp", "vector", type=NUMBERS, help="Multiply this vector through the matrix.")
@temperature_option
@names_option
@role_option
@click.pass_obj
def command(
    presentation: Presentation,
    logits: tuple[str, ...],
    vector: list[float] | None,
    temperature: float,
    names: list[str] | None,
    roles: Sequence[str],
) -> int:
    """Show the softmax Jacobian, and multiply a vector through it.

    \b
    Examples:
      cecheck jacobian 4 -4 3
      cecheck jacobian 4 -4 3 --vjp 1,0,0
      cecheck jacobian 4 -4 3 --temperature 2 --role a=probabilities
      cecheck jacobian 1 2 3 --format csv

    Checked each time: every row sums to 0, the matrix is symmetric, the entries
    hold in 50-digit arithmetic and by finite differences of the softmax, and
    (v − v·p) ⊙ p equals v times the matrix.
    """  # noqa: D301
    z = read_logits(logits)
    require_names(names, len(z))
    from ce_cli.evaluation.jacobian import report_jacobian
    from ce_cli.evaluation.views.jacobian import TAKEN_BY_THE_JACOBIAN, jacobian_document

    letters = letters_of(roles, TAKEN_BY_THE_JACOBIAN)
    with naming_options():
        report = report_jacobian(z, vector, temperature)
    emit(jacobian_document(report, letters, names), presentation)
    return report.exit_code
