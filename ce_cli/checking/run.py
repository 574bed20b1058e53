"""A whole batch: its files in pieces, on several threads, in as many passes as it needs."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from ce_cli.checking.code import Columns as ColumnTotals
from ce_cli.checking.faults import Context
from ce_cli.checking.judge import Judge
from ce_cli.checking.objective import Objective
from ce_cli.checking.report import Report, Totals
from ce_cli.checking.rows import check, compute, failing_rows, failures, totals
from ce_cli.checking.tolerance import Tolerance
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from ce_cli.checking.report import Difference
    from ce_cli.checking.rows import Computed
    from ce_cli.reading.columns import Columns
    from ce_cli.reading.dump import Block

WORKERS = 2
_DIAGNOSED_AT_ONCE = 4096
Item = TypeVar("Item")
Result = TypeVar("Result")


class Piece(Protocol):
    """A part of a dump that has not been read yet."""

    @property
    def size(self) -> int:
        """Its part of the dump's size."""


class Dump(Protocol):
    """A file of rows."""

    @property
    def columns(self) -> Columns:
        """What its columns are."""

    def pieces(self) -> Iterator[Piece]:
        """Yield its pieces in order."""

    def read(self, piece: Any) -> Block:  # noqa: ANN401
        """Return the rows of a piece."""


@dataclass(frozen=True)
class Settings:
    """What is to be done with every row."""

    objective: Objective = field(default_factory=Objective)
    tolerance: Tolerance = field(default_factory=Tolerance)
    mean: bool = False
    """Whether gradients were divided by Σ w[label] of the rows of their file."""
    most_worst: int = 5
    max_errors: int = 20
    workers: int = WORKERS


@dataclass(frozen=True)
class Listeners:
    """Who hears of the work while it goes on; blocks come in order."""

    computed: Callable[[Block, Computed], None] | None = None
    """Takes every block and its numbers."""
    failures: Callable[[tuple[Difference, ...]], None] | None = None
    """Takes of every failing row its worst number."""
    advance: Callable[[str, int], None] = lambda _pass, _size: None
    """Takes the size of every piece that is done, in which pass."""


_SILENT = Listeners()


def run(dumps: Sequence[Dump], settings: Settings, listeners: Listeners = _SILENT) -> Report:
    """Check all rows of all dumps; if some fail, find out why."""
    report = Report()
    for dump in dumps:
        judge = _judge(dump, settings, listeners.advance)
        found = _checked(dump, judge, settings, listeners)
        if found.failed:
            found += _diagnosed(dump, judge, found, settings, listeners.advance)
        report += found
    return report


def _judge(dump: Dump, settings: Settings, advance: Callable[[str, int], None]) -> Judge:
    objective = settings.objective
    if settings.mean:
        counted = partial(totals, objective=objective)
        parts = _each(dump, counted, settings.workers, "counting", advance)
        weight = float(sum(parts, Totals()).weight)
        objective = replace(objective, divisor=weight or 1.0)
    return Judge(objective, settings.tolerance, settings.most_worst)


def _checked(dump: Dump, judge: Judge, settings: Settings, listeners: Listeners) -> Report:
    def work(block: Block) -> tuple[Report, Callable[[], None]]:
        found = check(block, judge, settings.max_errors)
        return found, _told(block, judge, found, listeners)

    report = Report()
    for found, tell in _each(dump, work, settings.workers, "checking", listeners.advance):
        report += found
        tell()
    return report


def _told(block: Block, judge: Judge, found: Report, listeners: Listeners) -> Callable[[], None]:
    """Return what tells the listeners of a block once its turn has come."""
    computed = compute(block, judge.objective) if listeners.computed else None
    failed = failures(block, judge) if listeners.failures and found.failed else ()

    def tell() -> None:
        if listeners.computed and computed is not None:
            listeners.computed(block, computed)
        if listeners.failures and failed:
            listeners.failures(failed)

    return tell


def _diagnosed(
    dump: Dump,
    judge: Judge,
    found: Report,
    settings: Settings,
    advance: Callable[[str, int], None],
) -> Report:
    """Read the failing rows again, now that it is known what could have gone wrong."""
    (file_totals,) = found.files.values()
    columns = _column_totals(dump, judge, settings, advance)
    context = Context(judge.objective, judge.tolerance, file_totals, columns)

    def work(block: Block) -> Report:
        indices, report = failing_rows(block, judge), Report()
        for start in range(0, len(indices), _DIAGNOSED_AT_ONCE):
            rows = judge.objective.rows(block, indices[start : start + _DIAGNOSED_AT_ONCE])
            report += Report(diagnosis=context.explain(rows))
        return report

    return sum(_each(dump, work, settings.workers, "diagnosing", advance), Report())


@quiet
def _column_totals(
    dump: Dump, judge: Judge, settings: Settings, advance: Callable[[str, int], None]
) -> ColumnTotals:
    """Return for every class the maximum and the logsumexp over the rows."""
    temperature = judge.objective.criterion.temperature

    @quiet
    def work(block: Block) -> ColumnTotals:
        z = block.logits / temperature
        if not z.shape[1]:
            nothing = np.full(len(z), -np.inf)
            return ColumnTotals(nothing, nothing)
        return ColumnTotals(z.max(axis=1), np.logaddexp.reduce(z, axis=1))

    nothing = np.full(dump.columns.classes, -np.inf)
    total = ColumnTotals(nothing, nothing)
    for part in _each(dump, work, settings.workers, "surveying", advance):
        total = ColumnTotals(
            np.maximum(total.maximum, part.maximum),
            np.logaddexp(total.logsumexp, part.logsumexp),
        )
    return total


def _each(
    dump: Dump,
    work: Callable[[Block], Result],
    workers: int,
    name: str,
    advance: Callable[[str, int], None],
) -> Iterator[Result]:
    def job(piece: Piece) -> tuple[int, Result]:
        return piece.size, work(dump.read(piece))

    for size, result in in_order(job, dump.pieces(), workers):
        advance(name, size)
        yield result


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[Result]:
    """Yield ``work`` of every item in order, computed on some threads, few at a time.

    Examples
    --------
    >>> list(in_order(abs, [-1, 2, -3], 2))
    [1, 2, 3]
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
