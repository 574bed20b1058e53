"""Which reader a file needs, by its name's ending, and how to read it more than once."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import sys
import tempfile
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from ce_cli.dumps.reading.csv_text import TextDump
from ce_cli.dumps.reading.json_lines import JsonDump
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager, ExitStack
    from types import ModuleType

    from ce_cli.dumps.reading.arrays import ArrayDump, Table
    from ce_cli.dumps.reading.csv_text import Source, TextOptions

Dump: TypeAlias = "TextDump | ArrayDump | JsonDump"
Unpacking: TypeAlias = "Callable[[Source, str], AbstractContextManager[BinaryIO]]"

_ARRAYS = {".parquet", ".npz", ".npy"}
_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_BEGINS_AS_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*[\[{][\[{\s]*"')
_LOOKED_AT = 1024
"""So many bytes tell JSON from a line of names, and fewer what is packed."""


def open_dump(file: str, number: int, options: TextOptions, stack: ExitStack) -> Dump:
    """Open a file by its ending; what has none that is known is JSON lines or a text dump.

    Parameters
    ----------
    file
        Its name, or ``-`` for stdin.
    number
        Which of the files it is, counted from 0.
    options
        How a text dump is to be read.
    stack
        Holds what must be kept until all has been read: pipes can be read only once.

    Raises
    ------
    InputError
        If it cannot be read, or it cannot be told what its columns are.
    """
    if file == "-":
        with _reasons("stdin"):
            source = _kept(sys.stdin.buffer, stack)
        return _line_dump(_unpacked(source, "stdin"), "stdin", number, options)
    path = Path(file)
    if path.is_file() and not path.stat().st_size:
        raise InputError("is empty", place=file)
    ending = path.suffix.lower()
    if ending in _ARRAYS:
        return _array_dump(path, ending, number, options)
    unpacked = {".gz": _gzip, ".zst": _zstd}.get(ending)
    inner = Path(path.stem).suffix.lower() if unpacked else ending
    if inner in _ARRAYS:
        raise InputError(f"cannot read {inner} files that are packed", place=file,
                         hint=f"unpack it first: {path.stem}")  # fmt: skip
    source = _source(path, stack)
    source = partial(unpacked, source, file) if unpacked else _unpacked(source, file)
    return _line_dump(source, file, number, options, inner in _JSON_LINES)


def _unpacked(source: Source, file: str) -> Source:
    """Unpack by the first bytes what no name told to be packed."""
    unpacked = _packed_with(_start(source))
    return partial(unpacked, source, file) if unpacked else source


def _line_dump(
    source: Source, file: str, number: int, options: TextOptions, as_json: bool = False
) -> Dump:
    start = _start(source)
    if _packed_with(start):
        raise InputError("is packed more than once", place=file, hint="unpack it first")
    if as_json or _BEGINS_AS_JSON.match(start):
        _require_no_text_options(options, f"JSON lines, as in {file}")
        return JsonDump.opened(source, file, number, options)
    return TextDump.opened(source, file, number, options)


def _start(source: Source) -> bytes:
    with source() as stream:
        return stream.read(_LOOKED_AT)


def _packed_with(start: bytes) -> Unpacking | None:
    """Tell by its first bytes what a file is packed with (RFC 1952, 2.3.1; RFC 8878, 3.1.1)."""
    if start.startswith(b"\x1f\x8b"):
        return _gzip
    return _zstd if start.startswith(b"\x28\xb5\x2f\xfd") else None


def _require_no_text_options(options: TextOptions, what: str) -> None:
    """Refuse what is only said of CSV and its like."""
    option = "--no-header" if options.separator is None else "--separator"
    if options != options._replace(header=True, separator=None):
        raise InputError(
            f"means nothing for {what}", place=option,
            hint="it is for CSV and its like; leave it out",
        )  # fmt: skip


def _array_dump(path: Path, ending: str, number: int, options: TextOptions) -> ArrayDump:
    from ce_cli.dumps.reading.arrays import ArrayDump, require_no_pipe  # noqa: PLC0415  # text dumps need none

    _require_no_text_options(options, f"{ending} files such as {path}")
    require_no_pipe(path)
    with _plain(path):
        table = _table(path, ending, options)
    if ending == ".npy":
        options = options._replace(chosen=None)  # it named files
    return ArrayDump.opened(table, str(path), number, options)


def _table(path: Path, ending: str, options: TextOptions) -> Table:
    if ending == ".parquet":
        from ce_cli.dumps.reading.parquet import ParquetTable  # noqa: PLC0415

        return ParquetTable(path, options.chosen)
    from ce_cli.dumps.reading.npy import archive_table, file_table  # noqa: PLC0415

    read = archive_table if ending == ".npz" else file_table
    return read(path, options.chosen or {})


def _source(path: Path, stack: ExitStack) -> Source:
    """Return what opens a file again and again; all but regular files are read here, once."""
    if path.is_file():
        return partial(_plain, path)
    with _reasons(str(path)), path.open("rb") as stream:
        if (path.is_char_device() or path.is_block_device()) and not stream.isatty():
            raise InputError("is a device, which may have no end", place=str(path))
        return _kept(stream, stack)


def _kept(stream: BinaryIO, stack: ExitStack) -> Source:
    """Keep a stream that can be read only once in a file that can be read again."""
    kept = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    shutil.copyfileobj(stream, kept)

    @contextmanager
    def again() -> Iterator[BinaryIO]:
        kept.seek(0)
        yield kept

    return again


@contextmanager
def _reasons(place: str) -> Iterator[None]:
    """Say of a file that cannot be read why."""
    try:
        yield
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), place=place) from None


@contextmanager
def _plain(path: Path) -> Iterator[BinaryIO]:
    with _reasons(str(path)), path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        yield stream
        if os.fstat(stream.fileno()).st_size < size:
            raise InputError("shrank while it was read", place=str(path))


@contextmanager
def _gzip(source: Source, file: str) -> Iterator[BinaryIO]:
    with source() as packed:
        try:
            with gzip.open(packed, "rb") as stream:
                yield cast("BinaryIO", stream)
        except EOFError:
            raise _cut_off(file) from None
        except (gzip.BadGzipFile, zlib.error):
            raise InputError("is not a gzip file, or damaged", place=file) from None


@contextmanager
def _zstd(source: Source, file: str) -> Iterator[BinaryIO]:
    library = _zstd_library()
    with source() as packed:
        try:
            with library.open(packed, "rb") as stream:
                yield stream
        except EOFError:
            raise _cut_off(file) from None
        except library.ZstdError:
            raise InputError("is not a zstd file, or damaged", place=file) from None


def _cut_off(file: str) -> InputError:
    return InputError("is cut off: its compressed data end too early", place=file)


def _zstd_library() -> ModuleType:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        from backports import zstd  # noqa: PLC0415
    return zstd
