"""``cecheck derive``: derivations with every step proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import click

from ce_cli.commands.base import (
    NUMBERS,
    NumbersCommand,
    NumberType,
    emit,
    naming_options,
)
from ce_cli.commands.loss_options import names_option, role_option
from ce_cli.commands.presentation import FORMATS, Presentation, presented
from ce_cli.derivations.layout import LANGUAGES
from ce_cli.derivations.subjects import SUBJECTS
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_integer

if TYPE_CHECKING:
    from typing import Unpack


def _classes(text: str, place: str) -> int | None:
    if text.strip() in {"C", "c"}:
        return None
    try:
        return read_integer(text, place)
    except InputError as error:
        error.hint = "a whole number from 2, as in 3, or C for every number of classes"
        raise


_CLASS_COUNT = NumberType("C|N", _classes)
_OPTIONS = {"roles": "--role"} | {
    name: f"--{name}" for name in ("classes", "label", "logits", "names")
}


class _Wishes(TypedDict):
    """The options that ``derive`` takes as they are."""

    steps: str
    prose: str
    language: str
    roles: tuple[str, ...]
    every_entry: bool


def _subjects(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the subjects that a shell proposes."""
    return [subject for subject in SUBJECTS if subject.startswith(incomplete)]


@presented("derivation", (*FORMATS, "html", "latex"))
@click.command("derive", cls=NumbersCommand)
@click.argument("subject", default="cross-entropy", shell_complete=_subjects)
@click.option("--classes", type=_CLASS_COUNT, help="Write out N classes. [default: C]")
@click.option("--index-from", type=click.Choice(["0", "1"]), default="0", help="The first class.")
@click.option("--label", metavar="CLASS",
              help="The true class: counted as --index-from says, or its name.")  # fmt: skip
@click.option("--logits", type=NUMBERS, help="Evaluate both sides of every line.")
@names_option
@role_option
@click.option("--steps", type=click.Choice(["brief", "full"]), default="full", show_default=True)
@click.option("--prose", type=click.Choice(["full", "none"]), default="full", show_default=True,
              help="Sentences between the formulas.")  # fmt: skip
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True,
              envvar="CECHECK_LANG",
              help="The language of sentences; also CECHECK_LANG.")  # fmt: skip
@click.option("--all", "every_entry", is_flag=True, help="Follow and show all entries.")
@click.pass_obj
def command(
    presentation: Presentation,
    subject: str,
    classes: int | None,
    index_from: str,
    label: str | None,
    logits: list[float] | None,
    names: list[str] | None,
    **wishes: Unpack[_Wishes],
) -> int:
    """Derive softmax, cross-entropy and their relatives; every step is proved.

    \b
    Examples:
      cecheck derive
      cecheck derive softmax --classes 3
      cecheck derive --classes 3 --label 2 --logits 4,-4,3
      cecheck derive --role a=logits,y=probabilities,t=targets
      cecheck derive hessian --steps brief
      cecheck derive layer --output layer.html

    Subjects: softmax, log-softmax, logsumexp, vjp, cross-entropy, one-hot, from-log, nll,
    sigmoid, bce, layer, update, hessian, temperature, distillation, label-smoothing, weights,
    z-loss, focal, entropy, kl. Those of one logit, sigmoid and bce, take one --logits, and
    0 or 1 as --label.

    Of few classes one entry is followed through all steps, with --label the true class
    and one other; --all follows every entry.

    \b
    Exit code 1 if a step is not proved.
    """  # noqa: D301
    from ce_cli.derivations.page import derive

    with naming_options(_OPTIONS):
        derivation = derive(
            subject, classes, label, logits or (), index_from=int(index_from), names=names or (),
            **wishes,
        )  # fmt: skip
        document = derivation.document
    emit(document, presentation)
    return derivation.report.exit_code
