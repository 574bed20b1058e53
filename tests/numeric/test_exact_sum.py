"""Sums that lose nothing: the standard library's fractions are the oracle."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_cli.numeric.exact_sum import ExactSum, exact_sum

sizes = st.floats(min_value=0, allow_nan=False, allow_infinity=False)


@given(st.lists(sizes))
def test_it_is_the_sum_of_the_fractions(values):
    exact = sum(map(Fraction, values), Fraction(0))
    assert Fraction(exact_sum(values).units, 2**1074) == exact


@given(st.lists(sizes), st.integers(0, 20))
def test_cutting_makes_no_difference(values, cut):
    assert exact_sum(values[:cut]) + exact_sum(values[cut:]) == exact_sum(values)


def test_infinities_are_counted():
    total = exact_sum([1.0, math.inf]) + exact_sum([math.inf])
    assert total.infinite == 2
    assert float(total) == math.inf


def test_a_mean_of_nothing_is_nan():
    assert math.isnan(exact_sum([]).divided_by(ExactSum()))


@pytest.mark.parametrize(("value", "mean"), [(5e-324, 5e-324), (1.7e308, 1.7e308), (0.1, 0.1)])
def test_a_mean_of_equals_is_the_number_itself(value, mean):
    assert exact_sum([value] * 3).divided_by(exact_sum([1.0] * 3)) == mean
