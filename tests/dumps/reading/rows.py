"""The rows that every format is to hold, and how tests read and write them."""

from contextlib import ExitStack

import numpy as np

from ce_cli.dumps.reading.csv_text import TextOptions
from ce_cli.dumps.reading.opening import open_dump

HEADER = ["id", "z0", "z1", "label", "loss", "grad0", "grad1"]
ROWS = [["a", 1.5, -2.0, 0, 0.25, -0.5, 0.5], ["b", -np.inf, 0.1, 1, 0.0, 0.0, 0.0]]


def read(path, **options):
    with ExitStack() as stack:
        dump = open_dump(str(path), 0, TextOptions(**options), stack)
        (block,) = [dump.read(piece) for piece in dump.pieces()]
    return block


def save(path, array):
    np.save(path, array)
    return [str(path)]
