"""The names of classes, and labels that are names."""

import pytest

from ce_cli.errors import InputError
from ce_cli.input.names import read_label, read_names, require_names

NAMES = ["cat", "New York", "3-fold"]


def test_names_stand_between_commas():
    assert read_names(" cat,New\tYork , 3-fold") == NAMES


@pytest.mark.parametrize(
    ("text", "message", "part"),
    [
        ("", "a name is empty", ""),
        ("cat,,dog", "a name is empty", ""),
        ("cat,dog,", "a name is empty", ""),
        (",cat", "a name is empty", ""),
        ("cat, dog, cat", "cat is the name of two classes", "cat"),
        ("cat, 2", "2 is a number, not a name", "2"),
        ("−1,cat", "−1 is a number, not a name", "−1"),
        ("1.5e3,cat", "1.5e3 is a number, not a name", "1.5e3"),
        ("cat,nan", "nan is a number, not a name", "nan"),
    ],
)
def test_names_that_say_nothing_are_refused(text, message, part):
    with pytest.raises(InputError) as caught:
        read_names(text)
    start, end = caught.value.span
    assert (caught.value.message, text[start:end]) == (message, part)


def test_a_second_name_is_marked_at_its_own_place():
    with pytest.raises(InputError) as caught:
        read_names("cat, dog, cat")
    assert caught.value.span == (10, 13)


def test_every_class_has_one_name():
    require_names(None, 5)
    require_names(NAMES, 3)
    with pytest.raises(InputError, match="3 names for 2 classes"):
        require_names(NAMES, 2)


def test_a_label_is_a_number_or_a_name():
    assert [read_label(text, NAMES) for text in ("0", "cat", " New York ", "−1")] == [0, 0, 1, -1]
    assert read_label("7") == 7


@pytest.mark.parametrize(
    ("text", "names", "hint"),
    [
        ("dog", NAMES, "the classes are cat, New York, 3-fold"),
        ("Cat", NAMES, "the classes are cat"),
        ("dog", None, "--names gives it one"),
        ("1.5", None, ""),
    ],
)
def test_any_other_label_is_refused(text, names, hint):
    with pytest.raises(InputError) as caught:
        read_label(text, names)
    assert caught.value.place == "--label"
    assert hint in caught.value.hint
