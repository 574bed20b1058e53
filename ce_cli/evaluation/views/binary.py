"""The result of ``cecheck bce``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import check_data, verdicts
from ce_cli.output.document import Column, Document, Part, Table

if TYPE_CHECKING:
    from ce_cli.evaluation.binary import BinaryReport

SCHEMA = "cecheck.bce/1"
_CHECKS = {
    "two-class softmax": "equal to the two-class softmax on (0, z)",
    "50-digit arithmetic": "both against 50-digit arithmetic",
}


def binary_document(report: BinaryReport) -> Document:
    """Return the document of a report."""
    blocks: tuple[Part, ...] = (
        _ways(report),
        _sentence(report),
        *verdicts(report.checks, _CHECKS),
    )
    return Document(blocks, _data(report), _records(report))


def _ways(report: BinaryReport) -> Table:
    loss = "−log σ(z)" if report.label else "−log(1 − σ(z))"
    columns = (
        Column("quantity", "", "text"),
        Column("formula", "", "text"),
        Column("sigmoid", "σ(z)"),
        Column("softmax", "on (0, z)"),
    )
    sigmoid, softmax = report.sigmoid, report.softmax
    rows = (
        ("probability of class 1", "σ(z) = 1/(1 + e^−z)", sigmoid.probability, softmax.probability),
        ("loss", loss, sigmoid.loss, softmax.loss),
        ("gradient ∂L/∂z", "σ(z) − y", sigmoid.gradient, softmax.gradient),
    )
    return Table(columns, rows, f"Binary cross-entropy at z = {report.logit!r}, y = {report.label}")


def _sentence(report: BinaryReport) -> str:
    way = "up" if report.label else "down"
    return f"A gradient step moves the logit {way}, towards class {report.label}."


def _data(report: BinaryReport) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "logit": report.logit,
        "label": report.label,
        **report.sigmoid._asdict(),
        "two_class_softmax": report.softmax._asdict(),
        "checks": check_data(report.checks),
    }


def _records(report: BinaryReport) -> Table:
    way = report.sigmoid
    columns = tuple(map(Column, ("logit", "label", "probability", "loss", "gradient")))
    return Table(columns, ((report.logit, report.label, way.probability, way.loss, way.gradient),))
