"""``cecheck batch``: files of logits and labels, and the claims of other code about them."""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ce_cli.commands.base import deliver, emit, naming_options, warn
from ce_cli.commands.batch_options import SECTIONS, Given, SectionedCommand, refuse_idle
from ce_cli.commands.completion import FILE
from ce_cli.errors import InputError
from ce_cli.input.names import require_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Unpack

    from ce_cli.commands.presentation import Presentation
    from ce_cli.dumps.objective import Objective
    from ce_cli.dumps.reading.csv_text import TextOptions
    from ce_cli.dumps.reading.opening import Dump
    from ce_cli.dumps.report import Report
    from ce_cli.dumps.run import Listeners, Settings
    from ce_cli.output.files import Destination


@click.command(
    "batch",
    cls=SectionedCommand,
    params=[
        click.Argument(["files"], nargs=-1, metavar="FILES...", type=FILE),
        *(option for options in SECTIONS.values() for option in options),
    ],
)
@click.pass_obj
def command(presentation: Presentation, **given: Unpack[Given]) -> int:
    """Check files of logits, labels and the claims of somebody's code.

    \b
    Examples:
      cecheck batch samples/claims.csv
      cecheck batch samples/claims.csv --dtype float32 -o report.json
      cecheck batch samples/logits.csv --rows-to gradients.csv
      cecheck batch samples/logits.npy --label samples/labels.npy \\
        --gradient samples/gradient.npy
      gzip -c samples/claims.csv | cecheck batch - --failures failures.csv

    Files are CSV (or its like with tabs or ;), JSON lines, both also as .gz or .zst, Parquet,
    .npy and .npz; - is stdin. The first line names the columns: z0, z1, ... are logits, label
    is the true class counted from 0 (or y0, y1, ... are targets). Claims to be checked are
    loss, p0, p1, ... and grad0, grad1, ...; all other columns are carried along.

    Exit codes: 0 every claim holds, 1 one does not, 2 it could not run or a row could not be
    read. The other rows are still checked; a file that cannot be read stops everything.
    """  # noqa: D301
    gc.enable()  # files may be of any size
    from ce_cli.dumps.files import files_read, open_all
    from ce_cli.dumps.run import run
    from ce_cli.dumps.view import columns_document
    from ce_cli.output.files import require_apart

    refuse_idle(given, presentation.output_format)
    settings, options = _settings(given), _text_options(given)
    written = _written(given, presentation)
    require_apart(presentation.destination, written, files_read(given["files"], options))
    with ExitStack() as stack:
        dumps = open_all(given["files"], options, stack)
        _require_suited(settings.objective, dumps)
        for dump in dumps:
            require_names(given["names"], dump.columns.classes)
        if given["columns"]:
            emit(columns_document([dump.form for dump in dumps]), presentation)
            return 0
        warn(_unclaimed_texts(dumps), presentation)
        report = run(dumps, settings, _listeners(dumps, written, given, presentation, stack))
    _show(report, given["names"], presentation)
    return report.exit_code


def _unclaimed_texts(dumps: Sequence[Dump]) -> Iterator[str]:
    """Yield the columns that may hold claims: a check that passes must have seen all claims."""
    from ce_cli.dumps.reading.columns import unclaimed

    for dump in dumps:
        for stem in unclaimed(dump.columns):
            yield (
                f"{dump.form.file}: columns {stem}0, ... are carried along; "
                f"if they are claims, say --gradient {stem} or --probabilities {stem}"
            )


def _settings(given: Given) -> Settings:
    from ce_cli.dumps.objective import Objective
    from ce_cli.dumps.run import Settings
    from ce_cli.dumps.tolerance import Tolerance
    from ce_cli.numeric.cross_entropy import CrossEntropy

    weight = tuple(given["weight"]) if given["weight"] else None
    ulp = Tolerance.ulp if given["ulp"] is None else given["ulp"]
    with naming_options():
        criterion = CrossEntropy(weight, given["label_smoothing"], given["temperature"])
    return Settings(
        Objective(criterion, given["ignore_index"]),
        Tolerance(given["dtype"], ulp, given["own_value"], given["rtol"], given["atol"]),
        given["reduction"] == "mean",
        given["worst"],
        given["max_errors"],
    )


def _text_options(given: Given) -> TextOptions:
    from ce_cli.dumps.reading.csv_text import TextOptions

    single = {kind: [name] for kind in ("label", "loss") if (name := given[kind])}
    several = {
        kind: names
        for kind in ("logits", "targets", "probabilities", "gradient")
        if (names := given[kind])
    }
    return TextOptions(
        not given["no_header"], given["separator"], single | several, given["ignore_index"],
        tuple(given["names"] or ()),
    )  # fmt: skip


def _require_suited(objective: Objective, dumps: Sequence[Dump]) -> None:
    """Refuse options of the loss that do not suit a file."""
    weight = objective.criterion.weight
    for dump in dumps:
        file, classes = dump.form.file, dump.columns.classes
        if weight is not None and len(weight) != classes:
            problem = f"{len(weight)} weights for the {classes} classes of {file}"
            raise InputError(problem, place="--weight")
        if objective.ignore_index is not None and dump.columns.label is None:
            problem = f"{file} has targets, and no label that could be ignored"
            raise InputError(problem, place="--ignore-index")


def _written(given: Given, presentation: Presentation) -> list[Destination]:
    """Return the files that are to be written beside the report."""
    from ce_cli.output.files import Destination

    paths = {"--rows-to": given["rows_to"], "--failures": given["failures"]}
    return [
        Destination(Path(path), option, presentation.force)
        for option, path in paths.items()
        if path is not None
    ]


def _listeners(
    dumps: Sequence[Dump],
    written: Sequence[Destination],
    given: Given,
    presentation: Presentation,
    stack: ExitStack,
) -> Listeners:
    from ce_cli.dumps.files import failures_writer, results_writer, size_of
    from ce_cli.dumps.run import Listeners
    from ce_cli.output.progress import progress

    by_option = {destination.option: destination for destination in written}
    rows, failures = by_option.get("--rows-to"), by_option.get("--failures")
    return Listeners(
        results_writer(rows, given["only"], dumps, stack) if rows else None,
        failures_writer(failures, stack) if failures else None,
        stack.enter_context(progress(size_of(dumps), presentation.screen(sys.stderr))),
    )


def _show(report: Report, names: list[str] | None, presentation: Presentation) -> None:
    from ce_cli.dumps.view import batch_document

    document = batch_document(report, names)
    presentation.is_clean &= not report.notes
    if presentation.output_format != "junit":
        emit(document, presentation)
        return
    from ce_cli.dumps.writing.junit import to_junit
    from ce_cli.output import encodable

    presentation.is_clean &= document.is_clean
    warn(document.warnings, presentation)
    text = encodable(to_junit(report, names), "junit", presentation.report())
    deliver(text, presentation)
