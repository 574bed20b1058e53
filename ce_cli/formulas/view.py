"""The result of ``cecheck check``, as a document and as JSON ``cecheck.check/1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.checked_files import exit_code_of, unused_in_all
from ce_cli.formulas.statements import stating
from ce_cli.output.document import Column, Document, Mark, Part, Table, Verdict
from ce_cli.output.numbers import significant, told_apart
from ce_cli.symbolic.kernel.counterexample import exact_and_decimal
from ce_cli.symbolic.kernel.exact import numeric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.checked_files import CheckedFile
    from ce_cli.formulas.judgement import Judgement
    from ce_cli.formulas.report import FormulaReport, JudgedLink, OddOne

SCHEMA = "cecheck.check/1"


def check_document(report: FormulaReport) -> Document:
    """Return the document of a report."""
    warnings = dict.fromkeys([*_refusals(report), *map(str, report.unused)])
    data = {"schema": SCHEMA, "links": _links_data(report), "odd": _odd_texts(report),
            **_letters_data(report), "unused": list(map(str, report.unused)),
            "exit_code": report.exit_code}  # fmt: skip
    return Document(_parts(report), data, _records([report]), tuple(warnings))


def files_document(files: Sequence[CheckedFile]) -> Document:
    """Return the document of several files, one after the other."""
    reports = [file.report for file in files if file.report]
    unused = list(map(str, unused_in_all(files)))
    refusals = [text for file in files for text in _file_refusals(file)]
    parts = [part for file in files for part in (file.name, *_file_parts(file))]
    data = {
        "schema": SCHEMA,
        "links": [link for report in reports for link in _links_data(report)],
        "files": list(map(_file_data, files)),
        "unused": unused,
        "exit_code": exit_code_of(files),
    }
    warnings = tuple(dict.fromkeys([*refusals, *unused]))
    return Document(tuple(parts), data, _records(reports), warnings)


def _file_parts(file: CheckedFile) -> tuple[Part, ...]:
    return _parts(file.report) if file.report else (Verdict(Mark.OPEN, _error_text(file)),)


def _file_refusals(file: CheckedFile) -> list[str]:
    return _refusals(file.report) if file.report else [str(file.error)]


def _error_text(file: CheckedFile) -> str:
    """Return the reason why nothing in a file is understood."""
    return f"{file.error.place}  not understood: {file.error.message}" if file.error else ""


def _file_data(file: CheckedFile) -> dict[str, object]:
    letters = (
        _letters_data(file.report) if file.report else {"roles": {}, "defined": [], "bare": {}}
    )
    error = f"{file.error.place}: {file.error.message}" if file.error else None
    odd = _odd_texts(file.report) if file.report else []
    return {"file": file.name, "odd": odd, **letters, "exit_code": file.exit_code, "error": error}


def _parts(report: FormulaReport) -> tuple[Part, ...]:
    parts: list[Part] = []
    for chain in report.chains:
        parts += [Verdict(_mark(link), _link_text(link, report.base)) for link in chain.links]
        if chain.odd:
            parts.append(Verdict(Mark.WRONG, _odd_text(chain.odd)))
    if report.roles or report.definitions:
        parts.append(_assumptions_text(report))
    return tuple(parts)


def _refusals(report: FormulaReport) -> list[str]:
    return [str(link.refusal) for link in report.links if link.refusal]


def _mark(link: JudgedLink) -> Mark:
    if link.holds:
        return Mark.TRUE
    return {"proved_if": Mark.CONDITIONAL, "refuted": Mark.WRONG}.get(link.verdict, Mark.OPEN)


def _link_text(link: JudgedLink, base: int) -> str:
    """Return the claim, the verdict, the counterexample and the repair on lines of their own."""
    equation = f"{link.lhs} = {link.rhs}" if link.rhs else link.lhs
    lines = [f"{link.place}  {equation}", f"    {_verdict(link)}"]
    if disproof := _disproof(link, base):
        is_conditional = link.judgement and link.judgement.verdict == "proved_if"
        lines.append(f"    {'else ' if is_conditional else ''}{disproof['point']}: "
                     f"left {disproof['lhs']}, right {disproof['rhs']}")  # fmt: skip
    if link.suggestion:
        lines.append(f"    did you mean {link.suggestion}?")
    return "\n".join(lines)


def _disproof(link: JudgedLink, base: int) -> dict[str, object] | None:
    """Return the point where the sides differ, and their values there."""
    counterexample = link.counterexample
    if counterexample is None:
        return None
    sides = counterexample.lhs, counterexample.rhs
    left, right = told_apart(float(numeric(sides[0])), float(numeric(sides[1])), significant)
    return {
        "point": counterexample.point_text(base),
        "lhs": exact_and_decimal(sides[0], left),
        "rhs": exact_and_decimal(sides[1], right),
        "classes": counterexample.classes,
    }


def _odd_text(odd: OddOne) -> str:
    others = ", ".join(map(str, odd.others))
    return f"{odd.unit} {odd.number} is the odd one out: {odd.unit}s {others} agree"


def _verdict(link: JudgedLink) -> str:
    judgement = link.judgement
    if judgement is None:
        return f"not understood: {link.refusal.message}" if link.refusal else "not understood"
    if judgement.verdict == "undecided":
        return f"undecided: {judgement.reason}"
    if judgement.verdict == "definition":
        return f"definition {judgement.reason}"
    if judgement.verdict == "refuted":
        return f"refuted{f': {judgement.reason}' * bool(judgement.reason)}"
    scope = "" if judgement.needs_class_count else f" for {judgement.scope}"
    return f"proved{scope}{_condition(judgement)}"


def _condition(judgement: Judgement) -> str:
    if not judgement.assumptions:
        return ""
    text = " if " + ", ".join(map(str, judgement.assumptions))
    if judgement.unstated:
        options = stating(judgement.unstated)
        missing = f"say {options}" if options else ", ".join(map(str, judgement.unstated))
        return f"{text} (not stated: {missing})"
    return f"{text} (the convention for targets)" if judgement.conventional else f"{text} (stated)"


def _assumptions_text(report: FormulaReport) -> str:
    by_role: dict[str, list[str]] = {}
    for letter, role in report.roles.items():
        by_role.setdefault(role, []).append(letter)
    parts = [f"{', '.join(letters)} {role}" for role, letters in by_role.items()]
    parts += [_bare_text(kind, letters) for kind, letters in report.bare_letters.items()]
    parts += [f"{definition.term} as defined" for definition in report.definitions]
    return f"assumed: {'; '.join(parts)}"


def _bare_text(kind: str, letters: list[str]) -> str:
    """Return the sentence on letters without an index: they are vectors or numbers."""
    are = f"are {kind}" if len(letters) > 1 else f"is a {kind.removesuffix('s')}"
    return f"{', '.join(letters)} without an index {are}"


def _letters_data(report: FormulaReport) -> dict[str, object]:
    return {
        "roles": report.roles,
        "defined": [str(definition.term) for definition in report.definitions],
        "bare": report.bare_letters,
    }


def _odd_texts(report: FormulaReport) -> list[str]:
    return [_odd_text(chain.odd) for chain in report.chains if chain.odd]


def _links_data(report: FormulaReport) -> list[dict[str, object]]:
    return [_link_data(link, report.base) for link in report.links]


def _link_data(link: JudgedLink, base: int) -> dict[str, object]:
    judgement = link.judgement
    refusal = link.refusal.message if link.refusal else ""
    return {
        "lhs": link.lhs,
        "rhs": link.rhs,
        "place": link.place,
        "span": list(link.span),
        "verdict": link.verdict,
        "holds": link.holds,
        "assumptions": list(map(str, judgement.assumptions)) if judgement else [],
        "unstated": list(map(str, judgement.unstated)) if judgement else [],
        "counterexample": _disproof(link, base),
        "suggestion": link.suggestion or None,
        "reason": refusal or (judgement.reason if judgement else "") or None,
    }


def _records(reports: Sequence[FormulaReport]) -> Table:
    names = ("place", "lhs", "rhs", "verdict", "holds", "assumptions", "suggestion", "reason")
    links = [link for report in reports for link in _links_data(report)]
    rows = tuple(tuple(_cell_text(link[name]) for name in names) for link in links)
    return Table(tuple(Column(name, style="text") for name in names), rows)


def _cell_text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
