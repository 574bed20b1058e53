"""The results of several files, each a text of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.errors import InputError
    from ce_cli.formulas.report import FormulaReport
    from ce_cli.formulas.unused import Unused


class CheckedFile(NamedTuple):
    """The report of a file, or the error that says why nothing in it is understood."""

    name: str
    report: FormulaReport | None
    error: InputError | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of this file alone."""
        return self.report.exit_code if self.report else 2


def exit_code_of(files: Sequence[CheckedFile]) -> int:
    """Return 1 if a file has 1, else 2 if one has 2, else 0."""
    codes = {file.exit_code for file in files}
    return next((code for code in (1, 2) if code in codes), 0)


def unused_in_all(files: Sequence[CheckedFile]) -> list[Unused]:
    """Return the options that hit nothing in any file; a file that is not understood may be hit."""
    reports = [file.report for file in files if file.report]
    if len(reports) < len(files) or not reports:
        return []
    unused = [{option[:2] for option in report.unused} for report in reports]
    return [option for option in reports[0].unused if all(option[:2] in other for other in unused)]
