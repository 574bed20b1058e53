"""Every token is owned by the meaning that is judged: no edit of a formula is lost in silence."""

from dataclasses import is_dataclass
from itertools import islice

import pytest

from ce_cli.errors import InputError
from ce_cli.formulas.reading import chains, functions, remarks
from ce_cli.formulas.reading.chains import read_chains
from ce_cli.formulas.reading.claims import read_formula
from ce_cli.formulas.reading.tokens import tokens
from tests.formulas.reading.edits import cases, edits, is_synonym

CASES = [case for case in cases() if case.verdict != "refused"]
SHARDS = 16
SAMPLE = 31
"""The fast test takes every 31st edit, of each case others."""


def bare(value):
    """Return a tree without its places in the text."""
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    if is_dataclass(value):
        return (type(value), *(bare(getattr(value, name)) for name in value.__slots__))
    return value


def trees(text):
    """Return the trees of all sides with their conditions, None for those that are refused."""
    try:
        read = read_chains(text)
    except InputError:
        return None
    sides = [side for chain in read for side in chain.sides]
    if any(part.refusal for part in (*read, *sides)):
        return None
    return tuple(tuple((bare(side.node), bare(side.conditions)) for side in chain.sides)
                 for chain in read)  # fmt: skip


def is_refused(text, options):
    """Say whether something in a text is refused."""
    try:
        return any(link.refusal for chain in read_formula(text, options).chains for link in chain)
    except InputError:
        return True


def lost_edits(case, start=0, step=1):
    """Yield the edits of a case, or every few of them, that neither reading nor refusal shows."""
    reading = trees(case.text)
    if reading is None or is_refused(case.text, case.options):
        return
    for edit in islice(edits(case.text), start, None, step):
        is_same = trees(edit.text) == reading and not is_refused(edit.text, case.options)
        if is_same and not is_synonym(edit):
            yield edit.shown


def lost_in_sample(first, every):
    """Yield the lost edits in a sample of some of the cases."""
    for number, case in islice(enumerate(CASES), first, None, every):
        yield from lost_edits(case, number % SAMPLE, SAMPLE)


@pytest.mark.parametrize("first", range(4))
def test_no_edit_of_a_sample_is_lost(first):
    assert list(lost_in_sample(first, 4)) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(SHARDS))
def test_no_edit_is_lost(first):
    lost = [edit for case in CASES[first::SHARDS] for edit in lost_edits(case)]
    assert lost == []


def without(*kinds):
    """Return a fault of the reader: its scanner drops all tokens of some kinds."""
    return lambda text: [token for token in tokens(text) if token.kind not in kinds]


FAULTS = {
    "primes are dropped": (chains, "tokens", without("'")),
    "unknown signs are dropped": (chains, "tokens", without("unknown")),
    "words are dropped": (chains, "tokens", without("text", "label")),
    "all words are dressing": (remarks, "strange_word", lambda _: ""),
    "an observation is not read": (functions, "_observed", lambda *_: ""),
}
"""Faults of the reader: the name to change in a module, and its value."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_reader_is_found(name, monkeypatch):
    monkeypatch.setattr(*FAULTS[name])
    found = (edit for case in CASES for edit in lost_edits(case, step=SAMPLE))
    assert next(found, None)
