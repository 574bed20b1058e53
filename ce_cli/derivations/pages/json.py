"""A derivation as JSON, schema ``cecheck.derive/1``: formulas in LaTeX, numbers in full."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from ce_cli.mathematics.latex import to_latex
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted

if TYPE_CHECKING:
    from ce_cli.derivations.example import Values
    from ce_cli.derivations.pages.page import Line, Page
    from ce_cli.symbolic.kernel.verdicts import Verdict

SCHEMA = "cecheck.derive/1"


def to_page(page: Page) -> str:
    """Return the page as one line of strict JSON; ``steps`` are all steps, in order."""
    derivation = page.report.derivation
    data = {
        "schema": SCHEMA,
        "subject": derivation.subject,
        "title": page.title,
        "classes": derivation.classes,
        "label": derivation.label,
        "notes": page.notes,
        "given": {name: [_float(value) for value in values] for name, values in page.report.given},
        "steps": list(_steps(page)),
        "proved": page.passed,
        "summary": page.summary,
    }
    return json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"


def _steps(page: Page) -> list[dict[str, object]]:
    return [
        {"heading": section.heading, **_line(line)}
        for section in page.sections
        for line in section.lines
    ]


def _line(line: Line) -> dict[str, object]:
    verdict = line.verdict
    return {
        "lhs": to_latex(line.lhs).strip(),
        "rhs": to_latex(line.rhs).strip(),
        "rule": line.rule,
        "assumptions": line.needs,
        "verdict": type(verdict).__name__.lower(),
        "method": verdict.method if isinstance(verdict, Proved) else None,
        "scope": str(verdict.scope) if isinstance(verdict, Proved) else None,
        "reason": _reason(verdict),
        "values": _values(line.values),
    }


def _reason(verdict: Verdict) -> str | None:
    if isinstance(verdict, Proved):
        return None
    return str(verdict.counterexample) if isinstance(verdict, Refuted) else verdict.reason


def _values(values: Values | None) -> dict[str, object] | None:
    if values is None:
        return None
    sides = {name: [list(map(_float, line)) for line in getattr(values, name)]
             for name in ("lhs", "rhs")}  # fmt: skip
    indices = {str(index): value for index, value in values.indices}
    return {**sides, "indices": indices, "agree": values.agree}


def _float(value: Any) -> float | str:  # noqa: ANN401 - a number of many digits
    try:
        number = float(value)
    except OverflowError:
        return "inf" if value > 0 else "-inf"
    return number if math.isfinite(number) else str(number)
