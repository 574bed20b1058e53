"""A whole batch: its files in pieces, on several threads, in as many passes as it needs."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from ce_cli.dumps.blocks import (
    FEW_CELLS,
    compute,
    examine,
    judged,
    totals,
)
from ce_cli.dumps.faults.catalogue import Catalogue
from ce_cli.dumps.faults.diagnosis import Diagnosis
from ce_cli.dumps.faults.suspects import ClassTotals
from ce_cli.dumps.judge import Judge
from ce_cli.dumps.objective import Objective
from ce_cli.dumps.reading.rows import joined
from ce_cli.dumps.report import Report
from ce_cli.dumps.row_set import RowSet
from ce_cli.dumps.tolerance import Tolerance
from ce_cli.dumps.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from ce_cli.dumps.blocks import Computed, Examined
    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.dumps.report import Difference

WORKERS = 3
"""One more than two cores, so that one can compute while the parser's threads are busy."""
_DIAGNOSED_AT_ONCE = 4096
Item = TypeVar("Item")
Result = TypeVar("Result")


class Piece(Protocol):
    """A part of a dump that has not been read yet."""

    @property
    def first(self) -> int:
        """Its first row."""

    @property
    def rows(self) -> int:
        """How many rows it has, readable or not."""

    @property
    def size(self) -> int:
        """Its part of the dump's size."""


class Dump(Protocol):
    """A file of rows."""

    @property
    def columns(self) -> Columns:
        """The columns, each with its kind."""

    def pieces(self) -> Iterator[Piece]:
        """Yield its pieces in order."""

    def read(self, piece: Any) -> Block:  # noqa: ANN401
        """Return the rows of a piece."""


@dataclass(frozen=True)
class Settings:
    """The task for every row."""

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
        one = _FileRun(dump, settings, listeners)
        report = one.judge.settled(report + one.checked() + one.diagnosed())
    return report


class _FileRun:
    """The run over one file; ``found`` grows while blocks come in."""

    def __init__(self, dump: Dump, settings: Settings, listeners: Listeners) -> None:
        self.dump, self.settings, self.listeners = dump, settings, listeners
        self.judge = Judge(self._objective(), settings.tolerance, settings.most_worst)
        self.found = Report()
        self.failing = RowSet()
        self.doubtful: list[Block] = []
        self.doubtful_cells = 0

    def _objective(self) -> Objective:
        """Return the objective with the divisor that the file's rows give."""
        objective = self.settings.objective
        if not self.settings.mean:
            return objective
        parts = self._results(self.dump.pieces(), partial(totals, objective=objective), "counting")
        return replace(objective, divisor=float(sum(parts, Totals()).weight) or 1.0)

    def checked(self) -> Report:
        """Return the report of all rows, without a diagnosis."""
        for examined, tell in self._results(self.dump.pieces(), self._examine, "checking"):
            self._take(examined.report, examined.failing)
            if examined.doubtful:
                self._postpone(examined.doubtful)
            tell()
        self._judge_doubtful()
        return self.found

    def _examine(self, block: Block) -> tuple[Examined, Callable[[], None]]:
        found = examine(block, self.judge, self.settings.max_errors)
        computed = self.listeners.computed
        if computed is None:
            return found, lambda: None
        return found, partial(computed, block, compute(block, self.judge.objective))

    def _take(self, report: Report, failing: NDArray[np.int64]) -> None:
        self.found += report
        self.failing.add(failing)

    def _postpone(self, block: Block) -> None:
        self.doubtful.append(block)
        self.doubtful_cells += block.logits.size
        if self.doubtful_cells >= FEW_CELLS:
            self._judge_doubtful()

    def _judge_doubtful(self) -> None:
        if self.doubtful:
            block = joined(self.doubtful)
            self._take(*judged(block, np.arange(len(block.rows)), self.judge))
            self.doubtful, self.doubtful_cells = [], 0

    def diagnosed(self) -> Report:
        """Read the failing rows again and look for the faults that are possible in this file."""
        if not self.found.failed:
            return Report()
        (file_totals,) = self.found.files.values()
        judge, report = self.judge, Report()
        catalogue = Catalogue(judge.objective, file_totals, self._class_totals())
        work = partial(self._diagnose, search=Diagnosis(judge.tolerance, catalogue))
        pieces = (p for p in self.dump.pieces() if self.failing.meets(p.first, p.rows))
        for diagnosis, differences in self._results(pieces, work, "diagnosing"):
            report += diagnosis
            if self.listeners.failures:
                self.listeners.failures(differences)
        return report

    def _diagnose(self, block: Block, search: Diagnosis) -> tuple[Report, tuple[Difference, ...]]:
        indices, report = np.flatnonzero(self.failing.among(block.rows)), Report()
        for start in range(0, len(indices), _DIAGNOSED_AT_ONCE):
            some = indices[start : start + _DIAGNOSED_AT_ONCE]
            rows = self.judge.objective.rows(block, some)
            report += Report(diagnosis=search.explain(rows))
        told = self.listeners.failures is not None
        return report, self.judge.differences(block, indices) if told else ()

    def _class_totals(self) -> ClassTotals:
        temperature = self.judge.objective.criterion.temperature
        nothing = ClassTotals.over(np.zeros((self.dump.columns.classes, 0)), temperature)
        parts = self._results(
            self.dump.pieces(), lambda block: ClassTotals.over(block.logits, temperature),
            "surveying",
        )  # fmt: skip
        return sum(parts, nothing)

    def _results(
        self, pieces: Iterable[Piece], work: Callable[[Block], Result], name: str
    ) -> Iterator[Result]:
        def job(piece: Piece) -> tuple[int, Result]:
            return piece.size, work(self.dump.read(piece))

        for size, result in in_order(job, pieces, self.settings.workers):
            self.listeners.advance(name, size)
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
