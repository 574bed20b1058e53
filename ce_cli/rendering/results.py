"""The computed numbers of every row, as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ce_cli.checking.rows import Computed
    from ce_cli.reading.columns import Columns
    from ce_cli.reading.dump import Block

Format = Literal["csv", "jsonl"]
PARTS = ("loss", "p", "grad")
"""What can be written of every row."""
_ENDINGS: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def format_of(path: Path, option: str) -> Format:
    """Return the format that a file's name asks for.

    Raises
    ------
    InputError
        If its ending is none that is known.
    """
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise InputError(
            f"cannot tell the format of '{path}'", place=option,
            hint=f"let its name end in {', '.join(_ENDINGS)}",
        )  # fmt: skip
    return _ENDINGS[ending]


@dataclass(frozen=True)
class Results:
    """How computed rows are written: ``header`` once, then ``text`` for every block."""

    format: Format
    carried: tuple[str, ...]
    classes: int
    labelled: bool
    parts: tuple[str, ...] = PARTS

    @classmethod
    def of(cls, form: Format, columns: Columns, parts: tuple[str, ...] = PARTS) -> Results:
        """Return how the rows of a dump are written."""
        carried = tuple(columns.names[position] for position in columns.carried)
        return cls(form, carried, columns.classes, columns.label is not None, parts)

    def header(self) -> str:
        """Return what stands before the first row."""
        if self.format == "jsonl":
            return ""
        names = ["file", "row", *self._carried(), *(["label"] if self.labelled else [])]
        for part in self.parts:
            names += ["loss"] if part == "loss" else [f"{part}{k}" for k in range(self.classes)]
        return _csv_line(names)

    def text(self, block: Block, computed: Computed) -> str:
        """Return the rows of a block."""
        if self.format == "jsonl":
            return "".join(map(_json_line, self._records(block, computed)))
        return "".join(_csv_line(_flat(record)) for record in self._records(block, computed))

    def _carried(self) -> list[str]:
        """Return the carried names, changed where they would stand twice."""
        ours = {"file", "row", "label", "loss", "probabilities", "gradient"}
        ours |= {f"{part}{k}" for part in ("p", "grad") for k in range(self.classes)}
        return [f"input_{name}" if name in ours else name for name in self.carried]

    def _records(self, block: Block, computed: Computed) -> Iterator[dict[str, object]]:
        loss = computed.loss.tolist()
        probabilities, gradient = computed.probabilities.T, computed.gradient.T
        for index, row in enumerate(block.rows.tolist()):
            record: dict[str, object] = {"file": block.file, "row": row}
            record |= zip(self._carried(), block.described(index).values(), strict=True)
            if block.labels is not None:
                record["label"] = int(block.labels[index])
            if "loss" in self.parts:
                record["loss"] = loss[index]
            if "p" in self.parts:
                record["probabilities"] = probabilities[index].tolist()
            if "grad" in self.parts:
                record["gradient"] = gradient[index].tolist()
            yield record


def _flat(record: dict[str, object]) -> list[object]:
    cells: list[object] = []
    for value in record.values():
        cells += value if isinstance(value, list) else [value]
    return cells


def _csv_line(cells: list[str] | list[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _json_line(record: dict[str, object]) -> str:
    loss = record.get("loss")
    if isinstance(loss, float) and not math.isfinite(loss):
        record["loss"] = str(loss)
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
