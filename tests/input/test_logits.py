"""The logits of one sample, in every way that people write them."""

import io
import sys

import pytest

from ce_cli.errors import InputError
from ce_cli.input.logits import read_logits

SAMPLE = [4.0, -4.0, 3.0]
ARGUMENTS = [
    ["4", "-4", "3"], ["4,-4,3"], ["[4, -4, 3]"], ["(4, -4, 3)"], ["4, -4, 3"], ["4,", "-4,", "3"],
    ["[4,", "-4,", "3]"], ["4 -4 3"], ["4\t-4\t3"], ["[4 -4 3]"], ["4", ",-4", ",", "3"],
    [" ( 4.0,−4,3e0 ) "],
]  # fmt: skip


@pytest.mark.parametrize("words", ARGUMENTS)
def test_arguments(words):
    assert read_logits(words) == SAMPLE


STREAMS = [
    "4 -4 3\n", "4,-4,3", "4, −4, 3\r\n", "4\t-4\t3\n", "[4, -4, 3]\n", "(4,-4,3)",
    "4\n-4\n3\n", "4,\n-4,\n3\n", "[\n  4,\n  -4,\n  3\n]\n", "\n\n4 -4 3\n\n", "[4,-4,\n 3]",
]  # fmt: skip


@pytest.fixture
def stdin(monkeypatch):
    def put(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put


@pytest.mark.parametrize("text", STREAMS)
def test_stdin(stdin, text):
    stdin(text)
    assert read_logits(["-"]) == SAMPLE


@pytest.mark.parametrize(
    ("text", "place"),
    [("1 2 3\n4 5 6\n", "stdin:2:1"), ("1,2\n\n3,4\n", "stdin:3:1"), ("1\n2 3\n", "stdin:2:1")],
)
def test_two_lines_are_not_one_sample(stdin, text, place):
    stdin(text)
    with pytest.raises(InputError, match="2 lines are not one sample") as caught:
        read_logits(["-"])
    assert caught.value.place == place
    assert "cecheck batch" in caught.value.hint


def test_a_comma_between_digits_separates_two_numbers():
    assert read_logits(["4,5"]) == [4.0, 5.0]


ERRORS = [
    (["1,5", "2,5"], "two numbers between commas", "5 2"),
    (["1,5", "3"], "two numbers between commas", "5 3"),
    (["1", "-1,5"], "two numbers between commas", "1 -1"),
    (["4,", "-4", "3"], "two numbers between commas", "-4 3"),
    (["[4, -4, 3"], "not a number", "[4"),
    (["[4, -4, 3)"], "not a number", "[4"),
    (["[[1, 2], [3, 4]]"], "not a number", "[1"),
    (["4, abc, 3"], "not a number", "abc"),
    (["4,,3"], "empty", ""),
    (["[1, inf]"], "a logit cannot be +inf", "inf"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message", "part"), ERRORS)
def test_anything_else_is_refused_with_its_place(words, message, part):
    with pytest.raises(InputError) as caught:
        read_logits(words)
    error = caught.value
    start, end = error.span
    assert (error.message, error.text[start:end]) == (message, part)
    assert error.text == " ".join(words)


@pytest.mark.parametrize("words", [[], ["[]"], ["()"], ["4"], ["[4]"], ["-inf,-inf"]])
def test_two_classes_are_needed(words):
    with pytest.raises(InputError):
        read_logits(words)
