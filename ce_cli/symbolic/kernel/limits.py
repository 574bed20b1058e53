"""The error for a claim that the kernel cannot decide, and the limits on its work."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from threading import local
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE_INDICES = 5
CONSTANT_EXPONENT = 64
NESTING = 150
OPERATIONS = 400_000
"""How many terms one question may add and multiply."""
OPERATIONS_A_UNIT = 2
UNITS_A_LOOK = 32
"""How much work is done between two looks at the clock."""

TOO_LONG = "it takes too long to decide"


class Undecidable(Exception):  # noqa: N818 - not an error: the reason becomes a verdict
    """The kernel does not decide this; the message says why."""


class Undefined(Undecidable):
    """A part of the claim has no value in this case, whatever its symbols are: 0/0, log 0."""


class OutOfWorkError(Undecidable):
    """The work that ``work_limit`` allows is done."""


class _Limit(NamedTuple):
    units: float = inf
    deadline: float = inf
    reason: str = ""


class _Meter(local):
    """The work done in a thread, in units of about ten microseconds, and its limit."""

    done = 0
    looked = 0
    limit = _Limit()


_meter = _Meter()


@contextmanager
def work_limit(units: int, seconds: float = inf, reason: str = TOO_LONG) -> Iterator[None]:
    """Limit the work that is done inside a ``with`` block; limits can be nested.

    Work is counted, so that a verdict depends neither on the machine nor on other programs. The
    seconds, processor time of this thread, stop work that takes longer than its count says.

    Raises
    ------
    OutOfWorkError
        From ``work``, with the reason, when the limit is reached.
    """
    outer = _meter.limit
    inner = _Limit(_meter.done + units, thread_time() + seconds, reason)
    tighter = inner if inner.units < outer.units else outer
    _meter.limit = tighter._replace(deadline=min(inner.deadline, outer.deadline))
    try:
        yield
    finally:
        _meter.limit = outer


def work(units: int = 1) -> None:
    """Count some work and raise an error if it is more than allowed."""
    _meter.done += units
    limit = _meter.limit
    if _meter.done > limit.units:
        raise OutOfWorkError(limit.reason)
    if _meter.done - _meter.looked >= UNITS_A_LOOK:
        _meter.looked = _meter.done
        if thread_time() > limit.deadline:
            raise OutOfWorkError(limit.reason)


@dataclass
class Budget:
    """Counts the terms that a question adds and multiplies."""

    left: int = OPERATIONS

    def spend(self, operations: int) -> None:
        """Take operations from the budget, and count them as work."""
        work(2 + operations // OPERATIONS_A_UNIT)
        self.left -= operations
        if self.left < 0:
            raise Undecidable("the expression is too large to decide")
