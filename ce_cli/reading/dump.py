"""What a dump is once it has been read: blocks of rows, and the rows that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ce_cli.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"
Labels: TypeAlias = "NDArray[np.int64]"


_NUMBER = re.compile("[-+−]?[0-9][0-9.]*")


class Place(NamedTuple):
    """A row of one of the files; places are ordered as the rows were given."""

    number: int
    """Which of the files, counted from 0."""
    row: int
    """Which of its rows, counted from 0; a header is no row."""
    file: str


@dataclass(frozen=True, order=True)
class BadRow:
    """A row that cannot be read, with the first cell that is wrong."""

    place: Place
    line: int | None
    """Counted from 1, None where a file has no lines."""
    column: str
    """Empty where the whole row is wrong."""
    text: str
    message: str
    hint: str = ""

    @property
    def kind(self) -> tuple[int, str, str, str]:
        """What rows have in common that are wrong in the same way: all but numbers."""
        message, hint = (_NUMBER.sub("0", text) for text in (self.message, self.hint))
        return self.place.number, self.column, message, hint

    def __str__(self) -> str:
        where = self.place.file + (f":{self.line}" if self.line else f", row {self.place.row}")
        if self.column:
            where += f", column {self.column}"
        span = (0, len(self.text))
        return str(InputError(self.message, place=where, text=self.text, span=span, hint=self.hint))


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a dump without those that could not be read.

    Classes come first: arrays of logits, targets and claims have shape
    ``[num_classes, rows]``, the others ``[rows]``.
    """

    file: str
    number: int
    """Which of the files, counted from 0."""
    first: int
    """The index of the first row in the file, readable or not."""
    rows: Labels
    """The index in the file of every readable row."""
    logits: Array
    labels: Labels | None
    targets: Array | None
    loss: Array | None = None
    """Claimed, as ``probabilities`` and ``gradient`` are."""
    probabilities: Array | None = None
    gradient: Array | None = None
    carried: dict[str, list[str]] = field(default_factory=dict)
    """The texts of all other columns."""
    bad: tuple[BadRow, ...] = ()

    @property
    def claims(self) -> list[str]:
        """The kinds of claims that are made."""
        kinds = ("loss", "probabilities", "gradient")
        return [kind for kind in kinds if getattr(self, kind) is not None]

    def place(self, index: int) -> Place:
        """Return the place of the readable row ``index`` of this block."""
        return Place(self.number, int(self.rows[index]), self.file)

    def described(self, index: int) -> dict[str, str]:
        """Return what is carried along in the readable row ``index``."""
        return {name: texts[index] for name, texts in self.carried.items()}
