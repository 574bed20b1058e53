"""Blocks of rows: their loss, probabilities and gradients, and what is to report of them.

Almost every row of a dump that is right, or wrong throughout, is told by the fast kernel.
What it cannot tell for sure, the judge decides with the exact numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.checking.report import First, Report, Totals
from ce_cli.numeric.exact_sum import exact_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ce_cli.checking.judge import Judge
    from ce_cli.checking.objective import Objective
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
    ignored = judge.objective.ignored(block)
    everything = np.arange(len(block.rows))
    if not block.claims:
        loss = compute(block, judge.objective).loss
        return _counted(block, judge, max_errors, loss) + Report(
            unclaimed=int(np.sum(~ignored)), ignored=int(np.sum(ignored))
        )
    failing, report = judge.judge(block, everything)
    loss = compute(block, judge.objective).loss
    return _counted(block, judge, max_errors, loss) + report + _verdicts(failing, ignored)


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
        bad=First(max_errors, block.bad[:max_errors]),
    )
