"""Which reader a file needs: by its name's ending."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from ce_cli.errors import InputError
from ce_cli.reading.dump_json import JsonDump
from ce_cli.reading.dump_text import TextDump

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from ce_cli.reading.dump_arrays import ArrayDump, Table
    from ce_cli.reading.dump_text import TextOptions

Dump: TypeAlias = "TextDump | ArrayDump | JsonDump"


def open_dump(file: str, number: int, options: TextOptions) -> Dump:
    """Open a file by its ending; what has none that is known is a text dump.

    Raises
    ------
    InputError
        If it cannot be read, or it cannot be told what its columns are.
    """
    path = Path(file)
    if path.is_file() and not path.stat().st_size:
        raise InputError("is empty", place=file)
    ending = path.suffix.lower()
    if ending in {".parquet", ".npz", ".npy"}:
        return _array_dump(path, ending, number, options)
    opened = {".gz": _gzip, ".zst": _zstd}.get(ending)
    source = partial(opened or _plain, path)
    inner = Path(path.stem).suffix.lower() if opened else ending
    if inner in {".parquet", ".npz", ".npy"}:
        raise InputError(f"cannot read {inner} files that are packed", place=file,
                         hint=f"unpack it first: {path.stem}")  # fmt: skip
    if inner in {".jsonl", ".ndjson"}:
        return JsonDump.opened(source, file, number, options)
    return TextDump.opened(source, file, number, options)


def _array_dump(path: Path, ending: str, number: int, options: TextOptions) -> ArrayDump:
    from ce_cli.reading.dump_arrays import ArrayDump  # noqa: PLC0415  # text dumps need none

    with _plain(path):
        table = _table(path, ending, options)
    if ending == ".npy":
        options = options._replace(chosen=None)  # it named files
    return ArrayDump.opened(table, str(path), number, options)


def _table(path: Path, ending: str, options: TextOptions) -> Table:
    if ending == ".parquet":
        from ce_cli.reading.dump_parquet import ParquetTable  # noqa: PLC0415

        return ParquetTable(path, options.chosen)
    from ce_cli.reading.dump_numpy import archive_table, file_table  # noqa: PLC0415

    return archive_table(path) if ending == ".npz" else file_table(path, options.chosen or {})


@contextmanager
def _plain(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            yield stream
            if os.fstat(stream.fileno()).st_size < size:
                raise InputError("shrank while it was read", place=str(path))
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), place=str(path)) from None


@contextmanager
def _gzip(path: Path) -> Iterator[BinaryIO]:
    try:
        with gzip.open(path, "rb") as stream:
            yield cast("BinaryIO", stream)
    except EOFError:
        raise InputError("is cut off: its compressed data end too early", place=str(path)) from None
    except (gzip.BadGzipFile, zlib.error):
        raise InputError("is not a gzip file, or damaged", place=str(path)) from None
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), place=str(path)) from None


@contextmanager
def _zstd(path: Path) -> Iterator[BinaryIO]:
    library = _zstd_library()
    try:
        with library.open(path, "rb") as stream:
            yield stream
    except EOFError:
        raise InputError("is cut off: its compressed data end too early", place=str(path)) from None
    except library.ZstdError:
        raise InputError("is not a zstd file, or damaged", place=str(path)) from None
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), place=str(path)) from None


def _zstd_library() -> ModuleType:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        from backports import zstd  # noqa: PLC0415
    return zstd
