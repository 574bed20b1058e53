"""One module per subcommand; the only package that knows Click."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from ce_cli import __version__
from ce_cli.commands.presentation import Context

COMPLETION = "_CECHECK_COMPLETE"
"""The variable with which a shell asks for words."""

# The first line of each subcommand's help, so that the list of them loads none of their modules.
SUMMARIES = {
    "grad": "Loss and gradient of one sample: push all, pull one.",
    "softmax": "Softmax beside hardmax and plain shares; naive beside stable evaluation.",
    "jacobian": "Show the softmax Jacobian, and multiply a vector through it.",
    "bce": "Sigmoid, binary cross-entropy and its gradient σ(z) − y.",
    "layer": "Gradients of the last layer z = Wa + b under cross-entropy.",
    "derive": "Derive softmax, cross-entropy and their relatives; every step is proved.",
    "check": "Check a formula, or every step of a chain, in LaTeX or plain text.",
    "batch": "Check files of logits, labels and the claims of somebody's code.",
}


class _Subcommands(click.Group):
    """Loads the module of a subcommand when it is asked for."""

    context_class = Context

    def main(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401
        """Run a command, or complete one where a shell asks for it."""
        if COMPLETION in os.environ:
            import_module("ce_cli.commands.shells")
        return super().main(*args, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in SUMMARIES:
            return None
        command: click.Command = import_module(f"ce_cli.commands.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # noqa: ANN401
        name = args[0]
        is_typed = not ctx.resilient_parsing  # or half of it, which a shell completes
        if is_typed and name not in SUMMARIES and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, SUMMARIES, 1)
            hint = f"did you mean '{near[0]}'?" if near else "cecheck --help lists the commands"
            raise click.UsageError(f"no such command '{name}'\nhint: {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Subcommands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", prog_name="cecheck")
@click.pass_context
def cli(context: click.Context) -> int:
    """Check derivations of softmax and cross-entropy.

    \b
    Examples:
      cecheck grad 4 -4 3 --label 2         # one sample: loss and gradient
      cecheck softmax 123 456 789           # naive against stable softmax
      cecheck jacobian 4 -4 3               # the matrix of all ∂p_i/∂z_j
      cecheck derive                        # the gradient, step by step
      cecheck check 'dL/dz_i = p_i - y_i'   # is this formula right?
      cecheck batch samples/logits.csv      # files of logits, labels and claims

    Exit codes: 0 everything holds, 1 something does not hold or could not be
    decided, 2 it could not run, 130 interrupted.
    """  # noqa: D301
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
    return 2
