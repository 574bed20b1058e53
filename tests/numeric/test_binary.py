"""Sigmoid and binary cross-entropy against the two-class softmax in 50 digits."""

from decimal import Decimal

import mpmath
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


@given(st.floats(-800, 800), st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0, 3.7, 1e30]))
def test_soft_targets_and_weights_are_within_4_ulp_of_the_weighted_softmax(z, target, weight):
    result = binary_cross_entropy(z, target, weight)
    exact = cross_entropy([0.0, z], [1 - Decimal(target), Decimal(target)], weight=[1.0, weight])
    push, pull = exact.probabilities[1] * exact.total_target, exact.targets[1]
    assert error_in_ulp(float(result.loss), exact.loss) <= 4
    assert error_in_ulp(float(result.gradient), exact.gradient[1], max(push, pull)) <= 4


@pytest.mark.parametrize("z", [-745.0, -1.5, 0.0, 2.0, 40.0])
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("weight", [0.25, 1.0, 5.0])
def test_a_weight_multiplies_the_loss_of_positive_targets(z, target, weight):
    with mpmath.workdps(400):
        sigma = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        y, w = mpmath.mpf(target), mpmath.mpf(weight)
        loss = -(w * y * mpmath.log(sigma) + (1 - y) * mpmath.log(1 - sigma))
        gradient = (1 - y) * sigma - w * y * (1 - sigma)
        expected = [float(loss), float(gradient)]
    result = binary_cross_entropy(z, target, weight)
    assert [float(result.loss), float(result.gradient)] == pytest.approx(expected, rel=1e-15)


def test_weights_are_broadcast_and_kept_in_range():
    z, y = [[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]
    gradient = binary_cross_entropy(z, y, pos_weight=[2.0, 4.0]).gradient
    assert gradient.tolist() == [[-1.0, -2.0], [0.5, 0.5]]  # -w/2 where y = 1, 1/2 where y = 0
    with pytest.raises(InputError, match="weights have shape"):
        binary_cross_entropy(z, y, pos_weight=[1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="must be 0 or from 1e-30"):
        binary_cross_entropy(0.0, 1.0, pos_weight=-1.0)
