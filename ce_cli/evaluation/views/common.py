"""The common parts of several views."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.output.document import Column, Mark, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ce_cli.evaluation.agreement import Check

MOST_ROWS = 20


def likeliest(probabilities: Sequence[float], first: int | None = None) -> list[int]:
    """Return the classes to show, in order: ``first`` and the most probable, 20 at most.

    Examples
    --------
    >>> likeliest([0.2, 0.5, 0.3])
    [0, 1, 2]
    """
    ranked = sorted(range(len(probabilities)), key=lambda k: (k != first, -probabilities[k], k))
    return sorted(ranked[:MOST_ROWS])


def class_name(index: int, names: Sequence[str] | None) -> str:
    """Return the name of a class, or its number if it has none."""
    return names[index] if names else str(index)


def marked_name(index: int, label: int | None, names: Sequence[str] | None) -> str:
    """Return the name of a class, with an arrow if it is the true one."""
    name = class_name(index, names)
    return f"→ {name}" if index == label else name


def name_column(names: Sequence[str] | None) -> list[Sequence[str]]:
    """Return the names as a column of records, if there are any."""
    return [names] if names else []


class Rows(NamedTuple):
    """The entries that a table shows, the true class, and the names of all classes."""

    shown: Sequence[int]
    label: int | None = None
    names: Sequence[str] | None = None


def entries_table(
    title: str,
    index: Column,
    vectors: Iterable[tuple[Column, Sequence[float]]],
    rows: Rows,
) -> Table:
    """Return a table of vectors side by side, a row for every shown entry.

    Examples
    --------
    >>> rows = Rows([0, 1], 1, ["cat", "dog"])
    >>> entries_table("", Column("class"), [(Column("p"), [0.25, 0.75])], rows).rows
    (('cat', 0.25), ('→ dog', 0.75))
    """
    columns, values = zip(*vectors, strict=True)
    shown, label, names = rows
    cells = tuple((marked_name(k, label, names), *(vector[k] for vector in values)) for k in shown)
    marked = frozenset(row for row, k in enumerate(shown) if k == label)
    return Table((index, *columns), cells, title, marked)


def left_out(count: int, shown: Sequence[int], entries: str = "classes") -> tuple[str, ...]:
    """Return a line with the number of entries that a table leaves out, if there are any."""
    missing = count - len(shown)
    if not missing:
        return ()
    return (f"{missing} more {entries} left out; --format json and csv show them all.",)


def verdicts(checks: Iterable[Check], texts: Mapping[str, str]) -> list[Verdict]:
    """Return a line for every check; ``texts`` has longer names for some."""
    return [
        Verdict(Mark.of(check.passed), f"{texts.get(check.name, check.name)}: {_outcome(check)}")
        for check in checks
    ]


def _outcome(check: Check) -> str:
    if check.max_error_ulp is None:
        return check.detail
    if not check.passed:
        return f"off by {check.max_error_ulp:.3g} ulp"
    return f"within {max(1, math.ceil(check.max_error_ulp))} ulp"


def check_data(checks: Iterable[Check]) -> list[dict[str, object]]:
    """Return checks for JSON, without empty fields."""
    return [
        {
            key: value
            for key, value in check._asdict().items()
            if key == "passed" or value not in (None, "")
        }
        for check in checks
    ]
