"""The result of ``cecheck softmax``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ce_cli.evaluation.views.common import (
    Rows,
    check_data,
    class_name,
    entries_table,
    left_out,
    likeliest,
    name_column,
    verdicts,
)
from ce_cli.output.document import Column, Document, Mark, Part, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.evaluation.softmax import SoftmaxReport

SCHEMA = "cecheck.softmax/1"
_CHECKS = {"50-digit arithmetic": "stable softmax against 50-digit arithmetic"}


class _View(NamedTuple):
    report: SoftmaxReport
    names: Sequence[str] | None

    @property
    def power(self) -> str:
        return "e^z" if self.report.temperature == 1 else "e^(z/T)"

    @property
    def quotient(self) -> str:
        return f"{self.power} / Σ{self.power}"

    @property
    def shifted(self) -> str:
        return "z − max z" if self.report.temperature == 1 else "(z − max z)/T"


def softmax_document(report: SoftmaxReport, names: Sequence[str] | None = None) -> Document:
    """Return the document of a report, with the names of classes."""
    view, shown = _View(report, names), likeliest(report.softmax)
    blocks: tuple[Part, ...] = (
        _shares(view, shown),
        *_share_note(report),
        _evaluation(view, shown),
        *left_out(len(report.logits), shown),
        *_overflow_note(view),
        *verdicts(report.checks, _CHECKS),
    )
    return Document(blocks, _data(view), _records(view))


def _shares(view: _View, shown: list[int]) -> Table:
    report = view.report
    vectors = (
        (Column("logit", "z", "given"), report.logits),
        (Column("hardmax"), report.hardmax),
        (Column("plain share", "z / Σz"), report.share),
        (Column("softmax", view.quotient), report.softmax),
    )
    at = "" if report.temperature == 1 else f", T = {report.temperature:g}"
    rows = Rows(shown, names=view.names)
    return entries_table(f"Three ways to share out 1{at}", Column("class", "i"), vectors, rows)


def _share_note(report: SoftmaxReport) -> tuple[str, ...]:
    if min(report.logits) >= 0 < sum(report.logits):
        return ()
    return ("z / Σz is no distribution here: it needs logits that are not negative.",)


def _evaluation(view: _View, shown: list[int]) -> Table:
    report = view.report
    vectors = (
        (Column(view.power), report.exponentials),
        (Column("naive", view.quotient), report.naive),
        (Column("shifted", view.shifted), report.shifted),
        (Column("stable", "softmax"), report.softmax),
    )
    rows = Rows(shown, names=view.names)
    return entries_table("Naive against stable evaluation", Column("class", "i"), vectors, rows)


def _overflow_note(view: _View) -> Iterator[Verdict]:
    report = view.report
    if report.overflowed:
        first, more = report.overflowed[0], len(report.overflowed) - 1
        where = f"class {class_name(first, view.names)}" + (f" and {more} more" if more else "")
        ends = "float64 ends at e^709.78"
        text = f"{view.power} overflows at {where} ({ends}): ∞/∞ is nan, the rest 0"
        yield Verdict(Mark.LOSES_DIGITS, f"naive softmax: {text}")
    elif not any(report.exponentials):
        ends = "float64 ends at e^−745.13"
        text = f"{view.power} underflows to 0 in every class ({ends}): 0/0 is nan"
        yield Verdict(Mark.LOSES_DIGITS, f"naive softmax: {text}")


def _data(view: _View) -> dict[str, object]:
    report = view.report
    return {
        "schema": SCHEMA,
        "logits": report.logits,
        "names": view.names,
        "temperature": report.temperature,
        "hardmax": report.hardmax,
        "share": report.share,
        "softmax": report.softmax,
        "naive": report.naive,
        "overflowed": report.overflowed,
        "checks": check_data(report.checks),
    }


def _records(view: _View) -> Table:
    report, names = view.report, name_column(view.names)
    values = ("logit", "hardmax", "share", "naive", "softmax")
    columns = tuple(map(Column, ("class", *(["name"] if names else []), *values)))
    vectors = (
        *names, report.logits, report.hardmax, report.share, report.naive, report.softmax,
    )  # fmt: skip
    rows = tuple((k, *entries) for k, entries in enumerate(zip(*vectors, strict=True)))
    return Table(columns, rows)
