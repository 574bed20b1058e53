"""Files that are either complete or not there."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_stream(path: Path) -> bool:
    """Whether a name is there and no file, as a device or a pipe: it cannot be replaced."""
    return path.exists() and not path.is_file()


@contextmanager
def complete(path: Path, option: str) -> Iterator[BinaryIO]:
    """Open a file beside ``path`` that takes its place when all of it has been written.

    If anything goes wrong, the old file stays as it was. A device or a pipe is written to
    by the name it was given: there is no other name behind ``/dev/fd/63``.

    Raises
    ------
    InputError
        If it cannot be written, with ``option`` as the place.
    """
    if "\0" in str(path):
        raise InputError("a file name cannot contain NUL", place=option)
    if str(path) == "-":
        raise InputError("'-' is stdout, not a file", place=option)
    streamed = is_stream(path)
    target = path if streamed else Path(os.path.realpath(path))
    name = f".{target.name}.{secrets.token_hex(4)}.part"
    beside = target if streamed else target.with_name(name)
    try:
        with beside.open("wb") as stream:
            yield stream
            if not streamed:
                stream.flush()
                os.fsync(stream.fileno())
        if not streamed:
            if target.exists():
                beside.chmod(target.stat().st_mode)
            beside.replace(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot write {path}: {reason}", place=option) from None
    finally:
        if not streamed:
            beside.unlink(missing_ok=True)
