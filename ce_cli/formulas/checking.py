"""The one way from a text and its options to a report: for the command and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import index
from typing import TYPE_CHECKING, SupportsIndex

from ce_cli.errors import InputError
from ce_cli.formulas.checked_files import CheckedFile, exit_code_of
from ce_cli.formulas.reading.claims import Options
from ce_cli.formulas.reading.limits import CLASSES
from ce_cli.formulas.reading.role_reading import read_roles
from ce_cli.formulas.report import report_formula
from ce_cli.formulas.view import check_document, files_document

if TYPE_CHECKING:
    from ce_cli.formulas.report import FormulaReport, JudgedLink
    from ce_cli.output.document import Document

GIVEN = ("one-hot", "sum")
"""The statements on the targets that ``given`` makes."""


@dataclass(frozen=True, repr=False)
class CheckReport:
    """The verdicts on a text."""

    report: FormulaReport

    @property
    def links(self) -> tuple[JudgedLink, ...]:
        """The steps in the order of the text; each has ``lhs``, ``rhs``, ``verdict``, ``holds``."""
        return self.report.links

    @property
    def exit_code(self) -> int:
        """0 if all is proved, 1 if something is not, 2 if something is not understood."""
        return self.report.exit_code

    @property
    def holds(self) -> bool:
        """Whether every step is understood and proved, as the exit code 0 says."""
        return self.exit_code == 0

    @property
    def document(self) -> Document:
        """The document that the command shows."""
        return check_document(self.report)

    def as_dict(self) -> dict[str, object]:
        """Return the data that ``cecheck check --format json`` writes."""
        return self.document.data


@dataclass(frozen=True)
class FilesReport:
    """The verdicts on several files."""

    files: tuple[CheckedFile, ...]

    @property
    def exit_code(self) -> int:
        """The worst exit code of a file: 1, else 2, else 0."""
        return exit_code_of(self.files)

    @property
    def document(self) -> Document:
        """The document that the command shows."""
        return files_document(self.files)


def check(  # noqa: PLR0913 - the options of the command
    text: str,
    *,
    role: str | Iterable[str] = (),
    define: str | Iterable[str] = (),
    given: str | Iterable[str] = (),
    when: str | Iterable[str] = (),
    classes: int | None = None,
    conventions: bool = True,
) -> CheckReport:
    r"""Check a formula, or every step of a chain, as ``cecheck check`` does.

    Parameters
    ----------
    text
        The formulas, in LaTeX or plain text.
    role
        Roles of letters, such as ``"a=probabilities"``. Here and below, a single text
        counts as one option.
    define
        Meanings of letters, such as ``"S = \\sum_k e^{z_k}"``.
    given
        ``"one-hot"`` or ``"sum"``: the targets are one-hot, or sum to 1.
    when
        Relations of indices, such as ``"i != j"``.
    classes
        The only number of classes to check for.
    conventions
        Whether Σy = 1 and one-hot targets count as stated.

    Returns
    -------
    CheckReport
        The report, with ``holds``, ``exit_code``, ``links`` and ``as_dict()``.

    Raises
    ------
    InputError
        If nothing in the text is understood, or an option cannot be used; ``place`` says where.

    Examples
    --------
    >>> report = check("dp_i/dz_j = -p_j p_j", when="i != j")
    >>> report.holds, report.exit_code
    (False, 1)
    >>> [(link.verdict, link.suggestion) for link in report.links]
    [('refuted', '-p_i p_j')]
    >>> report.as_dict()["roles"]
    {'p': 'probabilities', 'z': 'logits'}
    """
    options = make_options(role, define, given, when, classes)
    if not isinstance(text, str):
        raise InputError("must be a text", place="text")
    return check_text(text, options, conventions=conventions)


def make_options(
    role: str | Iterable[str] = (),
    define: str | Iterable[str] = (),
    given: str | Iterable[str] = (),
    when: str | Iterable[str] = (),
    classes: int | None = None,
) -> Options:
    """Return the options of a check.

    Raises
    ------
    InputError
        If one of them cannot be used.
    """
    stated = _texts(given, "--given")
    for name in stated:
        if name not in GIVEN:
            raise InputError(f"must be {' or '.join(GIVEN)}, not {name}", place="--given")
    if classes is not None:
        _require_class_count(classes)
    roles = read_roles(_texts(role, "--role"))
    return Options(roles, _texts(define, "--define"), stated, _texts(when, "--when"), classes)


def _texts(value: str | Iterable[str], place: str) -> tuple[str, ...]:
    """Return one text, or several, as a tuple; callers in Python may give anything."""
    values: list[object] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str):
        values = list(value)
    texts = tuple(text for text in values if isinstance(text, str))
    if len(texts) < len(values):
        raise InputError("must be a text, or several", place=place)
    return texts


def _require_class_count(classes: object) -> None:
    count = index(classes) if isinstance(classes, SupportsIndex) else 0
    if not 2 <= count <= CLASSES:
        raise InputError(f"must be from 2 to {CLASSES}, not {classes}", place="--classes")


def check_text(text: str, options: Options, *, conventions: bool = True) -> CheckReport:
    """Return the verdicts on a text.

    Raises
    ------
    InputError
        If nothing in it is understood.
    """
    report = report_formula(text, options, conventions=conventions)
    refusals = [link.refusal for link in report.links if link.refusal]
    if len(refusals) == len(report.links):
        raise refusals[0]
    return CheckReport(report)


def check_files(
    texts: Iterable[tuple[str, str]], options: Options, *, conventions: bool = True
) -> FilesReport:
    """Return the verdicts on files, each with its name, its text and its own letters."""
    return FilesReport(
        tuple(_checked_file(name, text, options, conventions) for name, text in texts)
    )


def _checked_file(name: str, text: str, options: Options, conventions: bool) -> CheckedFile:
    try:
        checked = check_text(text, replace(options, place=name), conventions=conventions)
    except InputError as error:
        return CheckedFile(name, None, error)
    return CheckedFile(name, checked.report)
