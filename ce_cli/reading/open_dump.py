"""Which reader a file needs: by its name's ending."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from ce_cli.errors import InputError
from ce_cli.reading.dump_arrays import ArchiveTable, ArrayDump, ParquetTable
from ce_cli.reading.dump_json import JsonDump
from ce_cli.reading.dump_text import TextDump

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    ending = path.suffix.lower()
    rest = (options.chosen, options.ignore_index)
    if ending in {".npy", ".zst"}:
        hint = "put logits and labels into one .npz" if ending == ".npy" else "unpack it first"
        raise InputError(f"cannot read {ending} files", place=file, hint=hint)
    if ending in {".parquet", ".npz"}:
        with _plain(path):
            table = ParquetTable(path) if ending == ".parquet" else ArchiveTable(path)
        return ArrayDump.opened(table, file, number, *rest)
    source = partial(_gzip if ending == ".gz" else _plain, path)
    inner = Path(path.stem).suffix.lower() if ending == ".gz" else ending
    if inner in {".jsonl", ".ndjson"}:
        return JsonDump.opened(source, file, number, *rest)
    return TextDump.opened(source, file, number, options)


@contextmanager
def _plain(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as stream:
            size = path.stat().st_size if path.is_file() else 0
            yield stream
            if stream.tell() == path.stat().st_size < size:
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
