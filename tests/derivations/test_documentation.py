"""docs/derive.md: every command of its table runs, and shows the formula that stands beside it."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from ce_cli.commands import cli
from ce_cli.commands.derive import command as derive_command
from ce_cli.derivations.page import derive
from ce_cli.derivations.subjects import SUBJECTS
from ce_cli.mathematics.line import to_line
from ce_cli.output.document import EquationChain

PAGE = Path(__file__).parents[2] / "docs/derive.md"
TABLE = PAGE.read_text("utf-8").partition("## What is derived")[2]
ROWS = re.findall(r"^\| (.*) \| `cecheck (derive .*)` \| `(.*)` \|$", TABLE, re.MULTILINE)


def formulas(document):
    """Yield every equation of a document on one line, a chain from its beginning to each line."""
    for part in document.parts:
        if isinstance(part, EquationChain):
            start = to_line(part.equations[0].lhs)
            for line in part.equations:
                yield to_line(line.rhs)
                yield f"{start} = {to_line(line.rhs)}"


def test_every_row_of_the_table_is_read():
    lines = [line for line in TABLE.splitlines() if line.startswith("|")]
    assert len(ROWS) == len(lines) - 2


def test_the_table_has_every_subject():
    assert {shlex.split(command)[1] for _, command, _ in ROWS} == set(SUBJECTS)


@pytest.mark.parametrize(("part", "command", "formula"), ROWS, ids=[row[0] for row in ROWS])
def test_the_command_shows_the_formula(part, command, formula):
    arguments = shlex.split(command)
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0
    wishes = derive_command.make_context("derive", arguments[1:]).params
    shown = {name: wishes[name] for name in ("subject", "classes", "label")}
    text = " ".join(result.output.split())
    assert formula in text or formula in set(formulas(derive(**shown).document)), part
