"""What is drawn while people wait."""

import io
import sys

import pytest

from ce_cli.output import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_one_pass_is_shown_at_a_time(monkeypatch):
    monkeypatch.setattr(progress, "_LONG_ENOUGH", -1.0)
    passes = progress._Passes(100)
    for name in ("checking", "diagnosing", "checking"):
        passes.advance(name, 40)
        tasks = {task.description: task for task in passes._bar.tasks}
        assert [each for each, task in tasks.items() if task.visible] == [name]
    passes.stop()
    assert [task.completed for task in tasks.values()] == [80, 40]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_nothing_is_drawn_for_nobody_or_in_a_moment(monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    with progress.progress(100) as advance:
        advance("checking", 99)
    assert stream.getvalue() == ""
