"""Derivations as data for programs: JSON ``cecheck.derive/2`` with LaTeX, and the rows of CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.mathematics.inline import unmarked
from ce_cli.mathematics.latex import to_latex
from ce_cli.output.document import Column, Mark, Table
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ce_cli.derivations.example import Values
    from ce_cli.derivations.lines import Line, Passage
    from ce_cli.derivations.report import DerivationReport
    from ce_cli.output.document import Summary, Title
    from ce_cli.symbolic.kernel.verdicts import Verdict

SCHEMA = "cecheck.derive/2"
_NAMES = ("heading", "lhs", "rhs", "rule", "reason", "verdict", "scope", "doubt")


def derivation_data(
    report: DerivationReport, title: Title, passages: Sequence[Passage], summary: Summary
) -> dict[str, object]:
    """Return the report as data; LaTeX and sentences are those of the page."""
    derivation = report.derivation
    return {
        "schema": SCHEMA,
        "subject": derivation.subject,
        "title": title.text,
        "classes": derivation.classes,
        "label": derivation.label,
        "notes": list(map(unmarked, title.notes)),
        "given": dict(report.given),
        "steps": list(_steps(passages)),
        "proved": summary.mark is Mark.TRUE,
        "summary": summary.text,
    }


def records(passages: Sequence[Passage]) -> Table:
    """Return a row for every step."""
    rows = tuple(tuple(step[name] for name in _NAMES) for step in _steps(passages))
    return Table(tuple(map(Column, _NAMES)), rows)


def _steps(passages: Sequence[Passage]) -> Iterator[dict[str, Any]]:
    heading = ""
    for passage in passages:
        heading = unmarked(passage.heading) or heading
        yield from ({"heading": heading, **_step(line)} for line in passage.lines)


def _step(line: Line) -> dict[str, object]:
    equation, verdict = line.equation, line.verdict
    proof = verdict if isinstance(verdict, Proved) else None
    return {
        "lhs": to_latex(equation.lhs).strip(),
        "rhs": to_latex(equation.rhs).strip(),
        "rule": line.rule,
        "reason": unmarked(equation.rule),
        "prose": unmarked(equation.prose),
        "assumptions": list(map(unmarked, line.needs)),
        "verdict": type(verdict).__name__.lower(),
        "method": proof and proof.method,
        "scope": proof and proof.scope.count_text,
        "doubt": _doubt(verdict),
        "values": line.values and _values(line.values),
    }


def _doubt(verdict: Verdict) -> str | None:
    if isinstance(verdict, Proved):
        return None
    return str(verdict.counterexample) if isinstance(verdict, Refuted) else verdict.reason


def _values(values: Values) -> dict[str, object]:
    sides = {"lhs": values.lhs, "rhs": values.rhs}
    return {
        **{name: [list(map(_float, row)) for row in side] for name, side in sides.items()},
        "indices": {str(index): value for index, value in values.indices},
        "agree": values.agree,
    }


def _float(value: Any) -> float:  # noqa: ANN401 - a number of many digits
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
