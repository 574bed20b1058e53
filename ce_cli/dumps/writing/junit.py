"""A report as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from ce_cli.dumps.view import class_name, described, diagnosis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.dumps.report import Report

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(report: Report, names: Sequence[str] | None = None) -> str:
    """Return two tests: every row can be read, and every claim holds."""
    cases = [_case("every row can be read", "error", report.unreadable, _unreadable(report))]
    if report.passed or report.failed:
        cases.append(_case("every claim holds", "failure", report.failed, _failed(report, names)))
    errors, failures = int(bool(report.unreadable)), int(bool(report.failed))
    attributes = f'name="cecheck" tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites>\n<testsuite {attributes}>\n{''.join(cases)}</testsuite>\n</testsuites>\n"
    )


def _case(name: str, kind: str, count: int, details: list[str]) -> str:
    start = f'<testcase classname="cecheck.batch" name="{name}"'
    if not count:
        return f"{start}/>\n"
    text = _NOT_IN_XML.sub("\ufffd", "\n".join(details))
    message = quoteattr(text.split("\n", 1)[0])
    return f"{start}>\n<{kind} message={message}>{escape(text)}</{kind}>\n</testcase>\n"


def _unreadable(report: Report) -> list[str]:
    return [f"{report.unreadable:,} rows could not be read", *map(described, report.bad.listed)]


def _failed(report: Report, names: Sequence[str] | None) -> list[str]:
    lines = [sentence for _, sentence in diagnosis(report)]
    for worst in report.worst.items:
        where = f"{worst.place}, row {worst.place.row}, {worst.kind}"
        where += "" if worst.index is None else f" of class {class_name(worst.index, names)}"
        lines.append(f"{where}: claim {worst.claim!r}, truth {worst.truth!r}")
    return lines
