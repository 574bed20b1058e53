"""``cecheck batch``: files of logits and labels."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ce_cli.commands.base import emit, format_option
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from ce_cli.checking.report import Report
    from ce_cli.reading.dump_text import TextDump
    from ce_cli.rendering.results import Results


@click.command("batch")
@click.argument("files", nargs=-1, metavar="FILES...")
@click.option("--output", type=click.Path(path_type=Path), help="Write the numbers of every row.")
@click.option(
    "--max-errors",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="List at most so many unreadable rows; all are counted.",
)
@format_option
def command(
    files: tuple[str, ...], output: Path | None, max_errors: int, output_format: str
) -> int:
    """Loss, probabilities and gradients of files of logits and labels.

    \b
    Examples:
      cecheck batch samples/logits.csv
      cecheck batch samples/logits.csv --output gradients.csv
      cecheck batch a.csv b.csv --output gradients.jsonl --format json
      cat samples/logits.csv | cecheck batch -

    The first line names the columns: z0, z1, ... are logits, label is the true class
    counted from 0; all others are carried along. A row that cannot be read is reported,
    the others are still processed, and the exit code is 2.
    """  # noqa: D301
    if not files:
        raise InputError("no files", place="FILES", hint="cecheck batch samples/logits.csv")
    from ce_cli.rendering.views.batch import batch_document

    with ExitStack() as stack:
        stream = _output(output, stack) if output else None
        report = _process(files, output, stream, max_errors)
    emit(batch_document(report), output_format)
    return report.exit_code


def _output(path: Path, stack: ExitStack) -> BinaryIO:
    from ce_cli.rendering.files import complete
    from ce_cli.rendering.results import format_of

    format_of(path, "--output")
    return stack.enter_context(complete(path, "--output"))


def _process(
    files: tuple[str, ...], output: Path | None, stream: BinaryIO | None, max_errors: int
) -> Report:
    from ce_cli.checking.report import Report
    from ce_cli.checking.rows import Task

    task, report = Task(max_errors=max_errors), Report()
    first: Results | None = None
    for number, file in enumerate(files):
        with ExitStack() as stack:
            dump = _opened(file, number, stack)
            results = _results(dump, output)
            if stream and results and first is None:
                first = results
                stream.write(results.header().encode())
            if results != first:
                raise InputError(
                    f"its columns differ from those of {files[0]}", place=dump.form.file,
                    hint="one output needs the same columns in every file",
                )  # fmt: skip
            for block in dump.blocks():
                computed = task.compute(block)
                report += task.report(block, computed)
                if stream and results:
                    stream.write(results.text(block, computed).encode())
    return report


def _opened(file: str, number: int, stack: ExitStack) -> TextDump:
    from ce_cli.reading.dump_text import TextDump

    if file == "-":
        return TextDump.opened(sys.stdin.buffer, "stdin", number)
    try:
        return TextDump.opened(stack.enter_context(Path(file).open("rb")), file, number)
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), place=file) from None


def _results(dump: TextDump, output: Path | None) -> Results | None:
    from ce_cli.rendering.results import Results, format_of

    if output is None:
        return None
    columns = dump.form.columns
    carried = tuple(columns.names[position] for position in columns.carried)
    form = format_of(output, "--output")
    return Results(form, carried, columns.classes, columns.label is not None)
