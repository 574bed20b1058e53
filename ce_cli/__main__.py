"""The command ``cecheck``, also ``python -m ce_cli``: exit codes and error messages."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from ce_cli.commands import COMPLETION, cli
from ce_cli.commands.base import say
from ce_cli.commands.presentation import Presentation
from ce_cli.errors import InputError, SeveralInputsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: everything holds; 1: something was checked and does not hold; 2: it could not run;
    130: interrupted. No traceback reaches the user.
    """
    presentation = Presentation()
    try:
        return _call(arguments, presentation)
    except (KeyboardInterrupt, click.Abort):
        code, messages = 130, ["interrupted"]
    except Exception as error:  # noqa: BLE001
        code, messages = 2, [f"error: {message}" for message in _messages(error)]
    with suppress(OSError):  # the exit code remains, even if nobody reads the message
        for message in messages:
            say(message, presentation)
    return code


def _words() -> list[str]:
    """Return the words of the command line; bytes that the locale lacks are UTF-8 if possible."""
    return list(map(_as_text, sys.argv[1:]))


def _as_text(word: str) -> str:
    try:
        word.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeDecodeError):
            return os.fsencode(word).decode()
    return word


def _call(arguments: list[str] | None, presentation: Presentation) -> int:
    """Call Click, which exits where it completes words, and where nobody reads its help."""
    try:
        return int(
            cli.main(arguments, prog_name="cecheck", standalone_mode=False, obj=presentation) or 0
        )
    except SystemExit as error:
        return int(error.code or 0) if COMPLETION in os.environ else 0


def _messages(error: Exception) -> Sequence[str]:
    """Return the texts of an error, or of several at once: place, problem and hint."""
    match error:
        case SeveralInputsError():
            return error.messages
        case click.ClickException():
            return [str(_usage_error(error))]
        case InputError():
            return [str(error)]
        case OSError():  # of Click's help: commands raise an InputError with the place
            return [f"input or output failed: {(error.strerror or str(error)).lower()}"]
        case _:
            hint = "this is a bug in cecheck; please report it with the command you ran"
            problem = f"{type(error).__name__}: {error}"
            return [str(InputError(problem, place="internal error", hint=hint))]


def _usage_error(error: click.ClickException) -> InputError:
    """Return an error of Click in our form."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "cecheck"
    match error:
        case click.NoSuchOption(option_name=name, possibilities=near):
            hint = f"did you mean '{min(near)}'?" if near else f"{command} --help lists the options"
            return InputError(f"no such option '{name}'", place=command, hint=hint)
        case click.BadParameter(param=click.Option() as option) if error.message:
            return InputError(_as_ours(error.message), place=_place(option, context))
        case _:
            return InputError(_as_ours(error.format_message()), place=command)


def _place(option: click.Option, context: click.Context | None) -> str:
    """Return the option, or the environment variable that its value comes from."""
    source = context and option.name and context.get_parameter_source(option.name)
    return str(option.envvar) if source is ParameterSource.ENVIRONMENT else option.opts[0]


def _as_ours(message: str) -> str:
    return message[0].lower() + message[1:].removesuffix(".")


def _require_streams() -> None:
    """Exit if stdout is closed; open the others on nothing, lest a file takes their number."""
    if sys.stdout is None:
        with suppress(OSError):
            click.echo("error: stdout: is closed", err=True)
        sys.exit(2)
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _end_as_interrupted() -> None:
    """Let a request to end be an interrupt, so that no half of a file is left."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows lacks the second
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _report_unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """Show no second interrupt while the first is cleaned up.

    One Ctrl-C makes two interrupts if Polars is at work: one of its own and Python's.
    """
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)


def main() -> None:
    """Run ``cecheck`` and exit.

    A run is short: garbage collection would cost a twentieth of it, with SymPy a tenth. A
    command that reads files of any size turns it on again.
    """
    gc.disable()
    _require_streams()
    _end_as_interrupted()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # nothing is lost, whatever happens
    sys.unraisablehook = _report_unraisable
    code = run(_words())
    gc.freeze()  # no collection on exit either
    sys.exit(code)


if __name__ == "__main__":
    main()
