"""Every import contract can fail: a forbidden import breaks it, and none of the others."""

import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests.places import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
CONTRACTS = {contract["name"] for contract in SETTINGS["importlinter"]["contracts"]}
FLOORS = "Floors: imports go down, and never between rooms on one floor"
CIRCLES = "No circles"
FORBIDDEN = [
    (FLOORS, "errors.py", "import ce_cli.input"),
    (FLOORS, "input/planted.py", "import ce_cli.output"),
    (FLOORS, "output/planted.py", "import ce_cli.dumps"),
    (FLOORS, "commands/planted.py", "import ce_cli.__main__"),
    (FLOORS, "formulas/planted.py", "import ce_cli.dumps"),
    (FLOORS, "derivations/planted.py", "import ce_cli.evaluation"),
    (FLOORS, "mathematics/planted.py", "import ce_cli.input"),
    (FLOORS, "symbolic/planted.py", "import ce_cli.numeric"),
    (FLOORS, "attic/__init__.py", ""),
    (CIRCLES, "numeric/double_double.py", "import ce_cli.numeric.softmax"),
    ("The kernel imports the notation alone", "symbolic/kernel/planted.py", "import ce_cli.errors"),
    ("Only the commands know Click", "numeric/planted.py", "import click"),
    ("Only the output knows Rich", "commands/planted.py", "import rich.table"),
    ("Rooms of numbers have no SymPy", "dumps/planted.py", "import sympy"),
    ("Rooms of expressions have no NumPy", "formulas/planted.py", "import numpy"),
    ("Only dumps read and write with Polars", "commands/planted.py", "import polars"),
]
"""Contracts, files, and what must not stand there; the attic is a room without a floor."""


def verdicts(folder):
    """Return which contracts a tree keeps or breaks."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=folder, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    return dict(re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, re.MULTILINE))


@pytest.fixture
def tree(tmp_path):
    """Return a copy of the package and its contracts."""
    shutil.copytree(ROOT / "ce_cli", tmp_path / "ce_cli", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_every_contract(tree):
    assert verdicts(tree) == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.mark.parametrize(("contract", "file", "statement"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(tree, contract, file, statement):
    (tree / "ce_cli" / file).parent.mkdir(exist_ok=True)
    with (tree / "ce_cli" / file).open("a", encoding="utf-8") as stream:
        stream.write(f"\n{statement}\n")
    found = verdicts(tree)
    broken = {name for name, verdict in found.items() if verdict == "BROKEN"}
    assert found.keys() == CONTRACTS
    assert contract in broken
    assert broken <= {contract, CIRCLES}  # an import upwards may close a circle, too


def test_every_contract_has_a_forbidden_import():
    assert {contract for contract, _, _ in FORBIDDEN} == CONTRACTS
