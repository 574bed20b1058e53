"""A progress bar on stderr for work that is long enough to wonder."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

_LONG_ENOUGH = 0.5


@contextmanager
def progress(total: int | None) -> Iterator[Callable[[str, int], None]]:
    """Yield what takes the name of a pass and how many bytes of ``total`` are done."""
    if not sys.stderr.isatty():
        yield lambda _name, _size: None
        return
    shown = _Passes(total)
    try:
        yield shown.advance
    finally:
        shown.stop()


class _Passes:
    """A bar for the pass that goes on, from the moment on when people begin to wonder."""

    def __init__(self, total: int | None) -> None:
        self._total, self._begin = total, time.monotonic()
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._done: dict[str, int] = {}

    def advance(self, name: str, size: int) -> None:
        """Take note of a piece that is done."""
        self._done[name] = self._done.get(name, 0) + size
        if self._bar is None and time.monotonic() - self._begin > _LONG_ENOUGH:
            self._bar = _bar()
            self._bar.start()
        if self._bar is not None:
            for other, task in self._tasks.items():
                self._bar.update(task, visible=other == name)
            if name not in self._tasks:
                self._tasks[name] = self._bar.add_task(name, total=self._total)
            self._bar.update(self._tasks[name], completed=self._done[name])

    def stop(self) -> None:
        """Remove the bars."""
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Progress:
    from rich.console import Console  # noqa: PLC0415  # for terminals only
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
        TextColumn("left"),
    )  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True)
