"""Derivations that a notebook shows by itself."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property

from ce_cli.derivations import subjects as derivations
from ce_cli.derivations.pages import html, markdown
from ce_cli.derivations.pages.page import Page, page_of
from ce_cli.derivations.report import DerivationReport
from ce_cli.symbolic.derivation import Derivation, judge


class ShownDerivation(Derivation):
    """A derivation with every step judged when it is first shown."""

    @cached_property
    def page(self) -> Page:
        """The page that is shown."""
        return page_of(DerivationReport(self, judge(self), (None,) * len(self.steps)))

    def _repr_latex_(self) -> str:
        return markdown.formulas(self.page)

    def _repr_html_(self) -> str:
        return html.fragment(self.page)


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
    plain = derivations.derive(subject, classes, label)
    return ShownDerivation(**{field.name: getattr(plain, field.name) for field in fields(plain)})
