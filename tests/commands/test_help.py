"""Help pages: every example on them runs as it stands, and says nothing that is not there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ce_cli.commands import SUMMARIES
from ce_cli.commands.presentation import FORMATS
from tests.places import SAMPLES


def help_of(cecheck, *command):
    outcome = cecheck(*command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def examples(page):
    """Return the lines below "Examples:", those that end with a backslash joined."""
    (block,) = re.findall(r"^ *Examples:\n(.*?)\n\n", page, re.MULTILINE | re.DOTALL)
    return [line.strip() for line in block.replace("\\\n", " ").splitlines()]


@pytest.fixture
def place(tmp_path):
    """Return a folder with the samples, as the project's is, that may be written to."""
    shutil.copytree(SAMPLES, tmp_path / "samples")
    return tmp_path


@pytest.mark.parametrize("command", [[], *([name] for name in SUMMARIES)])
def test_every_example_runs(cecheck, place, command):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    lines = examples(help_of(cecheck, *command))
    assert len(lines) >= 2
    for line in lines:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line], cwd=place, env={**os.environ, "PATH": path},
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode in {0, 1}, (line, done.stderr)
        assert done.stdout or any(new in line for new in written_in(place)), line
        assert "error:" not in done.stderr


def written_in(place):
    return {path.name for path in place.iterdir()} - {"samples"}


def test_without_a_command_the_help_is_shown(cecheck):
    outcome = cecheck()
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == help_of(cecheck)


@pytest.mark.parametrize("command", SUMMARIES)
def test_every_command_has_the_same_options_of_output(cecheck, command):
    page = help_of(cecheck, command)
    assert f"--format [{'|'.join(FORMATS)}" in page
    assert re.search(r"^  -o, --output FILE ", page, re.MULTILINE)
    assert all(f"--{name} " in page for name in ("force", "strict", "color", "ascii"))
    assert "table" not in page.partition("Options:")[2]


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("command", [[], *([name] for name in SUMMARIES)])
def test_no_line_is_wider_than_the_terminal(cecheck, monkeypatch, command, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    page = help_of(cecheck, *command)
    if columns < 80:  # commands to be copied stay whole
        page = re.sub(r"^ *Examples:\n.*?\n\n", "", page, flags=re.MULTILINE | re.DOTALL)
    widest = max(page.splitlines(), key=len)
    assert len(widest) <= columns or len(widest.split()) == 1 or "|" in widest
