"""The files of ``cecheck batch``: those that are read, and those that are written."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from ce_cli.dumps.reading.arrays import ArrayDump
from ce_cli.dumps.reading.opening import PACKED, names_in, open_dump
from ce_cli.dumps.writing.failures import HEADER, failures_text
from ce_cli.dumps.writing.results import Results
from ce_cli.errors import InputError, SeveralInputsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    from ce_cli.dumps.blocks import Computed
    from ce_cli.dumps.reading.csv_text import TextOptions
    from ce_cli.dumps.reading.opening import Dump
    from ce_cli.dumps.reading.rows import Block
    from ce_cli.dumps.report import Difference
    from ce_cli.output.files import Destination


def open_all(files: Sequence[str], options: TextOptions, stack: ExitStack) -> list[Dump]:
    """Open files, patterns such as ``run/*.csv``, and ``-`` for stdin.

    Raises
    ------
    InputError
        If there are none, or some cannot be used; it names all of them.
    """
    if not files:
        raise InputError("no files", place="FILES", hint="cecheck batch samples/logits.csv")
    if list(files).count("-") > 1:
        raise InputError("stdin is given twice", place="FILES")
    dumps: list[Dump] = []
    problems: list[InputError] = []
    for number, file in enumerate(_expanded(files)):
        try:
            dumps.append(open_dump(file, number, options, stack))
        except InputError as error:
            problems.append(error)
    if problems:
        raise SeveralInputsError(problems)
    return dumps


def _expanded(files: Sequence[str]) -> list[str]:
    names: list[str] = []
    for file in files:
        if not set(file) & set("*?[") or Path(file).exists():
            names.append(file)
            continue
        matches = sorted(glob(file, recursive=True))  # noqa: PTH207  # may be absolute
        if not matches:
            raise InputError("no file matches", place=file)
        names += matches
    return names


def column_names(file: str) -> list[str]:
    """Return the names of the columns of a file, or of the files of a pattern.

    Stdin and pipes have none: they can be read only once.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    paths = map(Path, _expanded([str(Path(file).expanduser())]))
    return [name for path in paths if path.is_file() for name in names_in(path)]


def size_of(dumps: Sequence[Dump]) -> int | None:
    """Return the number of bytes to be read, or None where it is not known before."""
    total = 0
    for dump in dumps:
        path = Path(dump.form.file)
        if isinstance(dump, ArrayDump):
            total += dump.size
        elif path.suffix.lower() in PACKED or not path.is_file():
            return None
        else:
            total += path.stat().st_size
    return total


def files_read(files: Sequence[str], options: TextOptions) -> list[Path]:
    """Return all files that are read, also ``.npy`` files that options name beside the logits.

    Raises
    ------
    InputError
        If a pattern stands for none.
    """
    names = [name for names in (options.chosen or {}).values() for name in names]
    beside = [name for name in names if Path(name).suffix.lower() == ".npy"]
    given = ["/dev/stdin" if file == "-" else file for file in _expanded(files)]
    return list(map(Path, given + beside))


def results_writer(
    destination: Destination, only: list[str] | None, dumps: Sequence[Dump], stack: ExitStack
) -> Callable[[Block, Computed], None]:
    """Return a function that writes the numbers of a block's rows.

    Raises
    ------
    InputError
        If it cannot be written, or the dumps have different columns.
    """
    layouts = [Results.for_file(destination.path, dump.columns, only) for dump in dumps]
    for dump, layout in zip(dumps, layouts, strict=True):
        if layout != layouts[0]:
            raise InputError(
                f"its columns differ from those of {dumps[0].form.file}", place=dump.form.file,
                hint="one output needs the same columns in every file",
            )  # fmt: skip
    stream = stack.enter_context(destination.complete())
    return stack.enter_context(layouts[0].writer(stream))


def failures_writer(
    destination: Destination, stack: ExitStack
) -> Callable[[tuple[Difference, ...]], None]:
    """Return a function that writes failing rows.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    stream = stack.enter_context(destination.complete())
    stream.write(HEADER.encode())

    def write_failures(differences: tuple[Difference, ...]) -> None:
        stream.write(failures_text(differences).encode())

    return write_failures
