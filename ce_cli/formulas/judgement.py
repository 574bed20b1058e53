"""What can be said of a claim, and the assumptions that it may rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ce_cli.symbolic.kernel.claims import Distinct, Equal
from ce_cli.symbolic.kernel.verdicts import Scope

if TYPE_CHECKING:
    from ce_cli.symbolic.kernel.claims import Assumption
    from ce_cli.symbolic.kernel.counterexample import Counterexample


class Usual(NamedTuple):
    """The assumption that a letter is what it usually is, whatever the text says of it."""

    letter: str
    meaning: str
    place: str

    def __str__(self) -> str:
        return f"{self.letter} is {self.meaning}"


class ClassCount(NamedTuple):
    """The assumption that there are so many classes."""

    classes: int

    def __str__(self) -> str:
        return f"C = {self.classes}"


Needed: TypeAlias = "tuple[Assumption | ClassCount | Usual, ...]"


class Judgement(NamedTuple):
    """What can be said about a claim."""

    verdict: str
    """``proved``, ``proved_if``, ``refuted`` or ``undecided``."""
    assumptions: Needed = ()
    unstated: Needed = ()
    """Those of the assumptions that nobody stated and that are no convention."""
    conventional: Needed = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    scope: Scope = Scope()

    @property
    def needs_class_count(self) -> bool:
        """Whether it is true for one number of classes alone."""
        return any(isinstance(each, ClassCount) for each in self.assumptions)

    @property
    def holds(self) -> bool:
        """Whether it is true under what is stated and the conventions."""
        return self.verdict in {"proved", "proved_if"} and not self.unstated

    def counted_from(self, base: int) -> Judgement:
        """Return the same with classes counted from ``base``, as the text counts them."""
        if not base:
            return self
        assumptions, unstated, conventional = (
            tuple(_counted_from(base, each) for each in some)
            for some in (self.assumptions, self.unstated, self.conventional)
        )
        return self._replace(assumptions=assumptions, unstated=unstated, conventional=conventional)


def _counted_from(
    base: int, assumption: Assumption | ClassCount | Usual
) -> Assumption | ClassCount | Usual:
    if not isinstance(assumption, Equal | Distinct):
        return assumption
    sides = (assumption.first, assumption.second)
    return type(assumption)(*(side + base if side.is_Integer else side for side in sides))
