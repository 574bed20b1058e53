"""Lines of a text: conditions in front of equations, behind them, and on lines of their own."""

import pytest

from ce_cli.formulas.reading.chains import read_chains
from ce_cli.formulas.reading.tree import Range


def conditions(text):
    """Return the relations that hold for the last side of every chain."""
    return [
        [
            "range" if isinstance(part, Range) else part.relation
            for part in chain.sides[-1].conditions
        ]
        for chain in read_chains(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p_i = p_j, i = j", [["="]]),
        ("p_i = p_j\ni = j", [["="]]),
        ("p_i = p_j\nif i = j\n\np_j = p_i", [["="], []]),
        ("i = j\np_i = p_j\np_j = p_i", [["="], ["="]]),
        ("i = j\n\np_i = p_j\n\np_j = p_i", [["="], ["="]]),
        ("i = j: p_i = p_j\np_j = p_i", [["="], ["="]]),
        ("i = j: p_i = p_j\n\np_j = p_i", [["="], []]),
        ("i = j: p_i = p_j\np_j = p_i, i ≠ j", [["="], ["≠"]]),
        ("i = j:\np_i = p_j\nk = i:\np_j = p_k, j ≠ i", [["="], ["=", "≠"]]),
        ("Case 1: i = j\np_i = p_j\nCase 2: i != j\np_j = p_i", [["="], ["≠"]]),
        ("Case 1: i = j\np_i = p_j\nCase 2:\np_j = p_i", [["="], []]),
        ("i = j: p_i = p_j\n= p_j", [["="]]),
        ("p_i = p_j where i = j\np_j = p_i", [["="], []]),
        ("p_i = p_j\nwhere i = j\np_j = p_i", [["="], []]),
        ("p_i = p_i\nfor i = 1, ..., C\np_j = p_j", [["range"], []]),
        ("for i = 1, ..., C: p_i = p_i", [["range"]]),
    ],
)
def test_a_condition_holds_for_the_equations_it_is_about(text, expected):
    assert conditions(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p_i = p_j\nif i = j\np_j = p_i", "before or behind"),
        ("i = j:", "no equation follows"),
        ("p_i = p_j\n\nif i = j:", "no equation follows"),
        ("i = j:\ni ≠ j:\np_i = p_j", "no equation follows"),
        ("i = j:\np_i = p_j, j ≠ i", "exclude each other"),
        ("i = j: p_i = p_j, k = i, p_k = p_j", "which condition"),
        ("p_i = p_j, else", "otherwise than when"),
    ],
)
def test_a_condition_that_may_be_about_another_equation_is_refused(text, message):
    refusals = [
        str(refusal) for chain in read_chains(text)
        for refusal in (chain.refusal, *(side.refusal for side in chain.sides)) if refusal
    ]  # fmt: skip
    assert any(message in refusal for refusal in refusals)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if z_i = 0:\np_i = 1", [True, True]),
        ("if z_i = 0: p_i = 1\np_j = 2", [True, True]),
        ("p_i = 1\nif z_i = 0", [True, True]),
        ("if z_i = 0:\np_i = 1\n\np_j = 2\n\ni = j:\np_i = p_j", [True, True, True, False]),
        ("i = j:\np_i = p_j\nif y_j = 1:\np_i = p_j", [False, True, True]),
        ("\\text{Suppose } z_i = 0\np_i = 1", [True, True]),
        ("\\text{unless } i = j:\np_i = 1", [True, True]),
        ("i = j\n\np_i = p_j\n\ni ≠ j", [True, True]),
        ("p_i = p_j\n\ni = j\n\np_j = p_i\n\ni ≠ j", [True, True, True]),
        ("p_i = 1 twice\np_j = 2", [True, False]),
        ("p_j = 2\n\nthe gradient\n\np_j = 2", [False, True, False]),
    ],
)
def test_a_condition_that_is_not_understood_spoils_the_equations_it_may_be_about(text, expected):
    chains = read_chains(text)
    assert [
        bool(chain.refusal or any(side.refusal for side in chain.sides)) for chain in chains
    ] == expected
