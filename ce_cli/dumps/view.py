"""The report of ``cecheck batch``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ce_cli.dumps.faults.diagnosis import findings
from ce_cli.dumps.report import NOTES
from ce_cli.output.document import Block, Column, Document, Table, Verdict
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ce_cli.dumps.reading.cells import LineFormat
    from ce_cli.dumps.reading.rows import Place
    from ce_cli.dumps.report import Difference, Example, Repeats, Report

SCHEMA = "cecheck.batch/1"
_MOST_CHARACTERS = 40
"""So much of what is carried along is shown: it may be a whole text."""
_WORST = "Worst rows, by their errors in units of what is allowed"
_COUNTS = ("rows", "passed", "failed", "unclaimed", "ignored", "unreadable")


def batch_document(report: Report) -> Document:
    """Return the document of a report."""
    return Document(tuple(_blocks(report)), _data(report), _records(report), _warnings(report))


def _warnings(report: Report) -> tuple[str, ...]:
    shown = report.bad.listed
    hidden = report.unreadable - sum(each.rows for each in shown)
    rest = (f"{_rows(hidden)} more could not be read",) if hidden else ()
    return (*map(described, shown), *rest)


def described(repeats: Repeats) -> str:
    """Return what is wrong with the first row, and where it is wrong too."""
    first, *others = repeats.first.items
    if not others:
        return str(first)
    unit = "row" if first.line is None else "line"
    places = [str(each.place.row if each.line is None else each.line) for each in others]
    more = repeats.rows - 1
    if more > len(places):
        places.append("...")
    where = f"{unit}{'s' if more > 1 else ''} {', '.join(places)}"
    return f"{first}\nof the same kind: {_rows(more).replace(' ', ' more ')}: {where}"


def _blocks(report: Report) -> Iterator[Block]:
    columns = (*(Column(name) for name in _COUNTS), Column("mean loss"), Column("total loss"))
    row = (*_counts(report).values(), report.mean_loss, float(report.loss))
    yield Table(columns, (row,), "Batch")
    yield from _verdicts(report)
    found = findings(report.diagnosis, report.failed)
    if found:
        yield "\n".join(["Diagnosis", *(f"  {finding.sentence}." for finding in found)])
    if report.worst.items:
        yield _differences(_WORST, report.worst.items)
    if report.largest:
        largest = [first.items[0] for first in report.largest.values() if first.items]
        yield _differences("Largest error of each kind", largest)
    notes = [_note(report, name) for name in NOTES if name in report.notes]
    if notes:
        yield "\n".join(["Notes", *(f"  {note}." for note in notes)])


def _verdicts(report: Report) -> Iterator[Verdict]:
    if report.failed:
        yield Verdict(False, f"the claims of {_rows(report.failed)} do not hold")
    elif report.passed:
        yield Verdict(True, f"the claims of {_rows(report.passed)} hold")
    if report.unreadable:
        yield Verdict(False, f"{_rows(report.unreadable)} could not be read")
    if report.unclaimed:
        verb = "claims" if report.unclaimed == 1 else "claim"
        yield Verdict(None, f"{_rows(report.unclaimed)} {verb} nothing: nothing was compared")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _differences(title: str, differences: Sequence[Difference]) -> Table:
    carried = list(dict.fromkeys(name for each in differences for name in each.carried))[:1]
    names = ("row", "file", *carried)
    columns = (
        *(Column(name, style="text") for name in names), Column("kind", style="text"),
        Column("class"), Column("claim"), Column("truth"), Column("difference"),
    )  # fmt: skip
    rows = tuple(
        (
            str(each.place.row), each.place.file,
            *(_shortened(each.carried.get(name, "")) for name in carried),
            each.kind, each.index, each.claim, each.truth, each.claim - each.truth,
        )
        for each in differences
    )  # fmt: skip
    return Table(columns, rows, title)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def _note(report: Report, name: str) -> str:
    tally = report.notes[name]
    example: Example = tally.first.items[0]
    claim = NOTES[name].replace("claim", "claims", 1) if tally.rows == 1 else NOTES[name]
    text = f"{_rows(tally.rows)} {claim}, first row {example.place.row} of "
    text += example.place.file
    return text if example.truth is None else f"{text} (truth: {for_people(example.truth)})"


def _counts(report: Report) -> dict[str, int]:
    return {name: getattr(report, name) for name in _COUNTS}


def _data(report: Report) -> dict[str, object]:
    found = findings(report.diagnosis, report.failed)
    return {
        "schema": SCHEMA,
        **_counts(report),
        "loss": {"mean": report.mean_loss, "total": float(report.loss)},
        "worst": [_difference_data(each) for each in report.worst.items],
        "largest_errors": {
            kind: _difference_data(first.items[0])
            for kind, first in report.largest.items()
            if first.items
        },
        "diagnosis": [vars(finding) for finding in found],
        "notes": [_note_data(report, name) for name in NOTES if name in report.notes],
        "errors": [_bad_data(each) for each in report.bad.listed],
    }


def _difference_data(each: Difference) -> dict[str, object]:
    return {
        **_place_data(each.place),
        "carried": each.carried,
        "kind": each.kind,
        "class": each.index,
        "claim": each.claim,
        "truth": each.truth,
        "difference": each.claim - each.truth,
    }


def _place_data(place: Place) -> dict[str, object]:
    return {"file": place.file, "row": place.row}


def _note_data(report: Report, name: str) -> dict[str, object]:
    tally = report.notes[name]
    example = tally.first.items[0]
    return {
        "note": name,
        "rows": tally.rows,
        "sentence": _note(report, name),
        "first": {**_place_data(example.place), "truth": example.truth},
    }


def _bad_data(repeats: Repeats) -> dict[str, object]:
    bad = repeats.first.items[0]
    return {
        **_place_data(bad.place),
        "line": bad.line,
        "column": bad.column,
        "text": bad.text,
        "message": bad.message,
        "rows": repeats.rows,
    }


def _records(report: Report) -> Table:
    columns = (*(Column(name) for name in _COUNTS), Column("mean_loss"), Column("total_loss"))
    return Table(columns, ((*_counts(report).values(), report.mean_loss, float(report.loss)),))


def columns_document(forms: Sequence[LineFormat]) -> Document:
    """Return what was recognised as what in every file."""
    rows = tuple(
        (name, form.columns.kinds.get(position, "carried"), form.file)
        for form in forms
        for position, name in enumerate(form.columns.names)
    )
    columns = tuple(Column(name, style="text") for name in ("column", "is", "file"))
    data: dict[str, object] = {"schema": SCHEMA, "columns": [
        {"file": file, "column": name, "kind": kind} for name, kind, file in rows]}  # fmt: skip
    shown = Table(columns, tuple(_runs(rows)), "Columns")
    return Document((shown,), data, Table(columns, rows, "Columns"))


def _runs(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield neighbouring columns of one kind together: a line for 50,257 classes, not as many."""
    for (kind, file), run in groupby(rows, key=lambda row: row[1:]):
        names = [name for name, _, _ in run]
        if kind == "carried" or len(names) == 1:
            yield from ((name, kind, file) for name in names)
        else:
            yield f"{names[0]} … {names[-1]} ({len(names):,})", kind, file
