"""A progress bar on stderr for work that is long enough to wonder."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

    from ce_cli.output.screen import Screen

_LONG_ENOUGH = 0.5


@contextmanager
def progress(
    total: int | None, screen: Screen, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[str, int], None]]:
    """Yield a function that takes the name of a pass and how many more bytes of it are done."""
    if not sys.stderr.isatty():
        yield lambda _name, _size: None
        return
    passes = Passes(total, screen, clock)
    try:
        yield passes.advance
    finally:
        passes.stop()


class Passes:
    """A bar for the current pass, from the moment on when people begin to wonder."""

    def __init__(self, total: int | None, screen: Screen, clock: Callable[[], float]) -> None:
        self.total, self.screen, self.clock, self.begin = total, screen, clock, clock()
        self.bar: Progress | None = None
        self.tasks: dict[str, TaskID] = {}
        self.done: Counter[str] = Counter()

    def advance(self, name: str, size: int) -> None:
        """Take note of a piece that is done."""
        self.done[name] += size
        if self.bar is None and self.clock() - self.begin > _LONG_ENOUGH:
            self.bar = _bar(self.screen)
            self.bar.start()
        if self.bar is not None:
            self._draw(self.bar, name)

    def _draw(self, bar: Progress, name: str) -> None:
        if name not in self.tasks:
            self.tasks[name] = bar.add_task(name, total=self.total)
        for other, task in self.tasks.items():
            bar.update(task, visible=other == name, completed=self.done[other])

    def stop(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.stop()


def _bar(screen: Screen) -> Progress:
    from rich import progress as bars
    from rich.console import Console

    class Terminal(Console):
        """A console that draws in ASCII where Rich finds that the encoding is not UTF-8."""

        encoding = screen.encoding

    terminal = Terminal(
        file=sys.stderr,
        width=screen.width,
        color_system="standard" if screen.has_colour else None,
    )
    columns = (
        bars.TextColumn("{task.description}"), bars.BarColumn(), bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(), bars.TextColumn("left"),
    )  # fmt: skip
    return bars.Progress(*columns, console=terminal, transient=True)
