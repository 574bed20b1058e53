"""What is drawn while people wait."""

import io
import re
import sys

import pytest

from ce_cli.output.progress import Passes, progress
from ce_cli.output.screen import Screen


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_one_pass_is_shown_at_a_time():
    passes = Passes(100, Screen(), iter([0.0, 1.0]).__next__)
    for name in ("checking", "diagnosing", "checking"):
        passes.advance(name, 40)
        tasks = {task.description: task for task in passes.bar.tasks}
        assert [shown for shown, task in tasks.items() if task.visible] == [name]
    passes.stop()
    assert [task.completed for task in tasks.values()] == [80, 40]


@pytest.mark.parametrize(("stream", "seconds"), [(io.StringIO(), 9.0), (Terminal(), 0.4)])
def test_nothing_is_drawn_for_nobody_or_in_a_moment(monkeypatch, stream, seconds):
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(100, Screen(), iter([0.0, seconds]).__next__) as advance:
        advance("checking", 99)
    assert stream.getvalue() == ""


def test_a_long_pass_is_drawn_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(100, Screen(), iter([0.0, 0.6]).__next__) as advance:
        advance("checking", 99)
    assert "checking" in stream.getvalue()


DRAWN = [
    # screen, has bars in Unicode, has colour
    (Screen(80, has_colour=True), True, True),
    (Screen(80), True, False),
    (Screen(80, encoding="gbk"), False, False),
    (Screen(80, only_ascii=True, encoding="ascii", has_colour=True), False, True),
]


@pytest.mark.parametrize(("screen", "in_unicode", "has_colour"), DRAWN)
def test_a_bar_is_drawn_as_the_screen_wants_it(monkeypatch, screen, in_unicode, has_colour):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(100, screen, iter([0.0, 0.6]).__next__) as advance:
        advance("checking", 50)
    text = stream.getvalue()
    assert text.isascii() is not in_unicode
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]m", text)) is has_colour
    assert max(map(len, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).split("\r"))) <= 80
