"""How the kernel says that it cannot decide, and the limits on its work."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from math import inf
from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE_INDICES = 5
CONSTANT_EXPONENT = 64
NESTING = 150
WORK = 400_000
TICKS = 32
"""How many steps are taken between two looks at the clock."""

TOO_LONG = "it takes too long to decide"

_deadline: ContextVar[tuple[float, str]] = ContextVar("deadline", default=(inf, ""))
_ticks = count(1)


class Undecidable(Exception):  # noqa: N818 - not an error: the reason becomes a verdict
    """The kernel does not decide this; the message says why."""


class OutOfTimeError(Undecidable):
    """The time that ``time_limit`` gives is over."""


@contextmanager
def time_limit(seconds: float, reason: str = TOO_LONG) -> Iterator[None]:
    """Decide nothing that takes longer, in processor time of this thread; limits can be nested.

    Raises
    ------
    OutOfTimeError
        From ``tick`` and ``look_at_clock``, with the reason, when the time is over.
    """
    token = _deadline.set(min(_deadline.get(), (thread_time() + seconds, reason)))
    try:
        yield
    finally:
        _deadline.reset(token)


def look_at_clock() -> None:
    """Raise an error if the time is over."""
    deadline, reason = _deadline.get()
    if thread_time() > deadline:
        raise OutOfTimeError(reason)


def tick() -> None:
    """Look at the clock, most times only in passing."""
    if next(_ticks) % TICKS == 0:
        look_at_clock()


@dataclass
class Budget:
    """Counts elementary operations, so that a verdict does not depend on the machine's speed."""

    left: int = WORK

    def spend(self, operations: int) -> None:
        """Take operations from the budget."""
        tick()
        self.left -= operations
        if self.left < 0:
            raise Undecidable("the expression is too large to decide")
