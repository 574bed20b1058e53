"""JSON and CSV: stable, complete, for programs."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

from ce_cli.output.numbers import for_programs

if TYPE_CHECKING:
    from ce_cli.output.document import Document


def to_json(document: Document) -> str:
    """Return ``document.data`` as one line of strict JSON.

    Numbers are the shortest that read back the same; infinities and NaN, which JSON
    does not have, are the strings ``"inf"``, ``"-inf"`` and ``"nan"``.
    """
    return json.dumps(_strict(document.data), ensure_ascii=False, allow_nan=False) + "\n"


def _strict(value: object) -> object:
    if isinstance(value, dict):
        return {key: _strict(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def to_csv(document: Document) -> str:
    """Return ``document.records`` as CSV with a header."""
    table = document.records
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.key or column.name for column in table.columns)
    writer.writerows(map(for_programs, row) for row in table.rows)
    return text.getvalue()
