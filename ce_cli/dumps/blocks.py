"""Blocks of rows: loss, probabilities, gradients, and the report of every block.

Almost every row of a dump that is right, or wrong throughout, is told by the fast kernel.
Rows that the kernel cannot tell for sure are left to the judge, who has exact numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.report import BadRows, Report
from ce_cli.dumps.sieve import Sieve, Sieved
from ce_cli.dumps.totals import Totals
from ce_cli.numeric.exact_sum import ExactSum, exact_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ce_cli.dumps.judge import Judge
    from ce_cli.dumps.objective import Objective
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.numeric.double_double import Array


FEW_CELLS = 2**17
"""A block with fewer in doubt leaves them to be judged together with others."""


class Computed(NamedTuple):
    """Loss ``[rows]``, probabilities and gradient ``[num_classes, rows]`` of a block."""

    loss: Array
    probabilities: Array
    gradient: Array


class Examined(NamedTuple):
    """The outcome of a block."""

    report: Report
    failing: NDArray[np.int64]
    """The numbers of its failing rows."""
    doubtful: Block | None
    """A few rows that are still to be judged: together with others that takes less time."""


def compute(block: Block, objective: Objective) -> Computed:
    """Return the numbers of every readable row, the same on every processor."""
    truth = objective.truth(objective.rows(block, np.arange(len(block.rows))))
    return Computed(truth.loss, truth.probabilities.T, truth.gradient.T)


def examine(block: Block, judge: Judge, max_errors: int) -> Examined:
    """Examine the rows of a block, all but a few that are better judged together with others."""
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
    )
    doubtful = np.flatnonzero(sieved.doubtful)
    if not doubtful.size:
        return Examined(report, doubtful, None)
    if doubtful.size * block.logits.shape[0] < FEW_CELLS:
        return Examined(report, doubtful[:0], block.taken(doubtful))
    found, failing = judged(block, doubtful, judge)
    return Examined(report + found, failing, None)


def judged(
    block: Block, indices: NDArray[np.int64], judge: Judge
) -> tuple[Report, NDArray[np.int64]]:
    """Return the report of some rows, and the numbers of those that fail."""
    failing, report = judge.judge(block, indices)
    ignored = judge.objective.ignored(block)[indices]
    verdicts = Report(
        passed=int(np.sum(~failing & ~ignored)),
        failed=int(np.sum(failing)),
        ignored=int(np.sum(~failing & ignored)),
    )
    return report + verdicts, block.rows[indices[failing]]


def _sieved(block: Block, judge: Judge) -> Sieved:
    sieve = Sieve(judge.objective, judge.tolerance)
    if sieve.fits(block):
        return sieve.sieve(block)
    objective = judge.objective
    loss = objective.quick_truth(objective.rows(block, np.arange(len(block.rows)))).loss
    return Sieved(loss, np.full(loss.size, bool(block.claims)))


def totals(block: Block, objective: Objective) -> Totals:
    """Return the part of a block in the divisors of reductions."""
    counting = int(np.sum(~objective.ignored(block)))
    weighted = objective.criterion.weight is not None
    weight = exact_sum(objective.weights(block)) if weighted else ExactSum.of(counting)
    return Totals(len(block.rows), counting, weight)
