"""The options of ``cecheck batch``, in the sections of its help."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import click

from ce_cli.commands.base import (
    INTEGER,
    NUMBER,
    NUMBERS,
    TABLE_FORMATS,
    NumberType,
    format_settings,
)
from ce_cli.errors import InputError


class Given(TypedDict):
    """What was given on the command line."""

    files: tuple[str, ...]
    logits: list[str] | None
    label: str | None
    targets: list[str] | None
    loss: str | None
    probabilities: list[str] | None
    gradient: list[str] | None
    separator: str | None
    no_header: bool
    columns: bool
    weight: list[float] | None
    label_smoothing: float
    ignore_index: int | None
    reduction: str
    temperature: float
    dtype: str
    ulp: float | None
    strict: bool
    rtol: float | None
    atol: float | None
    output_format: str
    worst: int
    max_errors: int
    output: Path | None
    only: list[str] | None
    failures: Path | None


def _names(text: str, _place: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


_NAMES = NumberType("name,name,...", _names)
_FILE = click.Path(path_type=Path)


def _count(text: str, place: str) -> int:
    from ce_cli.input.numbers import read_integer

    count = read_integer(text, place)
    if count < 0:
        raise InputError(f"must be 0 or more, not {count}", place=place)
    return count


_COUNT = NumberType("integer", _count)


def _choice(name: str, values: list[str], text: str) -> click.Option:
    return click.Option(
        [name], type=click.Choice(values), default=values[0], show_default=True, help=text
    )


def _column(kind: str, text: str) -> click.Option:
    return click.Option([f"--{kind}"], metavar="NAME", help=text)


def _columns(kind: str, text: str) -> click.Option:
    return click.Option([f"--{kind}"], type=_NAMES, metavar="NAME,...", help=text)


SECTIONS: dict[str, tuple[click.Option, ...]] = {
    "Columns (found by their names if not given)": (
        _columns("logits", "The logits in the order of the classes; 's' stands for s0,s1,..."),
        _column("label", "The true class. Beside logits in a .npy file, its file; so below."),
        _columns("targets", "Targets instead of a label."),
        _column("loss", "The claimed loss."),
        _columns("probabilities", "The claimed probabilities."),
        _columns("gradient", "The claimed gradient."),
        click.Option(["--separator"], help="What stands between cells; found if not given."),
        click.Option(["--no-header"], is_flag=True, help="The columns are z0, z1, ..., label."),
        click.Option(["--columns"], is_flag=True, help="Show which column is what, and stop."),
    ),
    "The loss that was to be computed": (
        click.Option(["--weight"], type=NUMBERS, help="A factor of the loss for each class."),
        click.Option(
            ["--label-smoothing"], type=NUMBER, default=0.0, help="ε: spread ε/K on each class."
        ),
        click.Option(
            ["--ignore-index"],
            type=INTEGER,
            metavar="LABEL",
            help="Rows with this label do not count.",
        ),
        _choice(
            "--reduction",
            ["none", "sum", "mean"],
            "mean: gradients are divided by the sum of the counting rows' weights, file by file.",
        ),
        click.Option(
            ["--temperature"], type=NUMBER, default=1.0, help="T: divide the logits by it."
        ),
    ),
    "When a claim holds": (
        _choice(
            "--dtype",
            ["float64", "float32", "bfloat16", "float16"],
            "The type that the claims were computed in.",
        ),
        click.Option(["--ulp"], type=NUMBER, help="Allow so many ulp of it. [default: 8]"),
        click.Option(
            ["--strict"], is_flag=True, help="Allow them of every entry's own value only."
        ),
        click.Option(["--rtol"], type=NUMBER, help="Allow this relative error instead."),
        click.Option(["--atol"], type=NUMBER, help="Allow this absolute error instead."),
    ),
    "What comes out": (
        click.Option(
            ["--format", "output_format"], **format_settings("report", (*TABLE_FORMATS, "junit"))
        ),
        click.Option(
            ["--worst"],
            metavar="N",
            type=_COUNT,
            default=5,
            show_default=True,
            help="Show so many rows.",
        ),
        click.Option(
            ["--max-errors"],
            metavar="N",
            type=_COUNT,
            default=20,
            show_default=True,
            help="List at most so many kinds of unreadable rows; all are counted.",
        ),
        click.Option(
            ["--output"],
            type=_FILE,
            help="Write the numbers of every row: .csv, .parquet, .jsonl.",
        ),
        click.Option(
            ["--only"], type=_NAMES, metavar="PART,...", help="Of loss,p,grad write only these."
        ),
        click.Option(["--failures"], type=_FILE, help="Write the failing rows as CSV."),
    ),
}


class SectionedCommand(click.Command):
    """A command whose help shows its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each of ``SECTIONS``, and what is left."""
        known = [option for options in SECTIONS.values() for option in options]
        given = (option for option in self.get_params(ctx) if isinstance(option, click.Option))
        others = tuple(option for option in given if option not in known)
        for title, options in {**SECTIONS, "Others": others}.items():
            records = [option.get_help_record(ctx) for option in options]
            with formatter.section(title):
                formatter.write_dl([record for record in records if record])


def refuse_idle(given: Given) -> None:
    """Refuse options that would do nothing beside the others.

    Raises
    ------
    InputError
        If there is one.
    """
    fixed = given["rtol"] is not None or given["atol"] is not None
    if given["ulp"] is not None and fixed:
        raise InputError("give either --ulp or --rtol and --atol", place="--ulp")
    if given["only"] is not None and given["output"] is None:
        raise InputError("there is no --output of which to write a part", place="--only")
    if given["columns"] and given["output_format"] == "junit":
        raise InputError("junit shows a report, not columns", place="--format")
