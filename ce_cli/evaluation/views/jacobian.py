"""The result of ``cecheck jacobian``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.evaluation.views.common import check_data, entries_table, left_out, likeliest, verdicts
from ce_cli.output.document import Column, Document, Part, Table, TableRow

if TYPE_CHECKING:
    from ce_cli.evaluation.jacobian import JacobianReport, VectorJacobianProduct

SCHEMA = "cecheck.jacobian/1"
_CHECKS = {
    "zero row sums": "every row sums to 0",
    "symmetry": "symmetric",
    "50-digit arithmetic": "p_i(1 − p_i) and −p_i p_j in 50-digit arithmetic",
    "vector-Jacobian product": "(v − v·p) ⊙ p and v times the matrix agree",
}


def jacobian_document(report: JacobianReport) -> Document:
    """Return the document of a report."""
    shown = likeliest(report.probabilities)
    blocks: list[Part] = [_matrix(report, shown)]
    if report.product:
        blocks.append(_product(report.product, shown))
    blocks += left_out(len(report.logits), shown)
    blocks += verdicts(report.checks, _CHECKS)
    return Document(tuple(blocks), _data(report), _records(report))


def _matrix(report: JacobianReport, shown: list[int]) -> Table:
    columns = [Column("∂p_i/∂z_j", "i", "text"), Column("softmax", "p_i")]
    columns += [Column(f"j = {j}") for j in shown]
    rows: tuple[TableRow, ...] = tuple(
        (f"i = {i}", report.probabilities[i], *(report.matrix[i][j] for j in shown)) for i in shown
    )
    title = "Softmax Jacobian: diagonal p_i(1 − p_i), off the diagonal −p_i p_j"
    return Table(tuple(columns), rows, title)


def _product(product: VectorJacobianProduct, shown: list[int]) -> Table:
    vectors = (
        (Column("vector", "v"), product.vector),
        (Column("as a layer does it", "(v − v·p) ⊙ p"), product.formula),
        (Column("through the matrix", "Σ_i v_i ∂p_i/∂z_j"), product.matrix),
    )
    return entries_table("Vector-Jacobian product", Column("class", "j"), vectors, shown)


def _data(report: JacobianReport) -> dict[str, object]:
    data: dict[str, object] = {
        "schema": SCHEMA,
        "logits": report.logits,
        "probabilities": report.probabilities,
        "jacobian": report.matrix,
    }
    if report.product:
        data["vector"] = report.product.vector
        data["vjp"] = report.product.formula
    return data | {"checks": check_data(report.checks)}


def _records(report: JacobianReport) -> Table:
    """Return a row for every i, with the entries of the vector and the product if given."""
    product = report.product
    names = [f"dp_dz{j}" for j in range(len(report.matrix))]
    columns = ["i", "logit", "probability", *(["vector", "vjp"] if product else []), *names]
    extra = zip(product.vector, product.formula, strict=True) if product else [()] * len(names)
    rows = tuple(
        (i, z, p, *more, *row)
        for i, (z, p, more, row) in enumerate(
            zip(report.logits, report.probabilities, extra, report.matrix, strict=True)
        )
    )
    return Table(tuple(map(Column, columns)), rows)
