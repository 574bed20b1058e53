"""The options that every command with a loss, or with classes, shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from ce_cli.commands.base import NUMBER, NUMBERS, NumberType
from ce_cli.input.names import read_names
from ce_cli.input.page_letters import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ce_cli.input.page_letters import Letters

Function = TypeVar("Function", bound="Callable[..., int]")

Settings = dict[str, Any]
TEMPERATURE: Settings = {"type": NUMBER, "default": 1.0, "help": "Divide the logits by it."}
SMOOTHING: Settings = {"type": NUMBER, "default": 0.0, "help": "ε: spread ε/C on C classes."}
WEIGHT: Settings = {"type": NUMBERS, "help": "A factor of the loss for each class."}
NAMES: Settings = {
    "type": NumberType("name,...", read_names), "help": "Names of the classes: cat,dog,rabbit.",
}  # fmt: skip
"""Options that batch, which makes them without decorators, has too."""

temperature_option = click.option("--temperature", **TEMPERATURE)
names_option = click.option("--names", **NAMES)
role_option = click.option(
    "--role", "roles", multiple=True, metavar="LETTER=ROLE,...",
    help="Letters to write in: a=logits,t=targets.",
)  # fmt: skip
_OF_THE_LOSS = (
    click.option("--label", metavar="CLASS", help="The true class: counted from 0, or its name."),
    click.option("--targets", type=NUMBERS, help="A target for each class instead of a label."),
    temperature_option,
    click.option("--label-smoothing", **SMOOTHING),
    click.option("--weight", **WEIGHT),
)


def loss_options(function: Function) -> Function:
    """Give a command the label or the targets, and the options of the loss."""
    for option in reversed(_OF_THE_LOSS):
        function = option(function)
    return function


def letters_of(roles: Sequence[str], taken: Mapping[str, str]) -> Letters:
    """Return the letters that --role states, and the usual ones for the rest."""
    if not roles:
        return USUAL
    from ce_cli.input.letters import read_letters

    return USUAL._replace(**read_letters(roles, "--role", taken))
