"""How the kernel says that it cannot decide, and the limits on its work."""

from __future__ import annotations

from dataclasses import dataclass

FREE_INDICES = 5
CONSTANT_EXPONENT = 64
NESTING = 150
WORK = 400_000


class Undecidable(Exception):  # noqa: N818 - not an error: the reason becomes a verdict
    """The kernel does not decide this; the message says why."""


@dataclass
class Budget:
    """Counts elementary operations, so that a verdict does not depend on the machine's speed."""

    left: int = WORK

    def spend(self, operations: int) -> None:
        """Take operations from the budget."""
        self.left -= operations
        if self.left < 0:
            raise Undecidable("the expression is too large to decide")
