"""``cecheck layer``: the gradients of the last layer."""

from __future__ import annotations

from pathlib import Path

import click

from ce_cli.commands.base import emit, naming_options
from ce_cli.commands.completion import FILE
from ce_cli.commands.loss_options import loss_options, names_option
from ce_cli.commands.presentation import Command, Presentation, presented
from ce_cli.input.names import read_label, require_names

_NUMBERS = "n,n,...|FILE.npy"


@presented()
@click.command("layer", cls=Command)
@click.option("--input", "inputs", type=FILE, metavar=_NUMBERS, required=True,
              help="The layer's input a.")  # fmt: skip
@click.option("--weights", "path", type=FILE, required=True, help="W, a row a class: CSV or .npy.")
@click.option("--bias", type=FILE, metavar=_NUMBERS, required=True,
              help="b, one entry for each class.")  # fmt: skip
@loss_options
@names_option
@click.pass_obj
def command(
    presentation: Presentation,
    inputs: str,
    path: str,
    bias: str,
    label: str | None,
    targets: list[float] | None,
    temperature: float,
    label_smoothing: float,
    weight: list[float] | None,
    names: list[str] | None,
) -> int:
    """Gradients of the last layer z = Wa + b under cross-entropy.

    \b
    Examples:
      cecheck layer --input 1,2 --weights samples/weights.csv --bias 0,0,0 \\
        --label 2
      cecheck layer --input 1,2 --weights samples/weights.npy --bias 0,0,0 \\
        --targets 0,.5,.5
      cecheck layer --input 1,2 --weights - --bias 0,0,0 --label 0 \\
        < samples/weights.csv

    W has a row a class, as in PyTorch; "cecheck derive layer" writes its transpose,
    w_ij from input i to class j.

    ∂L/∂W = (p − y)aᵀ, ∂L/∂b = p − y, ∂L/∂a = Wᵀ(p − y), each checked by finite
    differences every time.
    """  # noqa: D301
    true_class = None if label is None else read_label(label, names)
    from ce_cli.evaluation.arrays import read_vector, read_weights
    from ce_cli.evaluation.gradient import Sample
    from ce_cli.evaluation.layer import Layer, report_layer
    from ce_cli.evaluation.views.layer import layer_document
    from ce_cli.numeric.cross_entropy import CrossEntropy
    from ce_cli.output.files import require_apart

    require_apart(presentation.destination, [], list(map(Path, (path, inputs, bias))))
    layer = Layer(read_vector(inputs, "--input"), read_weights(path), read_vector(bias, "--bias"))
    require_names(names, len(layer.bias))
    with naming_options():
        criterion = CrossEntropy(tuple(weight) if weight else None, label_smoothing, temperature)
        report = report_layer(layer, lambda z: Sample.of(z, true_class, targets, criterion))
    emit(layer_document(report, names), presentation)
    return report.exit_code
