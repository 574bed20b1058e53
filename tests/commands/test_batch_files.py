"""The files of ``cecheck batch``: many, missing, broken, and never written over."""

import gzip
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.places import SAMPLES

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SAMPLES.parent)}


def test_several_files_are_one_batch(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,0\n")
    (tmp_path / "b.csv").write_text("z0,z1,label\n0,0,1\n0,0,1\n")
    code, out, _ = batch(tmp_path / "a.csv", tmp_path / "b.csv", "--format", "json")
    assert (code, json.loads(out)["rows"]) == (0, 3)


def test_all_files_that_cannot_be_opened_are_named(batch, tmp_path):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    bad = [tmp_path / name for name in ("missing.csv", "empty.csv", "text.csv")]
    code, out, err = batch(bad[0], SAMPLES / "logits.csv", tmp_path, *bad[1:])
    assert (code, out) == (2, "")
    places = [line.split(": ")[1] for line in err.splitlines() if line.startswith("error: ")]
    assert places == [*map(str, (bad[0], tmp_path, bad[1])), f"{bad[2]}:1:1"]


def test_what_is_wrong_with_an_option_is_said_once(batch):
    _, _, err = batch(SAMPLES / "logits.csv", SAMPLES / "claims.csv", "--separator", "||")
    assert err.count("--separator: ") == 1


def test_a_file_that_breaks_off_stops_everything(batch, tmp_path):
    rows = np.random.default_rng(0).normal(size=(50_000, 2))  # packed, more than is read at once
    text = "z0,z1,label\n" + "".join(f"{a},{b},0\n" for a, b in rows.tolist())
    packed = gzip.compress(text.encode())
    (tmp_path / "cut.csv.gz").write_bytes(packed[:-100])
    written = ["--failures", tmp_path / "f.csv"]
    code, out, err = batch(SAMPLES / "claims.csv", tmp_path / "cut.csv.gz", *written)
    assert (code, out) == (2, "")
    assert err == f"error: {tmp_path}/cut.csv.gz: is cut off: its compressed data end too early\n"
    assert [path.name for path in tmp_path.iterdir()] == ["cut.csv.gz"]


def test_files_with_other_columns_cannot_share_an_output(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,0\n")
    code, _, err = batch(
        SAMPLES / "logits.csv", tmp_path / "a.csv", "--rows-to", tmp_path / "o.csv"
    )
    assert code == 2
    assert "its columns differ" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rows-to", "a.csv"], "--rows-to: a.csv is a file that is read"),
        (["--failures", "./a.csv"], "--failures: a.csv is a file that is read"),
        (["--rows-to", "hard.csv"], "--rows-to: hard.csv is a file that is read"),
        (["--failures", "soft.csv"], "--failures: soft.csv is a file that is read"),
        (["--rows-to", "o.csv", "--failures", "o.csv"], "o.csv is a file that --rows-to writes"),
        (
            ["--rows-to", "o.csv", "--failures", "new.csv"],
            "new.csv is a file that --rows-to writes",
        ),
    ],
)
def test_what_is_read_is_not_written_over(batch, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,0\n")
    (tmp_path / "hard.csv").hardlink_to("a.csv")
    (tmp_path / "soft.csv").symlink_to("a.csv")
    (tmp_path / "new.csv").symlink_to("o.csv")
    code, out, err = batch("a.csv", *options)
    assert (code, out) == (2, "")
    assert message in err
    assert (tmp_path / "a.csv").read_text() == "z0,z1,label\n0,0,0\n"


@pytest.mark.parametrize("name", ["z.npy", "y.npy", "g.npy"])
def test_no_array_is_written_over(batch, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    arrays = {"z.npy": np.zeros((1, 2)), "y.npy": np.array([0]), "g.npy": np.zeros((1, 2))}
    for file, array in arrays.items():
        np.save(file, array)
    named = ["--label", "y.npy", "--gradient", "g.npy", "--failures", name]
    code, out, err = batch("z.npy", *named)
    assert (code, out, err) == (2, "", f"error: --failures: {name} is a file that is read\n")
    assert np.array_equal(np.load(name), arrays[name])


def test_what_stdin_reads_is_not_written_over(tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,0\n")
    with (tmp_path / "a.csv").open() as stdin:
        finished = subprocess.run(
            [sys.executable, "-m", "ce_cli", "batch", "-", "--rows-to", "a.csv"], stdin=stdin,
            cwd=tmp_path, env=ENVIRONMENT, capture_output=True, check=False,
        )  # fmt: skip
    assert finished.returncode == 2
    assert finished.stderr == b"error: --rows-to: a.csv is a file that is read\n"
    assert (tmp_path / "a.csv").read_text() == "z0,z1,label\n0,0,0\n"


def test_a_pattern_stands_for_its_files(batch, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("z0,z1,label\n0,0,0\n")
    assert json.loads(batch(tmp_path / "*.csv", "--format", "json")[1])["rows"] == 2
    assert "no file matches" in batch(tmp_path / "*.tsv")[2]


@pytest.mark.parametrize("option", ["--rows-to", "--failures"])
def test_a_file_that_is_there_is_replaced_only_by_force(batch, tmp_path, option):
    old = tmp_path / "o.csv"
    old.write_text("old")
    code, out, err = batch(SAMPLES / "claims.csv", option, old)
    assert (code, out, old.read_text()) == (2, "", "old")
    assert err == (
        f"error: {option}: {old} is there already\n"
        "hint: choose another name, or say --force to replace it\n"
    )
    assert batch(SAMPLES / "claims.csv", option, old, "--force")[0] == 1
    assert old.read_text().startswith("file,row,")


def test_nothing_is_read_before_it_is_refused_to_write(tmp_path):
    """Stdin may take an hour: this one never ends."""
    (tmp_path / "o.csv").write_text("old")
    with subprocess.Popen(
        [sys.executable, "-m", "ce_cli", "batch", "-", "--rows-to", "o.csv"], cwd=tmp_path,
        env=ENVIRONMENT, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.wait(timeout=60) == 2
        assert b"o.csv is there already" in process.stderr.read()
