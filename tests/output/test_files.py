"""A file is complete or not there."""

import os
from pathlib import Path

import pytest

from ce_cli.errors import InputError
from ce_cli.output.files import complete


def test_it_appears_when_it_is_complete(tmp_path):
    with complete(tmp_path / "a", "--output") as stream:
        stream.write(b"new")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, InputError, OSError])
def test_whatever_happens_the_old_file_stays(tmp_path, interruption):
    (tmp_path / "a").write_bytes(b"old")

    def write():
        with complete(tmp_path / "a", "--output") as stream:
            stream.write(b"new")
            raise interruption("stop")

    with pytest.raises((interruption, InputError)):
        write()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with complete(tmp_path / "link", "--output") as stream:
        stream.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_device_is_not_replaced():
    with complete(Path("/dev/null"), "--output") as stream:
        stream.write(b"new")
    assert not Path("/dev/null").is_file()


def test_a_folder_that_is_not_there(tmp_path):
    with (
        pytest.raises(InputError, match="no such file") as caught,
        complete(tmp_path / "b" / "a", "--output"),
    ):
        pass
    assert caught.value.place == "--output"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk():
    with (
        pytest.raises(InputError, match="no space left"),
        complete(Path("/dev/full"), "--output") as stream,
    ):
        stream.write(b"new")


def test_stdout_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="'-' is stdout"), complete(Path("-"), "--output"):
        pass
    assert not list(tmp_path.iterdir())
