"""What is drawn while people wait."""

import io
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
