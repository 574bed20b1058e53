"""What all tests share."""

import io
import os
import subprocess
import sys
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from ce_cli.__main__ import run
from ce_cli.symbolic.kernel import limits
from tests.places import ROOT

settings.register_profile(
    "cecheck", deadline=None, derandomize=True, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("cecheck")


@pytest.fixture(scope="session", autouse=True)
def _clock_that_stands_still():
    """Let the counted work alone decide what takes too long, so that no verdict is a race."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "thread_time", lambda: 0.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_width():
    """Forget the width that a test runner has: nothing shown depends on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        yield


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def cecheck(capsys, monkeypatch):
    """Run a command line in this process."""

    def invoke(*arguments, stdin=""):
        monkeypatch.chdir(ROOT)
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return invoke


@pytest.fixture
def process():
    """Run a command line in a process of its own."""

    def invoke(*arguments, stdin="", **environment):
        clean = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR", "TERM"}}
        done = subprocess.run(
            [sys.executable, "-m", "ce_cli", *map(str, arguments)],
            cwd=ROOT, input=stdin, capture_output=True, encoding="utf-8", check=False,
            env=clean | environment,
        )  # fmt: skip
        return Outcome(done.returncode, done.stdout, done.stderr)

    return invoke
