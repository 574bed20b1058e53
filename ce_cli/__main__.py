"""The command ``cecheck``, also ``python -m ce_cli``: exit codes and error messages."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

import click

from ce_cli.commands import cli
from ce_cli.commands.base import say
from ce_cli.commands.presentation import Presentation
from ce_cli.errors import InputError


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: everything holds; 1: something was checked and does not hold; 2: it could not run;
    130: interrupted. No traceback reaches the user.
    """
    presentation = Presentation()
    try:
        return _call(arguments, presentation)
    except (KeyboardInterrupt, click.Abort):
        code, message = 130, "interrupted"
    except Exception as error:  # noqa: BLE001
        code, message = 2, _message(error)
    with suppress(OSError):  # the exit code remains, even if nobody reads the message
        say(message, presentation)
    return code


def _call(arguments: list[str] | None, presentation: Presentation) -> int:
    """Call Click, which exits where it completes words, and where nobody reads its help."""
    try:
        return int(
            cli.main(arguments, prog_name="cecheck", standalone_mode=False, obj=presentation) or 0
        )
    except SystemExit:
        return 0


def _message(error: Exception) -> str:
    match error:
        case InputError():
            return str(error)
        case click.ClickException():
            return _usage_message(error)
        case OSError():  # of Click's help: commands raise an InputError with the place
            return f"input or output failed: {(error.strerror or str(error)).lower()}"
        case _:
            hint = "hint: this is a bug in cecheck; please report it with the command you ran"
            return f"internal error: {type(error).__name__}: {error}\n{hint}"


def _usage_message(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    place = context.command_path if context else "cecheck"
    message = error.format_message()
    near = getattr(error, "possibilities", None)
    if isinstance(error, click.NoSuchOption):
        message = f"no such option '{error.option_name}'"
        hint = f"did you mean '{min(near)}'?" if near else f"{place} --help lists the options"
        message += f"\nhint: {hint}"
    return f"{place}: {message[0].lower()}{message[1:].removesuffix('.')}"


def _require_streams() -> None:
    """Exit if stdout is closed; open the others on nothing, lest a file takes their number."""
    if sys.stdout is None:
        with suppress(OSError):
            click.echo("stdout: is closed", err=True)
        sys.exit(2)
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


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
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # nothing is lost, whatever happens
    sys.unraisablehook = _report_unraisable
    code = run()
    gc.freeze()  # no collection on exit either
    sys.exit(code)


if __name__ == "__main__":
    main()
