"""The result of ``cecheck bce``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import check_data, verdicts
from ce_cli.output.document import Column, Document, Part, Table
from ce_cli.output.numbers import for_people

if TYPE_CHECKING:
    from ce_cli.evaluation.binary import BinaryReport

SCHEMA = "cecheck.bce/1"
_CHECKS = {
    "finite differences": "finite differences of the loss",
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
    columns = (
        Column("quantity", "", "text"),
        Column("formula", "", "text"),
        Column("sigmoid", "σ(z)"),
        Column("softmax", "on (0, z)"),
    )
    sigmoid, softmax = report.sigmoid, report.softmax
    rows = (
        ("probability of class 1", "σ(z) = 1/(1 + e^−z)", sigmoid.probability, softmax.probability),
        ("loss", _loss(report), sigmoid.loss, softmax.loss),
        ("gradient ∂L/∂z", _gradient(report), sigmoid.gradient, softmax.gradient),
    )
    title = f"Binary cross-entropy at z = {report.logit!r}, y = {report.target}"
    title += f", weight w = {report.pos_weight:g}" if _is_weighted(report) else ""
    return Table(columns, rows, title)


def _is_weighted(report: BinaryReport) -> bool:
    return report.pos_weight != 1


def _loss(report: BinaryReport) -> str:
    weight = "w" if _is_weighted(report) else ""
    if report.target == 0:
        return "−log(1 − σ(z))"
    if report.target == 1:
        return f"−{weight}{' ' * bool(weight)}log σ(z)"
    return f"−{weight}y log σ − (1 − y) log(1 − σ)"


def _gradient(report: BinaryReport) -> str:
    return "(1 − y)σ − wy(1 − σ)" if _is_weighted(report) else "σ(z) − y"


def _sentence(report: BinaryReport) -> str:
    gradient, y = report.sigmoid.gradient, report.target
    if y in {0, 1}:
        way, aim = "up" if y else "down", f"towards class {y}"
    else:
        way, aim = "up" if gradient < 0 else "down", f"towards σ(z) = {_best(report)}"
    if gradient == 0:
        at = "" if y in {0, 1} else f" at σ(z) = {_best(report)}"
        return f"The gradient is 0{at}: a gradient step leaves the logit where it is."
    return f"A gradient step moves the logit {way}, {aim}."


def _best(report: BinaryReport) -> str:
    """Return the probability at which the gradient is 0."""
    weighted = report.pos_weight * report.target
    if not _is_weighted(report):
        return f"{report.target}"
    return f"wy/(wy + 1 − y) = {for_people(weighted / (weighted + 1 - report.target))}"


def _data(report: BinaryReport) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "logit": report.logit,
        "label": report.target,
        "pos_weight": report.pos_weight,
        **report.sigmoid._asdict(),
        "two_class_softmax": report.softmax._asdict(),
        "checks": check_data(report.checks),
    }


def _records(report: BinaryReport) -> Table:
    names = ("logit", "label", "pos_weight", "probability", "loss", "gradient")
    row = (report.logit, report.target, report.pos_weight, *report.sigmoid)
    return Table(tuple(map(Column, names)), (row,))
