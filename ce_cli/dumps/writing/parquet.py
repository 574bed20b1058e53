"""Parquet files written frame after frame, in flat memory.

Polars asks for the frames it writes; here they come at their own time. So Polars works in a
thread of its own, which takes the frames from a queue.
"""

from __future__ import annotations

import os
import queue
import re
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from polars.io.plugins import register_io_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

_PATIENCE = 0.2


class _StoppedError(Exception):
    """The file that was begun is not wanted any more."""


_Item: TypeAlias = "pl.DataFrame | _StoppedError | None"


class _Sink(Thread):
    """Writes the frames it receives; None is the end."""

    def __init__(self, stream: BinaryIO, like: pl.DataFrame, rows: int) -> None:
        super().__init__(daemon=True)
        self._stream, self._like, self._rows = stream, like, rows
        self._queue: queue.Queue[_Item] = queue.Queue(maxsize=1)
        self.error: BaseException | None = None

    def put(self, item: _Item) -> None:
        """Hand over a frame as soon as there is room for it, if it is still wanted."""
        while self.is_alive():
            try:
                self._queue.put(item, timeout=_PATIENCE)
            except queue.Full:
                continue
            return

    def check(self) -> None:
        """Raise the error of the thread, if there was one."""
        if isinstance(self.error, KeyboardInterrupt):  # Polars notices it before we do
            raise self.error
        if self.error:
            raise _as_os_error(self.error)

    def run(self) -> None:
        """Write until the end or an error."""
        source = register_io_source(self._frames, schema=self._like.schema)
        try:
            source.sink_parquet(self._stream, row_group_size=self._rows, maintain_order=True)
        except BaseException as error:  # noqa: BLE001  # raised where the frames come from
            self.error = error

    def _frames(self, *_wanted: object) -> Iterator[pl.DataFrame]:
        yield self._like
        while (item := self._queue.get()) is not None:
            if isinstance(item, _StoppedError):
                raise item
            yield item


@contextmanager
def parquet_writer(
    stream: BinaryIO, like: pl.DataFrame, rows: int
) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Yield a function that writes frames with the columns of ``like``, ``rows`` together.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    sink = _Sink(stream, like, rows)
    sink.start()

    def write(frame: pl.DataFrame) -> None:
        sink.put(frame)
        sink.check()

    try:
        yield write
    except BaseException:
        sink.put(_StoppedError())
        sink.join()
        raise
    sink.put(None)
    sink.join()
    sink.check()


def _as_os_error(error: BaseException) -> OSError:
    number = re.search(r"os error ([0-9]+)", str(error))
    return OSError(int(number[1]), os.strerror(int(number[1]))) if number else OSError(str(error))
