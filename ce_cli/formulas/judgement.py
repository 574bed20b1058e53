"""The judgement of a claim, and the assumptions that it may rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne
from ce_cli.symbolic.kernel.verdicts import Scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from ce_cli.symbolic.kernel.claims import Assumption
    from ce_cli.symbolic.kernel.counterexample import Counterexample


class UsualMeaning(NamedTuple):
    """The assumption that a letter has its usual meaning, whatever the text says of it."""

    letter: str
    meaning: str
    place: str
    """The place where the text says something else."""

    def __str__(self) -> str:
        return f"{self.letter} is {self.meaning}"


class ClassCount(NamedTuple):
    """The assumption that there are so many classes."""

    classes: int

    def __str__(self) -> str:
        return f"C = {self.classes}"


class Independent(NamedTuple):
    """The assumption that letters which nobody explained do not depend on some variables."""

    letters: tuple[str, ...]
    variables: tuple[str, ...]

    def __str__(self) -> str:
        do = "does" if len(self.letters) == 1 else "do"
        return f"{', '.join(self.letters)} {do} not depend on {', '.join(self.variables)}"


AnyAssumption: TypeAlias = "Assumption | ClassCount | Independent | UsualMeaning"


class Judgement(NamedTuple):
    """The verdict on a claim, with its assumptions, its counterexample and its reason."""

    verdict: str
    """``definition``, ``proved``, ``proved_if``, ``refuted`` or ``undecided``."""
    assumptions: tuple[AnyAssumption, ...] = ()
    unstated: tuple[AnyAssumption, ...] = ()
    """Those of the assumptions that nobody stated and that are no convention."""
    conventional: tuple[AnyAssumption, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    scope: Scope = Scope()

    @property
    def needs_class_count(self) -> bool:
        """Whether it is true for one number of classes alone."""
        return any(isinstance(assumption, ClassCount) for assumption in self.assumptions)

    @property
    def holds(self) -> bool:
        """Whether it is true under the stated assumptions and the conventions."""
        return self.verdict in {"definition", "proved", "proved_if"} and not self.unstated

    def resting_on(self, assumptions: tuple[AnyAssumption, ...]) -> Judgement:
        """Return the same with further assumptions that nobody stated."""
        return self._replace(
            verdict="proved_if",
            assumptions=(*self.assumptions, *assumptions),
            unstated=(*self.unstated, *assumptions),
        )

    def counted_from(self, base: int) -> Judgement:
        """Return the same with classes counted from ``base``, as the text counts them."""
        assumptions, unstated, conventional = (
            tuple(_counted_from(base, assumption) for assumption in group)
            for group in (self.assumptions, self.unstated, self.conventional)
        )
        return self._replace(assumptions=assumptions, unstated=unstated, conventional=conventional)


def is_stated(assumption: AnyAssumption, stated: Collection[AnyAssumption]) -> bool:
    """Say whether an assumption is stated, or follows from one that is: Σy = 1 from a one-hot y.

    >>> from ce_cli.symbolic.kernel.claims import OneHot, SumsToOne
    >>> from ce_cli.symbolic.notation import Y, y
    >>> is_stated(SumsToOne(y), [OneHot(y, Y)])
    True
    """
    one_hot = {part.vector for part in stated if isinstance(part, OneHot)}
    follows = isinstance(assumption, SumsToOne) and assumption.vector in one_hot
    return follows or assumption in stated


def _counted_from(base: int, assumption: AnyAssumption) -> AnyAssumption:
    if not isinstance(assumption, Equal | Distinct):
        return assumption
    sides = (assumption.first, assumption.second)
    return type(assumption)(*(side + base if side.is_Integer else side for side in sides))
