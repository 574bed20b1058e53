"""The report of ``cecheck batch``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.rendering.document import Block, Column, Document, Table, Verdict

if TYPE_CHECKING:
    from ce_cli.checking.report import Report
    from ce_cli.reading.dump import BadRow

SCHEMA = "cecheck.batch/1"
_COUNTS = ("rows", "passed", "failed", "unclaimed", "ignored", "unreadable")


def batch_document(report: Report) -> Document:
    """Return the document of a report."""
    return Document(
        tuple(_blocks(report)), _data(report), _records(report), tuple(map(str, report.bad.items))
    )


def _blocks(report: Report) -> list[Block]:
    columns = (*(Column(name) for name in _COUNTS), Column("mean loss"), Column("total loss"))
    row = (*_counts(report).values(), report.mean_loss, float(report.loss))
    blocks: list[Block] = [Table(columns, (row,), "Batch")]
    if report.unreadable:
        blocks.append(Verdict(False, f"{_rows(report.unreadable)} could not be read"))
    return blocks


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _counts(report: Report) -> dict[str, int]:
    return {name: getattr(report, name) for name in _COUNTS}


def _data(report: Report) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        **_counts(report),
        "loss": {"mean": report.mean_loss, "total": float(report.loss)},
        "errors": [_bad_data(bad) for bad in report.bad.items],
    }


def _bad_data(bad: BadRow) -> dict[str, object]:
    return {
        "file": bad.place.file,
        "row": bad.place.row,
        "line": bad.line,
        "column": bad.column,
        "text": bad.text,
        "message": bad.message,
    }


def _records(report: Report) -> Table:
    columns = (*(Column(name) for name in _COUNTS), Column("mean_loss"), Column("total_loss"))
    return Table(columns, ((*_counts(report).values(), report.mean_loss, float(report.loss)),))
