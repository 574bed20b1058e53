"""The options of ``cecheck batch``, in the sections of its help."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

import click

from ce_cli.commands.base import (
    INTEGER,
    NUMBER,
    NumberType,
)
from ce_cli.commands.completion import FILE, ColumnType
from ce_cli.commands.loss_options import NAMES, SMOOTHING, TEMPERATURE, WEIGHT
from ce_cli.commands.presentation import FORMATS, Command, Presentation, output_options
from ce_cli.errors import InputError
from ce_cli.input.numbers import read_integer


class Given(TypedDict):
    """The options and arguments of the command line."""

    files: tuple[str, ...]
    logits: list[str] | None
    label: str | None
    targets: list[str] | None
    loss: str | None
    probabilities: list[str] | None
    gradient: list[str] | None
    separator: str | None
    no_header: bool
    names: list[str] | None
    columns: bool
    weight: list[float] | None
    label_smoothing: float
    ignore_index: int | None
    reduction: str
    temperature: float
    dtype: str
    ulp: float | None
    own_value: bool
    rtol: float | None
    atol: float | None
    worst: int
    max_errors: int
    rows_to: str | None
    only: list[str] | None
    failures: str | None


_FORMATS = (*FORMATS, "junit")
_OF_ROWS = {".parquet", ".jsonl", ".ndjson"}
"""The endings of files that take rows and no report."""


def _parts(text: str, _place: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


_PARTS = NumberType("part,...", _parts)


def _count(text: str, place: str) -> int:
    count = read_integer(text, place)
    if count < 0:
        raise InputError(f"must be 0 or more, not {count}", place=place)
    return count


_COUNT = NumberType("integer", _count)


def _option(name: str, text: str, **settings: Any) -> click.Option:  # noqa: ANN401
    return click.Option([name], help=text, **settings)


def _choice(name: str, values: list[str], text: str) -> click.Option:
    return _option(name, text, type=click.Choice(values), default=values[0], show_default=True)


def _count_option(name: str, default: int, text: str) -> click.Option:
    return _option(name, text, metavar="N", type=_COUNT, default=default, show_default=True)


def _column(kind: str, text: str) -> click.Option:
    return _option(f"--{kind}", text, type=ColumnType(several=False))


def _columns(kind: str, text: str) -> click.Option:
    return _option(f"--{kind}", text, type=ColumnType(several=True))


SECTIONS: dict[str, tuple[click.Option, ...]] = {
    "Columns, where names do not tell": (
        _columns("logits", "The logits in the order of the classes; 's' stands for s0,s1,..."),
        _column("label", "The true class. Beside logits in a .npy file, its file; so below."),
        _columns("targets", "Targets instead of a label."),
        _column("loss", "The claimed loss."),
        _columns("probabilities", "The claimed probabilities."),
        _columns("gradient", "The claimed gradient."),
        click.Option(["--names"], **NAMES),
        _option("--separator", "The sign between cells; found if not given."),
        _option("--no-header", "The columns are z0, z1, ..., label.", is_flag=True),
        _option("--columns", "Show the kind of every column, and stop.", is_flag=True),
    ),
    "The loss that was to be computed": (
        click.Option(["--weight"], **WEIGHT),
        click.Option(["--label-smoothing"], **SMOOTHING),
        _option(
            "--ignore-index", "Rows with this label do not count.", type=INTEGER, metavar="LABEL"
        ),
        _choice(
            "--reduction",
            ["none", "sum", "mean"],
            "mean: gradients are divided by the sum of the counting rows' weights, file by file.",
        ),
        click.Option(["--temperature"], **TEMPERATURE),
    ),
    "When a claim holds": (
        _choice(
            "--dtype",
            ["float64", "float32", "bfloat16", "float16"],
            "The type that the claims were computed in.",
        ),
        _option("--ulp", "Allow so many ulp of it. [default: 8]", type=NUMBER),
        _option("--own-value", "Allow them of every entry's own value only.", is_flag=True),
        _option("--rtol", "Allow this relative error instead.", type=NUMBER),
        _option("--atol", "Allow this absolute error instead.", type=NUMBER),
    ),
    "Output": (
        *output_options("report", _FORMATS, "warnings, notes, and rows that claim nothing"),
        _count_option("--worst", 5, "Show so many rows."),
        _count_option(
            "--max-errors", 20, "List at most so many kinds of unreadable rows; all are counted."
        ),
        _option("--rows-to", "Write the numbers of every row: .csv, .parquet, .jsonl.", type=FILE),
        _option("--only", "Of loss,p,grad write only these.", type=_PARTS),
        _option("--failures", "Write the failing rows as CSV.", type=FILE),
    ),
}


class SectionedCommand(Command):
    """A command whose help shows its options in sections."""

    formats = _FORMATS

    def invoke(self, ctx: click.Context) -> int:
        """Run the command, unless the file of the report seems to be meant for rows."""
        presentation = ctx.ensure_object(Presentation)
        ending = Path(presentation.output or "").suffix.lower()
        if ending in _OF_ROWS and not presentation.output_format:
            problem = f"is the report, which is never {ending}; rows go to --rows-to"
            raise InputError(problem, place="--output")
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each of ``SECTIONS``, and one for all other options."""
        known = [option for options in SECTIONS.values() for option in options]
        given = (option for option in self.get_params(ctx) if isinstance(option, click.Option))
        others = tuple(option for option in given if option not in known)
        for title, options in {**SECTIONS, "Others": others}.items():
            records = [option.get_help_record(ctx) for option in options]
            with formatter.section(title):
                formatter.write_dl([record for record in records if record])


def refuse_idle(given: Given, output_format: str) -> None:
    """Refuse options that would do nothing beside the others.

    Raises
    ------
    InputError
        If there is one.
    """
    fixed = given["rtol"] is not None or given["atol"] is not None
    if given["ulp"] is not None and fixed:
        raise InputError("give either --ulp or --rtol and --atol", place="--ulp")
    if given["only"] is not None and given["rows_to"] is None:
        raise InputError("there is no --rows-to of which to write a part", place="--only")
    if given["columns"] and output_format == "junit":
        raise InputError("junit shows a report, not columns", place="--format")
