"""``cecheck layer``: the gradients of the last layer."""

from __future__ import annotations

import click

from ce_cli.commands.base import INTEGER, NUMBERS, emit
from ce_cli.commands.presentation import Command, Presentation, presented
from ce_cli.input.text import read_matrix


@presented()
@click.command("layer", cls=Command)
@click.option("--input", "inputs", type=NUMBERS, required=True, help="The layer's input a.")
@click.option("--weights", "path", metavar="FILE", required=True, help="W as CSV, a row a class.")
@click.option("--bias", type=NUMBERS, required=True, help="b, one entry for each class.")
@click.option("--label", type=INTEGER, required=True, help="The true class, counted from 0.")
@click.pass_obj
def command(
    presentation: Presentation, inputs: list[float], path: str, bias: list[float], label: int
) -> int:
    """Gradients of the last layer z = Wa + b under cross-entropy.

    \b
    Examples:
      cecheck layer --input 1,2 --weights samples/weights.csv --bias 0,0,0 --label 2
      cecheck layer --input 1,2 --weights - --bias 0,0 --label 0 < weights.csv

    W has a row a class, as in PyTorch; "cecheck derive layer" writes its transpose,
    w_ij from input i to class j.

    ∂L/∂W = (p − y)aᵀ, ∂L/∂b = p − y, ∂L/∂a = Wᵀ(p − y), each checked by finite
    differences every time.
    """  # noqa: D301
    from ce_cli.evaluation.layer import report_layer
    from ce_cli.evaluation.views.layer import layer_document

    report = report_layer(inputs, read_matrix(path), bias, label)
    emit(layer_document(report), presentation)
    return report.exit_code
