"""``cecheck batch``: files of logits and labels, and what other code claims of them."""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ce_cli.commands.base import NUMBER, NUMBERS, Number, emit, write
from ce_cli.errors import InputError
from ce_cli.rendering import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ce_cli.checking.objective import Objective
    from ce_cli.checking.report import Difference
    from ce_cli.checking.rows import Computed
    from ce_cli.reading.dump import Block
    from ce_cli.reading.dump_text import Source, TextOptions
    from ce_cli.reading.open_dump import Dump


def _whole_number(text: str, place: str) -> int:
    from ce_cli.reading.numbers import read_number

    number = read_number(text, place)
    if number != int(number):
        raise InputError("must be a whole number", place=place, text=text)
    return int(number)


def _names(text: str, _place: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


_NAMES = Number("name,name,...", _names)


@click.command("batch")
@click.argument("files", nargs=-1, metavar="FILES...")
@click.option("--output", type=click.Path(path_type=Path), help="Write the numbers of every row.")
@click.option("--only", type=_NAMES, help="Of loss,p,grad write only these.")
@click.option("--failures", type=click.Path(path_type=Path), help="Write the failing rows as CSV.")
@click.option("--weight", type=NUMBERS, help="A factor of the loss for each class.")
@click.option("--label-smoothing", type=NUMBER, default=0.0, help="ε: spread ε/K on each class.")
@click.option("--ignore-index", type=Number("label", _whole_number), help="Skip this label.")
@click.option(
    "--reduction",
    type=click.Choice(["none", "sum", "mean"]),
    default="none",
    show_default=True,
    help="mean: gradients are divided by the sum of the counting rows' weights, file by file.",
)
@click.option("--temperature", type=NUMBER, default=1.0, help="Divide the logits by it.")
@click.option(
    "--dtype",
    type=click.Choice(["float64", "float32", "bfloat16", "float16"]),
    default="float64",
    show_default=True,
    help="The type that the claims were computed in.",
)
@click.option("--ulp", type=NUMBER, default=8.0, help="Allow so many ulp of it. [default: 8]")
@click.option("--strict", is_flag=True, help="Allow them of every entry's own value only.")
@click.option("--rtol", type=NUMBER, help="Allow this relative error instead.")
@click.option("--atol", type=NUMBER, help="Allow this absolute error instead.")
@click.option(
    "--worst", type=click.IntRange(0), default=5, show_default=True, help="Show so many rows."
)
@click.option(
    "--max-errors",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="List at most so many unreadable rows; all are counted.",
)
@click.option("--separator", type=str, help="What stands between cells; found if not given.")
@click.option("--no-header", is_flag=True, help="The columns are z0, z1, ... and label.")
@click.option("--logits", type=_NAMES, help="The columns of the logits, in order.")
@click.option("--label", help="The column of the true class.")
@click.option("--columns", is_flag=True, help="Show which column is what, and stop.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice([*FORMATS, "junit"]),
    default="table",
    show_default=True,
    help="How to show the report.",
)
def command(
    files: tuple[str, ...],
    output: Path | None,
    only: list[str] | None,
    failures: Path | None,
    weight: list[float] | None,
    label_smoothing: float,
    ignore_index: int | None,
    reduction: str,
    temperature: float,
    dtype: str,
    ulp: float,
    strict: bool,
    rtol: float | None,
    atol: float | None,
    worst: int,
    max_errors: int,
    separator: str | None,
    no_header: bool,
    logits: list[str] | None,
    label: str | None,
    columns: bool,
    output_format: str,
) -> int:
    """Check files of logits, labels and what code claims of them.

    \b
    Examples:
      cecheck batch samples/logits.csv
      cecheck batch samples/logits.csv --output gradients.csv
      cecheck batch samples/claims.csv
      cecheck batch dump.csv --reduction mean --dtype float32 --format json
      cat samples/logits.csv | cecheck batch -

    The first line names the columns: z0, z1, ... are logits, label is the true class
    counted from 0 (or y0, y1, ... are targets). Claims to be checked are loss, p0, p1,
    ... and grad0, grad1, ...; all other columns are carried along. A row that cannot be
    read is reported, the others are still processed, and the exit code is 2.
    """  # noqa: D301
    gc.enable()  # files may be of any size
    if not files:
        raise InputError("no files", place="FILES", hint="cecheck batch samples/logits.csv")
    from ce_cli.checking.objective import Objective
    from ce_cli.checking.run import Listeners, Settings, run
    from ce_cli.checking.tolerance import Tolerance
    from ce_cli.numeric.cross_entropy import CrossEntropy
    from ce_cli.reading.dump_text import TextOptions
    from ce_cli.rendering.junit import to_junit
    from ce_cli.rendering.progress import progress
    from ce_cli.rendering.views.batch import batch_document, columns_document

    criterion = CrossEntropy(tuple(weight) if weight else None, label_smoothing, temperature)
    settings = Settings(
        Objective(criterion, ignore_index),
        Tolerance(dtype, ulp, strict, rtol, atol),
        reduction == "mean",
        worst,
        max_errors,
    )
    chosen = {"logits": logits, "label": [label] if label else None}
    options = TextOptions(
        not no_header, separator, {k: v for k, v in chosen.items() if v}, ignore_index
    )
    with ExitStack() as stack:
        dumps = [
            _opened(file, number, options, stack) for number, file in enumerate(_expanded(files))
        ]
        _require_weights(settings.objective, dumps)
        if columns:
            emit(columns_document([dump.form for dump in dumps]), output_format)
            return 0
        listeners = Listeners(
            _writer(output, only, dumps, stack) if output else None,
            _failures_writer(failures, stack) if failures else None,
            stack.enter_context(progress(_size(files))),
        )
        report = run(dumps, settings, listeners)
    document = batch_document(report)
    if output_format == "junit":
        for warning in document.warnings:
            click.echo(f"warning: {warning}", err=True)
        write(to_junit(report))
    else:
        emit(document, output_format)
    return report.exit_code


def _size(files: tuple[str, ...]) -> int | None:
    """Return the size of text files together; others are not measured in bytes."""
    paths = [Path(file) for file in files]
    if any(path.suffix in {".gz", ".parquet", ".npz"} or not path.is_file() for path in paths):
        return None
    return sum(path.stat().st_size for path in paths)


def _failures_writer(path: Path, stack: ExitStack) -> Callable[[tuple[Difference, ...]], None]:
    from ce_cli.rendering.failures import HEADER, failures_text
    from ce_cli.rendering.files import complete

    stream = stack.enter_context(complete(path, "--failures"))
    stream.write(HEADER.encode())

    def write_failures(differences: tuple[Difference, ...]) -> None:
        stream.write(failures_text(differences).encode())

    return write_failures


def _require_weights(objective: Objective, dumps: list[Dump]) -> None:
    weight = objective.criterion.weight
    for dump in dumps:
        if weight is not None and len(weight) != dump.columns.classes:
            raise InputError(
                f"{len(weight)} weights for the {dump.columns.classes} classes of {dump.form.file}",
                place="--weight",
            )


def _opened(file: str, number: int, options: TextOptions, stack: ExitStack) -> Dump:
    from ce_cli.reading.dump_text import TextDump
    from ce_cli.reading.open_dump import open_dump

    if file == "-":
        return TextDump.opened(_kept(sys.stdin.buffer, stack), "stdin", number, options)
    return open_dump(file, number, options)


def _expanded(files: tuple[str, ...]) -> list[str]:
    """Return the files with patterns such as ``run/*.csv`` replaced by what they match."""
    found: list[str] = []
    for file in files:
        if not set(file) & set("*?[") or Path(file).exists():
            found.append(file)
            continue
        matches = sorted(glob(file, recursive=True))  # noqa: PTH207  # may be absolute
        if not matches:
            raise InputError("no file matches", place=file)
        found += matches
    return found


def _kept(stream: BinaryIO, stack: ExitStack) -> Source:
    """Keep a stream that can be read only once in a file that can be read again."""
    kept = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    shutil.copyfileobj(stream, kept)

    @contextmanager
    def again() -> Iterator[BinaryIO]:
        kept.seek(0)
        yield kept

    return again


def _writer(
    path: Path, only: list[str] | None, dumps: list[Dump], stack: ExitStack
) -> Callable[[Block, Computed], None]:
    """Write the header and return what writes a block."""
    from ce_cli.rendering.files import complete
    from ce_cli.rendering.results import PARTS, Results, format_of

    form, parts = format_of(path, "--output"), tuple(only or PARTS)
    if unknown := set(parts) - set(PARTS):
        raise InputError(f"no part is named '{min(unknown)}'", place="--only",
                         hint=f"the parts are {', '.join(PARTS)}")  # fmt: skip
    layouts = [Results.of(form, dump.columns, parts) for dump in dumps]
    for dump, layout in zip(dumps, layouts, strict=True):
        if layout != layouts[0]:
            raise InputError(
                f"its columns differ from those of {dumps[0].form.file}", place=dump.form.file,
                hint="one output needs the same columns in every file",
            )  # fmt: skip
    stream = stack.enter_context(complete(path, "--output"))
    stream.write(layouts[0].header().encode())

    def write_rows(block: Block, computed: Computed) -> None:
        stream.write(layouts[0].text(block, computed).encode())

    return write_rows
