"""What several views share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ce_cli.output.document import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ce_cli.evaluation.agreement import Check

MOST_ROWS = 20


def likeliest(probabilities: Sequence[float], first: int | None = None) -> list[int]:
    """Return the classes to show, in order: all, or ``first`` and the most probable.

    Examples
    --------
    >>> likeliest([0.2, 0.5, 0.3])
    [0, 1, 2]
    """
    ranked = sorted(range(len(probabilities)), key=lambda k: (k != first, -probabilities[k], k))
    return sorted(ranked[:MOST_ROWS])


def left_out(count: int, shown: Sequence[int], what: str = "classes") -> tuple[str, ...]:
    """Return the line that says how much a table leaves out, if it does."""
    missing = count - len(shown)
    if not missing:
        return ()
    return (f"{missing} more {what} left out; --format json and csv show them all.",)


def verdicts(checks: Iterable[Check], texts: Mapping[str, str]) -> list[Verdict]:
    """Return one line for each check; ``texts`` says it in more words than its name."""
    return [
        Verdict(check.passed, f"{texts.get(check.name, check.name)}: {_outcome(check)}")
        for check in checks
    ]


def _outcome(check: Check) -> str:
    if check.max_error_ulp is None:
        return check.detail
    if not check.passed:
        return f"off by {check.max_error_ulp:.3g} ulp"
    return f"within {max(1, math.ceil(check.max_error_ulp))} ulp"


def check_data(checks: Iterable[Check]) -> list[dict[str, object]]:
    """Return checks as JSON has them."""
    return [
        {
            key: value
            for key, value in check._asdict().items()
            if key == "passed" or value not in (None, "")
        }
        for check in checks
    ]
