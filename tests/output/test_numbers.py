"""Two numbers beside each other: their texts differ exactly where the numbers do."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ce_cli.output.numbers import for_people, significant, told_apart

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.integers(-3, 3) | st.integers(-(2**40), 2**40)
SCALES = st.sampled_from([0.01, 1e6, 1.0, 1e-300, 5e-324]) | NUMBERS


@st.composite
def pairs(draw):
    """Any two numbers, or two that are a few or many units of their last place apart."""
    first = draw(SCALES)
    near = first + draw(NEAR) * math.ulp(first)
    assume(math.isfinite(near))
    return first, draw(st.just(near) | NUMBERS)


def reads_nearer(text, own, other):
    return abs(Fraction(text) - Fraction(own)) < abs(Fraction(text) - Fraction(other))


@pytest.mark.parametrize("write", [for_people, significant])
@given(pair=pairs())
def test_texts_differ_exactly_where_the_numbers_do(write, pair):
    first, second = pair
    left, right = told_apart(first, second, write)
    assert (left == right) == (first == second)
    if first != second:
        assert reads_nearer(left, first, second)
        assert reads_nearer(right, second, first)


@given(pair=pairs())
def test_no_digit_is_written_that_is_not_needed(pair):
    first, second = pair
    written = "".join(told_apart(first, second))
    for more in range(20):
        left, right = for_people(first, more), for_people(second, more)
        if len(left + right) < len(written):
            assert not (reads_nearer(left, first, second) and reads_nearer(right, second, first))


@pytest.mark.parametrize(
    ("first", "second", "texts"),
    [
        (1.4, 1.3132616875182228, ("1.4000", "1.3133")),
        (1.3132616875182230, 1.3132616875182228, ("1.3132616875182230", "1.3132616875182228")),
        (3.0, 3.00001, ("3", "3.00001")),
        (0.00999999, 0.01, ("9.99999e-3", "0.01000")),
        (0.0, 8.4967e-18, ("0", "8.4967e-18")),
        (math.nan, 0.5, ("nan", "0.5000")),
        (math.inf, 1e308, ("inf", "1.0000e308")),
        (0.0, -0.0, ("0", "0")),
    ],
)
def test_digits_found_by_hand(first, second, texts):
    assert told_apart(first, second) == texts
