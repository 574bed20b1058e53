"""Formulas as people write them, right and subtly wrong; the verdicts were found by hand."""

import json
import shlex

import pytest

from tests.places import CASES

TEXTS = (CASES / "check" / "verdicts.txt").read_text("utf-8")


def verdict(outcome):
    """Return the worst verdict in a text: refused, refuted, undecided, conditional, proved."""
    assert "internal error" not in outcome.err
    verdicts = {link["verdict"] for link in json.loads(outcome.out or '{"links": []}')["links"]}
    if outcome.code == 2:
        return "refused"
    for worst in ("refuted", "undecided"):
        if worst in verdicts:
            return worst
    return "proved" if outcome.code == 0 else "conditional"


@pytest.mark.parametrize("case", TEXTS.strip("\n").split("\n---\n"), ids=lambda case: case[:9])
def test_a_formula_gets_the_verdict_it_deserves(cecheck, case):
    head, text = case.split("\n", 1)
    expected, *options = shlex.split(head)
    assert verdict(cecheck("check", "-", *options, "--format", "json", stdin=text)) == expected
