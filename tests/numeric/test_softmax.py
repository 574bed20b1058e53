"""Softmax, its logarithm and its Jacobian against 50-digit arithmetic and SciPy."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ce_cli import InputError, jacobian, log_softmax, logsumexp, softmax, vjp
from ce_cli.numeric.reference import cross_entropy, error_in_ulp
from ce_cli.numeric.reference import jacobian as decimal_jacobian

finite = st.floats(-1e5, 1e5)
rows = st.lists(finite, min_size=2, max_size=12)
ROWS = [
    [2.0, 3.0, 5.0],
    [123.0, 456.0, 789.0],
    [0.0, 0.0, 40.0],
    [0.1, 700.3],
    [1e8 + 0.25, 1e8, 1e8 - 30.5],
    [-np.inf, 1.0, 2.0],
    [5.0] * 1000,
    [-744.5, 0.0, -700.1],
]


@pytest.mark.parametrize("logits", ROWS)
def test_agrees_with_scipy(logits):
    assert softmax(logits) == pytest.approx(scipy.special.softmax(logits), rel=1e-12, abs=1e-320)
    assert log_softmax(logits) == pytest.approx(scipy.special.log_softmax(logits), rel=1e-12)
    assert logsumexp(logits) == pytest.approx(scipy.special.logsumexp(logits), rel=1e-15)


@given(rows)
def test_every_probability_is_within_4_ulp(logits):
    exact = cross_entropy(logits, [0] * len(logits)).probabilities
    assert max(map(error_in_ulp, softmax(logits), exact)) <= 4


@given(rows)
def test_jacobian_is_within_4_ulp_symmetric_and_has_zero_row_sums(logits):
    matrix = jacobian(logits)
    exact = decimal_jacobian(logits, range(len(logits)))
    for row, truth in zip(matrix, exact, strict=True):
        assert max(map(error_in_ulp, row, truth)) <= 4
    assert (matrix == matrix.T).all()
    assert np.abs(matrix.sum(axis=1)) == pytest.approx(0, abs=1e-15)


@given(rows, st.data())
def test_vjp_is_the_product_with_the_jacobian(logits, data):
    v = data.draw(arrays(float, len(logits), elements=st.floats(-10, 10)))
    assert vjp(logits, v) == pytest.approx(v @ jacobian(logits), rel=1e-12, abs=1e-14)


def test_vjp_keeps_its_digits_on_a_confident_row():
    # (v - v.p) p at class 2 is -(p_0 + p_1) p_2 = -2 e^-40 / (1 + 2 e^-40)^2
    assert vjp([0.0, 0.0, 40.0], [1.0, 1.0, 0.0])[2] == pytest.approx(-8.496708510583178e-18)


@given(rows, st.floats(-1000, 1000))
def test_softmax_is_invariant_under_an_exact_shift(logits, shift):
    z = np.round(np.array(logits) * 8) / 8
    assert (softmax(z) == softmax(z + np.round(shift * 8) / 8)).all()


@given(arrays(float, (3, 4), elements=finite), st.permutations(range(4)))
def test_rows_are_independent_and_classes_permute(logits, order):
    p = softmax(logits)
    assert (softmax(logits[1]) == p[1]).all()
    assert softmax(logits[:, order]) == pytest.approx(p[:, order], rel=1e-15, abs=0)


def test_a_masked_class_has_probability_0():
    assert softmax([-np.inf, 0.0, 0.0]).tolist() == [0.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("logits", "message"),
    [
        ([1.0, np.nan], "logits[1]: a logit is nan"),
        ([[1.0, 2.0], [np.inf, 0.0]], "logits[1, 0]: a logit is inf"),
        ([[0.0, 1.0], [-np.inf, -np.inf]], "logits[1]: all classes are masked"),
        ([1e300, 0.0], "logits[0]: a logit is 1e+300; it must be within ±1e+250 or -inf"),
        (3.0, "last axis"),
        ([], "last axis"),
    ],
)
def test_unusable_logits_are_refused_with_their_place(logits, message):
    with pytest.raises(InputError) as error:
        softmax(logits)
    assert message in str(error.value)


def test_vjp_refuses_a_vector_of_another_shape():
    with pytest.raises(InputError, match="shape"):
        vjp([1.0, 2.0], [1.0])


temperatures = st.sampled_from([1e-3, 0.5, 2.0, 7.3, 1e4])


@given(rows, temperatures)
def test_a_temperature_keeps_the_accuracy(logits, temperature):
    classes = range(len(logits))
    exact = cross_entropy(logits, [0] * len(logits), temperature=temperature).probabilities
    assert max(map(error_in_ulp, softmax(logits, temperature), exact)) <= 4
    matrix = jacobian(logits, temperature)
    assert (matrix == matrix.T).all()
    for row, truth in zip(matrix, decimal_jacobian(logits, classes, temperature), strict=True):
        assert max(map(error_in_ulp, row, truth)) <= 4


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_the_jacobian_at_a_temperature_is_that_of_the_divided_logits_over_it(temperature):
    z, v = [4.0, -4.0, 3.0], [1.0, -2.0, 0.5]
    p = scipy.special.softmax(np.array(z) / temperature)
    expected = (np.diag(p) - np.outer(p, p)) / temperature
    assert softmax(z, temperature) == pytest.approx(p, rel=1e-14)
    assert jacobian(z, temperature) == pytest.approx(expected, rel=1e-13)
    assert vjp(z, v, temperature) == pytest.approx(v @ expected, rel=1e-13)


def test_small_probabilities_keep_their_digits_over_a_small_temperature():
    # p_1 = e^-744 is subnormal, with two digits; p_1 p_0 / T is 1e6 times that
    exact = decimal_jacobian([0.0, -744e-6], [0, 1], 1e-6)[1][1]
    assert error_in_ulp(jacobian([0.0, -744e-6], 1e-6)[1, 1], exact) <= 4


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("function", [softmax, jacobian, lambda z, t: vjp(z, z, t)])
def test_a_bad_temperature_is_refused(function, temperature):
    with pytest.raises(InputError, match="must be from 1e-30 to 1e"):
        function([1.0, 2.0], temperature)
