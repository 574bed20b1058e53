"""What is true only if something is stated comes with the options that state it."""

import json
import re
import shlex

import pytest

from tests.formulas.test_verdicts import TEXTS

CASES = [case.split("\n", 1) for case in TEXTS.strip("\n").split("\n---\n")]
CONDITIONAL = [(head, text) for head, text in CASES if head.startswith("conditional")]
WITHOUT_CONVENTIONS = [
    ("x --no-conventions", "dL/dz_i = p_i - y_i"),
    ("x --no-conventions", "dL/dz_i = p_i - 1 if i = y"),
    ("x --no-conventions", "-\\sum_i y_i \\log p_i = -\\log p_y"),
]


def options_said(line):
    found = re.search(r"\(not stated: say (.*)\)$", line)
    return shlex.split(found[1]) if found else None


@pytest.mark.parametrize(
    ("head", "text"), CONDITIONAL + WITHOUT_CONVENTIONS, ids=lambda text: text[:40]
)
def test_the_options_make_it_hold(cecheck, head, text):
    _, *options = shlex.split(head)
    lines = cecheck("check", "-", *options, stdin=text).out.splitlines()
    at = [line.split()[1] for line in lines if line.startswith("~ ")]
    said = [found for line in lines if (found := options_said(line))]
    assert len(at) == len(said) > 0
    for place, more in zip(at, said, strict=True):
        report = cecheck("check", "-", *options, *more, "--format", "json", stdin=text)
        [link] = [link for link in json.loads(report.out)["links"] if link["place"] == place]
        assert link["holds"], (more, link)


def test_what_no_option_states_is_named(cecheck):
    options = ["--no-conventions", "--given", "one-hot"]
    outcome = cecheck("check", *options, "\\sum_i y_i \\log y_i = 0")
    assert outcome.code == 1
    assert "(not stated: 0·log 0 = 0)" in outcome.out
