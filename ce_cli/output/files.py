"""Files that are either complete or not there, and that replace nothing without leave."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def is_stream(path: Path) -> bool:
    """Whether a name is there and no file, as a device or a pipe: it cannot be replaced."""
    return path.exists() and not path.is_file()


@dataclass(frozen=True)
class Destination:
    """A file to be written, the option that names it, and whether it may replace another."""

    path: Path
    option: str
    force: bool = False

    def require_free(self) -> None:
        """Raise InputError if this would replace a file that holds something, without leave.

        Nobody can tell whose file it is: one of ours may have been edited since.
        """
        if "\0" in str(self.path):
            raise InputError("a file name cannot contain NUL", place=self.option)
        if str(self.path) == "-":
            raise InputError("'-' is stdout, not a file", place=self.option)
        with self._reasons():
            if not self.force and self.path.is_file() and self.path.stat().st_size:
                hint = "choose another name, or say --force to replace it"
                raise InputError(f"{self.path} is there already", place=self.option, hint=hint)

    @contextmanager
    def complete(self) -> Iterator[BinaryIO]:
        """Open a file beside the path that takes its place when all of it has been written.

        If anything goes wrong, the old file stays as it was. A device or a pipe is written to
        by the name it was given: there is no other name behind ``/dev/fd/63``.

        Raises
        ------
        InputError
            If it cannot be written, or holds something and must not be replaced.
        """
        self.require_free()
        streamed = is_stream(self.path)
        target = self.path if streamed else Path(os.path.realpath(self.path))
        name = f".{target.name}.{secrets.token_hex(4)}.part"
        beside = target if streamed else target.with_name(name)
        try:
            with self._reasons(), beside.open("wb") as stream:
                yield stream
                if not streamed:
                    stream.flush()
                    os.fsync(stream.fileno())
            if not streamed:
                self._replace(target, beside)
        finally:
            if not streamed:
                beside.unlink(missing_ok=True)

    def _replace(self, target: Path, beside: Path) -> None:
        with self._reasons():
            if target.exists():
                beside.chmod(target.stat().st_mode)
            beside.replace(target)

    @contextmanager
    def _reasons(self) -> Iterator[None]:
        """Say why the file cannot be written."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            problem = f"cannot write {self.path}: {reason}"
            raise InputError(problem, place=self.option) from None


def require_apart(
    report: Destination | None, others: Sequence[Destination], read: Sequence[Path]
) -> None:
    """Refuse to write over a file that is read, or twice to one file or pipe under any names.

    A device may be given twice: a terminal shows one after the other, ``/dev/null`` nothing.

    Parameters
    ----------
    report
        Where the report goes; None for stdout.
    others
        The other files to be written.
    read
        All files that are read.

    Raises
    ------
    InputError
        If an option names a file that is read, or one that another option names, or stdout with
        the report, or stderr, or a file that is there already and must not be replaced.
    """
    uses = [(path, "a file that is read") for path in read]
    uses.append((Path("/dev/stderr"), "where messages go"))
    if report is None:
        uses.append((Path("/dev/stdout"), "where the report goes"))
    for destination in [*([report] if report else []), *others]:
        path, option = destination.path, destination.option
        if not path.is_char_device():
            for other, use in uses:
                if _same(path, other):
                    raise InputError(f"{path} is {use}", place=option)
            uses.append((path, f"a file that {option} writes"))
    for destination in others:
        destination.require_free()


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return os.path.realpath(path) == os.path.realpath(other)
