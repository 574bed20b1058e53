"""Every format says the same of the same rows."""

import gzip
import json
import os
import sys
from contextlib import ExitStack

import numpy as np
import polars as pl
import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from ce_cli.dumps.reading import arrays, parquet
from ce_cli.dumps.reading.csv_text import TextOptions
from ce_cli.dumps.reading.opening import open_dump
from ce_cli.errors import InputError
from tests.dumps.reading.rows import HEADER, ROWS, read, save


def text(separator=","):
    return "".join(separator.join(map(str, row)) + "\n" for row in [HEADER, *ROWS])


def write_parquet(path):
    pl.DataFrame(ROWS, schema=HEADER, orient="row").write_parquet(path)


def write_parquet_of_lists(path, kind=pl.Array):
    numbers = np.array([row[1:] for row in ROWS])
    schema = {"logits": kind(pl.Float64, 2) if kind is pl.Array else kind(pl.Float64)}
    schema["gradient"] = schema["logits"]
    frame = pl.DataFrame({
        "id": [row[0] for row in ROWS], "logits": numbers[:, :2].tolist(),
        "labels": [0, 1], "loss": numbers[:, 3], "gradient": numbers[:, 4:].tolist(),
    }, schema_overrides=schema)  # fmt: skip
    frame.write_parquet(path)


def write_archive(path, save=np.savez, dtype=np.float64, order="C"):
    numbers = np.array([row[1:] for row in ROWS])
    save(
        path, id=[row[0] for row in ROWS], logits=np.array(numbers[:, :2], dtype, order=order),
        labels=numbers[:, 2].astype(int), loss=numbers[:, 3], gradient=numbers[:, 4:],
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
    "arrays.parquet": write_parquet_of_lists,
    "lists.parquet": lambda path: write_parquet_of_lists(path, pl.List),
    "a.csv.zst": lambda path: path.write_bytes(zstd.compress(text().encode())),
    "a.npz": write_archive,
    "packed.npz": lambda path: write_archive(path, np.savez_compressed),
    "by_column.npz": lambda path: write_archive(path, np.savez_compressed, order="F"),
    "big_endian.npz": lambda path: write_archive(path, dtype=">f8"),
    "a.jsonl": write_lines,
    "a.json": write_lines,
    "no_ending": write_lines,
    "marked": lambda path: (
        write_lines(path),
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes()),
    ),
    "a.jsonl.gz": lambda path: (
        write_lines(path),
        path.write_bytes(gzip.compress(path.read_bytes(), mtime=0)),
    ),
    "a.jsonl.zst": lambda path: (
        write_lines(path),
        path.write_bytes(zstd.compress(path.read_bytes())),
    ),
}


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


@pytest.mark.parametrize("name", ["a.parquet", "a.npz", "a.jsonl", "a.jsonl.gz", "no_ending"])
@pytest.mark.parametrize(
    ("option", "place"), [({"separator": ","}, "--separator"), ({"header": False}, "--no-header")]
)
def test_options_that_mean_nothing_are_refused(tmp_path, name, option, place):
    WRITERS[name](tmp_path / name)
    with pytest.raises(InputError, match="means nothing for") as caught:
        read(tmp_path / name, **option)
    assert caught.value.place == place


def test_bad_rows_of_typed_files_have_a_row_and_no_line(tmp_path):
    frame = pl.DataFrame({"z0": [1.0, None, np.nan], "z1": [0.0] * 3, "label": [0, 1, 1],
                          "id": [None, "b", "c"], "epoch": [None, 1, 2]})  # fmt: skip
    frame.write_parquet(tmp_path / "a.parquet")
    block = read(tmp_path / "a.parquet")
    assert block.rows.tolist() == [0]
    assert block.carried == {"id": [""], "epoch": [""]}
    assert [(bad.place.row, bad.place.line, bad.column, bad.message) for bad in block.bad] == [
        (1, None, "z0", "empty"), (2, None, "z0", "is NaN"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "character", "message"),
    [
        ('{"logits": [1, NaN], "label": 0}', 16, "is NaN"),
        ('{"logits": [1, 1e400], "label": 0}', 16, "too large for float64"),
        ('{"logits": [1, null], "label": 0}', 16, "empty"),
        ('{"logits": [1], "label": 0}', 1, "'logits1' is missing"),
        ('{"logits": [1, 2, 3], "label": 0}', 1, "'logits2' is not in the first line"),
        ('{"logits": [1, 2], "label": 0', 30, "not JSON"),
        ("[1, 2]", 1, "not a JSON object"),
        ('{"logits": [1, 2], "logits": [3, 4], "label": 0}', 1, "'logits' stands twice"),
        ('{"logits": [1, 2], "logits0": 3, "label": 0}', 1, "'logits0' stands twice"),
        ("", 1, "a blank line"),
        ('{"logits": [1, {}], "label": 0}', 1, "a member is not a number or text"),
        ('{"logits": [1, 2], "label": [0]}', 29, "not a number"),
        ('{"logits": [1, 2], "label": 0, "id": "\\ud800"}', 1, "not UTF-8"),
        ('{"logits": [1, 2], "label": 0, "id": ["\\ud800"]}', 1, "not UTF-8"),
    ],
)
def test_bad_json_lines(tmp_path, line, character, message):
    (tmp_path / "a.jsonl").write_text('{"logits": [1, 2], "label": 0}\n' + line + "\n")
    block = read(tmp_path / "a.jsonl")
    (bad,) = block.bad
    assert (bad.place.line, bad.character, bad.message[: len(message)]) == (2, character, message)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
@pytest.mark.parametrize(
    ("text", "character", "message"),
    [
        ('{"logits": [1, 2}', 17, "not JSON"), ('{\n"logits": [1, 2]}', 2, "not JSON"),
        ('[{"logits": [1, 2], "label": 0}]', 1, "not a JSON object"),
    ],
)  # fmt: skip
def test_a_first_line_of_json_that_cannot_be_read_has_a_place(
    tmp_path, name, text, character, message
):
    (tmp_path / name).write_text(text + "\n")
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path / name)
    assert caught.value.place == f"{tmp_path / name}:1:{character}"
    assert caught.value.text == text.splitlines()[0]
    assert caught.value.hint.startswith("every line is an object")


ENDINGS = ["csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "parquet", "npz", "npy"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_file_and_a_folder(tmp_path, ending):
    with pytest.raises(InputError, match="no such file or directory"):
        read(tmp_path / f"a.{ending}")
    (tmp_path / f"a.{ending}").mkdir()
    with pytest.raises(InputError, match="is a directory"):
        read(tmp_path / f"a.{ending}")


def packed(times):
    data = text().encode()
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv.gz", gzip.compress(text().encode(), mtime=0)[:-12], "cut off"),
        ("a.csv", gzip.compress(text().encode(), mtime=0)[:-12], "cut off"),
        ("a.csv.gz", b"no gzip", "not a gzip file"),
        ("a.parquet", b"no parquet", "cannot be read as Parquet"),
        ("a.npz", b"no archive", "cannot be read as a NumPy archive"),
        *((f"a.{ending}", b"", "is empty") for ending in ENDINGS),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("a.csv.zst", zstd.compress(b""), "is empty"),
        ("a.csv.zst", zstd.compress(text().encode())[:-5], "cut off"),
        ("a.csv.zst", b"no zstd", "not a zstd file"),
        *((name, packed(300), "is packed more than once") for name in ["a.csv", "a.csv.gz"]),
        ("a.csv.zst", zstd.compress(packed(1)), "is packed more than once"),
        ("a.npz.gz", b"x", "cannot read .npz files that are packed"),
    ],
)
def test_files_that_are_damaged(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read(tmp_path / name)


@pytest.mark.parametrize("file", ["pipe.npz", "pipe.parquet", "pipe.npy", "z.npy"])
def test_arrays_cannot_come_from_a_pipe(tmp_path, file):
    np.save(tmp_path / "z.npy", np.zeros((2, 3)))
    for ending in ("npz", "parquet", "npy"):
        os.mkfifo(tmp_path / f"pipe.{ending}")
    with pytest.raises(InputError, match="cannot be read from a pipe"):
        read(tmp_path / file, chosen={"label": [str(tmp_path / "pipe.npy")]})


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["1_000", "2"], "not a number"), (["0x10", "2"], "not a number"), (["", "2"], "empty"),
        (["nan", "2"], "is NaN"), (["inf", "2"], "a logit cannot be +inf"),
    ],
)  # fmt: skip
def test_texts_in_typed_files_are_read_as_everywhere(tmp_path, cells, message):
    np.savez(tmp_path / "a.npz", z0=np.array(cells), z1=np.zeros(2), label=np.zeros(2))
    pl.DataFrame({"z0": cells, "z1": [0.0, 0.0], "label": [0, 0]}).write_parquet(
        tmp_path / "a.parquet"
    )
    for name in ("a.npz", "a.parquet"):
        block = read(tmp_path / name)
        assert [(bad.column, bad.message) for bad in block.bad] == [("z0", message)]
        assert block.logits.T.tolist() == [[2.0, 0.0]]


def test_lists_that_do_not_fit(tmp_path):
    lists = [[1.0, 2.0], [1.0], [1.0, 2.0, 3.0], None, [1.0, None], [3.0, 4.0]]
    pl.DataFrame({"logits": lists, "label": [0] * 6}).write_parquet(tmp_path / "a.parquet")
    block = read(tmp_path / "a.parquet")
    assert block.logits.T.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert [(bad.place.row, bad.column, bad.message) for bad in block.bad] == [
        (1, "", "logits: 1 numbers where the first list has 2"),
        (2, "", "logits: 3 numbers where the first list has 2"),
        (3, "", "logits: no list where the first list has 2"),
        (4, "logits1", "empty"),
    ]


@pytest.mark.parametrize("kind", [pl.List(pl.Float64), pl.Array(pl.Float64, 2)])
def test_a_first_list_that_is_missing_spoils_its_row_only(tmp_path, kind):
    empty = [[]] if isinstance(kind, pl.List) else []
    lists = [None, *empty, [1.0, 2.0]]
    frame = pl.DataFrame({"logits": lists, "label": 0}, schema_overrides={"logits": kind})
    frame.write_parquet(tmp_path / "a.parquet")
    block = read(tmp_path / "a.parquet")
    assert (block.rows.tolist(), len(block.bad)) == ([len(lists) - 1], len(lists) - 1)


@pytest.mark.parametrize("lists", [[None] * 3, [[]] * 200])
def test_lists_that_are_all_missing(tmp_path, lists):
    frame = pl.DataFrame({"logits": lists, "label": 0}, schema_overrides={"logits": pl.List(float)})
    frame.write_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match="column 'logits' has no list with numbers"):
        read(tmp_path / "a.parquet")


def test_other_lists_are_carried_whole(tmp_path):
    rows = [{"logits": [1.0, 2.0], "label": 0, "tokens": list(range(k))} for k in range(3)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    schema = {"logits": pl.List(pl.Float64), "label": pl.Int64, "tokens": pl.List(pl.Int64)}
    pl.DataFrame(rows, schema=schema).write_parquet(tmp_path / "a.parquet")
    for name in ("a.jsonl", "a.parquet"):
        assert [json.loads(text) for text in read(tmp_path / name).carried["tokens"]] == [
            [], [0], [0, 1]
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("logits", "label"),
    [("scores", "truth"), ("logits", "labels"), ("z", "label"), ("logit", "y"), ("s1", "logits")],
)
def test_a_name_that_is_given_is_that_of_a_list_or_an_array(tmp_path, logits, label):
    parts = {logits: [[1.0, 2.0]], label: [1], "p": [[0.5, 0.5]], "soft": [[0.25, 0.75]]}
    parts |= {name: [[5.0, 6.0]] for name in ("logits", "z", "targets") if name not in parts}
    frame = pl.DataFrame(parts)
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_ndjson(tmp_path / "a.jsonl")
    np.savez(tmp_path / "a.npz", **parts)
    for name in ("a.jsonl", "a.parquet", "a.npz"):
        block = read(tmp_path / name, chosen={
            "logits": [logits], "label": [label], "probabilities": ["soft"]})  # fmt: skip
        assert (block.logits.T.tolist(), block.labels.tolist()) == ([[1.0, 2.0]], [1])
        assert (block.probabilities.T.tolist(), block.targets) == ([[0.25, 0.75]], None)


def test_targets_may_be_named_beside_a_label(tmp_path):
    parts = {"logits": [[1.0, 2.0]], "label": [1], "targets": [[0.25, 0.75]]}
    pl.DataFrame(parts).write_parquet(tmp_path / "a.parquet")
    block = read(tmp_path / "a.parquet", chosen={"targets": ["targets"]})
    assert (block.targets.T.tolist(), block.carried) == ([[0.25, 0.75]], {"label": ["1"]})


def test_a_list_that_is_not_meant_is_carried_whole(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"z": [1, 2], "label": 0, "logits": [[3], 4, 5]}\n' * 2)
    block = read(tmp_path / "a.jsonl", chosen={"logits": ["z"]})
    assert block.carried == {"logits": ["[[3], 4, 5]"] * 2}


def bad_numbers():
    for z, y, message in [
        (np.nan, 0, "is NaN"), (np.inf, 0, "a logit cannot be +inf"),
        (0, 1.5, "a label must be a whole number"), (0, -1, "label -1 is not one"),
        (0, 2, "label 2 is not one"), (0, np.nan, "is NaN"),
    ]:  # fmt: skip
        for name in ("a.npz", "a.parquet", "z.npy"):
            yield pytest.param(name, z, y, message, id=f"{name}-{message}")


@pytest.mark.parametrize(("name", "z", "y", "message"), list(bad_numbers()))
def test_bad_numbers_in_typed_files(tmp_path, name, z, y, message):
    logits, labels = np.array([[0.0, 1.0], [z, 1.0]]), np.array([0.0, y])
    chosen = None
    if name == "a.npz":
        np.savez(tmp_path / name, logits=logits, labels=labels)
    elif name == "z.npy":
        np.save(tmp_path / name, logits)
        chosen = {"label": save(tmp_path / "y.npy", labels)}
    else:
        frame = pl.DataFrame({"z0": logits[:, 0], "z1": logits[:, 1], "label": labels})
        frame.write_parquet(tmp_path / name)
    (bad,) = read(tmp_path / name, chosen=chosen).bad
    assert (bad.place.row, bad.place.line) == (1, None)
    assert bad.message.startswith(message)


@pytest.mark.parametrize("name", ["a.npz", "a.parquet"])
def test_the_size_of_the_parts_makes_no_difference(tmp_path, name, monkeypatch):
    z = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
    y = np.arange(100) % 4  # a quarter is out of range
    np.savez_compressed(tmp_path / "a.npz", logits=z, labels=y)
    frame = pl.DataFrame({f"z{k}": z[:, k] for k in range(3)} | {"label": y})
    frame.write_parquet(tmp_path / "a.parquet", row_group_size=33)
    monkeypatch.setattr(arrays, "CELLS_AT_ONCE", 28)
    monkeypatch.setattr(parquet, "_CELLS_DECODED_AT_ONCE", 100)
    dump = open_dump(str(tmp_path / name), 0, TextOptions(), ExitStack())
    blocks = [dump.read(piece) for piece in dump.pieces()]
    assert len(blocks) == 15
    assert np.hstack([block.logits for block in blocks]).T.tolist() == z[y < 3].tolist()
    assert np.concatenate([block.rows for block in blocks]).tolist() == (
        np.flatnonzero(y < 3).tolist()
    )
    assert [bad.place.row for block in blocks for bad in block.bad] == list(range(3, 100, 4))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/null"])
def test_a_device_is_not_copied_until_the_disk_is_full(device):
    with ExitStack() as stack, pytest.raises(InputError, match="is a device") as caught:
        open_dump(device, 0, TextOptions(), stack)
    assert caught.value.place == device
