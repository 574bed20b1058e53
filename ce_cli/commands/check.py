"""``cecheck check``: whether a formula is right, or every step of a chain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ce_cli.commands.base import INTEGER, emit
from ce_cli.commands.completion import FILE
from ce_cli.commands.presentation import Command, Presentation, presented
from ce_cli.errors import InputError, SeveralInputsError
from ce_cli.input.text import name_of, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.checking import CheckReport, FilesReport


class FormulaCommand(Command):
    """A command whose argument may start with a minus: -log p_y = ..."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args`` with formulas protected: they contain a sign that no option does."""
        return super().parse_args(ctx, [_protected(arg) for arg in args])


def _protected(argument: str) -> str:
    is_formula = argument.startswith("-") and not argument.startswith("--") and "=" in argument
    return f"−{argument[1:]}" if is_formula else argument


def _restored(formula: str) -> str:
    return f"-{formula[1:]}" if formula.startswith("−") else formula


@presented(reported="options that change nothing, and targets taken to be one-hot or to sum to 1")
@click.command("check", cls=FormulaCommand)
@click.argument("formula", required=False)
@click.option("--file", "paths", multiple=True, type=FILE,
              help="A file of formulas, - for stdin; each is a text of its own.")  # fmt: skip
@click.option(
    "--role", "roles", multiple=True, metavar="LETTER=ROLE,...", help="The roles of letters."
)
@click.option("--define", multiple=True, metavar="'S = ...'", help="The meaning of a letter.")
@click.option("--given", multiple=True, type=click.Choice(["one-hot", "sum"]),
              help="State that y is one-hot, or that Σy = 1.")  # fmt: skip
@click.option("--when", multiple=True, metavar="'i = j'", help="State a relation of indices.")
@click.option("--classes", type=INTEGER, help="Check for this number of classes only.")
@click.option("--no-conventions", is_flag=True, help="Σy = 1 and one-hot count as unstated.")
@click.pass_obj
def command(
    presentation: Presentation,
    formula: str | None,
    paths: tuple[str, ...],
    roles: tuple[str, ...],
    define: tuple[str, ...],
    given: tuple[str, ...],
    when: tuple[str, ...],
    classes: int | None,
    no_conventions: bool,
) -> int:
    """Check a formula, or every step of a chain, in LaTeX or plain text.

    \b
    Examples:
      cecheck check '\\frac{\\partial L}{\\partial z_i} = p_i - y_i'
      cecheck check 'dp_i/dz_j = -p_j p_j' --when 'i != j'
      cecheck check 'p_i = e^{z_i} / S' --define 'S = \\sum_k e^{z_k}'
      cecheck check 'dL/d\\theta_i = p_i - y_i' --role '\\theta=logits'
      cecheck check --file samples/steps.tex --format json

    Several files are checked one after the other, each with letters of its own.

    Exit code 0: all proved, if need be under what is stated or the convention for
    targets (Σy = 1, one-hot); 1: something is refuted, undecided, or true only in
    a case nobody stated; 2: something is not understood. Of several files the
    worst code counts: 1, else 2, else 0.
    """  # noqa: D301
    if (formula is None) == (not paths):
        raise InputError("give either a formula or --file", place="cecheck check",
                         hint="cecheck check 'dL/dz_i = p_i - y_i'")  # fmt: skip
    from ce_cli.formulas.checking import check_files, check_text, make_options

    options = make_options(roles, define, given, when, classes)
    conventions = not (no_conventions or presentation.strict)
    paths = ("-",) if formula == "-" else paths
    if presentation.destination:
        from ce_cli.output.files import require_apart

        require_apart(presentation.destination, [], list(map(Path, paths)))
    result: CheckReport | FilesReport
    if len(paths) > 1:
        result = check_files(_read_all(paths), options, conventions=conventions)
    else:
        [(place, text)] = _read_all(paths) or [("", _restored(formula or ""))]
        result = check_text(text, replace(options, place=place), conventions=conventions)
    emit(result.document, presentation)
    return result.exit_code


def _read_all(paths: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names and texts of files.

    Raises
    ------
    InputError
        If some cannot be read; it names all of them.
    """
    if list(paths).count("-") > 1:
        raise InputError("stdin is given twice", place="--file")
    texts: list[tuple[str, str]] = []
    problems: list[InputError] = []
    for path in paths:
        try:
            texts.append((name_of(path), read_text(path)))
        except InputError as error:
            problems.append(error)
    if problems:
        raise SeveralInputsError(problems)
    return texts
