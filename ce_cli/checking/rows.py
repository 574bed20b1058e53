"""Blocks of rows: their loss, probabilities and gradients, and what is to report of them.

Almost every row of a dump that is right, or wrong throughout, is told by the fast kernel.
What it cannot tell for sure, the judge decides with the exact numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.checking.report import BadRows, First, Report, Totals
from ce_cli.checking.sieve import Sieve, Sieved
from ce_cli.numeric.exact_sum import exact_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ce_cli.checking.judge import Judge
    from ce_cli.checking.objective import Objective
    from ce_cli.checking.report import Difference
    from ce_cli.numeric.double_double import Array
    from ce_cli.reading.dump import Block


class Computed(NamedTuple):
    """Loss ``[rows]``, probabilities and gradient ``[num_classes, rows]`` of a block."""

    loss: Array
    probabilities: Array
    gradient: Array


def compute(block: Block, objective: Objective) -> Computed:
    """Return the numbers of every readable row."""
    truth = objective.truth(objective.rows(block, np.arange(len(block.rows))))
    return Computed(truth.loss, truth.probabilities.T, truth.gradient.T)


def check(block: Block, judge: Judge, max_errors: int) -> Report:
    """Return the report of a block."""
    sieve = Sieve(judge.objective, judge.tolerance)
    if sieve.fits(block):
        sieved = sieve.sieve(block)
    else:
        loss = compute(block, judge.objective).loss
        sieved = Sieved(loss, np.full(loss.size, bool(block.claims)), {})
    return _counted(block, judge, max_errors, sieved.loss) + _judged(block, judge, sieved)


def failing_rows(block: Block, judge: Judge) -> NDArray[np.int64]:
    """Return the indices of the rows of a block that fail."""
    sieve = Sieve(judge.objective, judge.tolerance)
    doubtful = np.arange(len(block.rows))
    if sieve.fits(block):
        doubtful = np.flatnonzero(sieve.sieve(block).doubtful)
    return doubtful[judge.judge(block, doubtful)[0]]


def failures(block: Block, judge: Judge) -> tuple[Difference, ...]:
    """Return of every failing row of a block the number that is furthest off, in order."""
    rows = failing_rows(block, judge)
    every = replace(judge, most_worst=len(rows))
    return tuple(sorted(every.judge(block, rows)[1].worst.items, key=lambda each: each.place))


def _judged(block: Block, judge: Judge, sieved: Sieved) -> Report:
    ignored = judge.objective.ignored(block)
    if not block.claims:
        return Report(unclaimed=int(np.sum(~ignored)), ignored=int(np.sum(ignored)))
    doubtful = np.flatnonzero(sieved.doubtful)
    failing = np.zeros(ignored.size, dtype=bool)
    failing[doubtful], report = judge.judge(block, doubtful)
    largest = Report(largest=dict(_largest(block, judge, sieved)))
    return report + largest + _verdicts(failing, ignored)


def _largest(block: Block, judge: Judge, sieved: Sieved) -> Iterator[tuple[str, First[Difference]]]:
    """Yield the largest error of every kind among the rows that the judge did not see."""
    for kind, errors in sieved.errors.items():
        sure = np.where(sieved.doubtful, -1.0, errors)
        if sure.size and sure.max() >= 0:
            row = int(sure.argmax())
            _, seen = judge.judge(block, np.array([row]))
            yield kind, First(1, (replace(seen.largest[kind].items[0], rank=-float(sure[row])),))


def _verdicts(failing: NDArray[np.bool_], ignored: NDArray[np.bool_]) -> Report:
    return Report(
        passed=int(np.sum(~failing & ~ignored)),
        failed=int(np.sum(failing)),
        ignored=int(np.sum(~failing & ignored)),
    )


def totals(block: Block, objective: Objective) -> Totals:
    """Return what a block adds to the divisors of reductions."""
    weights = objective.weights(block)
    counting = int(np.sum(~objective.ignored(block)))
    return Totals(len(weights), counting, exact_sum(weights))


def _counted(block: Block, judge: Judge, max_errors: int, loss: Array) -> Report:
    return Report(
        rows=len(block.rows) + len(block.bad),
        unreadable=len(block.bad),
        loss=exact_sum(loss),
        files={block.number: totals(block, judge.objective)},
        bad=BadRows.of(block.bad, max_errors),
    )
