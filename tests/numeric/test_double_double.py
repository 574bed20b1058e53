"""Error-free transformations against exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_cli.numeric.double_double import (
    Pair,
    divide,
    exactly,
    multiply,
    quiet,
    sum_of_others,
    total,
    two_product,
    two_sum,
)

moderate = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)
positive = st.floats(1e-50, 1e50)


def value(pair):
    return Fraction(float(pair.high)) + Fraction(float(pair.low))


@given(moderate, moderate)
def test_sum_and_product_lose_nothing(a, b):
    x, y = np.float64(a), np.float64(b)
    with np.errstate(all="ignore"):
        assert value(two_sum(x, y)) == Fraction(a) + Fraction(b)
        assert value(two_product(x, y)) == Fraction(a) * Fraction(b)


@given(positive, positive, positive)
def test_products_and_quotients_of_pairs_keep_30_digits(a, b, c):
    x, y, z = (exactly(np.array([v])) for v in (a, b, c))
    product = multiply(multiply(x, y), z)
    exact = Fraction(a) * Fraction(b) * Fraction(c)
    assert abs(value(Pair(product.high[0], product.low[0])) / exact - 1) < Fraction(1, 10**30)
    quotient = divide(x, y)
    exact = Fraction(a) / Fraction(b)
    assert abs(value(Pair(quotient.high[0], quotient.low[0])) / exact - 1) < Fraction(1, 10**30)


@given(st.lists(positive, min_size=1, max_size=17))
def test_sums_keep_28_digits_also_without_the_largest(values):
    pair = exactly(np.array(values))
    sums, others = total(pair), sum_of_others(pair)
    assert abs(value(Pair(sums.high[0], sums.low[0])) / sum(map(Fraction, values)) - 1) < Fraction(
        1, 10**28
    )
    top = int(np.argmax(values))
    rest = sum((Fraction(v) for k, v in enumerate(values) if k != top), Fraction(0))
    found = value(Pair(others.high[top], others.low[top]))
    assert found == rest == 0 or abs(found / rest - 1) < Fraction(1, 10**28)


@quiet
def test_infinite_values_carry_no_error_term():
    for pair in (two_sum(np.inf, 1.0), two_sum(-np.inf, np.inf), two_product(1e300, 1e300)):
        assert pair.low == 0


@pytest.mark.parametrize("length", [1, 2, 3, 1000])
def test_total_keeps_the_axis(length):
    assert total(exactly(np.ones((2, length)))).high.tolist() == [[length]] * 2
