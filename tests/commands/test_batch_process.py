"""``cecheck batch`` when something goes wrong in the middle, in a process of its own."""

import os
import pty
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.places import ROOT

MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where tests run
from ce_cli.__main__ import main
main()
"""
IMPATIENT = f"from ce_cli.output import progress; progress._LONG_ENOUGH = -1.0{MAIN}"
LINE = b"0.5,1.5,0\n"


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a dump that takes some seconds, and an older output."""
    (tmp_path / "a.csv").write_bytes(b"z0,z1,label\n" + LINE * 2_000_000)
    for name in ("o.csv", "o.parquet"):
        (tmp_path / name).write_bytes(b"old")
    return tmp_path


def start(folder, *arguments, program=MAIN, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    return subprocess.Popen(
        [sys.executable, "-c", program, "batch", *map(str, arguments)], cwd=folder, env=environment,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )  # fmt: skip


def wait_for_output(process, folder):
    while process.poll() is None and not any(
        path.stat().st_size for path in folder.glob(".o.*.part")
    ):
        time.sleep(0.01)
    assert process.poll() is None, process.stderr.read()


def left_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "a.csv"}


OLD = {"o.csv": b"old", "o.parquet": b"old"}


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_an_interruption_leaves_what_was_there(folder, name):
    process = start(folder, "a.csv", "--output", name)
    wait_for_output(process, folder)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")
    assert left_in(folder) == OLD


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_a_kill_leaves_what_was_there(folder, name):
    process = start(folder, "a.csv", "--output", name)
    wait_for_output(process, folder)
    process.kill()
    process.communicate()
    assert (folder / name).read_bytes() == b"old"


@pytest.mark.parametrize("megabytes", [1, 18])
def test_a_file_that_shrinks(folder, megabytes):
    process = start(folder, "a.csv", "--output", "o.csv")
    wait_for_output(process, folder)
    os.truncate(folder / "a.csv", megabytes * 2**20)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err == b"a.csv: shrank while it was read\n"
    assert left_in(folder) == OLD


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_a_disk_that_fills_up(folder, name):
    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))

    process = start(folder, "a.csv", "--output", name, preexec_fn=fill)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"--output: cannot write {name}: file too large\n"
    assert left_in(folder) == OLD


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("option", ["--output", "--failures"])
@pytest.mark.parametrize("name", ["full.csv", "full.parquet"])
def test_a_disk_that_is_full(tmp_path, option, name):
    (tmp_path / name).symlink_to("/dev/full")
    process = start(tmp_path, ROOT / "samples" / "claims.csv", option, name)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"{option}: cannot write {name}: no space left on device\n"


@pytest.mark.parametrize("output_format", ["table", "json", "csv", "junit"])
def test_a_closed_pipe_is_quiet(tmp_path, output_format):
    reading, writing = os.pipe()
    os.close(reading)
    process = start(
        tmp_path, ROOT / "samples" / "claims.csv", "--format", output_format, stdout=writing
    )
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, b"")


def drawn_on_a_terminal(process, terminal):
    drawn = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # nobody holds the other end any more
            process.communicate()
            os.close(terminal)
            return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn.decode())
        drawn += data


def test_progress_is_shown_on_a_terminal(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"z0,z1,label\n" + LINE * 4_000_000)
    terminal, stderr = pty.openpty()
    process = start(tmp_path, "a.csv", "--format", "csv", program=IMPATIENT, stderr=stderr)
    os.close(stderr)
    drawn = drawn_on_a_terminal(process, terminal)
    assert process.returncode == 0
    assert re.search(r"checking ━+.* [0-9.]+ [kMG]?B/s [0-9]:[0-9]{2}:[0-9]{2} left", drawn)


def test_no_progress_where_nobody_looks(folder):
    _, err = start(folder, "a.csv").communicate()
    assert err == b""
