"""The result of ``cecheck check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.output.document import Column, Document, Part, Table, Verdict

if TYPE_CHECKING:
    from ce_cli.formulas.judgement import Judgement
    from ce_cli.formulas.report import FormulaReport, JudgedChain, Step

SCHEMA = "cecheck.check/1"


def check_document(report: FormulaReport) -> Document:
    """Return the document of a report."""
    blocks: list[Part] = []
    for chain in report.chains:
        blocks += _chain(chain)
    if report.roles or report.defined:
        blocks.append(_assumed(report))
    warnings = dict.fromkeys(str(step.refusal) for step in report.steps if step.refusal)
    return Document(tuple(blocks), _data(report), _records(report), tuple(warnings))


def _chain(chain: JudgedChain) -> list[Part]:
    blocks: list[Part] = [Verdict(_passed(step), _sentence(step)) for step in chain.steps]
    return [*blocks, Verdict(False, chain.odd)] if chain.odd else blocks


def _passed(step: Step) -> bool | None:
    undecided = step.judgement is None or step.judgement.verdict == "undecided"
    return None if undecided else step.holds


def _sentence(step: Step) -> str:
    """Return the claim, the verdict, and what goes with it, on lines of their own."""
    lines = [f"{step.position}  {step.lhs} = {step.rhs}", f"    {_verdict(step)}"]
    if step.disproof:
        without = "else " if step.judgement and step.judgement.verdict == "proved_if" else ""
        lines.append(f"    {without}{step.disproof.point}: left {step.disproof.lhs}, "
                     f"right {step.disproof.rhs}")  # fmt: skip
    if step.suggestion:
        lines.append(f"    did you mean {step.suggestion}?")
    return "\n".join(lines)


def _verdict(step: Step) -> str:
    judgement = step.judgement
    if judgement is None:
        return f"not understood: {step.refusal.message}" if step.refusal else "not understood"
    if judgement.verdict == "undecided":
        return f"undecided: {judgement.reason}"
    if judgement.verdict == "refuted":
        return "refuted"
    scope = "" if judgement.needs_class_count else f" for {judgement.scope}"
    return f"proved{scope}{_condition(judgement)}{f': {judgement.reason}' * bool(judgement.reason)}"


def _condition(judgement: Judgement) -> str:
    if not judgement.assumptions:
        return ""
    text = " if " + ", ".join(map(str, judgement.assumptions))
    if judgement.unstated:
        return f"{text} (not stated: {', '.join(map(str, judgement.unstated))})"
    return f"{text} (the convention for targets)" if judgement.conventional else f"{text} (stated)"


def _assumed(report: FormulaReport) -> str:
    by_role: dict[str, list[str]] = {}
    for letter, role in report.roles.items():
        by_role.setdefault(role, []).append(letter)
    parts = [f"{', '.join(letters)} {role}" for role, letters in by_role.items()]
    parts += [_bare(kind, letters) for kind, letters in report.bare.items()]
    parts += [f"{term} as defined" for term in report.defined]
    return f"assumed: {'; '.join(parts)}"


def _bare(kind: str, letters: list[str]) -> str:
    """Say what letters without an index are: vectors or numbers."""
    are = f"are {kind}" if len(letters) > 1 else f"is a {kind.removesuffix('s')}"
    return f"{', '.join(letters)} without an index {are}"


def _data(report: FormulaReport) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "links": [_link(step) for step in report.steps],
        "odd": [chain.odd for chain in report.chains if chain.odd],
        "roles": report.roles,
        "defined": list(report.defined),
        "bare": report.bare,
        "exit_code": report.exit_code,
    }


def _link(step: Step) -> dict[str, object]:
    judgement = step.judgement
    refusal = step.refusal.message if step.refusal else ""
    return {
        "lhs": step.lhs,
        "rhs": step.rhs,
        "place": step.position,
        "span": list(step.span),
        "verdict": judgement.verdict if judgement else "not_understood",
        "holds": step.holds,
        "assumptions": [str(each) for each in judgement.assumptions] if judgement else [],
        "unstated": [str(each) for each in judgement.unstated] if judgement else [],
        "counterexample": step.disproof._asdict() if step.disproof else None,
        "suggestion": step.suggestion or None,
        "reason": refusal or (judgement.reason if judgement else "") or None,
    }


def _records(report: FormulaReport) -> Table:
    names = ("place", "lhs", "rhs", "verdict", "holds", "assumptions", "suggestion", "reason")
    rows = tuple(tuple(_cell(_link(step)[name]) for name in names) for step in report.steps)
    return Table(tuple(Column(name, style="text") for name in names), rows)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
