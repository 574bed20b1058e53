"""Colour and width on terminals and in pipes, the same for every command and for messages."""

import re

import pytest

from tests.commands.terminals import on_terminal
from tests.commands.test_encodings import LAYER, SMOOTHED

SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
COMMANDS = [
    "grad 4 -4 3 --label 2", "softmax 123 456 789", "jacobian 4 -4 3", "bce 1.5 --label 1", LAYER,
    "derive vjp", "check p_i=p_i", "batch samples/claims.csv",
]  # fmt: skip
FAILURES = [
    "grad 1 abc --label 0", "softmax x", "jacobian x y", "bce x --label 1",
    "layer --input x --weights no --bias 1 --label 0", "derive no", "check p_i=no_such",
    "batch no.csv",
]  # fmt: skip

COLOURS = [
    # options, variables, is a terminal, has colour
    ("", {}, True, True),
    ("", {}, False, False),
    ("", {"NO_COLOR": "1"}, True, False),
    ("", {"NO_COLOR": ""}, True, True),
    ("", {"TERM": "dumb"}, True, False),
    ("", {"CLICOLOR": "0"}, True, False),
    ("", {"CLICOLOR": "1"}, True, True),
    ("", {"CLICOLOR": "1"}, False, False),
    ("", {"FORCE_COLOR": "1"}, False, True),
    ("", {"CLICOLOR_FORCE": "1"}, False, True),
    ("", {"CLICOLOR_FORCE": "0"}, False, False),
    ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ("", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
    ("--color never", {"FORCE_COLOR": "1"}, True, False),
    ("--color always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
    ("--color auto", {"NO_COLOR": "1"}, True, False),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("options", "variables", "is_terminal", "has_colour"), COLOURS)
def test_the_option_beats_the_environment(options, variables, is_terminal, has_colour):
    words = ["batch", "samples/bad_rows.csv", *options.split()]
    shown = on_terminal(*words, out=is_terminal, err=is_terminal, **variables)
    assert bool(SEQUENCE.search(shown.out)) is has_colour
    assert bool(SEQUENCE.search(shown.err)) is has_colour


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_colours_that_are_read_on_dark_and_light(command):
    shown = on_terminal(*command.split(), columns=120)
    codes = {
        int(code) for codes in SEQUENCE.findall(shown.out) for code in codes.split(";") if code
    }
    # reset, bold, dim, red, green, yellow, magenta: no black, white, or bright colour
    assert codes & {31, 32}
    assert codes <= {0, 1, 2, 31, 32, 33, 35}
    plain = on_terminal(*command.split(), "--color", "never", columns=120)
    assert SEQUENCE.sub("", shown.out) == plain.out


@pytest.mark.parametrize("command", FAILURES)
def test_every_command_has_its_errors_in_red(command):
    words = [*command.split(), "--color", "always"]
    shown = on_terminal(*words, out=False, err=False)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("\x1b[1;31merror: \x1b[0m")
    plain = on_terminal(*words, "--color", "never", out=False, err=False)
    assert SEQUENCE.sub("", shown.err) == plain.err


def test_a_warning_is_yellow():
    words = ["check", "p_i = p_i", "--role", "q=logits"]
    shown = on_terminal(*words, "--color", "always", out=False, err=False)
    assert shown.err.startswith("\x1b[33mwarning: \x1b[0m--role: there is no q")


WEIGHTS = "1,2,abcdefghijklmnopqrstuvwxyz,5,6,7,8,9,10,11,12"


def test_messages_fold_between_words_and_carets_stay_in_place():
    words = ["grad", "4", "3", "--label", "0", "--weight", WEIGHTS]
    shown = on_terminal(*words, columns=40)
    lines = shown.err.splitlines()
    assert shown.code == 2
    text, carets = (line for line in SEQUENCE.sub("", shown.err).splitlines() if line[:2] == "  ")
    assert text == f"  {WEIGHTS}"
    assert text[carets.index("^") : carets.rindex("^") + 1] == "abcdefghijklmnopqrstuvwxyz"
    sentences = [SEQUENCE.sub("", line) for line in lines if not line.startswith("  ")]
    assert max(map(len, sentences)) <= 40
    whole = on_terminal(*words, err=False, COLUMNS="40").err
    assert " ".join(sentences) == " ".join(
        line for line in whole.splitlines() if not line.startswith("  ")
    )


@pytest.mark.parametrize("columns", [60, 80, 132])
@pytest.mark.parametrize("command", ["grad 4 -4 3 --label 2", "batch samples/claims.csv"])
def test_columns_hold_in_a_pipe_as_on_a_terminal(command, columns):
    words = command.split()
    terminal = on_terminal(*words, "--color", "never", columns=columns)
    pipe = on_terminal(*words, out=False, err=False, COLUMNS=str(columns))
    assert pipe.out == terminal.out
    assert max(map(len, pipe.out.splitlines())) <= columns


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide"])
def test_without_a_width_a_pipe_has_whole_lines(columns):
    shown = on_terminal(*SMOOTHED.split(), out=False, err=False, COLUMNS=columns)
    assert max(map(len, shown.out.splitlines())) > 85


def test_columns_beat_the_terminal():
    words = ["grad", "4", "-4", "3", "--label", "2", "--color", "never"]
    assert on_terminal(*words, columns=50).out == on_terminal(*words, COLUMNS="50").out


def test_a_derivation_is_as_wide_as_columns_say():
    widths = {}
    for columns in ("60", "80", "100"):
        shown = on_terminal("derive", "vjp", out=False, err=False, COLUMNS=columns)
        widths[columns] = max(map(len, shown.out.splitlines()))
        assert widths[columns] <= int(columns)
    assert widths["60"] < widths["80"] < widths["100"]
