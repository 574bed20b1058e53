"""The failing rows as CSV: of each the number that is furthest off."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_cli.dumps.report import Difference

HEADER = "file,row,kind,class,claim,truth,difference,carried\n"


def failures_text(differences: Iterable[Difference]) -> str:
    """Return a line for each; what was carried along is an object in JSON."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for each in differences:
        writer.writerow([
            each.place.file, each.place.row, each.kind, "" if each.index is None else each.index,
            each.claim, each.truth, each.claim - each.truth,
            json.dumps(each.carried, ensure_ascii=False),
        ])  # fmt: skip
    return text.getvalue()
