"""Streams that are closed or full end every command with a message, not with a traceback."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

RESULTS = [
    "grad 4 -4 3 --label 2",
    "softmax 2 3 5",
    "jacobian 1 2",
    "bce 1.5 --label 1",
    "layer --input 1,2 --weights samples/weights.csv --bias 0,0,0 --label 2",
    "derive vjp",
    "check p_i=p_i",
    "batch samples/logits.csv",
    "batch samples/logits.csv --format junit",
    "batch samples/logits.csv --columns",
]
PAGES = ["--help", "batch --help", "--version"]
needs_full = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="Linux has a disk that is always full"
)


def shell(command):
    environment = {**os.environ, "cecheck": f"{sys.executable} -m ce_cli"}
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", RESULTS + PAGES)
def test_stdout_is_closed(command):
    done = shell(f"$cecheck {command} >&-")
    assert (done.returncode, done.stderr) == (2, "error: stdout: is closed\n")


@pytest.mark.parametrize("command", [*PAGES, "", "grad 1 2 --label 0", "nothing"])
def test_a_closed_pipe_is_quiet(command):
    done = shell(f"$cecheck {command} | exec >&- <&- 2>&-; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == (2 if command in {"", "nothing"} else 0)
    assert "Traceback" not in done.stderr
    assert command not in PAGES or done.stderr == ""


@needs_full
@pytest.mark.parametrize(
    ("command", "message"),
    [(each, "stdout: cannot write") for each in RESULTS]
    + [(each, "input or output failed") for each in PAGES],
)
def test_stdout_is_full(command, message):
    done = shell(f"$cecheck {command} > /dev/full")
    assert (done.returncode, done.stderr) == (2, f"error: {message}: no space left on device\n")


@pytest.mark.parametrize("stream", ["2>&-", pytest.param("2>/dev/full", marks=needs_full)])
@pytest.mark.parametrize(("file", "code"), [("logits", 0), ("claims", 1), ("missing", 2)])
def test_stderr_that_takes_nothing_leaves_the_exit_code(stream, file, code):
    assert shell(f"$cecheck batch samples/{file}.csv {stream}").returncode == code


@pytest.mark.parametrize(
    ("command", "message"),
    [("batch -", "stdin: is empty\n"), ("softmax -", "stdin: no numbers\n")],
)
def test_stdin_is_closed(command, message):
    done = shell(f"$cecheck {command} <&-")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {message}")


TO_ANOTHER = [
    '>(cat > "$folder/o.csv")',
    '/dev/fd/3 3> >(cat > "$folder/o.csv")',
    '"$folder/pipe" & cat "$folder/pipe" > "$folder/o.csv"',
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with a named pipe, known to the shell as ``folder``."""
    monkeypatch.setenv("folder", str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.mark.parametrize("where", TO_ANOTHER)
@pytest.mark.parametrize("option", ["--rows-to", "--failures"])
def test_a_pipe_takes_rows_and_stdout_the_report(folder, option, where):
    batch = "$cecheck batch samples/claims.csv --format json"
    done = shell(f"{batch} {option} {where}; wait $!")
    rows = csv.DictReader((folder / "o.csv").read_text().splitlines())
    given = [0, 1, 2, 3, 4, 5] if option == "--rows-to" else [3, 4, 5]
    assert [int(row["row"]) for row in rows] == given
    assert json.loads(done.stdout)["failed"] == 3


@pytest.mark.parametrize("option", ["--rows-to", "--failures"])
@pytest.mark.parametrize(
    ("where", "taken"),
    [
        ("/dev/stdout", "where the report goes"),
        ('/dev/stdout > "$folder/o.csv"', "where the report goes"),
        ("/dev/fd/1", "where the report goes"),
        ('"$folder/o.csv" > "$folder/o.csv"', "where the report goes"),
        ("/dev/stderr", "where messages go"),
        ("/dev/fd/3 3>&2", "where messages go"),
    ],
)
def test_rows_are_not_mixed_with_the_report(folder, option, where, taken):
    done = shell(f"$cecheck batch samples/claims.csv {option} {where}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {option}: ")
    assert done.stderr.endswith(f" is {taken}\n")
    assert not (folder / "o.csv").exists() or not (folder / "o.csv").read_text()


def test_what_is_thrown_away_may_be_everything():
    done = shell("$cecheck batch samples/claims.csv --failures /dev/null > /dev/null")
    assert (done.returncode, done.stderr) == (1, "")
