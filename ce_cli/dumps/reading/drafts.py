"""Rows that were read at full speed; the doubtful ones are read once more, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.dumps.reading.rows import BadRow, Block
from ce_cli.numeric.double_double import quiet
from ce_cli.numeric.softmax import LARGEST, LARGEST_LOGIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ce_cli.dumps.reading.cells import GoodRow, LineFormat
    from ce_cli.dumps.reading.columns import Columns
    from ce_cli.numeric.double_double import Array

    Flags = NDArray[np.bool_]


class Draft(NamedTuple):
    """Some consecutive rows, of which the doubtful ones are still to be read exactly."""

    values: Array
    """The numeric columns in file order, shape ``[columns, rows]``."""
    carried: list[list[str]]
    """The texts of all other columns."""
    doubtful: Flags


def unread(rows: int, columns: Columns) -> Draft:
    """Return a draft in which every row is doubtful."""
    texts = [[""] * rows for _ in columns.carried]
    return Draft(np.empty((len(columns.numeric), rows)), texts, np.ones(rows, bool))


@quiet
def unusable(values: Array, form: LineFormat) -> Flags:
    """Return the rows with a logit, target or label out of its range, or all classes masked."""
    columns, place = form.columns, form.columns.among_numeric
    bad = np.zeros(values.shape[1], bool)
    logits = values[place["logits"]]
    if not np.isfinite(np.einsum("kr,kr->", logits, logits)):  # a square may have overflowed
        masked = logits == -np.inf
        bad |= masked.all(axis=0) | ~((np.abs(logits) <= LARGEST_LOGIT) | masked).all(axis=0)
    if columns.targets:
        targets = values[place["targets"]]
        bad |= ~((targets >= 0) & (targets <= LARGEST)).all(axis=0)
    if columns.label is not None:
        label = values[place["label"]][0]
        outside = ~((label >= 0) & (label < columns.classes)) & (label != form.ignore_index)
        bad |= outside | (np.floor(label) != label)
    return bad


def settled(
    draft: Draft, first: int, form: LineFormat, read: Callable[[int], GoodRow | BadRow]
) -> Block:
    """Return the rows of a draft, of which the first is row ``first`` of the file.

    ``read`` reads a doubtful row exactly; it takes the row's index in the draft.
    """
    values, keep, bad = _read_doubtful(draft, read)
    rows, carried = np.flatnonzero(keep), draft.carried
    if bad:
        values = values[:, rows]
        carried = [[texts[k] for k in rows.tolist()] for texts in carried]
    names = [form.columns.names[position] for position in form.columns.carried]
    # The order in memory is the format's own, so that sums are rounded alike in all blocks.
    values = np.asarray(values, order="F" if form.wide else "C")
    parts = {kind: values[place] for kind, place in form.columns.among_numeric.items()}
    labels, loss = (parts[kind][0] if kind in parts else None for kind in ("label", "loss"))
    return Block(
        form.file,
        form.number,
        first,
        first + rows,
        parts["logits"],
        None if labels is None else labels.astype(np.int64),
        parts.get("targets"),
        loss,
        parts.get("probabilities"),
        parts.get("gradient"),
        dict(zip(names, carried, strict=True)),
        tuple(bad),
        form.header_lines,
    )


def _read_doubtful(
    draft: Draft, read: Callable[[int], GoodRow | BadRow]
) -> tuple[Array, Flags, list[BadRow]]:
    """Fill in the doubtful rows; return all values, the readable rows, and the bad ones."""
    values, keep = draft.values, ~draft.doubtful
    bad: list[BadRow] = []
    for index in np.flatnonzero(draft.doubtful).tolist():
        row = read(index)
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        values = values if values.flags.writeable else values.copy()
        values[:, index], keep[index] = row[0], True
        for texts, text in zip(draft.carried, row[1], strict=True):
            texts[index] = text
    return values, keep, bad
