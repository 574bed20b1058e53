"""``cecheck batch`` from outside: a real process, its streams and its exit code."""

import csv
import json
import math
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from ce_cli.numeric import reference
from tests.places import SAMPLES


def test_a_real_process_reads_stdin():
    finished = subprocess.run(
        [sys.executable, "-m", "ce_cli", "batch", "-", "--format", "json"],
        input=(SAMPLES / "logits.csv").read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, b"")
    assert json.loads(finished.stdout)["rows"] == 15


@pytest.mark.parametrize(
    "command",
    [
        "cat a.csv | batch -", "cat a.jsonl | batch -",
        "cat a.csv | batch /dev/stdin", "batch /dev/stdin < a.csv",
        "batch <(cat a.csv)", "mkfifo pipe; cat a.csv > pipe & batch pipe",
        "gzip -c a.csv | batch -", "gzip -c a.jsonl | batch -", "batch <(gzip -c a.csv)",
        "gzip -c a.csv > pipe.csv; batch pipe.csv",
        "mkfifo pipe.csv.gz; gzip -c a.csv > pipe.csv.gz & batch pipe.csv.gz",
        "mkfifo pipe.jsonl; cat a.jsonl > pipe.jsonl & batch pipe.jsonl",
    ],
)  # fmt: skip
def test_no_row_of_a_pipe_is_lost(tmp_path, command):
    losses = [9.0] * 100 + [math.log(2)] * 1900
    (tmp_path / "a.csv").write_text("z0,z1,label,loss\n" + "".join(f"0,0,0,{x}\n" for x in losses))
    (tmp_path / "a.jsonl").write_text(
        "".join(f'{{"logits": [0, 0], "label": 0, "loss": {x}}}\n' for x in losses)
    )
    batch = f'batch() {{ {sys.executable} -m ce_cli batch "$@" --format json; }}; '
    finished = subprocess.run(
        ["bash", "-c", batch + command], cwd=tmp_path, capture_output=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent)},
    )  # fmt: skip
    report = json.loads(finished.stdout)
    assert (finished.returncode, report["rows"], report["failed"]) == (1, 2000, 100)


def test_the_output_is_right_to_eight_ulp(batch, tmp_path):
    assert batch(SAMPLES / "logits.csv", "--rows-to", tmp_path / "o.csv")[0] == 0
    with (tmp_path / "o.csv").open() as stream, (SAMPLES / "logits.csv").open() as given:
        for found, source in zip(csv.DictReader(stream), csv.DictReader(given), strict=True):
            assert found["id"] == source["id"]
            logits = [float(source[f"z{k}"].replace("−", "-")) for k in range(3)]
            label = int(source["label"])
            exact = reference.cross_entropy(logits, [k == label for k in range(3)])
            pairs = [(found["loss"], exact.loss)]
            pairs += [(found[f"p{k}"], exact.probabilities[k]) for k in range(3)]
            pairs += [(found[f"grad{k}"], exact.gradient[k]) for k in range(3)]
            assert all(reference.error_in_ulp(float(text), value) <= 8 for text, value in pairs)


NASTY = ["plain", "", "a,b", 'say "no"', " spaced ", "−µ✓", "#1", "null", "1e400"]


@pytest.mark.parametrize("rows", [0, 1, 9, 40_000])
def test_every_format_of_output_says_the_same(batch, tmp_path, rows):
    random = np.random.default_rng(0)
    z = (random.normal(size=(rows, 3)) * 10.0 ** random.integers(-3, 3, (rows, 1))).tolist()
    with (tmp_path / "a.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "z0", "z1", "z2", "label"])
        writer.writerows([NASTY[k % 9], *row, k % 3] for k, row in enumerate(z))
        stream.write("x,,,,\n")  # a row that cannot be read, lest there is none
    for name in ("o.csv", "o.jsonl", "o.parquet"):
        assert batch(tmp_path / "a.csv", "--rows-to", tmp_path / name)[0] == 2
    with (tmp_path / "o.jsonl").open() as stream:
        lines = [json.loads(line) for line in stream]
    assert [line["id"] for line in lines] == [NASTY[k % 9] for k in range(rows)]
    assert pl.read_parquet(tmp_path / "o.parquet").to_dicts() == lines
    with (tmp_path / "o.csv").open(newline="") as stream:
        header, *found = csv.reader(stream)
    assert header == [
        "file",
        "row",
        "id",
        "label",
        "loss",
        "p0",
        "p1",
        "p2",
        "grad0",
        "grad1",
        "grad2",
    ]
    assert [[*row[:3], int(row[3]), *map(float, row[4:])] for row in found] == [
        [line["file"], str(line["row"]), line["id"], line["label"], line["loss"],
         *line["probabilities"], *line["gradient"]] for line in lines
    ]  # fmt: skip


def test_bad_rows_are_listed_counted_and_left_out(batch, tmp_path):
    code, out, err = batch(
        SAMPLES / "bad_rows.csv", "--rows-to", tmp_path / "o.csv", "--max-errors", "2",
        "--format", "json",
    )  # fmt: skip
    report = json.loads(out)
    assert code == 2
    assert (report["rows"], report["unreadable"], len(report["errors"])) == (24, 22, 2)
    assert report["errors"][0] == {
        "file": str(SAMPLES / "bad_rows.csv"), "row": 1, "line": 3, "column": "z1",
        "text": "abc", "message": "not a number", "rows": 1,
    }  # fmt: skip
    assert "bad_rows.csv:3:8: column z1: not a number\n  abc\n  ^^^\n" in err
    rows = (tmp_path / "o.csv").read_text().splitlines()
    assert [row.split(",")[1:3] for row in rows[1:]] == [["0", "good-1"], ["22", "good-2"]]


def test_a_bad_cell_does_nothing_to_the_terminal(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,\x1b[2Jx\x9b,0\n")
    assert "z1: not a number\n  ␛[2Jx�\n  ^^^^^^" in batch(tmp_path / "a.csv")[2]


def test_repeats_are_one_message(batch, tmp_path):
    """A thousand rows may be wrong in one way; the count is exact and the list is short."""
    lines = [f"{k},x{k},0" if k % 3 else f"{k},1,{k + 7}" for k in range(3000)]
    (tmp_path / "a.csv").write_text("\n".join(["z0,z1,label", *lines, "1,2", "0,0,0"]))
    code, out, err = batch(tmp_path / "a.csv", "--format", "json", "--max-errors", "2")
    report = json.loads(out)
    assert (code, report["unreadable"]) == (2, 3001)
    assert [(each["line"], each["column"], each["rows"]) for each in report["errors"]] == [
        (2, "label", 1000), (3, "z1", 2000),
    ]  # fmt: skip
    assert err == (
        f"warning: {tmp_path}/a.csv:2:5: column label: label 7 is not one of the 2 classes\n"
        "  7\n  ^\nhint: the classes are 0 to 1\n"
        "of the same kind: 999 more rows: lines 5, 8, 11, ...\n"
        f"warning: {tmp_path}/a.csv:3:3: column z1: not a number\n"
        "  x1\n  ^^\nhint: write it in digits, as in -4, 0.25 or 1e-3\n"
        "of the same kind: 1,999 more rows: lines 4, 6, 7, ...\n"
        "warning: 1 row more could not be read\n"
    )


def test_an_infinite_loss_is_a_string_in_json(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n-inf,0,0\n")
    _, out, _ = batch(tmp_path / "a.csv", "--format", "json", "--rows-to", tmp_path / "o.jsonl")
    assert json.loads(out)["loss"] == {"mean": "inf", "total": "inf"}
    assert json.loads((tmp_path / "o.jsonl").read_text())["loss"] == "inf"


@pytest.mark.parametrize("option", ["--rows-to", "--failures"])
def test_text_that_nobody_can_write_is_a_bad_row(batch, tmp_path, option):
    row = {"logits": [0, 0], "label": 0, "loss": 9}
    rows = [{"id": "a", **row}, {"id": "\ud800", **row}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, _, err = batch(tmp_path / "a.jsonl", option, tmp_path / "o.csv")
    assert (code, "a.jsonl:2:1: not UTF-8" in err) == (2, True)
    assert (tmp_path / "o.csv").read_text().count("\n") == 2


def test_an_infinite_loss_leaves_the_lines_beside_it_as_they_are(batch, tmp_path):
    text = '"a ""loss"":null"'
    finite, infinite = f"{text},1e-7,0,0\n", f"{text},-inf,0,0\n"
    for name, rows in (("a.csv", [finite]), ("b.csv", [finite, infinite, finite])):
        (tmp_path / name).write_text("id,z0,z1,label\n" + "".join(rows))
        batch(tmp_path / name, "--rows-to", tmp_path / f"{name}.jsonl")
    (line,), found = ((tmp_path / f"{name}.csv.jsonl").read_text().splitlines() for name in "ab")
    tails = [each.partition('"id":')[2] for each in found]
    assert tails[0] == tails[2] == line.partition('"id":')[2]
    assert tails[1].startswith(r'"a \"loss\":null","label":0,"loss":"inf"')


def test_a_carried_column_may_have_one_of_our_names(batch, tmp_path):
    (tmp_path / "a.csv").write_text('row,z0,z1,label\n"7,8",0,0,0\n')
    batch(tmp_path / "a.csv", "--rows-to", tmp_path / "o.csv")
    assert (tmp_path / "o.csv").read_text().splitlines()[0].startswith("file,row,input_row,label")
    assert ',0,"7,8",0,0.693' in (tmp_path / "o.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no files"),
        (["missing.csv"], "missing.csv: no such file or directory"),
        (["."], ".: is a directory"),
        ([SAMPLES / "logits.csv", "--rows-to", "o.txt"], "cannot tell the format of 'o.txt'"),
        ([SAMPLES / "logits.csv", "--rows-to", "missing/o.csv"], "--rows-to: cannot write"),
        ([SAMPLES / "logits.csv", "--ignore-index", "1e300"], "--ignore-index: not a whole number"),
        ([SAMPLES / "logits.csv", "--ignore-index", "9" * 19], "--ignore-index: not a whole"),
    ],
)
def test_what_cannot_run(batch, arguments, message):
    code, out, err = batch(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "option",
    [
        "--ulp 8 --rtol 1e-5",
        "--ulp 8 --atol 1e-5",
        "--own-value --rtol 1e-5",
        "--only loss",
        "--format junit --columns",
        "--ignore-index 0",
        "--label-smoothing -1",
        "--temperature 0",
        "--weight 1,-1",
        "--weight 1",
    ],
)
def test_an_option_that_is_wrong_or_idle_is_named(batch, tmp_path, option):
    (tmp_path / "a.csv").write_text("z0,z1,y0,y1\n0,0,0,1\n")
    code, out, err = batch(tmp_path / "a.csv", *option.split())
    assert (code, out) == (2, "")
    assert re.match(f"error: {option.split()[0]}(, class 1)?: ", err)


@pytest.mark.parametrize("separator", ["||", "é", "e", "0", "-", '"', "\n"])
def test_a_separator_is_a_character_that_no_number_has(batch, tmp_path, separator):
    (tmp_path / "a.csv").write_text(separator.join(["z0", "z1", "label"]) + "\n1,2,0\n")
    code, _, err = batch(tmp_path / "a.csv", "--separator", separator)
    assert code == 2
    assert err.startswith("error: --separator: must be one character")


def test_every_column_may_be_named(batch, tmp_path):
    (tmp_path / "a.csv").write_text(
        "s_0,s_1,t0,t1,cost,soft0,soft1,d0,d1\n0,0,1,0,0.6931471805599453,0.5,0.5,-0.5,0.5\n"
    )
    named = ["--logits", "s", "--targets", "t0,t1", "--loss", "cost", "--probabilities", "soft",
             "--gradient", "d"]  # fmt: skip
    code, out, _ = batch(tmp_path / "a.csv", *named, "--columns", "--format", "csv")
    kinds = [line.split(",")[1] for line in out.splitlines()[1:]]
    assert kinds == [*["logits"] * 2, *["targets"] * 2, "loss", *["probabilities"] * 2,
                     *["gradient"] * 2]  # fmt: skip
    code, out, _ = batch(tmp_path / "a.csv", *named, "--format", "json", "--own-value")
    assert (code, json.loads(out)["passed"]) == (0, 1)


def test_arrays_in_files_of_their_own(batch, tmp_path):
    z, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    claims = {"label": y, "loss": np.log([2.0, 2.0]), "gradient": [[-0.5, 0.5], [0.5, 0.5]]}
    np.save(tmp_path / "z.npy", z)
    for kind, array in claims.items():
        np.save(tmp_path / f"{kind}.npy", array)
    named = [word for kind in claims for word in (f"--{kind}", tmp_path / f"{kind}.npy")]
    code, out, _ = batch(tmp_path / "z.npy", *named, "--format", "json")
    report = json.loads(out)
    assert (code, report["passed"], report["failed"]) == (1, 1, 1)
    assert report["diagnosis"][0]["fault"] == "missing-one-hot"


def test_claims_that_fail_exit_with_1_and_a_sentence(batch, tmp_path):
    code, out, err = batch(
        SAMPLES / "claims.csv", "--format", "json", "--failures", tmp_path / "f.csv"
    )
    report = json.loads(out)
    assert (code, err) == (1, "")
    assert (report["rows"], report["passed"], report["failed"]) == (6, 3, 3)
    assert report["diagnosis"] == [{
        "fault": "missing-one-hot", "rows": 3,
        "sentence": "3 of 3 failing rows equal p: the −1 at the label is missing",
    }]  # fmt: skip
    assert [worst["row"] for worst in report["worst"]] == [3, 4, 5]
    with (tmp_path / "f.csv").open() as stream:
        assert [row["row"] for row in csv.DictReader(stream)] == ["3", "4", "5"]


def test_the_table_says_the_same(batch):
    _, out, _ = batch(SAMPLES / "claims.csv")
    assert "✗ the claims of 3 rows do not hold" in out
    assert "3 of 3 failing rows equal p: the −1 at the label is missing." in out
    assert "Worst rows, by their errors in units of what is allowed\n" in out


def test_a_carried_text_is_shown_in_part(batch, tmp_path):
    prompt = "x" * 1000
    (tmp_path / "a.csv").write_text(f"prompt,z0,z1,label,loss\n{prompt},0,0,0,5\n")
    assert f" {'x' * 39}… " in batch(tmp_path / "a.csv")[1]
    out = batch(tmp_path / "a.csv", "--format", "json")[1]
    assert json.loads(out)["worst"][0]["carried"] == {"prompt": prompt}


@pytest.mark.parametrize(
    ("file", "failures", "errors"),
    [("claims.csv", "1", "0"), ("bad_rows.csv", "0", "1"), ("logits.csv", "0", "0")],
)
def test_junit(batch, file, failures, errors):
    _, out, _ = batch(SAMPLES / file, "--format", "junit")
    (suite,) = ElementTree.fromstring(out)  # noqa: S314  # our own
    assert (suite.get("failures"), suite.get("errors")) == (failures, errors)
    assert int(suite.get("tests")) == len(suite)


def test_what_is_computed_holds_when_it_is_claimed(batch, tmp_path):
    batch(SAMPLES / "logits.csv", "--rows-to", tmp_path / "o.csv", "--only", "loss,grad")
    given = (SAMPLES / "logits.csv").read_text().splitlines()
    found = (tmp_path / "o.csv").read_text().splitlines()
    joined = (f"{a},{b.split(',', 4)[4]}" for a, b in zip(given, found, strict=True))
    (tmp_path / "claims.csv").write_text("\n".join(joined))
    code, out, _ = batch(tmp_path / "claims.csv", "--own-value", "--format", "json")
    assert (code, json.loads(out)["passed"]) == (0, 15)


def test_columns_are_shown(batch):
    code, out, _ = batch(SAMPLES / "claims.csv", "--columns", "--format", "csv")
    assert code == 0
    assert out.splitlines()[:3] == [
        "column,is,file", f"id,carried,{SAMPLES / 'claims.csv'}",
        f"z0,logits,{SAMPLES / 'claims.csv'}",
    ]  # fmt: skip


def test_columns_of_many_classes_are_shown_in_a_line(batch):
    _, out, _ = batch(SAMPLES / "claims.csv", "--columns")
    assert "grad0 … grad2 (3)   gradient" in out


def test_columns_may_be_named(batch, tmp_path):
    (tmp_path / "a.csv").write_text("truth,cat,dog\n0,0,0\n")
    code, out, _ = batch(
        tmp_path / "a.csv", "--logits", "cat,dog", "--label", "truth", "--format", "json"
    )
    assert (code, json.loads(out)["loss"]["total"]) == (0, 0.69314718056)


def test_options_have_the_meaning_they_have_in_pytorch(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,0\n0,0,1\n5,0,-100\n")
    _, out, _ = batch(
        tmp_path / "a.csv", "--ignore-index", "-100", "--weight", "1,3", "--reduction", "mean",
        "--format", "json", "--rows-to", tmp_path / "o.csv", "--only", "grad",
    )  # fmt: skip
    report = json.loads(out)
    assert (report["rows"], report["ignored"]) == (3, 1)
    assert report["loss"]["mean"] == pytest.approx(math.log(2), rel=1e-11)
    with (tmp_path / "o.csv").open() as stream:
        gradients = [float(row["grad0"]) for row in csv.DictReader(stream)]
    assert gradients == [-0.125, 0.375, 0.0]


@pytest.mark.parametrize(
    ("header", "warned"), [("dz0,dz1", True), ("h_0,h_1", True), ("h0,h2", False), ("a,b", False)]
)
def test_what_may_be_claims_under_another_name_is_said(batch, tmp_path, header, warned):
    (tmp_path / "a.csv").write_text(f"z0,z1,label,{header}\n1,2,1,9,9\n")
    code, out, err = batch(tmp_path / "a.csv")
    assert (code, "– 1 row claims nothing: nothing was compared" in out) == (0, True)
    assert ("if they are claims, say --gradient " in err) == warned
