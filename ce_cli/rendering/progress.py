"""A progress bar on stderr for work that is long enough to wonder."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(total: int | None) -> Iterator[Callable[[str, int], None]]:
    """Yield what takes the name of a pass and how much of ``total`` is done."""
    if not sys.stderr.isatty():
        yield lambda _name, _size: None
        return
    from rich.console import Console  # noqa: PLC0415  # for terminals only
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        tasks: dict[str, object] = {}

        def advance(name: str, size: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.advance(tasks[name], size)  # type: ignore[arg-type]

        yield advance
