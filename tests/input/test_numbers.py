"""Numbers as people write them, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_cli.errors import InputError
from ce_cli.input.numbers import read_list, read_logit, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4.0), ("-4", -4.0), ("−4", -4.0), ("+.5", 0.5), ("1.", 1.0), (" 2 ", 2.0),
        ("1e-3", 1e-3), ("1E3", 1e3), ("1e−3", 1e-3), ("1e-400", 0.0),
    ],
)  # fmt: skip
def test_numbers(text, number):
    assert read_number(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_prints_is_read_back(number):
    assert read_number(repr(number)) == number


@pytest.mark.parametrize("text", ["-inf", "−inf", "-Infinity", "-∞"])
def test_minus_infinity_masks_a_class(text):
    assert read_logit(text) == -math.inf


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("abc", "not a number", "write it in digits"),
        ("", "empty", ""),
        ("1_000", "not a number", "leave out the '_': 1000"),
        ("1,5", "not a number", "write the decimal point as '.': 1.5"),
        ("0x10", "not a number", "decimal"),
        ("1d5", "not a number", "1e5"),
        ("1e400", "too large", ""),
        ("nan", "is NaN", ""),
        ("inf", "must be finite", ""),
        ("-inf", "must be finite", ""),
        ("٣", "not a number", ""),
        ("1e", "not a number", ""),
        ("--1", "not a number", ""),
        ("__import__('os')", "not a number", ""),
    ],
)
def test_everything_else_is_refused_with_a_hint(text, message, hint):
    with pytest.raises(InputError) as error:
        read_number(text, "here")
    assert str(error.value).startswith(f"here: {message}")
    assert hint in error.value.hint


def test_plus_infinity_is_no_logit():
    with pytest.raises(InputError, match=r"cannot be \+inf"):
        read_logit("inf")


@pytest.mark.parametrize(
    "text", ["1,2,-3", "1, 2 , -3", "1 2 -3", "1\n2\n-3\n", " 1\t2 −3 ", "1,2,-3\n"]
)
def test_lists(text):
    assert read_list(text) == [1.0, 2.0, -3.0]


@pytest.mark.parametrize(
    ("text", "message", "carets"),
    [
        ("1,x,3", "not a number", "    ^"),
        ("1,,3", "empty", "    ^"),
        ("1,2,", "empty", "      ^"),
        (",1", "empty", "  ^"),
        ("1,5 2,5", "two numbers between commas", "    ^^^"),
        ("1 2 3,5", "two numbers between commas", "  ^^^^^"),
        ("1 2\n3 abc", "not a number", "    ^^^"),
    ],
)
def test_a_bad_entry_of_a_list_is_marked(text, message, carets):
    with pytest.raises(InputError, match=message) as error:
        read_list(text)
    assert carets in str(error.value).splitlines()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_list_is_refused(text):
    with pytest.raises(InputError, match="no numbers"):
        read_list(text, "--targets")
