"""How a command shows its result: the options that all commands share."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ce_cli.commands.completion import FILE
from ce_cli.errors import InputError
from ce_cli.output.screen import COLOURS, Screen, encoding_of, screen_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import BinaryIO, TextIO

    from ce_cli.output.files import Destination

FORMATS = ("text", "json", "csv", "markdown")
"""The formats of every command; some have more."""
_ENDINGS = {
    "text": ".txt", "json": ".json", "csv": ".csv", "markdown": ".md", "html": ".html",
    "latex": ".tex", "junit": ".xml",
}  # fmt: skip


class Presentation:
    """The wishes of the user, gathered while Click reads the command line.

    ``__main__`` makes it, and has it for its messages; Click hands it to commands as its object.
    """

    def __init__(self) -> None:
        self.output_format = ""
        self.colour = "auto"
        self.only_ascii = False
        self.output: str | None = None
        self.force = False
        self.strict = False
        """Whether all that is not plainly good makes the command fail."""
        self.is_clean = True
        """Whether nothing else than good was reported so far."""
        self.file: BinaryIO | None = None
        """The file that takes the report, None for stdout."""

    @contextmanager
    def ready(self, formats: Sequence[str]) -> Iterator[None]:
        """Settle the format, and open the file before any work; it is kept if all goes well.

        Raises
        ------
        InputError
            If the file's ending says no format, or it cannot be written or must not be replaced.
        """
        if not self.output_format:
            self.output_format = _format_of(self.output, formats) if self.output else formats[0]
        if self.destination is None:
            yield
            return
        with self.destination.complete() as self.file:
            yield

    @property
    def destination(self) -> Destination | None:
        """The place of the report, None for stdout."""
        if self.output is None:
            return None
        from pathlib import Path

        from ce_cli.output.files import Destination

        return Destination(Path(self.output), "--output", self.force)

    def screen(self, stream: TextIO) -> Screen:
        """Return the form of texts on a stream."""
        return screen_of(stream, self.colour, only_ascii=self.only_ascii)

    def report(self) -> Screen:
        """Return the form of the report's texts: as stdout or a file has them."""
        if self.output is None:
            return self.screen(sys.stdout)
        return Screen(only_ascii=self.only_ascii, encoding=encoding_of(None, self.only_ascii))


class Context(click.Context):
    """A context whose help pages have characters that stdout can carry."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return the formatter of a help page."""
        presentation = self.ensure_object(Presentation)
        return _HelpFormatter(presentation)


class _HelpFormatter(click.HelpFormatter):
    def __init__(self, presentation: Presentation) -> None:
        self.screen = presentation.screen(sys.stdout)
        super().__init__(width=self.screen.page - 2)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of names with their meanings, which have half of a narrow page."""
        super().write_dl(rows, min(col_max, self.width // 2 - col_spacing), col_spacing)

    def getvalue(self) -> str:
        return self.screen.shown(super().getvalue())


class Command(click.Command):
    """A subcommand."""

    context_class = Context
    formats: Sequence[str] = FORMATS

    def invoke(self, ctx: click.Context) -> int:
        """Run the command and return its exit code, which may be stricter than its own."""
        presentation = ctx.ensure_object(Presentation)
        with presentation.ready(self.formats):
            code: int = super().invoke(ctx)
        return code or int(presentation.strict and not presentation.is_clean)


class _FormatType(click.Choice):  # type: ignore[type-arg]  # generic since Click 8.2 only
    """The name of a format; a text was once called a table."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        return super().convert("text" if value == "table" else value, param, ctx)


def presented(
    shown: str = "result", formats: Sequence[str] = FORMATS, *, reported: str = "warnings"
) -> Callable[[Command], Command]:
    """Return the decorator that gives a command the options that all have, behind its own."""

    def decorate(command: Command) -> Command:
        command.formats = formats
        command.params += output_options(shown, formats, reported)
        return command

    return decorate


def output_options(shown: str, formats: Sequence[str], reported: str) -> list[click.Option]:
    """Return the options that all commands have.

    Parameters
    ----------
    shown
        The thing that the command shows.
    formats
        The formats that it is shown in; the first is the default.
    reported
        Why the command fails with ``--strict`` alone.
    """
    endings = ", ".join(_ENDINGS[output_format] for output_format in formats)
    return [
        _option(
            "output", f"Write the {shown} to a file; its ending says the format: {endings}.",
            "-o", "--output", type=FILE,
        ),
        _option(
            "output_format", f"How to show the {shown}. [default: {formats[0]}]", "--format",
            type=_FormatType(formats),
        ),
        _option("force", "Replace a file that is there already.", "--force", is_flag=True),
        _option("strict", f"Exit with 1 also for {reported}.", "--strict", is_flag=True),
        _option(
            "colour", "When to use colours.", "--color",
            type=click.Choice(COLOURS), default=COLOURS[0], show_default=True,
        ),
        _option("only_ascii", "Write ASCII characters only.", "--ascii", is_flag=True),
    ]  # fmt: skip


def _format_of(name: str, formats: Sequence[str]) -> str:
    """Return the format that a file's ending says; a pipe without an ending takes a text."""
    from pathlib import Path

    path = Path(name)
    ending = path.suffix.lower()
    if not ending and path.exists() and not path.is_file():
        return formats[0]
    known = {_ENDINGS[output_format]: output_format for output_format in formats}
    if ending in known:
        return known[ending]
    hint = f"let its name end in {', '.join(known)}, or say --format"
    raise InputError(f"cannot tell the format of '{name}'", place="--output", hint=hint)


def _option(field: str, text: str, *names: str, **settings: Any) -> click.Option:  # noqa: ANN401
    """Return an option that sets a field of the presentation, before another option can fail."""
    settings |= {"is_eager": True, "expose_value": False, "callback": _keep}
    return click.Option([*names, field], help=text, **settings)


def _keep(ctx: click.Context, option: click.Parameter, value: Any) -> None:  # noqa: ANN401
    setattr(ctx.ensure_object(Presentation), str(option.name), value)
