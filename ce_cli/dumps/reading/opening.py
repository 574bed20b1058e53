"""The reader of a file by its name's ending, and a way to read a file more than once."""

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
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from ce_cli.dumps.reading.csv_text import TextDump, TextOptions, text_names
from ce_cli.dumps.reading.json_lines import JsonDump, flat
from ce_cli.dumps.reading.lines import first_line
from ce_cli.errors import InputError
from ce_cli.input.text import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import ExitStack
    from types import ModuleType

    from ce_cli.dumps.reading.arrays import ArrayDump, TypedTable
    from ce_cli.dumps.reading.lines import Source

Dump: TypeAlias = "TextDump | ArrayDump | JsonDump"

PACKED = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}
"""The endings of packed files, and their first bytes (RFC 1952, 2.3.1; RFC 8878, 3.1.1)."""
_ARRAYS = {".parquet", ".npz", ".npy"}
_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_BEGINS_AS_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*[\[{][\[{\s]*"')
_LOOKED_AT = 1024
"""The number of bytes that tell JSON from a line of names, or how a file is packed."""


def open_dump(file: str, number: int, options: TextOptions, stack: ExitStack) -> Dump:
    """Open a file by its ending; a file with no known ending is JSON lines or a text dump.

    Parameters
    ----------
    file
        Its name, or ``-`` for stdin.
    number
        Its position among the files, from 0.
    options
        How a text dump is to be read.
    stack
        Keeps the copy of a pipe, which can be read only once, until all has been read.

    Raises
    ------
    InputError
        If it cannot be read, or its columns cannot be recognised.
    """
    if file == "-":
        with _reasons("stdin"):
            source = _copied(sys.stdin.buffer, stack)
        return _line_dump(source, "stdin", number, options)
    path = Path(file)
    if path.is_file() and not path.stat().st_size:
        raise InputError("is empty", place=file)
    ending, inner = _endings(file)
    if ending in _ARRAYS:
        return _array_dump(path, ending, number, options)
    if inner in _ARRAYS:
        problem = f"cannot read {inner} files that are packed"
        raise InputError(problem, place=file, hint=f"unpack it first: {path.stem}")
    return _line_dump(_source(path, stack), name_of(file), number, options)


def _endings(file: str) -> tuple[str, str]:
    """Return a file's ending, and the one before it if that is of a packed file."""
    path = Path(file)
    ending = path.suffix.lower()
    return ending, Path(path.stem).suffix.lower() if ending in PACKED else ending


def names_in(path: Path) -> Sequence[str]:
    """Return the names of a file's columns, whether they can be recognised or not.

    Raises
    ------
    InputError
        If they cannot be read.
    """
    ending, _ = _endings(str(path))
    if ending == ".npy":
        return ()
    if ending in _ARRAYS:
        return _table(path, ending, TextOptions()).names
    source, is_json = _lines(partial(_plain, path), str(path))
    return list(flat(first_line(source, str(path)))) if is_json else text_names(source, str(path))


def _line_dump(source: Source, file: str, number: int, options: TextOptions) -> Dump:
    source, is_json = _lines(source, file)
    if is_json:
        _require_no_text_options(options, f"JSON lines, as in {file}")
        return JsonDump.opened(source, file, number, options)
    return TextDump.opened(source, file, number, options)


def _lines(source: Source, file: str) -> tuple[Source, bool]:
    """Return the lines of a file, unpacked, and whether they are JSON."""
    start, (ending, inner) = _start(source), _endings(file)
    packing = ending if ending in PACKED else _packing(start)
    if packing:
        source = partial(_unpacked, packing, source, file)
        start = _start(source)
        if _packing(start):
            raise InputError("is packed more than once", place=file, hint="unpack it first")
    return source, inner in _JSON_LINES or bool(_BEGINS_AS_JSON.match(start))


def _start(source: Source) -> bytes:
    with source() as stream:
        return stream.read(_LOOKED_AT)


def _packing(start: bytes) -> str:
    """Return the ending that suits the first bytes of a packed file, none for other files."""
    return next((ending for ending, magic in PACKED.items() if start.startswith(magic)), "")


def _require_no_text_options(options: TextOptions, files: str) -> None:
    """Refuse options for CSV and its like."""
    option = "--no-header" if options.separator is None else "--separator"
    if options != options._replace(header=True, separator=None):
        raise InputError(
            f"means nothing for {files}", place=option,
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
    return ArrayDump.opened(table, name_of(str(path)), number, options)


def _table(path: Path, ending: str, options: TextOptions) -> TypedTable:
    if ending == ".parquet":
        from ce_cli.dumps.reading.parquet import ParquetTable  # noqa: PLC0415

        return ParquetTable(path, options.chosen)
    from ce_cli.dumps.reading.npy import archive_table, file_table  # noqa: PLC0415

    read = archive_table if ending == ".npz" else file_table
    return read(path, options.chosen or {})


def _source(path: Path, stack: ExitStack) -> Source:
    """Return a way to open a file again and again; all but regular files are read here, once."""
    if path.is_file():
        return partial(_plain, path)
    with _reasons(str(path)), path.open("rb") as stream:
        if (path.is_char_device() or path.is_block_device()) and not stream.isatty():
            raise InputError("is a device, which may have no end", place=str(path))
        return _copied(stream, stack)


def _copied(stream: BinaryIO, stack: ExitStack) -> Source:
    """Copy a stream that can be read only once to a file that can be read again."""
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    shutil.copyfileobj(stream, copy)

    @contextmanager
    def source() -> Iterator[BinaryIO]:
        copy.seek(0)
        yield copy

    return source


@contextmanager
def _reasons(place: str) -> Iterator[None]:
    """Say why a file cannot be read."""
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
def _unpacked(packing: str, source: Source, file: str) -> Iterator[BinaryIO]:
    library, damage = _library(packing)
    with source() as packed:
        try:
            with library.open(packed, "rb") as stream:
                yield stream
        except EOFError:
            problem = "is cut off: its compressed data end too early"
            raise InputError(problem, place=file) from None
        except damage:
            name = "gzip" if packing == ".gz" else "zstd"
            raise InputError(f"is not a {name} file, or damaged", place=file) from None


def _library(packing: str) -> tuple[ModuleType, tuple[type[Exception], ...]]:
    """Return the module that unpacks, and its errors."""
    if packing == ".gz":
        return gzip, (gzip.BadGzipFile, zlib.error)
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        from backports import zstd  # noqa: PLC0415
    return zstd, (zstd.ZstdError,)
