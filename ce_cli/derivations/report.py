"""A derivation with the kernel's verdicts and, on request, with numbers for every line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.symbolic.derivation import judge
from ce_cli.symbolic.kernel.verdicts import Proved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.derivations.example import Values
    from ce_cli.symbolic.derivation import Derivation
    from ce_cli.symbolic.kernel.verdicts import Verdict

MOST_APART = 2000


@dataclass(frozen=True)
class DerivationReport:
    """The result of ``cecheck derive``; ``given`` are the numbers put in, by name."""

    derivation: Derivation
    verdicts: tuple[Verdict, ...]
    values: tuple[Values | None, ...]
    given: tuple[tuple[str, tuple[float, ...]], ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if every step is proved and no numbers contradict it, else 1."""
        proved = all(isinstance(verdict, Proved) for verdict in self.verdicts)
        return 0 if proved and all(v is None or v.agree for v in self.values) else 1


def report_on(derivation: Derivation, logits: Sequence[float] = ()) -> DerivationReport:
    """Judge every step and, given logits, evaluate both sides of every step.

    Raises
    ------
    InputError
        If the logits are too far apart.

    Examples
    --------
    >>> from ce_cli.derivations.subjects import derive
    >>> report_on(derive("vjp")).exit_code
    0
    """
    verdicts = judge(derivation)
    if not logits:
        return DerivationReport(derivation, verdicts, (None,) * len(verdicts))
    if len(logits) == 1 and abs(logits[0]) > MOST_APART:
        raise InputError(f"must be from -{MOST_APART} to {MOST_APART}", place="logits")
    if max(logits) - min(logits) > MOST_APART:
        raise InputError(f"logits more than {MOST_APART} apart", place="logits")
    from ce_cli.derivations.example import Example  # noqa: PLC0415 - only numbers need it

    example = Example(derivation, logits)
    values = tuple(map(example.values, derivation.steps))
    return DerivationReport(derivation, verdicts, values, example.given())
