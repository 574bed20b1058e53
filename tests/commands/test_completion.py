"""Completion, in the shells themselves where they are installed."""

import gzip
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest
from click.shell_completion import ShellComplete

from ce_cli.commands import SUMMARIES, cli
from ce_cli.derivations.subjects import SUBJECTS
from tests.places import ROOT

PATIENCE = 30
"""Seconds; a shell that says nothing for so long has failed."""
WRAPPER = f"""#!/bin/sh
if [ "$_CECHECK_COMPLETE" ]; then exec "{sys.executable}" -m ce_cli "$@"; fi
echo "typed:$(printf '<%s>' "$@"):"
"""
"""A command that completes as ours does, and otherwise prints its arguments."""
TURNED_ON = {
    "bash": 'eval "$(_CECHECK_COMPLETE=bash_source cecheck)"',
    "zsh": 'autoload -U compinit; compinit -D -u; eval "$(_CECHECK_COMPLETE=zsh_source cecheck)"',
    "fish": "_CECHECK_COMPLETE=fish_source cecheck | source",
}
QUIET = {"bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"]}


def installed(name):
    missing = shutil.which(name) is None
    return pytest.param(name, marks=pytest.mark.skipif(missing, reason=f"{name} is not installed"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with dumps, and with the command in ``bin``."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "run.csv").write_text("id,z0,z1,truth,cost,dz0,dz1,two words\na,0,0,1,0.7,0,0,x\n")
    np.save(folder / "scores.npy", np.zeros((1, 2)))
    np.save(folder / "truth.npy", np.array([0]))
    (folder / "steps.tex").write_text("p_i = p_i")
    (folder / "bin").mkdir()
    program = folder / "bin" / "cecheck"
    program.write_text(WRAPPER)
    program.chmod(0o755)
    return folder


def environment_of(folder):
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder),
            "TERM": "dumb"}  # fmt: skip


class Typist:
    """Somebody who types into a shell at a terminal."""

    def __init__(self, name, folder):
        self.terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            QUIET[name], cwd=folder, env=environment_of(folder), start_new_session=True,
            stdin=inner, stdout=inner, stderr=inner,
        )  # fmt: skip
        os.close(inner)
        self.heard = ""
        self.type(f"{TURNED_ON[name]}\n")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def hear(self, start, end):
        """Return what the shell prints between two texts."""
        until = time.monotonic() + PATIENCE
        while start not in self.heard or end not in self.heard.partition(start)[2]:
            left = until - time.monotonic()
            assert left > 0, f"nothing from {start!r} to {end!r} in {self.heard!r}"
            if select.select([self.terminal], [], [], left)[0]:
                self.heard += os.read(self.terminal, 4096).decode(errors="replace")
        found, _, self.heard = self.heard.partition(start)[2].partition(end)
        return found

    def completed(self, line):
        """Return the last argument that the Tab key makes of a line."""
        self.type(f"cecheck {line}\t\n")
        return self.hear("typed:<", ">:").rpartition("><")[2]

    def leave(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


class Fish:
    """The shell fish, which prints completions when it is asked."""

    def __init__(self, folder):
        self.folder = folder

    def completed(self, line):
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"{TURNED_ON['fish']}; complete -C 'cecheck {line}'"],
            cwd=self.folder, env=environment_of(self.folder), capture_output=True, check=True,
            encoding="utf-8", timeout=PATIENCE,
        )  # fmt: skip
        assert done.stderr == ""
        (found,) = done.stdout.splitlines()
        return found.partition("\t")[0]

    def leave(self):
        pass


@pytest.fixture(scope="module", params=map(installed, TURNED_ON))
def shell(request, folder):
    typist = Fish(folder) if request.param == "fish" else Typist(request.param, folder)
    yield typist
    typist.leave()


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("der", "derive"),
        ("derive label-sm", "label-smoothing"),
        ("derive --classes 3 --form", "--format"),
        ("derive --format lat", "latex"),
        ("derive vjp --output ste", "steps.tex"),
        ("check --file ste", "steps.tex"),
        ("check --file steps.tex --file ru", "run.csv"),
        ("layer --weights ru", "run.csv"),
        ("batch ru", "run.csv"),
        ("batch scores.npy ru", "run.csv"),
        ("batch run.csv --failures ste", "steps.tex"),
        ("batch run.csv --rows-to ste", "steps.tex"),
        ("batch run.csv --reduction me", "mean"),
        ("batch run.csv --label tru", "truth"),
        ("batch run.csv --reduction mean --loss cos", "cost"),
        ("batch run.csv --gradient d", "dz"),
        ("batch run.csv --logits z1,z0,co", "z1,z0,cost"),
        ("batch scores.npy --label tru", "truth.npy"),
        ("batch missing.csv --label tru", "truth.npy"),
    ],
)
def test_a_shell_completes(shell, line, completed):
    assert shell.completed(line) == completed


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("derive --format=lat", "latex"),
        ("check --file=ste", "steps.tex"),
        ("batch run.csv --label=tru", "truth"),
    ],
)
def test_a_shell_completes_behind_an_equals_sign(shell, line, completed):
    assert shell.completed(line) == f"{line.split()[-1].partition('=')[0]}={completed}"


def proposed(*arguments, start=""):
    found = ShellComplete(cli, {}, "cecheck", "").get_completions(list(map(str, arguments)), start)
    assert all(item.type == "plain" for item in found)
    return [item.value for item in found]


def test_subjects_and_subcommands_are_proposed():
    assert proposed("derive") == list(SUBJECTS)
    assert proposed() == list(SUMMARIES)
    assert proposed("nothing") == proposed()


CELLS = {"id": "a", "z0": 0, "z1": 0, "cat": 0.5, "dog": 0.5, "truth": 1}


def write_dump(path):
    text = ",".join(CELLS) + "\n" + ",".join(map(str, CELLS.values())) + "\n"
    match path.name.partition(".")[2]:
        case "csv" | "":
            path.write_text(text)
        case "csv.gz":
            path.write_bytes(gzip.compress(text.encode()))
        case "jsonl":
            path.write_text(json.dumps(CELLS) + "\n")
        case "parquet":
            pl.DataFrame({name: [cell] for name, cell in CELLS.items()}).write_parquet(path)
        case "npz":
            np.savez(path, **{name: np.array([cell]) for name, cell in CELLS.items()})


@pytest.mark.parametrize("name", ["a.csv", "a", "a.csv.gz", "a.jsonl", "a.parquet", "a.npz"])
def test_columns_of_every_kind_of_file_are_proposed(tmp_path, name):
    write_dump(tmp_path / name)
    assert proposed("batch", tmp_path / name, "--label") == ["id", "cat", "dog", "truth"]
    assert proposed("batch", tmp_path / name, "--logits") == ["id", "z", "cat", "dog", "truth"]
    assert proposed("batch", tmp_path / name, "--label", start="z") == ["z0", "z1"]
    assert proposed("batch", tmp_path / name, "--logits", start="dog,c") == ["dog,cat"]


def test_columns_of_a_pattern_and_of_home_are_proposed(tmp_path, monkeypatch):
    write_dump(tmp_path / "a.csv")
    monkeypatch.setenv("HOME", str(tmp_path))
    for file in (tmp_path / "*.csv", "~/a.csv", "~/*.csv"):
        assert proposed("batch", file, "--label") == ["id", "cat", "dog", "truth"]


def test_many_classes_are_proposed_as_one(tmp_path):
    names = ["id", *(f"z{k}" for k in range(50_000)), "label"]
    (tmp_path / "a.csv").write_text(",".join(names) + "\n")
    assert proposed("batch", tmp_path / "a.csv", "--logits") == ["id", "z", "label"]
    assert len(proposed("batch", tmp_path / "a.csv", "--label", start="z")) == 100


def test_names_that_a_shell_would_cut_are_not_proposed(tmp_path):
    (tmp_path / "a.csv").write_text("two words,$cash,a:b,`c`,猫,d-e.f\n")
    assert proposed("batch", tmp_path / "a.csv", "--label") == ["猫", "d-e.f"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""), ("a.csv", b"\xff\xfe\x00"), ("a.csv", b'"a'), ("a.jsonl", b"{"),
        ("a.parquet", b"PAR1"), ("a.npz", b"PK"), ("a.gz", b"\x1f\x8b\x08"), ("a.zst", b"\x28"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_completes_as_files(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    shell = ShellComplete(cli, {}, "cecheck", "")
    for file in (tmp_path / name, tmp_path, tmp_path / "missing*", "-", "\0"):
        (item,) = shell.get_completions(["batch", str(file), "--label"], "tr")
        assert (item.type, item.value) == ("file", "tr")


def test_a_pipe_is_left_alone(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    shell = ShellComplete(cli, {}, "cecheck", "")
    assert shell.get_completions(["batch", str(tmp_path / "a.csv"), "--label"], "")


@pytest.mark.parametrize("words", ["cecheck ", "cecheck derive ", "cecheck batch run.csv --label "])
def test_nothing_slow_is_loaded(folder, words):
    code = "import sys, ce_cli.__main__ as m; m.run([]); print(*sys.modules, file=sys.stderr)"
    asked = {"_CECHECK_COMPLETE": "bash_complete", "COMP_WORDS": words}
    asked["COMP_CWORD"] = str(len(words.split()))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment_of(folder) | asked, check=True,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.startswith("plain,")
    assert not {"sympy", "polars", "rich"} & set(done.stderr.split())
