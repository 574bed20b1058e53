"""The sentences around a derivation: for which classes, with which numbers, and the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Integer

from ce_cli.derivations.subjects import OF_ONE_LOGIT
from ce_cli.mathematics.inline import unmarked
from ce_cli.mathematics.line import to_line
from ce_cli.symbolic.kernel.verdicts import Proved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.derivations.layout import Layout
    from ce_cli.derivations.narration import Narrator
    from ce_cli.derivations.report import DerivationReport
    from ce_cli.mathematics.arrange import Arrange
    from ce_cli.symbolic.kernel.verdicts import Scope

_MOST_NUMBERS = 12


class Frame:
    """Says on one page what holds for all steps."""

    def __init__(
        self, report: DerivationReport, layout: Layout, narrator: Narrator, arrange: Arrange
    ) -> None:
        self._report = report
        self._derivation = report.derivation
        self._layout = layout
        self._narrator = narrator
        self._page = narrator.page
        self._arrange = arrange
        self._has_one_logit = report.derivation.subject in OF_ONE_LOGIT
        proofs = [verdict for verdict in report.verdicts if isinstance(verdict, Proved)]
        scopes = {proof.scope.count_text: proof.scope for proof in proofs}
        self._scopes = {} if self._has_one_logit else scopes

    def notes(self) -> Iterator[str]:
        """Yield the sentences below the title."""
        yield self._setting()
        note = self._narrator.subject(self._derivation.subject, "note")
        if note:
            yield note
        if self._report.given:
            numbers = self._page("comma").join(map(self._given, self._report.given))
            yield self._page("example" if self._has_example() else "numbers", numbers=numbers)

    def _setting(self) -> str:
        count, first = self._derivation.classes, self._layout.first
        if self._has_one_logit:
            return self._page("one-logit")
        letter = to_line(self._arrange.letter("C"))
        if count is None:
            last = f"{letter} − {1 - first}".removesuffix(" − 0")
            return self._page("every-count", first=str(first), last=last, count=letter)
        if self._layout.names:
            names = self._page("comma").join(self._layout.names)
            return self._page("names", count=f"{letter} = {count}", names=names)
        last = str(count - 1 + first)
        return self._page("count", count=f"{letter} = {count}", first=str(first), last=last)

    def _has_example(self) -> bool:
        """Say whether we chose some of the numbers."""
        label = set() if self._derivation.label is None else {"y", "Y"}
        stated = {"x"} if self._has_one_logit else {"z", "max z"}
        return bool({name for name, _ in self._report.given} - {*stated, *label})

    def _given(self, given: tuple[str, tuple[float, ...]]) -> str:
        name, values = given
        letter = to_line(self._arrange.letter(name))
        if name == "Y":
            return f"${letter} = {to_line(self._arrange.index(Integer(int(values[0]))))}$"
        more = ", …" if len(values) > _MOST_NUMBERS else ""
        text = ", ".join(_plain(value) for value in values[:_MOST_NUMBERS])
        return f"${letter} = {f'({text}{more})' if len(values) > 1 else text}$"

    def scope(self, scope: Scope) -> str:
        """Return the class counts of one proof, or an empty text if those of all are the same."""
        differ = len(self._scopes) > 1 and not self._has_one_logit
        return self._scope(scope) if differ else ""

    def _scope(self, scope: Scope) -> str:
        letter = to_line(self._arrange.letter("C"))
        if scope.classes is not None:
            return self._page("scope-count", count=f"{letter} = {scope.classes}")
        if scope.least > 1:
            return self._page("scope-least", count=f"{letter} ≥ {scope.least}")
        return self._page("scope-every")

    def summary(self) -> str:
        """Return the last line: how many steps are proved, and for which classes."""
        verdicts, values = self._report.verdicts, self._report.values
        numbers = {
            "proved": str(sum(isinstance(verdict, Proved) for verdict in verdicts)),
            "all": str(len(verdicts)),
        }
        if len(self._scopes) != 1:
            text = self._page("proved", **numbers)
        else:
            scope = self._scope(*self._scopes.values())
            text = unmarked(self._page("proved-for", scope=scope, **numbers))
        differing = sum(value is not None and not value.agree for value in values)
        return text + (self._page("contradicted", count=str(differing)) if differing else "")


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−") if float(f"{value:g}") == value else repr(value)
