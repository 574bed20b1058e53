"""Blocks of rows: their loss, probabilities and gradients, and what is to report of them.

Almost every row of a dump that is right, or wrong throughout, is told by the fast kernel.
What it cannot tell for sure, the judge decides with the exact numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.judge import KINDS, for_ranks
from ce_cli.dumps.report import BadRows, First, Report, Totals, Unjudged
from ce_cli.dumps.sieve import Sieve, Sieved
from ce_cli.numeric.exact_sum import ExactSum, exact_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ce_cli.dumps.judge import Judge
    from ce_cli.dumps.objective import Objective
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.dumps.report import Difference
    from ce_cli.numeric.double_double import Array


FEW_CELLS = 2**17
"""A block with fewer in doubt leaves them to be judged together with others."""


class Computed(NamedTuple):
    """Loss ``[rows]``, probabilities and gradient ``[num_classes, rows]`` of a block."""

    loss: Array
    probabilities: Array
    gradient: Array


class Checked(NamedTuple):
    """What came of a block."""

    report: Report
    failing: NDArray[np.int64]
    """The numbers of its failing rows."""
    doubtful: Block | None
    """A few rows that are still to be judged: together with others that takes less time."""


def compute(block: Block, objective: Objective) -> Computed:
    """Return the numbers of every readable row."""
    truth = objective.quick_truth(objective.rows(block, np.arange(len(block.rows))))
    return Computed(truth.loss, truth.probabilities.T, truth.gradient.T)


def check(block: Block, judge: Judge, max_errors: int, known: Report) -> Checked:
    """Return what comes of a block; what is less than ``known`` need not be looked at."""
    sieved = _sieved(block, judge)
    ignored = judge.objective.ignored(block)
    sure = ~sieved.doubtful
    held = int(np.count_nonzero(sure & ~ignored))
    report = Report(
        rows=len(block.rows) + len(block.bad),
        passed=held if block.claims else 0,
        unclaimed=0 if block.claims else held,
        ignored=int(np.count_nonzero(sure & ignored)),
        unreadable=len(block.bad),
        loss=exact_sum(sieved.loss),
        files={block.number: totals(block, judge.objective)},
        bad=BadRows.of(block.bad, max_errors),
        unjudged=dict(_largest(block, sieved, known)),
    )
    doubtful = np.flatnonzero(sieved.doubtful)
    if not doubtful.size:
        return Checked(report, doubtful, None)
    if doubtful.size * block.logits.shape[0] < FEW_CELLS:
        return Checked(report, doubtful[:0], block.taken(doubtful))
    found, failing = judged(block, doubtful, judge, known)
    return Checked(report + found, failing, None)


def judged(
    block: Block, indices: NDArray[np.int64], judge: Judge, known: Report
) -> tuple[Report, NDArray[np.int64]]:
    """Return the report of some rows, and the numbers of those that fail."""
    failing, report = judge.judge(block, indices, known)
    ignored = judge.objective.ignored(block)[indices]
    verdicts = Report(
        passed=int(np.sum(~failing & ~ignored)),
        failed=int(np.sum(failing)),
        ignored=int(np.sum(~failing & ignored)),
    )
    return report + verdicts, block.rows[indices[failing]]


def failures(block: Block, indices: NDArray[np.int64], judge: Judge) -> tuple[Difference, ...]:
    """Return of some failing rows of a block the number that is furthest off, in order."""
    every = replace(judge, most_worst=len(indices))
    worst = every.judge(block, indices)[1].worst.items
    return tuple(sorted(worst, key=lambda each: each.place))


def _sieved(block: Block, judge: Judge) -> Sieved:
    sieve = Sieve(judge.objective, judge.tolerance)
    if sieve.fits(block):
        return sieve.sieve(block)
    loss = compute(block, judge.objective).loss
    return Sieved(loss, np.full(loss.size, bool(block.claims)), {})


def _largest(block: Block, sieved: Sieved, known: Report) -> Iterator[tuple[str, First[Unjudged]]]:
    """Yield the largest error of every kind among the rows that surely hold."""
    for kind, errors in sieved.errors.items():
        sure = np.where(sieved.doubtful, -1.0, errors)
        if not sure.size or known.has_larger(kind, 1.001 * sure.max()):
            continue
        ranks = for_ranks(sure)
        row = int(ranks.argmax())
        if ranks[row] >= 0:
            taken = block.taken(np.array([row]))
            yield kind, First(1, (Unjudged(-float(ranks[row]), block.place(row), taken),))


def largest_judged(report: Report, judge: Judge) -> Report:
    """Return a report that knows claim and truth of every largest error."""
    found = Report()
    for kind, first in report.unjudged.items():
        for item in first.items:
            _, seen = judge.judge(item.row, np.zeros(1, dtype=int))
            difference = replace(seen.largest[kind].items[0], rank=item.rank)
            found += Report(largest={kind: First(1, (difference,))})
    every = (replace(report, unjudged={}) + found).largest
    in_order = {kind: every[kind] for kind in KINDS if kind in every}
    return replace(report, unjudged={}, largest=in_order)


def totals(block: Block, objective: Objective) -> Totals:
    """Return what a block adds to the divisors of reductions."""
    counting = int(np.sum(~objective.ignored(block)))
    weighted = objective.criterion.weight is not None
    weight = exact_sum(objective.weights(block)) if weighted else ExactSum.of(counting)
    return Totals(len(block.rows), counting, weight)
