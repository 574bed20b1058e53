"""The fast kernel against 50-digit arithmetic."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ce_cli.numeric import block, reference


def evaluate(rows, labels, order="C", temperature=1.0):
    """Return loss, probabilities and gradient, classes last."""
    logits = np.array(rows, dtype=np.float64).T.copy(order=order)
    found = block.evaluate(logits, np.array(labels), temperature)
    return found.loss, found.probabilities.T, found.gradient.T


def off(computed, exact, size=None):
    """Return an error in units of 2**-52 of what it is a part of; 0 within a subnormal step."""
    error, size = abs(Decimal(float(computed)) - exact), abs(exact) if size is None else size
    return 0.0 if error <= Decimal("5e-324") else float(error / size) * 2**52


def largest_error(rows, labels, order="C", temperature=1.0):
    """Return the largest relative error."""
    worst = 0.0
    found = evaluate(rows, labels, order, temperature)
    for row, label, loss, p, g in zip(rows, labels, *found, strict=True):
        targets = [k == label for k in range(len(row))]
        exact = reference.cross_entropy(row, targets, temperature=temperature)
        pairs = [(loss, exact.loss), *zip(p, exact.probabilities, strict=True),
                 *zip(g, exact.gradient, strict=True)]  # fmt: skip
        worst = max(worst, *(off(a, b) for a, b in pairs if b.is_finite()))
    return worst


def largest_error_of_targets(row, targets, temperature):
    """Return the largest error, of the gradient as a part of the larger of p Σt and t."""
    found = block.evaluate_targets(np.array([row]).T, np.array([targets]).T, temperature)
    exact = reference.cross_entropy(row, targets, temperature=temperature)
    total = sum(map(Decimal, targets))
    errors = [off(found.loss[0], exact.loss)]
    for k, (p, t) in enumerate(zip(exact.probabilities, map(Decimal, targets), strict=True)):
        errors.append(off(found.probabilities[k, 0], p))
        size = max(p * total, t) / Decimal(temperature)
        errors.append(off(found.gradient[k, 0], exact.gradient[k], size))
    return max(errors)


logit = st.one_of(
    st.floats(-30, 30), st.floats(-800, 800), st.floats(-1e5, 1e5), st.just(-math.inf),
    st.floats(1e8, 1e8 + 50), st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(logit, min_size=2, max_size=8), st.integers(0, 7), st.sampled_from("CF"))
@example([0.0, 0.0, 40.0], 2, "C")
@example([0.0, 1e-300], 0, "C")
@example([-745.13, 0.0], 0, "C")
@example([0.1, -1e15, 1e15], 2, "F")
def test_any_row_is_right_to_four_parts(row, label, order):
    if max(row) == -math.inf:
        row = [0.0, *row[1:]]
    assert largest_error([row], [label % len(row)], order) <= 4


temperature = st.sampled_from([1.0, 0.07, 2.0, 3.7, 1e-3, 1e-30, 1e30])
large = st.one_of(st.floats(-300, 300), st.floats(1e15, 1e15 + 2), st.floats(-1e250, 1e250))


@settings(deadline=None)
@given(st.lists(large, min_size=2, max_size=8), st.integers(0, 7), temperature)
@example([-34.4, 2.19, 0.3], 1, 0.07)
@example([0.0, 3.0, -math.inf], 1, 3.7)
@example([1e15, 1e15 + 0.125], 0, 1e-3)
@example([1e17, 1e17], 0, 0.3)
@example([1000000000000.003, 1000000000000.001], 0, 1e-3)
def test_a_temperature_costs_no_digits(row, label, temperature):
    assert largest_error([row], [label % len(row)], "C", temperature) <= 4


soft = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 1e-9]))


@settings(deadline=None)
@given(st.lists(st.tuples(large, soft), min_size=2, max_size=8), temperature)
@example([(0.0, 0.0), (0.0, 0.0), (40.0, 1.0)], 1.0)
@example([(1e5, 0.5), (1e5 + 0.1, 0.5)], 3.7)
def test_targets_are_right_to_four_parts(pairs, temperature):
    row, targets = map(list, zip(*pairs, strict=True))
    assert largest_error_of_targets(row, targets, temperature) <= 4


def test_a_masked_class_with_a_target_has_infinite_loss():
    found = block.evaluate_targets(np.array([[-np.inf], [1.0]]), np.array([[0.5], [0.5]]))
    assert found.loss.tolist() == [np.inf]
    assert found.gradient.T.tolist() == [[-0.5, 0.5]]


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("classes", [2, 3, 10, 20, 33, 99, 100, 1000])
def test_rows_of_many_classes_are_right_to_four_parts(classes, order):
    random = np.random.default_rng(classes)
    scales = [1e-9, 1.0, 3.0, 30.0, 300.0] if classes < 1000 else [1e-3, 3.0]
    rows = [(random.normal(size=classes) * scale).tolist() for scale in scales]
    rows[0] = [0.1] * classes
    rows[1][0] = 60.0
    rows.append([5.0, *[-3.0] * (classes - 1)])  # every addition rounds the same way
    labels = [0, 0, *random.integers(0, classes, len(rows) - 2).tolist()]
    assert largest_error(rows, labels, order) <= 4


def test_a_tile_with_one_masked_row_is_right_in_all():
    assert largest_error([[1.0, 2.0, 3.0], [-math.inf, 2.0, -math.inf]], [0, 1]) <= 4


def test_a_masked_label_has_infinite_loss_and_gradient_minus_one():
    loss, _, gradient = evaluate([[-math.inf, 1.0]], [0])
    assert loss.tolist() == [math.inf]
    assert gradient.tolist() == [[-1.0, 1.0]]
