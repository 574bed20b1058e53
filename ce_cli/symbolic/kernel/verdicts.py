"""The prover's answers: proved, refuted with a counterexample, or undecided with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ce_cli.symbolic.kernel.claims import Assumption
    from ce_cli.symbolic.kernel.counterexample import Counterexample


@dataclass(frozen=True)
class Scope:
    """The class counts a proof covers: one of them, or all from ``least`` on.

    ``is_partial`` says that a denominator may be 0 or a logarithm may have no value: the proof
    covers the points where both sides are defined.
    """

    classes: int | None = None
    least: int = 1
    is_partial: bool = False

    def __str__(self) -> str:
        return self.count_text + " where both sides are defined" * self.is_partial

    @property
    def count_text(self) -> str:
        """The class counts in words."""
        if self.classes is not None:
            return f"C = {self.classes}"
        return "every C" if self.least <= 1 else f"every C ≥ {self.least}"


@dataclass(frozen=True)
class Proved:
    """True wherever both sides are defined, for the scope, under these assumptions alone.

    The assumptions are the weakest that were found to suffice, and all of them were stated.
    """

    method: str
    scope: Scope
    assumptions: tuple[Assumption, ...] = ()

    def __str__(self) -> str:
        condition = " if " + ", ".join(map(str, self.assumptions)) if self.assumptions else ""
        return f"proved for {self.scope}{condition} ({self.method})"


@dataclass(frozen=True)
class Refuted:
    """False at a point; assumptions under which it is proved are in ``holds_if``, if found."""

    counterexample: Counterexample
    holds_if: tuple[Assumption, ...] = ()

    def __str__(self) -> str:
        return f"refuted: {self.counterexample}"


@dataclass(frozen=True)
class Undecided:
    """Neither proved nor refuted; under the assumptions ``holds_if`` it is proved."""

    reason: str
    holds_if: tuple[Assumption, ...] = ()

    def __str__(self) -> str:
        return f"undecided: {self.reason}"


Verdict: TypeAlias = Proved | Refuted | Undecided
