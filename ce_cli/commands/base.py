"""The common part of all subcommands: negative numbers as arguments, and output."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ce_cli.commands.presentation import Command
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_integer, read_list, read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ce_cli.commands.presentation import Presentation
    from ce_cli.output.document import Document

_OF_THE_LOSS = {
    "weight": "--weight", "pos_weight": "--pos-weight", "label_smoothing": "--label-smoothing",
    "temperature": "--temperature", "targets": "--targets",
}  # fmt: skip
"""The options of the settings of the loss."""
_NEGATIVE = re.compile(r"\A-(?=[0-9.∞]|inf|nan)", re.IGNORECASE)
_TYPED = "ce_cli.typed"


@contextmanager
def _as_typed(ctx: click.Context) -> Iterator[None]:
    """Let errors show an argument as it was typed, without the protected minus."""
    try:
        yield
    except InputError as error:
        typed = ctx.meta[_TYPED]
        words = error.text.split(" ")
        error.text = typed.get(error.text) or " ".join(typed.get(word, word) for word in words)
        raise


class NumbersCommand(Command):
    """A command whose arguments may be negative numbers, in front of or behind options.

    Click takes everything that starts with ``-`` for an option. No option of ours starts
    with a digit, so a minus in front of a number becomes the Unicode minus, which every
    reader of numbers accepts.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args`` with negative numbers protected."""
        protected = [_NEGATIVE.sub("−", arg, count=1) for arg in args]
        ctx.meta[_TYPED] = dict(zip(protected, args, strict=True))
        with _as_typed(ctx):
            return super().parse_args(ctx, protected)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command; errors show arguments as they were typed."""
        with _as_typed(ctx):
            return super().invoke(ctx)


class NumberType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.5 only
    """An option's value that one of the readers of numbers takes."""

    def __init__(self, name: str, read: Callable[[str, str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401, ARG002
        """Return the number or numbers that ``value`` says."""
        place = param.opts[0] if param else ""
        return self._read(value, place) if isinstance(value, str) else value


NUMBER = NumberType("number", read_number)
INTEGER = NumberType("integer", read_integer)
NUMBERS = NumberType("n,n,...", read_list)


@contextmanager
def naming_options(options: Mapping[str, str] = _OF_THE_LOSS) -> Iterator[None]:
    """Let errors in settings name the option: ``weight[2]`` is of ``--weight``."""
    try:
        yield
    except InputError as error:
        name, _, index = error.place.partition("[")
        if name in options:
            error.place = options[name]
            error.place += f", class {index.removesuffix(']')}" if index else ""
        raise


def emit(document: Document, presentation: Presentation) -> None:
    """Print warnings on stderr, and write the document to its file or to stdout."""
    from ce_cli.output import render

    presentation.is_clean &= document.is_clean
    warn(document.warnings, presentation)
    text = render(document, presentation.output_format, presentation.report())
    deliver(text, presentation)


def deliver(text: str, presentation: Presentation) -> None:
    """Write a report to its file or to stdout."""
    if presentation.file is None:
        write(text)
    else:
        presentation.file.write(text.encode("utf-8", "backslashreplace"))


def warn(warnings: Iterable[str], presentation: Presentation) -> None:
    """Print warnings on stderr."""
    for warning in warnings:
        presentation.is_clean = False
        say(f"warning: {warning}", presentation)


def say(message: str, presentation: Presentation) -> None:
    """Print a message on stderr, folded if that is a terminal."""
    from ce_cli.output.messages import to_message

    screen = presentation.screen(sys.stderr)
    screen = screen if sys.stderr.isatty() else screen.uncut()
    click.echo(to_message(message, screen), err=True, nl=False, color=screen.has_colour)


def write(text: str) -> None:
    """Print text on stdout; a closed pipe is no error.

    Raises
    ------
    InputError
        If it cannot be written, as on a full disk.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Python would complain once more when it flushes stdout on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"cannot write: {reason}", place="stdout") from None
