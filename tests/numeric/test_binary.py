"""Sigmoid and binary cross-entropy against the two-class softmax in 50 digits."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from ce_cli import InputError, binary_cross_entropy, sigmoid
from ce_cli.numeric.reference import cross_entropy, error_in_ulp


@given(st.floats(-800, 800), st.integers(0, 1))
def test_equals_the_two_class_softmax_within_4_ulp(z, label):
    result = binary_cross_entropy(z, label)
    exact = cross_entropy([0.0, z], [1 - label, label])
    assert error_in_ulp(float(result.loss), exact.loss) <= 4
    assert error_in_ulp(float(result.probabilities), exact.probabilities[1]) <= 4
    assert error_in_ulp(float(result.gradient), exact.gradient[1]) <= 4


@given(st.floats(-50, 50))
def test_sigmoid_agrees_with_scipy_and_is_symmetric(x):
    assert float(sigmoid(x)) == pytest.approx(float(scipy.special.expit(x)), rel=1e-14)
    assert float(sigmoid(x) + sigmoid(-x)) == pytest.approx(1)


def test_infinite_logits_are_limits():
    assert sigmoid([-np.inf, np.inf]).tolist() == [0.0, 1.0]
    assert binary_cross_entropy(np.inf, 1).loss == 0
    assert binary_cross_entropy(np.inf, 0).loss == np.inf


@pytest.mark.parametrize(
    ("logit", "target", "message"),
    [(np.nan, 1, "NaN"), (0.0, 1.5, "from 0 to 1"), ([0.0], 1, "shape")],
)
def test_bad_input_is_refused(logit, target, message):
    with pytest.raises(InputError, match=message):
        binary_cross_entropy(logit, target)
