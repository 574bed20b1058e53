"""The result of ``cecheck softmax``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import check_data, entries_table, left_out, likeliest, verdicts
from ce_cli.output.document import Column, Document, Part, Table

if TYPE_CHECKING:
    from ce_cli.evaluation.softmax import SoftmaxReport

SCHEMA = "cecheck.softmax/1"
_CHECKS = {"50-digit arithmetic": "stable softmax against 50-digit arithmetic"}


def softmax_document(report: SoftmaxReport) -> Document:
    """Return the document of a report."""
    shown = likeliest(report.softmax)
    blocks: tuple[Part, ...] = (
        _shares(report, shown),
        *_share_note(report),
        _evaluation(report, shown),
        *_overflow_note(report),
        *left_out(len(report.logits), shown),
        *verdicts(report.checks, _CHECKS),
    )
    return Document(blocks, _data(report), _records(report))


def _shares(report: SoftmaxReport, shown: list[int]) -> Table:
    vectors = (
        (Column("logit", "z", "given"), report.logits),
        (Column("hardmax"), report.hardmax),
        (Column("plain share", "z / Σz"), report.share),
        (Column("softmax", "e^z / Σe^z"), report.softmax),
    )
    return entries_table("Three ways to share out 1", Column("class", "i"), vectors, shown)


def _share_note(report: SoftmaxReport) -> tuple[str, ...]:
    if min(report.logits) >= 0 < sum(report.logits):
        return ()
    return ("z / Σz is no distribution here: it needs logits that are not negative.",)


def _evaluation(report: SoftmaxReport, shown: list[int]) -> Table:
    vectors = (
        (Column("e^z"), report.exponentials),
        (Column("naive", "e^z / Σe^z"), report.naive),
        (Column("shifted", "z − max z"), report.shifted),
        (Column("stable", "softmax"), report.softmax),
    )
    return entries_table("Naive against stable evaluation", Column("class", "i"), vectors, shown)


def _overflow_note(report: SoftmaxReport) -> tuple[str, ...]:
    if report.overflowed:
        first, more = report.overflowed[0], len(report.overflowed) - 1
        where = f"class {first}" + (f" and {more} more" if more else "")
        return (f"e^z overflows at {where} (float64 ends at e^709.78): ∞/∞ is nan, the rest 0.",)
    if not any(report.exponentials):
        return ("e^z underflows to 0 in every class (float64 ends at e^−745.13): 0/0 is nan.",)
    return ()


def _data(report: SoftmaxReport) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "logits": report.logits,
        "hardmax": report.hardmax,
        "share": report.share,
        "softmax": report.softmax,
        "naive": report.naive,
        "overflowed": report.overflowed,
        "checks": check_data(report.checks),
    }


def _records(report: SoftmaxReport) -> Table:
    columns = tuple(map(Column, ("class", "logit", "hardmax", "share", "naive", "softmax")))
    vectors = (report.logits, report.hardmax, report.share, report.naive, report.softmax)
    rows = tuple((k, *values) for k, values in enumerate(zip(*vectors, strict=True)))
    return Table(columns, rows)
