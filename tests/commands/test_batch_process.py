"""``cecheck batch`` when something goes wrong in the middle, in a process of its own."""

import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.places import ROOT

MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where tests run
from ce_cli.__main__ import main
main()
"""
RIGHT, WRONG = (f"0.5,1.5,0,{loss},{'x' * 1000}\n" for loss in ("1.3132616875182228", "9"))
MEGABYTE = (RIGHT * 900 + WRONG * 100).encode()
"""The wrong rows are more than a pipe holds, and 3 megabytes are read at once."""


def write_dump(path, rows):
    path.write_bytes(b"z0,z1,label,loss,id\n" + rows)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with two dumps and an older output."""
    for name in ("a.csv", "b.csv"):
        write_dump(tmp_path / name, MEGABYTE)
    for name in ("o.csv", "o.parquet"):
        (tmp_path / name).write_bytes(b"old")
    return tmp_path


class Pipe(NamedTuple):
    """A named pipe: who writes more into it than it holds stands still until it is read."""

    path: Path
    end: int

    def wait_for(self, process):
        """Wait until a process has begun to write."""
        while process.poll() is None and not select.select([self.end], [], [], 0.05)[0]:
            pass
        assert process.poll() is None, process.stderr.read()

    def read_all(self):
        os.set_blocking(self.end, True)
        while os.read(self.end, 2**16):
            pass


@pytest.fixture
def pipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("pipe") / "pipe"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield Pipe(path, end)
    os.close(end)


def start(folder, *arguments, code=MAIN, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    return subprocess.Popen(
        [sys.executable, "-c", code, "batch", "--force", *map(str, arguments)],
        cwd=folder, env=environment,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )  # fmt: skip


def left_in(folder):
    names = {path.name for path in folder.iterdir()} - {"a.csv", "b.csv"}
    return {name: (folder / name).read_bytes() for name in names}


OLD = {"o.csv": b"old", "o.parquet": b"old"}


def started_and_held(folder, pipe, name):
    """Return a process that has written a part of its output and cannot go on."""
    process = start(folder, "a.csv", "b.csv", "--rows-to", name, "--failures", pipe.path)
    pipe.wait_for(process)
    assert any(folder.glob(f".{name}.*.part"))
    return process


@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_an_interruption_leaves_what_was_there(folder, pipe, name, request_to_end):
    process = started_and_held(folder, pipe, name)
    process.send_signal(request_to_end)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")
    assert left_in(folder) == OLD


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_a_kill_leaves_what_was_there(folder, pipe, name):
    process = started_and_held(folder, pipe, name)
    process.kill()
    process.communicate()
    assert (folder / name).read_bytes() == b"old"


@pytest.mark.parametrize("megabytes", [1, 18])
def test_a_file_that_shrinks(folder, pipe, megabytes):
    write_dump(folder / "a.csv", MEGABYTE * 20)
    process = start(folder, "a.csv", "--rows-to", pipe.path, "--failures", "o.csv")
    pipe.wait_for(process)
    os.truncate(folder / "a.csv", megabytes * len(MEGABYTE))
    pipe.read_all()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err == b"error: a.csv: shrank while it was read\n"
    assert left_in(folder) == OLD


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_a_disk_that_fills_up(folder, name):
    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**12, 2**12))

    process = start(folder, "a.csv", "--rows-to", name, preexec_fn=fill)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"error: --rows-to: cannot write {name}: file too large\n"
    assert left_in(folder) == OLD


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("option", ["--rows-to", "--failures"])
@pytest.mark.parametrize("name", ["full.csv", "full.parquet"])
def test_a_disk_that_is_full(tmp_path, option, name):
    (tmp_path / name).symlink_to("/dev/full")
    process = start(tmp_path, ROOT / "samples" / "claims.csv", option, name)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"error: {option}: cannot write {name}: no space left on device\n"


@pytest.mark.parametrize("output_format", ["text", "json", "csv", "junit"])
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


IMPATIENT = """
from ce_cli.output import progress
assert progress._LONG_ENOUGH > 0
progress._LONG_ENOUGH = float("{seconds}")
"""


@pytest.mark.parametrize(
    ("seconds", "bar"),
    [
        ("-inf", r"checking ━+.* [0-9.]+ [kMG]?B/s [0-9]:[0-9]{2}:[0-9]{2} left"),
        ("inf", "^$"),
    ],
)
def test_progress_is_shown_on_a_terminal_if_it_takes_long(tmp_path, seconds, bar):
    write_dump(tmp_path / "a.csv", (RIGHT * 10_000).encode())
    ours, theirs = pty.openpty()
    code = IMPATIENT.format(seconds=seconds) + MAIN
    process = start(tmp_path, "a.csv", "--format", "csv", code=code, stderr=theirs)
    os.close(theirs)
    drawn = drawn_on_a_terminal(process, ours)
    assert process.returncode == 0
    assert re.search(bar, drawn)


def test_no_progress_where_nobody_looks(folder):
    code = IMPATIENT.format(seconds="-inf") + MAIN
    _, err = start(folder, "a.csv", code=code).communicate(timeout=60)
    assert err == b""
