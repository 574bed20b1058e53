"""Small text files and matrices."""

import pytest

from ce_cli.errors import InputError
from ce_cli.input.text import read_matrix, read_text


def test_a_byte_order_mark_is_dropped(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbf1,2")
    assert read_text(str(path)) == "1,2"


def test_line_ends_of_other_systems_are_read(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1\r\n2\r3\n")
    assert read_text(str(path)) == "1\n2\n3\n"


def test_matrix(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text("1,2\r\n\n3,−4\n", encoding="utf-8")
    assert read_matrix(str(path)) == [[1, 2], [3, -4]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,2\n3\n", "w.csv:2:1: 1 numbers where the first row has 2"),
        (b"1,2\n\n3,x\n", "w.csv:3:3: not a number"),
        (b"\n \n", "w.csv: no numbers"),
        (b"1,2\n3, 4 5\n", "w.csv:2:4: two numbers between commas"),
        (b"1,2\n3,\xc3\xa9\xff\n", "w.csv:2:4: not UTF-8 text"),
        (b"\xef\xbb\xbf\xff\n", "w.csv:1:1: not UTF-8 text"),
    ],
)
def test_bad_content_is_refused_with_its_line(tmp_path, monkeypatch, content, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.csv").write_bytes(content)
    with pytest.raises(InputError) as error:
        read_matrix("w.csv")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(("name", "reason"), [("none.csv", "no such file"), (".", "directory")])
def test_unreadable_files_are_refused(tmp_path, monkeypatch, name, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=reason) as error:
        read_text(name)
    assert error.value.place == name


def test_a_path_with_a_nul_is_an_input_error():
    with pytest.raises(InputError, match="null"):
        read_text("a\0b")
