"""What ``cecheck batch`` shows of a row: its numbers and its place."""

import csv
import json
import math

import polars as pl
import pytest

TRUTH = 1.3132616875182228  # log(1 + e), by 50-digit arithmetic


@pytest.mark.parametrize("output_format", ["text", "markdown"])
@pytest.mark.parametrize("claim", [math.nextafter(TRUTH, 2), math.nextafter(TRUTH, 1)])
def test_a_wrong_last_bit_is_seen(batch, tmp_path, output_format, claim):
    (tmp_path / "a.csv").write_text(f"z0,z1,label,loss\n1,2,0,{claim!r}\n")
    code, out, _ = batch(tmp_path / "a.csv", "--rtol", "1e-17", "--format", output_format)
    assert code == 1
    assert f"{claim:.16f}" in out
    assert f"{TRUTH:.16f}" in out


def test_an_error_beyond_what_is_allowed_is_more_than_1(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label,loss\n0,0,0,0.7\n")  # log 2 + 0.00685
    code, out, _ = batch(tmp_path / "a.csv", "--atol", "0.0068")
    assert (code, out.splitlines()[-1].endswith(" > 1")) == (1, True)


CSV = "z0,z1,label,grad0,grad1\n0,0,0,-0.5,0.5\n\n# a comment\n0,0,0,9,0.5\n"
JSON = '{"z": [0, 0], "label": 0, "grad": [-0.5, 0.5]}\n'


def write_failing(path):
    """Write a file with one row that fails; return its row and its line as an editor counts."""
    match path.suffix:
        case ".csv":
            path.write_text(CSV)
            return 3, 5
        case ".jsonl":
            path.write_text(f"{JSON}\n{JSON}{JSON.replace('-0.5', '9')}")
            return 3, 4
    frame = pl.DataFrame({"z0": [0.0, 0.0], "z1": [0.0, 0.0], "label": [0, 0],
                          "grad0": [-0.5, 9.0], "grad1": [0.5, 0.5]})  # fmt: skip
    frame.write_parquet(path)
    return 1, None


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_row_is_named_with_its_line(batch, tmp_path, name):
    path = tmp_path / name
    row, line = write_failing(path)
    place = str(path) if line is None else f"{path}:{line}"
    _, out, _ = batch(path, "--format", "text")
    assert [str(row), place, "gradient", "0"] in [text.split()[:4] for text in out.splitlines()]
    assert f"first row {row} of {place}.\n" in out
    assert f"{place}, row {row}, gradient of class 0: " in batch(path, "--format", "junit")[1]
    report = json.loads(batch(path, "--format", "json", "--failures", tmp_path / "f.csv")[1])
    for found in (report["worst"][0], report["notes"][0]["first"]):
        assert (found["file"], found["row"], found["line"]) == (str(path), row, line)
    with (tmp_path / "f.csv").open() as stream:
        (failing,) = csv.DictReader(stream)
    assert (failing["row"], failing["line"]) == (str(row), str(line or ""))


def test_without_a_header_the_first_line_is_row_0(batch, tmp_path):
    (tmp_path / "a.csv").write_text("0,0,0\nx,0,0\n")
    _, out, err = batch(tmp_path / "a.csv", "--no-header", "--format", "json")
    assert err.startswith(f"warning: {tmp_path}/a.csv:2:1: column z0: not a number\n")
    assert [(bad["row"], bad["line"]) for bad in json.loads(out)["errors"]] == [(1, 2)]


def test_a_row_without_a_line_is_named_with_its_row(batch, tmp_path):
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame({"z0": [0.0, None], "z1": [0.0, 1.0], "label": [0, 1]})
    frame.write_parquet(path)
    assert batch(path)[2] == f"warning: {path}, row 1: column z0: empty\n"
