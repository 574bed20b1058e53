"""The last layer, by hand and by automatic shapes."""

import pytest

from ce_cli import InputError, linear, linear_gradients


def test_gradients_by_hand():
    # g = (1, -2), a = (3, 4, 5), W = [[1, 0, 2], [0, 1, 1]]
    gradients = linear_gradients([1, -2], [3, 4, 5], [[1, 0, 2], [0, 1, 1]])
    assert gradients.weights.tolist() == [[3, 4, 5], [-6, -8, -10]]
    assert gradients.bias.tolist() == [1, -2]
    assert gradients.inputs.tolist() == [1, -2, 0]


@pytest.mark.parametrize(
    ("inputs", "weights", "bias"),
    [([1], [[1, 2]], [0]), ([1, 2], [[1, 2]], [0, 0]), (1, [[1]], [0])],
)
def test_shapes_that_do_not_fit_are_refused(inputs, weights, bias):
    with pytest.raises(InputError, match="do not fit"):
        linear(inputs, weights, bias)


def test_a_gradient_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match="do not fit"):
        linear_gradients([1, 2, 3], [1], [[1], [2]])
