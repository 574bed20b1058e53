"""Derivations as they are asked for: one way in for the command line, Python and notebooks."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING

from ce_cli.derivations import subjects
from ce_cli.derivations.layout import LANGUAGES, Layout, letters_for
from ce_cli.derivations.report import report_on
from ce_cli.derivations.view import derivation_document
from ce_cli.errors import InputError
from ce_cli.input.names import name_problem, read_label
from ce_cli.symbolic.derivation import Derivation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ce_cli.derivations.report import DerivationReport
    from ce_cli.output.document import Document

MOST_CLASSES = 1000
_MARKS = "$`{}\\%&#^~"
"""Signs that mean something in a sentence with mathematics, in LaTeX and in Markdown."""


@dataclass(frozen=True)
class ShownDerivation(Derivation):
    """A derivation that is judged when it is first shown, as text or in a notebook."""

    logits: tuple[float, ...] = ()
    layout: Layout = field(default_factory=Layout)

    @cached_property
    def report(self) -> DerivationReport:
        """The derivation with a verdict on every step."""
        return report_on(self, self.logits)

    @cached_property
    def document(self) -> Document:
        """The document that is shown."""
        return derivation_document(self.report, self.layout)

    def __str__(self) -> str:
        from ce_cli.output.screen import Screen
        from ce_cli.output.terminal import to_terminal

        return to_terminal(self.document, Screen())

    def _repr_latex_(self) -> str:
        from ce_cli.output.markdown import to_formulas

        return to_formulas(self.document)

    def _repr_html_(self) -> str:
        from ce_cli.output.html import to_fragment

        return to_fragment(self.document)


def derive(
    subject: str = "cross-entropy",
    classes: int | None = None,
    label: int | str | None = None,
    logits: Sequence[float] = (),
    *,
    index_from: int = 0,
    steps: str = "full",
    every_entry: bool = False,
    prose: str = "full",
    language: str = "en",
    roles: Iterable[str] = (),
    names: Sequence[str] = (),
) -> ShownDerivation:
    """Return our derivation of a subject, for every class count or written out for one.

    Parameters
    ----------
    subject
        One of ``ce_cli.derivations.subjects.SUBJECTS``.
    classes
        A class count of at least 2, to write out every sum and matrix. Logits and names imply it.
    label
        The true class, counted from ``index_from``, or its name, for one-hot targets. For one
        logit it is the target, 0 or 1.
    logits
        Numbers that are put into every line.
    index_from
        The number of the first class, 0 or 1.
    steps
        ``"brief"`` shows a chain as one line.
    every_entry
        Show all entries of vectors and matrices.
    prose
        ``"none"`` leaves out the sentences between the formulas.
    language
        The language of sentences, ``"en"`` or ``"zh"``.
    roles
        The reader's letters, as ``["a=logits", "t=targets"]``.
    names
        A name for every class.

    Raises
    ------
    InputError
        For an unknown subject or wish, fewer than two classes, a label outside the classes, numbers
        that do not fit the classes or are too far apart, or a letter that has another meaning.

    Examples
    --------
    >>> print(derive("cross-entropy").result)
    Partial(L, z[i]) = p[i] - y[i]
    >>> print(derive("vjp", 2, roles=["a=logits"]).report.exit_code)
    0
    """
    _require("index_from", index_from, (0, 1))
    _require("steps", steps, ("full", "brief"))
    _require("prose", prose, ("full", "none"))
    _require("language", language, LANGUAGES)
    _require_numbers(classes, label, logits)
    subjects.require(subject)
    if subject in subjects.OF_ONE_LOGIT:
        count, true_class = None, None if label is None else _number(label)
        _require_one_logit(subject, classes, true_class, logits, names)
    else:
        count = _count(classes, logits, names)
        true_class = _true_class(label, count, index_from, names)
        _require_names(names)
    plain = subjects.derive(subject, count, true_class, every_entry=every_entry)
    wishes = Layout(
        first=index_from, brief=steps == "brief", every_entry=every_entry, prose=prose == "full",
        language=language, letters=letters_for(plain, roles, "roles"), names=tuple(names),
    )  # fmt: skip
    parts = {part.name: getattr(plain, part.name) for part in fields(plain)}
    return ShownDerivation(**parts, logits=tuple(logits), layout=wishes)


def _require(place: str, value: object, allowed: Sequence[object]) -> None:
    if value not in allowed:
        choice = " or ".join(map(repr, allowed))
        raise InputError(f"must be {choice}, not {value!r}", place=place)


def _require_numbers(classes: int | None, label: int | str | None, logits: Sequence[float]) -> None:
    """Raise InputError unless counts are whole and logits finite, as the command reads them."""
    for place, value in {"classes": classes, "label": label}.items():
        if not isinstance(value, Integral | str | None) or isinstance(value, bool):
            raise InputError(f"must be a whole number, not {value!r}", place=place)
    if isinstance(classes, str):
        raise InputError(f"must be a whole number, not {classes!r}", place="classes")
    if not all(map(_is_finite, logits)):
        raise InputError("must be finite numbers", place="logits")


def _is_finite(value: object) -> bool:
    return isinstance(value, Real) and isfinite(value)


def _require_names(names: Sequence[str]) -> None:
    """Raise InputError unless these can be names of classes, in formulas and in sentences."""
    for at, name in enumerate(names):
        problem = name_problem(name, names[:at])
        if problem:
            hint = "give one name for each class, as in cat,dog,rabbit"
            raise InputError(problem, place="names", hint=hint)
        if mark := next((mark for mark in _MARKS if mark in name), ""):
            problem = f"{mark} cannot stand in a name here: {name}"
            raise InputError(problem, place="names", hint="give a name without it")


def _require_one_logit(
    subject: str,
    classes: int | None,
    label: int | None,
    logits: Sequence[float],
    names: Sequence[str],
) -> None:
    """Raise InputError unless the options fit one logit and a target 0 or 1."""
    for place, value in {"classes": classes, "names": names}.items():
        if value:
            raise InputError(f"{subject} has one logit and no classes to write out", place=place)
    if label not in (None, 0, 1):
        raise InputError(f"must be 0 or 1 for {subject}, not {label}", place="label")
    if len(logits) > 1:
        problem = f"{subject} takes one logit, not {len(logits)}"
        raise InputError(problem, place="logits", hint="give one number, as in --logits 1.5")


def _count(classes: int | None, logits: Sequence[float], names: Sequence[str]) -> int | None:
    """Return the class count: that of the logits or names if they alone say it."""
    if classes is not None and not 2 <= classes <= MOST_CLASSES:
        hint = "without a class count, the derivation holds for every one"
        raise InputError(f"must be from 2 to {MOST_CLASSES}, not {classes}", place="classes",
                         hint=hint)  # fmt: skip
    for place, entries in {"logits": logits, "names": names}.items():
        if not entries:
            continue
        if classes is None and not 2 <= len(entries) <= MOST_CLASSES:
            problem = f"2 to {MOST_CLASSES} {place} are needed, not {len(entries)}"
            hint = "give one for each class, as in 4,-4,3 or cat,dog,rabbit"
            raise InputError(problem, place=place, hint=hint)
        if classes not in (None, len(entries)):
            problem = f"{len(entries)} {place} for {classes} classes"
            raise InputError(problem, place=place, hint="give one for each class")
        classes = len(entries)
    return classes


def _true_class(
    label: int | str | None, count: int | None, first: int, names: Sequence[str]
) -> int | None:
    """Return the label counted from 0."""
    if label is None:
        return None
    if isinstance(label, str) and label.strip() in names:
        return list(names).index(label.strip())
    number = _number(label, names)
    last = MOST_CLASSES - 1 if count is None else count - 1
    if not 0 <= number - first <= last:
        hint = f"classes count from {first} to {last + first}"
        raise InputError(f"there is no class {number}", place="label", hint=hint)
    return number - first


def _number(label: int | str, names: Sequence[str] = ()) -> int:
    return read_label(label, names, "label") if isinstance(label, str) else label
