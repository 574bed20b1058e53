"""Random texts and random edits: verdicts or an error, never a proof of a false claim."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_cli.errors import InputError
from ce_cli.formulas.reading.tokens import tokens
from ce_cli.formulas.report import report_formula
from tests.formulas.reading.edits import INSERTIONS, cases
from tests.formulas.test_nasty_input import ends

CASES = list(cases())
PROVED = [case for case in CASES if case.verdict == "proved"]
WORDS = sorted(
    {case.text[slice(*token.span)] for case in CASES for token in tokens(case.text)}
    | set(INSERTIONS)
)
"""All tokens of all cases, and signs that none of them has."""
FALSE = {"one more": "({}) + 1", "twice": r"2 \cdot ({})", "its negative": "-({})"}
"""Sides that are false beside the left side of a true equation; {} is its right side."""
SHARDS = 8

soups = st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join)


@st.composite
def edited(draw):
    """Draw a case in which some tokens are deleted, moved or exchanged for others."""
    text = draw(st.sampled_from(CASES)).text
    parts = [text[slice(*token.span)] for token in tokens(text)]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(parts)))
        parts[at : at + draw(st.integers(0, 2))] = draw(
            st.lists(st.sampled_from(WORDS), max_size=2)
        )
    return " ".join(parts)


@settings(max_examples=100)
@given(soups | edited())
def test_random_edits_end(text):
    ends(text)


@pytest.mark.slow
@settings(max_examples=2_500)
@given(soups | edited())
def test_many_random_edits_end(text):
    ends(text)


def links_of(text, options):
    """Return the links of a text; none if it is not read."""
    try:
        return report_formula(text, options).links
    except InputError:
        return ()


def link_at(number, text, options):
    """Return one of the links of a text, None if it has no such link."""
    return next(islice(links_of(text, options), number, None), None)


def falsified(case):
    """Yield texts in which one equation that is proved was made false, with its position."""
    links = links_of(case.text, case.options)
    for number, link in enumerate(links):
        start, end = link.span[1] - len(link.rhs), link.span[1]
        side = case.text[start:end]
        if side != link.rhs or not link.holds or link.judgement.verdict == "definition":
            continue
        zero = link_at(number, f"{case.text[:start]}0{case.text[end:]}", case.options)
        for change in islice(FALSE.values(), 1 if zero and zero.holds else None):
            yield case.text[:start] + change.format(side) + case.text[end:], number


def false_proofs(chosen):
    """Yield the false equations of some cases that are proved."""
    for case in chosen:
        for text, number in falsified(case):
            link = link_at(number, text, case.options)
            if link and link.holds:
                yield text


def test_a_sample_of_false_equations_is_not_proved():
    assert list(false_proofs(PROVED[::25])) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(SHARDS))
def test_no_false_equation_is_proved(first):
    assert list(false_proofs(PROVED[first::SHARDS])) == []
