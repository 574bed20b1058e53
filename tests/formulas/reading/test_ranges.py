"""Ranges of indices: the letters and the conditions behind "for all"."""

import pytest

from ce_cli.formulas.reading.cursor import Cursor
from ce_cli.formulas.reading.ranges import stated_for_all
from ce_cli.formulas.reading.tokens import Refusal, tokens
from ce_cli.formulas.reading.tree import Range


def stated(text):
    """Return what a range states, and the tokens behind it."""
    cursor = Cursor(tokens(text), (len(text), len(text)))
    parts = stated_for_all(cursor, {"quad", "text", ";", ":", "tag"})
    names = [part.index.letter if isinstance(part, Range) else part.relation for part in parts]
    return names, "".join(token.text for token in cursor.tokens[cursor.position :])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i", ([], "")),
        ("i, j", ([], "")),
        ("i, p_i = 2", ([], ",p_i=2")),
        ("i = 1, ..., K", (["i"], "")),
        ("i = 1, 2, ..., K.", (["i"], "")),
        ("i, j = 1..K", (["i", "j"], "")),
        (r"i \in \{2, \dots, K\}, i = j", (["i"], ",i=j")),
        (r"i \in [1, K]", (["i"], "")),
        ("i = 1, ..., K, i = j", (["i"], ",i=j")),
        ("i ≠ j", (["≠"], "")),
        ("i, j, i ≠ j", (["≠"], "")),
        ("i = j, p_i = p_j", (["="], ",p_i=p_j")),
    ],
)
def test_a_range_ends_where_the_next_part_begins(text, expected):
    assert stated(text) == expected


@pytest.mark.parametrize(
    "text", ["", "2", "z_i", r"i \in S", "i = 1, 3, ..., K", "i = 1.5, ..., K"]
)
def test_other_ranges_are_refused(text):
    with pytest.raises(Refusal, match="range of indices"):
        stated(text)
