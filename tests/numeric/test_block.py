"""The fast kernel against 50-digit arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ce_cli.numeric import reference
from ce_cli.numeric.block import Scratch, evaluate_tile

_SMALLEST_NORMAL = 2.0**-1022


def evaluate(rows, labels, order="C"):
    """Return loss, probabilities and gradient, classes last."""
    logits = np.array(rows, dtype=np.float64).T.copy(order=order)
    tile = evaluate_tile(logits, np.array(labels), Scratch(logits.shape))
    gradient = tile.exponentials * tile.inverse
    probabilities = gradient.copy()
    at = (np.array(labels), np.arange(len(labels)))
    gradient[at], probabilities[at] = -tile.others * tile.inverse, tile.at_label * tile.inverse
    return tile.loss, probabilities.T, gradient.T


def largest_error(rows, labels, order="C"):
    """Return the largest error in ulp; below the normal numbers in subnormal steps."""
    worst = 0.0
    for row, label, loss, p, g in zip(rows, labels, *evaluate(rows, labels, order), strict=True):
        exact = reference.cross_entropy(row, [k == label for k in range(len(row))])
        pairs = [(loss, exact.loss), *zip(p, exact.probabilities, strict=True),
                 *zip(g, exact.gradient, strict=True)]  # fmt: skip
        worst = max(worst, *(reference.error_in_ulp(float(a), b) for a, b in pairs))
    return worst


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
def test_any_row_is_right_to_five_ulp(row, label, order):
    if max(row) == -math.inf:
        row = [0.0, *row[1:]]
    assert largest_error([row], [label % len(row)], order) <= 5


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("classes", [2, 3, 10, 33, 100, 1000])
def test_rows_of_many_classes_are_right_to_five_ulp(classes, order):
    random = np.random.default_rng(classes)
    scales = [1e-9, 1.0, 3.0, 30.0, 300.0] if classes < 1000 else [1e-3, 3.0]
    rows = [(random.normal(size=classes) * scale).tolist() for scale in scales]
    rows[0] = [0.1] * classes
    rows[1][0] = 60.0
    labels = [0, 0, *random.integers(0, classes, len(rows) - 2).tolist()]
    assert largest_error(rows, labels, order) <= 5


def test_a_tile_with_one_masked_row_is_right_in_all():
    assert largest_error([[1.0, 2.0, 3.0], [-math.inf, 2.0, -math.inf]], [0, 1]) <= 5


def test_a_masked_label_has_infinite_loss_and_gradient_minus_one():
    loss, _, gradient = evaluate([[-math.inf, 1.0]], [0])
    assert loss.tolist() == [math.inf]
    assert gradient.tolist() == [[-1.0, 1.0]]
