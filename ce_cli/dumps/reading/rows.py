"""Rows of a dump: blocks of those that could be read, and the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ce_cli.dumps.reading.columns import CLAIMS
from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ce_cli.numeric.double_double import Array

    Integers = NDArray[np.int64]

_NUMBER = re.compile("[-+−]?[0-9][0-9.]*")


class Place(NamedTuple):
    """A row of one of the files; places are ordered as the rows were given."""

    number: int
    """The position of the file among all files, from 0."""
    row: int
    """The position of the row in its file, from 0; a header is no row."""
    file: str
    line: int | None = None
    """The number of its line, from 1; None where a file has no lines."""

    @classmethod
    def counted(cls, number: int, row: int, file: str, header_lines: int | None) -> Place:
        """Return a place behind so many lines that are no rows; None if there are no lines."""
        line = None if header_lines is None else row + header_lines + 1
        return cls(number, row, file, line)

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True)
class BadRow:
    """A row that cannot be read, with the first cell that is wrong."""

    place: Place
    character: int
    """The position in its line of what is wrong, from 1."""
    column: str
    """Empty where the whole row is wrong."""
    text: str
    message: str
    hint: str = ""

    @property
    def kind(self) -> tuple[int, str, str, str]:
        """All but the numbers: it is the same for rows that are wrong in the same way."""
        message, hint = (_NUMBER.sub("0", text) for text in (self.message, self.hint))
        return self.place.number, self.column, message, hint

    def __str__(self) -> str:
        row = f", row {self.place.row}" if self.place.line is None else f":{self.character}"
        message = f"column {self.column}: {self.message}" if self.column else self.message
        inside = not self.column and 1 < self.character <= len(self.text)
        span = (self.character - 1, self.character) if inside else (0, len(self.text))
        return str(InputError(
            message, place=f"{self.place}{row}", text=self.text, span=span, hint=self.hint
        ))  # fmt: skip


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a dump without those that could not be read.

    Classes come first: arrays of logits, targets and claims have shape
    ``[num_classes, rows]``, the others ``[rows]``.
    """

    file: str
    number: int
    """The position of the file among all files, from 0."""
    first: int
    """The index of the first row in the file, readable or not."""
    rows: Integers
    """The index in the file of every readable row."""
    logits: Array
    labels: Integers | None
    targets: Array | None
    loss: Array | None = None
    """Claimed, as ``probabilities`` and ``gradient`` are."""
    probabilities: Array | None = None
    gradient: Array | None = None
    carried: dict[str, list[str]] = field(default_factory=dict)
    """The texts of all other columns."""
    bad: tuple[BadRow, ...] = ()
    header_lines: int | None = None
    """The number of lines in front of the rows, None where the file has no lines."""

    @property
    def claims(self) -> list[str]:
        """The kinds of claims that are made."""
        return [kind for kind in CLAIMS if getattr(self, kind) is not None]

    def taken(self, indices: Integers) -> Block:
        """Return some of the readable rows alone."""
        chosen = indices.tolist() if self.carried else []
        carried = {name: [texts[k] for k in chosen] for name, texts in self.carried.items()}
        parts: dict[str, Any] = {kind: part[..., indices] for kind, part in _parts(self)}
        return replace(self, carried=carried, bad=(), **parts)

    def place(self, index: int) -> Place:
        """Return the place of the readable row ``index`` of this block."""
        return Place.counted(self.number, int(self.rows[index]), self.file, self.header_lines)

    def described(self, index: int) -> dict[str, str]:
        """Return the carried texts of the readable row ``index``."""
        return {name: texts[index] for name, texts in self.carried.items()}


def joined(blocks: Sequence[Block]) -> Block:
    """Return the readable rows of blocks of one file together."""
    parts: dict[str, Any] = {
        kind: np.concatenate([getattr(block, kind) for block in blocks], axis=-1)
        for kind, _ in _parts(blocks[0])
    }
    carried = {
        name: [text for block in blocks for text in block.carried[name]]
        for name in blocks[0].carried
    }
    return replace(blocks[0], carried=carried, bad=(), **parts)


def _parts(block: Block) -> Iterator[tuple[str, Any]]:
    """Yield the arrays that a block has; rows are their last axis."""
    for kind in ("rows", "logits", "labels", "targets", *CLAIMS):
        part = getattr(block, kind)
        if part is not None:
            yield kind, part
