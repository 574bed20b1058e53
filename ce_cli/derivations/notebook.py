"""Derivations that a notebook shows by itself."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING

from ce_cli.derivations import subjects
from ce_cli.derivations.report import DerivationReport
from ce_cli.derivations.view import derivation_document
from ce_cli.output.html import to_fragment
from ce_cli.output.markdown import to_formulas
from ce_cli.symbolic.derivation import Derivation, judge

if TYPE_CHECKING:
    from ce_cli.output.document import Document


class ShownDerivation(Derivation):
    """A derivation with every step judged when it is first shown."""

    @cached_property
    def document(self) -> Document:
        """The document that is shown."""
        return derivation_document(DerivationReport(self, judge(self), (None,) * len(self.steps)))

    def _repr_latex_(self) -> str:
        return to_formulas(self.document)

    def _repr_html_(self) -> str:
        return to_fragment(self.document)


def derive(
    subject: str = "cross-entropy", classes: int | None = None, label: int | None = None
) -> ShownDerivation:
    """Return the derivation of a subject; see ``ce_cli.derivations.subjects.derive``.

    Raises
    ------
    InputError
        For an unknown subject, fewer than two classes, or a label outside the classes.

    Examples
    --------
    >>> print(derive("cross-entropy").result)
    Partial(L, z[i]) = p[i] - y[i]
    """
    plain = subjects.derive(subject, classes, label)
    return ShownDerivation(**{field.name: getattr(plain, field.name) for field in fields(plain)})
