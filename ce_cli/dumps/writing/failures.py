"""The failing rows as CSV, with the number of a row that is furthest off."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_cli.dumps.report import Difference

HEADER = "file,row,line,kind,class,claim,truth,difference,carried\n"


def failures_text(differences: Iterable[Difference]) -> str:
    """Return a line for every failing row; its carried texts are an object in JSON."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for worst in differences:
        writer.writerow([
            worst.place.file, worst.place.row, worst.place.line, worst.kind,
            "" if worst.index is None else worst.index,
            worst.claim, worst.truth, worst.claim - worst.truth,
            json.dumps(worst.carried, ensure_ascii=False),
        ])  # fmt: skip
    return text.getvalue()
