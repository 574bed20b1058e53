"""The report of ``cecheck batch`` as a document."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ce_cli.dumps.faults.diagnosis import findings
from ce_cli.output.document import Column, Document, Mark, Part, Table, Verdict
from ce_cli.output.numbers import for_people, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ce_cli.dumps.faults.diagnosis import Finding
    from ce_cli.dumps.reading.cells import LineFormat
    from ce_cli.dumps.reading.rows import Place
    from ce_cli.dumps.report import Difference, NotedRow, Repeats, Report

SCHEMA = "cecheck.batch/1"
_NOTES = {
    "zero-gradient": "claim a gradient that is zero in every class",
    "cancelled": "claim exactly 0 at the true class, where p − 1 cancelled",
    "nonzero-sum": "claim a gradient that does not sum to 0",
    "not-finite": "claim NaN or an infinity",
}
"""Notes on claims, whether they pass or not."""
_MOST_CHARACTERS = 40
"""So much of a carried cell is shown: it may be a whole text."""
_WORST = "Worst rows, by their errors in units of what is allowed"
_COUNTS = ("rows", "passed", "failed", "unclaimed", "ignored", "unreadable")


def batch_document(report: Report, names: Sequence[str] | None = None) -> Document:
    """Return the document of a report, with the names of classes."""
    parts, data = tuple(_blocks(report, names)), _data(report, names)
    return Document(parts, data, _records(report), _warnings(report))


def _warnings(report: Report) -> tuple[str, ...]:
    shown = report.bad.listed
    hidden = report.unreadable - sum(repeats.rows for repeats in shown)
    rest = (f"{_rows(hidden)} more could not be read",) if hidden else ()
    return (*map(described, shown), *rest)


def described(repeats: Repeats) -> str:
    """Return the problem of the first row, and the places of the others."""
    first, *others = repeats.first.items
    if not others:
        return str(first)
    unit = "row" if first.place.line is None else "line"
    places = [str(bad.place.line or bad.place.row) for bad in others]
    more = repeats.rows - 1
    if more > len(places):
        places.append("...")
    where = f"{unit}{'s' if more > 1 else ''} {', '.join(places)}"
    return f"{first}\nof the same kind: {_rows(more).replace(' ', ' more ')}: {where}"


def _blocks(report: Report, names: Sequence[str] | None) -> Iterator[Part]:
    columns = (*(Column(name) for name in _COUNTS), Column("mean loss"), Column("total loss"))
    row = (*_counts(report).values(), report.mean_loss, float(report.loss))
    yield Table(columns, (row,), "Batch")
    yield from _verdicts(report)
    found = diagnosis(report)
    if found:
        yield "\n".join(["Diagnosis", *(f"  {sentence}." for _, sentence in found)])
    if report.worst.items:
        yield _differences(_WORST, report.worst.items, names)
    if len(report.largest) > 1:
        largest = [first.items[0] for first in report.largest.values()]
        yield _differences("Largest error of each kind", largest, names)
    notes = [_note(report, name) for name in _NOTES if name in report.notes]
    if notes:
        yield "\n".join(["Notes", *(f"  {note}." for note in notes)])


def diagnosis(report: Report) -> list[tuple[Finding, str]]:
    """Return the faults that were found, each with its sentence."""
    return [
        (finding, f"{finding.rows:,} of {report.failed:,} failing rows{_explanation(finding)}")
        for finding in findings(report.diagnosis)
    ]


def _explanation(finding: Finding) -> str:
    if not finding.suspect:
        return ": no known fault or pair explains them"
    return " " + ", and ".join(fault.sentence for fault in finding.suspect)


def _verdicts(report: Report) -> Iterator[Verdict]:
    if report.failed:
        yield Verdict(Mark.WRONG, f"the claims of {_rows(report.failed)} do not hold")
    elif report.passed:
        yield Verdict(Mark.TRUE, f"the claims of {_rows(report.passed)} hold")
    if report.unreadable:
        yield Verdict(Mark.OPEN, f"{_rows(report.unreadable)} could not be read")
    if report.unclaimed:
        verb = "claims" if report.unclaimed == 1 else "claim"
        yield Verdict(Mark.OPEN, f"{_rows(report.unclaimed)} {verb} nothing: nothing was compared")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def class_name(index: int | None, names: Sequence[str] | None) -> int | str | None:
    """Return the name of a class, or its number if it has none; None stays None."""
    return index if index is None or not names else names[index]


def _differences(
    title: str, differences: Sequence[Difference], names: Sequence[str] | None
) -> Table:
    carried = list(dict.fromkeys(name for found in differences for name in found.carried))[:1]
    columns = (
        *(Column(name, style="text") for name in ("row", "place", *carried, "kind")),
        Column("class", style="text" if names else "plain"),
        *map(Column, ("claim", "truth", "times allowed")),
    )  # fmt: skip
    rows = tuple(
        (
            str(found.place.row), str(found.place),
            *(_shortened(found.carried.get(name, "")) for name in carried),
            found.kind, class_name(found.index, names), *told_apart(found.claim, found.truth),
            _times(found.times_allowed),
        )
        for found in differences
    )  # fmt: skip
    return Table(columns, rows, title)


def _times(value: float) -> str:
    """Return an error in units of the allowance, with two digits; it is more than 1."""
    return "> 1" if value == 1 else f"{value:g}".replace("e+", "e")


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def _note(report: Report, name: str) -> str:
    tally = report.notes[name]
    example: NotedRow = tally.first.items[0]
    claim = _NOTES[name].replace("claim", "claims", 1) if tally.rows == 1 else _NOTES[name]
    text = f"{_rows(tally.rows)} {claim}, first row {example.place.row} of {example.place}"
    return text if example.truth is None else f"{text} (truth: {for_people(example.truth)})"


def _counts(report: Report) -> dict[str, int]:
    return {name: getattr(report, name) for name in _COUNTS}


def _data(report: Report, names: Sequence[str] | None) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "names": names,
        **_counts(report),
        "loss": {"mean": _certain(report.mean_loss), "total": _certain(float(report.loss))},
        "worst": [_difference_data(found) for found in report.worst.items],
        "largest_errors": {
            kind: _difference_data(first.items[0]) for kind, first in report.largest.items()
        },
        "diagnosis": [
            {"fault": finding.fault, "rows": finding.rows, "sentence": sentence}
            for finding, sentence in diagnosis(report)
        ],
        "notes": [_note_data(report, name) for name in _NOTES if name in report.notes],
        "errors": [_bad_data(repeats) for repeats in report.bad.listed],
    }


def _difference_data(found: Difference) -> dict[str, object]:
    return {
        **_place_data(found.place),
        "carried": found.carried,
        "kind": found.kind,
        "class": found.index,
        "claim": found.claim,
        "truth": found.truth,
        "difference": found.claim - found.truth,
        "times_allowed": float(f"{found.times_allowed:.1e}"),
    }


def _place_data(place: Place) -> dict[str, object]:
    return {"file": place.file, "row": place.row, "line": place.line}


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
        "column": bad.column,
        "text": bad.text,
        "message": bad.message,
        "rows": repeats.rows,
    }


def _records(report: Report) -> Table:
    columns = (*(Column(name) for name in _COUNTS), Column("mean_loss"), Column("total_loss"))
    losses = _certain(report.mean_loss), _certain(float(report.loss))
    return Table(columns, ((*_counts(report).values(), *losses),))


def _certain(loss: float) -> float:
    """Return a sum of losses to the digits that the kernel's own rounding leaves certain."""
    return float(f"{loss:.12g}")


def columns_document(forms: Sequence[LineFormat]) -> Document:
    """Return every column of every file with the kind that was recognised."""
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
