"""Error-free transformations against exact fractions, exp and log1p against mpmath."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_cli.numeric.double_double import (
    Pair,
    divide,
    exactly,
    exp,
    expm1,
    log1p,
    multiply,
    quiet,
    steady_exp,
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


PRECISE = mpmath.MPContext()
PRECISE.dps = 60


def exact(pair):
    return PRECISE.mpf(float(pair.high[0])) + PRECISE.mpf(float(pair.low[0]))


def relative_error(found, true):
    return abs(exact(found) / true - 1)


@given(st.floats(-650, 700), st.floats(-1, 1))
def test_exp_keeps_29_digits(high, part):
    x = Pair(np.array([high]), np.array([part * np.spacing(abs(high)) / 2]))
    assert relative_error(exp(x), PRECISE.exp(exact(x))) < 1e-29


@given(st.floats(-30, 30).filter(lambda x: abs(x) > 1e-200))
def test_expm1_keeps_28_digits_also_near_0(x):
    pair = exactly(np.array([x]))
    assert relative_error(expm1(pair), PRECISE.expm1(x)) < 1e-28


@given(st.floats(1e-250, 1e250), st.floats(-1, 1))
def test_log1p_keeps_28_digits_also_near_0(high, part):
    x = Pair(np.array([high]), np.array([part * np.spacing(high) / 2]))
    assert relative_error(log1p(x), PRECISE.log1p(exact(x))) < 1e-28


@given(st.floats(-700, 700))
def test_the_steady_exp_is_right_to_2_ulp(x):
    true = PRECISE.exp(x)
    assert abs(PRECISE.mpf(float(steady_exp(np.array(x)))) - true) <= 2 * np.spacing(float(true))


def test_exp_of_what_is_masked_or_too_large():
    with np.errstate(all="ignore"):
        found = exp(exactly(np.array([-np.inf, -1e300, -1400.0, 710.0, 1000.0])), 512)
    assert found.high[:2].tolist() == [0.0, 0.0]
    assert found.high[2] == float(PRECISE.exp(-1400) * 2**512)
    assert (found.high[3:] == np.inf).all()
    assert (found.low[[0, 1, 3, 4]] == 0).all()


def test_a_first_guess_of_another_processor_makes_no_difference(monkeypatch):
    x = exactly(np.geomspace(1e-9, 1e5, 500))
    usual, log = log1p(x), np.log1p
    for direction in (-np.inf, np.inf):
        monkeypatch.setattr(np, "log1p", lambda a, to=direction: np.nextafter(log(a), to))
        moved = log1p(x)
        assert not np.array_equal(moved.low, usual.low)
        assert np.array_equal(moved.high + moved.low, usual.high + usual.low)
