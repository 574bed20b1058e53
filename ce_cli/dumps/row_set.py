"""Sets of row numbers that take a bit for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 2**16


class RowSet:
    """Numbers of rows, each at least 0.

    Examples
    --------
    >>> rows = RowSet()
    >>> rows.add(np.array([3, 70000]))
    >>> rows.among(np.array([2, 3, 70000])).tolist(), rows.meets(4, 100)
    ([False, True, True], False)
    """

    def __init__(self) -> None:
        self._chunks: dict[int, NDArray[np.uint8]] = {}

    def add(self, rows: NDArray[np.int64]) -> None:
        """Put some numbers in."""
        for chunk in np.unique(rows // _CHUNK).tolist():
            bits = self._bits(chunk)
            bits[rows[rows // _CHUNK == chunk] % _CHUNK] = True
            self._chunks[chunk] = np.packbits(bits)

    def among(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of some numbers are in."""
        found = np.zeros(rows.size, dtype=bool)
        for chunk in np.unique(rows // _CHUNK).tolist():
            here = rows // _CHUNK == chunk
            found[here] = self._bits(chunk)[rows[here] % _CHUNK]
        return found

    def meets(self, first: int, count: int) -> bool:
        """Return whether one of ``count`` numbers from ``first`` on is in."""
        return bool(self.among(np.arange(first, first + count)).any())

    def _bits(self, chunk: int) -> NDArray[np.bool_]:
        packed = self._chunks.get(chunk)
        return np.zeros(_CHUNK, bool) if packed is None else np.unpackbits(packed).view(bool)
