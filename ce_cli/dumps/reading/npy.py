"""NumPy's files, in flat memory: arrays in files of their own, and archives of arrays.

Rows are read in order, from compressed members of archives too. Files are not mapped into
memory: a mapped file that shrinks kills the process. Only arrays in Fortran order are
loaded whole.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.lib import format as npy

from ce_cli.dumps.reading.arrays import Cells, TypedPiece, require_no_pipe
from ce_cli.dumps.reading.columns import SINGLES, has_meaning, kind_of, spread
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

_HINT = "arrays: logits [rows, classes], labels [rows], claims loss, probabilities, gradient"


class _Form(NamedTuple):
    """The header of an array."""

    shape: tuple[int, ...]
    by_column: bool
    dtype: np.dtype[Any]

    @property
    def is_rows(self) -> bool:
        """Whether it has a number or text, or some, for each row."""
        return len(self.shape) in {1, 2} and self.dtype.kind in "fiubUS"

    @property
    def size(self) -> int:
        """The number of bytes of all numbers."""
        return self.dtype.itemsize * math.prod(self.shape)

    @property
    def row_size(self) -> int:
        """The number of bytes of a row."""
        return self.dtype.itemsize * (self.shape[1] if len(self.shape) == 2 else 1)


@dataclass(frozen=True)
class _Stored:
    """An array in a file or an archive; ``open`` gives its bytes from the beginning."""

    name: str
    place: str
    form: _Form
    excess: int
    """The number of bytes behind its numbers; negative if some are missing."""
    open: Callable[[], IO[bytes]]

    @property
    def rows(self) -> int:
        """The number of its rows."""
        return self.form.shape[0]

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return spread(self.name, self.form.shape[1] if len(self.form.shape) == 2 else None)

    def require(self, kind: str) -> None:
        """Refuse an array that holds no rows, has not the shape of its kind, or is cut off."""
        shape = self.form.shape
        if not self.form.is_rows:
            problem = f"is an array of shape {shape} and type {self.form.dtype}"
            raise InputError(problem, place=self.place, hint=_HINT)
        expected = "[rows]" if kind in SINGLES else "[rows, classes]"
        if kind and len(shape) != expected.count(",") + 1:
            hint = f"{kind}: {expected}; --label, --targets, ... name the arrays"
            raise InputError(f"has shape {shape}", place=self.place, hint=hint)
        if self.excess:
            problem = "ends before" if self.excess < 0 else "goes on behind"
            raise InputError(f"{problem} its {self.rows:,} rows", place=self.place)

    def chunks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield all rows in order, ``rows`` at a time."""
        with self.open() as stream:
            _header(stream, self.place)
            if self.form.by_column:
                whole = self._next(stream, self.rows).reshape(-1, self.rows).T
                yield from (whole[first : first + rows] for first in range(0, self.rows, rows))
            else:
                for first in range(0, self.rows, rows):
                    yield self._next(stream, min(rows, self.rows - first))

    def _next(self, stream: IO[bytes], rows: int) -> NDArray[Any]:
        data = stream.read(rows * self.form.row_size)
        if len(data) != rows * self.form.row_size:
            raise InputError("shrank while it was read", place=self.place)
        return np.frombuffer(data, self.form.dtype).reshape(rows, -1)


def _header(stream: IO[bytes], place: str) -> _Form:
    """Read the header, which stands before the numbers."""
    try:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        return _Form(*read(stream))
    except ValueError:
        raise InputError("cannot be read as a NumPy array", place=place) from None


class NumpyTable:
    """Arrays of equal length, side by side.

    Raises
    ------
    InputError
        If their lengths differ.
    """

    def __init__(self, arrays: Sequence[_Stored], place: str) -> None:
        self._arrays, self._place = arrays, place
        self.names = [name for array in arrays for name in array.names]
        self.rows = arrays[0].rows if arrays else 0
        for array in arrays:
            if array.rows != self.rows:
                raise InputError(
                    "its arrays have different lengths: "
                    f"{arrays[0].name} {self.rows:,}, {array.name} {array.rows:,}",
                    place=place,
                )

    def pieces(self, rows: int) -> Iterator[TypedPiece]:
        """Yield all rows in order, ``rows`` at a time."""
        with _damage(self._place):
            chunks = zip(*(array.chunks(rows) for array in self._arrays), strict=True)
            for first, arrays in zip(range(0, self.rows, rows), chunks, strict=True):
                yield TypedPiece(first, list(map(Cells, arrays)))


@contextmanager
def _damage(place: str) -> Iterator[None]:
    """Say why a file cannot be read."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise InputError("cannot be read as a NumPy archive", place=place) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(reason, place=str(error.filename or place)) from None


def archive_table(path: Path, chosen: Mapping[str, Sequence[str]]) -> NumpyTable:
    """Return the arrays of a ``.npz`` archive that are rows, and all that have a meaning.

    Raises
    ------
    InputError
        If it cannot be read, or arrays with a meaning are not rows of equal number.
    """
    with _damage(str(path)), zipfile.ZipFile(path) as archive:
        stored = [
            _stored(
                member.filename.removesuffix(".npy"),
                f"{path}, array {member.filename.removesuffix('.npy')}",
                partial(_member, path, member.filename),
                member.file_size,
            )
            for member in archive.infolist()
        ]
    meant = [array for array in stored if has_meaning(array.name, chosen)]
    arrays = [array for array in stored if array in meant or array.form.is_rows]
    for array in arrays:
        array.require(kind_of(array.name, chosen))
    rows = [array.rows for array in meant + arrays][:1]
    return NumpyTable([a for a in arrays if a in meant or a.rows in rows], str(path))


def _member(path: Path, name: str) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:
        return archive.open(name)


def _stored(name: str, place: str, opened: Callable[[], IO[bytes]], size: int) -> _Stored:
    with opened() as stream:
        form = _header(stream, place)
        return _Stored(name, place, form, size - stream.tell() - form.size, opened)


def file_table(path: Path, chosen: Mapping[str, Sequence[str]]) -> NumpyTable:
    """Return the logits in a ``.npy`` file, with labels and claims in files of their own.

    Raises
    ------
    InputError
        If one cannot be read, is cut off, or is named where none can be.
    """
    files = {"logits": str(path)}
    for kind, names in chosen.items():
        if kind == "logits" or len(names) != 1 or Path(names[0]).suffix.lower() != ".npy":
            raise InputError(
                f"not a .npy file, as {path} is", place=f"--{kind}", text=",".join(names),
                hint=f"for logits in a .npy file: --{kind} {kind}.npy",
            )  # fmt: skip
        files[kind] = names[0]
    if not {"label", "targets"} & set(files):
        raise InputError(
            "neither a label nor targets", place=str(path),
            hint="name their file: --label labels.npy, or --targets targets.npy",
        )  # fmt: skip
    return NumpyTable([_file(kind, file) for kind, file in files.items()], str(path))


def _file(kind: str, file: str) -> _Stored:
    path = Path(file)
    require_no_pipe(path)
    with _damage(file):
        stored = _stored(kind, file, lambda: path.open("rb"), path.stat().st_size)
    stored.require(kind)
    return stored
