"""The README's claims hold."""

import doctest

import pytest

from tests import readme
from tests.places import DOCS


@pytest.mark.parametrize(("command", "expected"), list(readme.examples()))
def test_command_prints_what_the_readme_shows(command, expected):
    assert readme.output_of(command) == expected


def test_every_command_is_shown():
    from ce_cli.commands import cli

    shown = " ".join(command for command, _ in readme.examples())
    assert [name for name in cli.list_commands(None) if f"cecheck {name}" not in shown] == []


def test_the_page_on_checking_shows_what_python_prints():
    failures, tried = doctest.testfile(str(DOCS / "check.md"), module_relative=False)
    assert tried > 5
    assert failures == 0
