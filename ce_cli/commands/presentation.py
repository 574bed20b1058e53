"""How a command shows its result: the options that all commands share."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ce_cli.output.screen import COLOURS, Screen, encoding_of, screen_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

TABLE_FORMATS = ("table", "json", "csv", "markdown")


@dataclass
class Presentation:
    """The wishes of the user, gathered while Click reads the command line.

    ``__main__`` makes it, and has it for its messages; Click hands it to commands as its object.
    """

    output_format: str = ""
    colour: str = "auto"
    only_ascii: bool = False

    def screen(self, stream: TextIO) -> Screen:
        """Return the form of texts on a stream."""
        return screen_of(stream, self.colour, only_ascii=self.only_ascii)

    def file(self) -> Screen:
        """Return the form of texts in a file."""
        return Screen(only_ascii=self.only_ascii, encoding=encoding_of(None, self.only_ascii))


class Context(click.Context):
    """A context whose help pages have characters that stdout can carry."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return the formatter of a help page."""
        presentation = self.ensure_object(Presentation)
        return _HelpFormatter(presentation, self.terminal_width, self.max_content_width)


class _HelpFormatter(click.HelpFormatter):
    def __init__(
        self, presentation: Presentation, width: int | None, max_width: int | None
    ) -> None:
        super().__init__(width=width, max_width=max_width)
        self.presentation = presentation

    def getvalue(self) -> str:
        return self.presentation.screen(sys.stdout).shown(super().getvalue())


class Command(click.Command):
    """A subcommand."""

    context_class = Context


def presented(
    shown: str = "result", formats: Sequence[str] = TABLE_FORMATS
) -> Callable[[click.Command], click.Command]:
    """Return the decorator that gives a command the options that all have, behind its own."""

    def decorate(command: click.Command) -> click.Command:
        command.params += output_options(shown, formats)
        return command

    return decorate


def output_options(
    shown: str = "result", formats: Sequence[str] = TABLE_FORMATS
) -> list[click.Option]:
    """Return the options that all commands have; the first format is the default."""
    return [
        _option(
            "--format", "output_format", f"How to show the {shown}.",
            type=click.Choice(formats), default=formats[0], show_default=True,
        ),
        _option(
            "--color", "colour", "When to use colours.",
            type=click.Choice(COLOURS), default=COLOURS[0], show_default=True,
        ),
        _option("--ascii", "only_ascii", "Write ASCII characters only.", is_flag=True),
    ]  # fmt: skip


def _option(name: str, field: str, text: str, **settings: Any) -> click.Option:  # noqa: ANN401
    """Return an option that sets a field of the presentation, before another option can fail."""
    return click.Option(
        [name, field], help=text, is_eager=True, expose_value=False, callback=_keep, **settings
    )


def _keep(ctx: click.Context, option: click.Parameter, value: Any) -> None:  # noqa: ANN401
    setattr(ctx.ensure_object(Presentation), str(option.name), value)
