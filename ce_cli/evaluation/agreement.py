"""Checks: numbers computed in two ways, and the difference between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.numeric.reference import error_in_ulp
from ce_cli.output.numbers import told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST_ERROR_IN_ULP = 4.0
SMALLEST_NORMAL = Decimal(2) ** -1022


class Check(NamedTuple):
    """A comparison of numbers with the same numbers computed in a second way."""

    name: str
    passed: bool | None
    """None where the check does not apply."""
    max_error_ulp: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class CheckedReport:
    """The numbers that a command shows, with their checks."""

    checks: tuple[Check, ...] = field(kw_only=True)

    @property
    def exit_code(self) -> int:
        """1 if a check fails, else 0."""
        return int(any(check.passed is False for check in self.checks))


def compare(
    name: str,
    computed: Sequence[float],
    exact: Sequence[Decimal],
    scales: Sequence[Decimal] | None = None,
) -> Check:
    """Compare numbers with their exact values, in ulp of ``scales`` (default: the values).

    An entry passes within 4 ulp, or within one subnormal step if its scale is subnormal.

    Examples
    --------
    >>> compare("half", [0.5], [Decimal("0.5")])
    Check(name='half', passed=True, max_error_ulp=0.0, detail='')
    """
    sizes = [abs(value) for value in exact] if scales is None else scales
    errors = list(map(error_in_ulp, computed, exact, sizes))
    passed = all(error <= allowed_ulp(size) for error, size in zip(errors, sizes, strict=True))
    return Check(name, passed, max(errors))


def allowed_ulp(scale: Decimal) -> float:
    """Return the largest error of a number, in ulp of ``scale``."""
    return _LARGEST_ERROR_IN_ULP if scale >= SMALLEST_NORMAL else 1.0


def allowed_error(scale: Decimal) -> Decimal:
    """Return the largest error of a number of the size ``scale``."""
    return Decimal(math.ulp(float(scale)) * allowed_ulp(scale))


def within(
    name: str, differences: Sequence[Decimal | float], allowed: Sequence[Decimal | float]
) -> Check:
    """Compare differences with their error bounds, entry by entry."""
    pairs = [(Decimal(d), Decimal(a)) for d, a in zip(differences, allowed, strict=True)]
    difference, bound = max(pairs, key=lambda pair: pair[0] - pair[1])
    if difference <= bound:
        return Check(name, True, detail=f"within the error bound {max(allowed):.1e}")
    off, most = told_apart(float(difference), float(bound), _two_digits)
    return Check(name, False, detail=f"off by {off}, error bound {most}")


def _two_digits(value: float, more: int = 0) -> str:
    return f"{value:.{1 + more}e}"


def combined(name: str, checks: Sequence[Check]) -> Check:
    """Return one check that passes if all pass, with their largest error."""
    return Check(
        name,
        all(check.passed for check in checks),
        max(check.max_error_ulp or 0.0 for check in checks),
    )
