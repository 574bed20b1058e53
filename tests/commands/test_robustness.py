"""Whatever is thrown at it, cecheck ends with an exit code and a message, never a traceback."""

import contextlib
import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_cli.__main__ import run
from ce_cli.commands import cli

COMMANDS = cli.list_commands(None)
OPTIONS = sorted(
    {name for command in COMMANDS for option in cli.get_command(None, command).params
     for name in option.opts if name.startswith("--")} - {"--output", "--rows-to", "--failures"}
)  # fmt: skip
numbers = st.one_of(
    st.integers(-3, 5).map(str),
    st.floats().map(repr),
    st.sampled_from(["-inf", "−4", "1_000", "1,5", "1e400", "0x1", "", "-", "--", "-1e-3", "nan"]),
)
lists = st.lists(numbers, max_size=4).map(",".join)
words = st.one_of(numbers, lists, st.sampled_from(OPTIONS), st.text(max_size=5))
csv_text = st.lists(st.lists(words, max_size=5).map(",".join), max_size=6).map("\n".join)


def outcome_of(arguments, stdin):
    out, err = io.StringIO(), io.StringIO()
    real = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
    finally:
        sys.stdin = real
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
@settings(max_examples=60)
@given(arguments=st.lists(words, max_size=6), stdin=st.one_of(st.binary(max_size=40), csv_text))
def test_arbitrary_arguments(command, arguments, stdin):
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    code, out, err = outcome_of([command, *arguments], data)
    assert code in (0, 1, 2)
    assert out or err
    assert "internal error" not in err
    assert code != 2 or err


@pytest.mark.parametrize("command", COMMANDS)
@settings(max_examples=40)
@given(content=st.one_of(st.binary(max_size=60), csv_text.map(str.encode)))
def test_arbitrary_files(command, tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "file.csv"
    path.write_bytes(content)
    arguments = {
        "layer": ["--input", "1,2", "--weights", str(path), "--bias", "0,0", "--label", "1"],
        "batch": [str(path)],
        "bce": ["0", "--label", "1"],
    }.get(command, ["-", "--label", "1"] if command == "grad" else ["-"])
    code, out, err = outcome_of([command, *arguments], content)
    assert code in (0, 1, 2)
    assert out or err
    assert "internal error" not in err


INTERRUPTED_TWICE = """
import ce_cli.__main__ as program

def cleaned_up():
    try:
        yield
    finally:
        raise {error}("while cleaning up")

def run():
    generator = cleaned_up()
    next(generator)
    raise KeyboardInterrupt

def interrupted(words):
    try:
        run()
    except KeyboardInterrupt:
        return 130

program.run = interrupted
program.main()
"""


@pytest.mark.parametrize(("error", "said"), [("KeyboardInterrupt", False), ("ValueError", True)])
def test_only_an_interrupt_while_cleaning_up_is_no_news(error, said):
    code = INTERRUPTED_TWICE.format(error=error)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (done.returncode, b"while cleaning up" in done.stderr) == (130, said)
