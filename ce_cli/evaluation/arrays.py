"""Vectors and matrices that the user gives: typed, as CSV, or in NumPy's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ce_cli.errors import InputError
from ce_cli.input.numbers import read_list
from ce_cli.input.text import read_matrix

if TYPE_CHECKING:
    from ce_cli.numeric.double_double import Array

_SUFFIX = ".npy"


def read_weights(path: str) -> list[list[float]]:
    """Return the rows of a matrix in a CSV file, in a ``.npy`` file, or on stdin as CSV.

    Raises
    ------
    InputError
        If the file cannot be read, or does not hold a matrix of finite numbers.
    """
    if not path.endswith(_SUFFIX):
        return read_matrix(path)
    rows: list[list[float]] = _array(path, "a matrix, a row for each class", 2).tolist()
    return rows


def read_vector(text: str, place: str = "") -> list[float]:
    """Return the numbers of a list, or of a ``.npy`` file.

    Raises
    ------
    InputError
        If an entry is not a number, or the file does not hold a vector of finite numbers.

    Examples
    --------
    >>> read_vector("1, 2.5")
    [1.0, 2.5]
    """
    if not text.endswith(_SUFFIX):
        return read_list(text, place)
    numbers: list[float] = _array(text, "a vector", 1).tolist()
    return numbers


def _array(path: str, form: str, axes: int) -> Array:
    array = _load(path)
    if array.ndim != axes or array.size == 0 or array.dtype.kind not in "fiub":
        problem = f"holds an array of shape {array.shape} and type {array.dtype}"
        raise InputError(problem, place=path, hint=f"it must hold {form}")
    values = np.asarray(array, dtype=np.float64)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        place = tuple(int(index) for index in bad[0])
        raise InputError(f"the entry {list(place)} is {values[place]}", place=path,
                         hint="all entries must be finite")  # fmt: skip
    return values


def _load(path: str) -> Array:
    try:
        with Path(path).open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(reason[0].lower() + reason[1:], place=path) from None
    except (ValueError, EOFError) as error:
        raise InputError("is no NumPy file of numbers", place=path, hint=str(error)) from None
