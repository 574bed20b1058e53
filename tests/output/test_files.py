"""A file is complete or not there."""

import os
from pathlib import Path

import pytest

from ce_cli.errors import InputError
from ce_cli.output.files import Destination


def test_it_appears_when_it_is_complete(tmp_path):
    with Destination(tmp_path / "a", "--output").complete() as stream:
        stream.write(b"new")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, InputError, OSError])
def test_whatever_happens_the_old_file_stays(tmp_path, interruption):
    (tmp_path / "a").write_bytes(b"old")

    def write():
        with Destination(tmp_path / "a", "--output", force=True).complete() as stream:
            stream.write(b"new")
            raise interruption("stop")

    with pytest.raises((interruption, InputError)):
        write()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_holds_something_is_replaced_only_with_leave(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("a")
    for name in ("a", "link"):
        with pytest.raises(InputError, match=f"{name} is there already") as caught:
            Destination(tmp_path / name, "--output").require_free()
        assert "--force" in caught.value.hint
        assert (tmp_path / "a").read_bytes() == b"old"
    with Destination(tmp_path / "link", "--output", force=True).complete() as stream:
        stream.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_an_empty_file_needs_no_leave(tmp_path):
    (tmp_path / "a").touch()
    with Destination(tmp_path / "a", "--output").complete() as stream:
        stream.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_file_that_came_while_we_worked_is_not_replaced(tmp_path):
    destination = Destination(tmp_path / "a", "--output")
    destination.require_free()
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(InputError, match="is there already"), destination.complete():
        pass
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with Destination(tmp_path / "link", "--output").complete() as stream:
        stream.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_device_is_not_replaced():
    with Destination(Path("/dev/null"), "--output").complete() as stream:
        stream.write(b"new")
    assert not Path("/dev/null").is_file()


def test_a_folder_that_is_not_there(tmp_path):
    with (
        pytest.raises(InputError, match="no such file") as caught,
        Destination(tmp_path / "b" / "a", "--output").complete(),
    ):
        pass
    assert caught.value.place == "--output"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk():
    with (
        pytest.raises(InputError, match="no space left"),
        Destination(Path("/dev/full"), "--output").complete() as stream,
    ):
        stream.write(b"new")


def test_stdout_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(InputError, match="'-' is stdout"),
        Destination(Path("-"), "--output").complete(),
    ):
        pass
    assert not list(tmp_path.iterdir())
