"""Every format says the same of the same rows."""

import gzip
import json

import numpy as np
import polars as pl
import pytest

from ce_cli.errors import InputError
from ce_cli.reading.dump_text import TextOptions
from ce_cli.reading.open_dump import open_dump

HEADER = ["id", "z0", "z1", "label", "loss", "grad0", "grad1"]
ROWS = [["a", 1.5, -2.0, 0, 0.25, -0.5, 0.5], ["b", -np.inf, 0.1, 1, 0.0, 0.0, 0.0]]


def text(separator=","):
    return "".join(separator.join(map(str, row)) + "\n" for row in [HEADER, *ROWS])


def write_parquet(path):
    pl.DataFrame(ROWS, schema=HEADER, orient="row").write_parquet(path)


def write_archive(path):
    numbers = np.array([row[1:] for row in ROWS])
    np.savez(
        path, id=[row[0] for row in ROWS], logits=numbers[:, :2], labels=numbers[:, 2].astype(int),
        loss=numbers[:, 3], gradient=numbers[:, 4:],
    )  # fmt: skip


def write_lines(path):
    rows = [{"id": row[0], "logits": [str(v) for v in row[1:3]], "label": row[3], "loss": row[4],
             "gradient": row[5:]} for row in ROWS]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


WRITERS = {
    "a.csv": lambda path: path.write_text(text()),
    "a.tsv": lambda path: path.write_text(text("\t")),
    "a.txt": lambda path: path.write_text(text(";")),
    "a.csv.gz": lambda path: path.write_bytes(gzip.compress(text().encode(), mtime=0)),
    "a.parquet": write_parquet,
    "a.npz": write_archive,
    "a.jsonl": write_lines,
    "a.jsonl.gz": lambda path: (
        write_lines(path),
        path.write_bytes(gzip.compress(path.read_bytes(), mtime=0)),
    ),
}


def read(path, **options):
    dump = open_dump(str(path), 0, TextOptions(**options))
    (block,) = [dump.read(piece) for piece in dump.pieces()]
    return block


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_holds_the_same_rows(tmp_path, name):
    WRITERS[name](tmp_path / name)
    block = read(tmp_path / name)
    assert block.bad == ()
    assert block.logits.T.tolist() == [row[1:3] for row in ROWS]
    assert block.labels.tolist() == [0, 1]
    assert block.loss.tolist() == [0.25, 0.0]
    assert block.gradient.T.tolist() == [row[5:] for row in ROWS]
    assert block.carried == {"id": ["a", "b"]}


def test_a_file_without_a_header(tmp_path):
    (tmp_path / "a.csv").write_text("1,2,3,0\n4,5,6,2\n")
    block = read(tmp_path / "a.csv", header=False)
    assert (block.logits.T.tolist(), block.labels.tolist()) == ([[1, 2, 3], [4, 5, 6]], [0, 2])
    with pytest.raises(InputError, match="no logits") as caught:
        read(tmp_path / "a.csv")
    assert "--no-header" in caught.value.hint


def test_bad_rows_of_typed_files_have_a_row_and_no_line(tmp_path):
    frame = pl.DataFrame({"z0": [1.0, None, np.nan], "z1": [0.0] * 3, "label": [0, 1, 1]})
    frame.write_parquet(tmp_path / "a.parquet")
    block = read(tmp_path / "a.parquet")
    assert block.rows.tolist() == [0]
    assert [(bad.place.row, bad.line, bad.column, bad.message) for bad in block.bad] == [
        (1, None, "z0", "empty"), (2, None, "z0", "is NaN"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"logits": [1, NaN], "label": 0}', "is NaN"),
        ('{"logits": [1, 1e400], "label": 0}', "too large for float64"),
        ('{"logits": [1, null], "label": 0}', "empty"),
        ('{"logits": [1], "label": 0}', "'z1' is missing"),
        ('{"logits": [1, 2, 3], "label": 0}', "'z2' is not in the first line"),
        ('{"logits": [1, 2], "label": 0', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ("", "a blank line"),
        ('{"logits": [1, {}], "label": 0}', "a member is not a number or text"),
    ],
)
def test_bad_json_lines(tmp_path, line, message):
    (tmp_path / "a.jsonl").write_text('{"logits": [1, 2], "label": 0}\n' + line + "\n")
    block = read(tmp_path / "a.jsonl")
    assert [(bad.line, bad.message) for bad in block.bad] == [(2, message)]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv.gz", gzip.compress(text().encode(), mtime=0)[:-12], "cut off"),
        ("a.csv.gz", b"no gzip", "not a gzip file"),
        ("a.parquet", b"no parquet", "cannot be read as Parquet"),
        ("a.npz", b"no archive", "cannot be read as a NumPy archive"),
        ("a.jsonl", b"", "is empty"),
        ("a.npy", b"", "cannot read .npy files"),
    ],
)
def test_files_that_are_damaged(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read(tmp_path / name)


def test_arrays_of_different_lengths(tmp_path):
    np.savez(tmp_path / "a.npz", logits=np.zeros((2, 3)), labels=np.zeros(3, dtype=int))
    with pytest.raises(InputError, match="different lengths"):
        read(tmp_path / "a.npz")
