"""Rows of a dump: their loss, probabilities and gradients, and what is to report of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.checking.report import First, Report
from ce_cli.numeric.cross_entropy import CrossEntropy
from ce_cli.numeric.exact_sum import exact_sum

if TYPE_CHECKING:
    from ce_cli.reading.dump import Array, Block


class Computed(NamedTuple):
    """Loss ``[rows]``, probabilities and gradient ``[num_classes, rows]`` of a block."""

    loss: Array
    probabilities: Array
    gradient: Array


@dataclass(frozen=True)
class Task:
    """What is to be done with every row."""

    criterion: CrossEntropy = field(default_factory=CrossEntropy)
    max_errors: int = 20

    def compute(self, block: Block) -> Computed:
        """Return the numbers of every readable row."""
        targets = None if block.targets is None else block.targets.T
        found = self.criterion.evaluate(block.logits.T, labels=block.labels, targets=targets)
        return Computed(found.loss, found.probabilities.T, found.gradient.T)

    def report(self, block: Block, computed: Computed) -> Report:
        """Return the report of a block."""
        readable = len(block.rows)
        return Report(
            rows=readable + len(block.bad),
            unclaimed=readable,
            unreadable=len(block.bad),
            loss=exact_sum(computed.loss),
            weight=exact_sum(np.ones(readable)),
            bad=First(self.max_errors, block.bad[: self.max_errors]),
        )
