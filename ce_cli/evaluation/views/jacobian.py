"""The result of ``cecheck jacobian``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ce_cli.evaluation.views.common import (
    Rows,
    check_data,
    entries_table,
    left_out,
    likeliest,
    name_column,
    verdicts,
)
from ce_cli.input.page_letters import USUAL, Letters
from ce_cli.output.document import Column, Document, Part, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.evaluation.jacobian import JacobianReport, VectorJacobianProduct

SCHEMA = "cecheck.jacobian/1"
TAKEN_BY_THE_JACOBIAN = {"T": "the temperature", "v": "the vector"}
"""Letters that the page uses for something else."""


class _View(NamedTuple):
    report: JacobianReport
    letters: Letters
    names: Sequence[str] | None

    @property
    def over(self) -> str:
        """The division by the temperature, if it is not 1."""
        return "" if self.report.temperature == 1 else "/T"

    @property
    def derivative(self) -> str:
        return f"∂{self.letters.probabilities}_i/∂{self.letters.logits}_j"

    @property
    def product(self) -> str:
        return f"(v − v·{self.letters.probabilities}) ⊙ {self.letters.probabilities}{self.over}"

    @property
    def entries(self) -> tuple[str, str]:
        """The formulas on the diagonal and off it."""
        p = self.letters.probabilities
        return f"{p}_i(1 − {p}_i){self.over}", f"−{p}_i {p}_j{self.over}"

    def name(self, letter: str, index: int) -> str:
        return self.names[index] if self.names else f"{letter} = {index}"


def jacobian_document(
    report: JacobianReport, letters: Letters = USUAL, names: Sequence[str] | None = None
) -> Document:
    """Return the document of a report, in the writer's letters, with the names of classes."""
    view, shown = _View(report, letters, names), likeliest(report.probabilities)
    blocks: list[Part] = [_matrix(view, shown)]
    if report.product:
        blocks.append(_product(view, report.product, shown))
    blocks += left_out(len(report.logits), shown)
    blocks += verdicts(report.checks, _check_texts(view))
    return Document(tuple(blocks), _data(view), _records(view))


def _check_texts(view: _View) -> dict[str, str]:
    diagonal, others = view.entries
    return {
        "zero row sums": "every row sums to 0",
        "symmetry": "symmetric",
        "finite differences": "finite differences of the softmax",
        "50-digit arithmetic": f"{diagonal} and {others} in 50-digit arithmetic",
        "vector-Jacobian product": f"{view.product} and v times the matrix agree",
    }


def _matrix(view: _View, shown: list[int]) -> Table:
    report = view.report
    columns = [Column(view.derivative, "i", "text")]
    columns += [Column("softmax", f"{view.letters.probabilities}_i")]
    columns += [Column(view.name("j", j)) for j in shown]
    rows: tuple[TableRow, ...] = tuple(
        (view.name("i", i), report.probabilities[i], *(report.matrix[i][j] for j in shown))
        for i in shown
    )
    diagonal, others = view.entries
    at = f" at T = {report.temperature:g}" if view.over else ""
    title = f"Softmax Jacobian{at}: diagonal {diagonal}, off the diagonal {others}"
    return Table(tuple(columns), rows, title)


def _product(view: _View, product: VectorJacobianProduct, shown: list[int]) -> Table:
    vectors = (
        (Column("vector", "v"), product.vector),
        (Column("as a layer does it", view.product), product.formula),
        (Column("through the matrix", f"Σ_i v_i {view.derivative}"), product.matrix),
    )
    rows = Rows(shown, names=view.names)
    return entries_table("Vector-Jacobian product", Column("class", "j"), vectors, rows)


def _data(view: _View) -> dict[str, object]:
    report = view.report
    data: dict[str, object] = {
        "schema": SCHEMA,
        "logits": report.logits,
        "names": view.names,
        "temperature": report.temperature,
        "probabilities": report.probabilities,
        "jacobian": report.matrix,
    }
    if report.product:
        data["vector"] = report.product.vector
        data["vjp"] = report.product.formula
    return data | {"checks": check_data(report.checks)}


def _records(view: _View) -> Table:
    """Return a row for every i, with the entries of the vector and the product if given."""
    report, product = view.report, view.report.product
    names = name_column(view.names)
    extra = (*names, report.logits, report.probabilities)
    extra += (product.vector, product.formula) if product else ()
    columns = ["i", *(["name"] if names else []), "logit", "probability"]
    columns += ["vector", "vjp"] if product else []
    columns += [f"dp_dz{j}" for j in range(len(report.matrix))]
    rows = tuple(
        (i, *entries, *row)
        for i, (row, *entries) in enumerate(zip(report.matrix, *extra, strict=True))
    )
    return Table(tuple(map(Column, columns)), rows)
