"""The oracle itself, against mpmath and against hand calculation."""

from decimal import Decimal

import mpmath
import pytest

from ce_cli.numeric.reference import (
    cross_entropy,
    difference_along,
    error_in_ulp,
    jacobian,
    jacobian_differences,
)

mpmath.mp.dps = 60


@pytest.mark.parametrize("logits", [[0.0, 0.0, 40.0], [1.5, -2.25, 700.0], [0.1, 0.2]])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_agrees_with_mpmath_to_40_digits(logits, temperature):
    exact = cross_entropy(logits, [0.25] * len(logits), temperature=temperature)
    z = [mpmath.mpf(value) / mpmath.mpf(temperature) for value in logits]
    with mpmath.workdps(400):
        total = sum(map(mpmath.exp, z))
        p = [mpmath.exp(value) / total for value in z]
        loss = -sum(mpmath.log(value) for value in p) / 4
        gradient = [
            (value * len(p) / 4 - mpmath.mpf(0.25)) / mpmath.mpf(temperature) for value in p
        ]
    for computed, exact_value in zip(
        [exact.loss, *exact.probabilities, *exact.gradient], [loss, *p, *gradient], strict=True
    ):
        assert abs(mpmath.mpf(str(computed)) / exact_value - 1) < mpmath.mpf("1e-40")


def test_chain_rule_and_finite_differences_reach_the_closed_form():
    exact = cross_entropy([1.0, 2.0, -3.0], [0.2, 0.3, 0.4], temperature=2.0)
    for closed, chain, difference in zip(
        exact.gradient, exact.chain_rule, exact.finite_differences, strict=True
    ):
        assert abs(closed - chain) < Decimal("1e-45")
        assert abs(closed - difference) <= exact.finite_difference_bound < Decimal("1e-31")


def test_the_finite_difference_bound_is_not_idle():
    exact = cross_entropy([1.0, 2.0, -3.0], [0.0, 0.0, 1.0])
    wrong = exact.gradient[0] * (1 + Decimal("1e-25"))
    assert abs(wrong - exact.finite_differences[0]) > exact.finite_difference_bound


def test_difference_along_a_direction_is_the_sum_of_its_parts():
    # E = (1, 1): gradient (p - y) = (-1/2, 1/2); along (2, 6): -1 + 3 = 2
    value, bound = difference_along([0.0, 0.0], [1.0, 0.0], {0: 2.0, 1: 6.0})
    assert abs(value - 2) <= bound < Decimal("1e-30")


@pytest.mark.parametrize(
    ("computed", "exact", "error"),
    [
        (1.0, Decimal(1), 0),
        (float("inf"), Decimal("1e400"), 0),
        (float("nan"), Decimal(1), float("inf")),
        (0.0, Decimal("5e-324"), 1.01),
        (2.0, Decimal(2) - Decimal(2) ** -52, 1),
    ],
)
def test_error_in_ulp(computed, exact, error):
    assert error_in_ulp(computed, exact) == pytest.approx(error, rel=0.02)


@pytest.mark.parametrize("temperature", [1.0, 0.25, 40.0])
def test_differences_of_the_softmax_reach_the_closed_form(temperature):
    logits = [1.0, 2.0, -3.0]
    closed = jacobian(logits, [0, 1, 2], temperature)
    differences, bound = jacobian_differences(logits, [0, 1, 2], temperature)
    assert bound < Decimal("1e-30")
    for row, other in zip(closed, differences, strict=True):
        assert max(abs(a - b) for a, b in zip(row, other, strict=True)) <= bound
    wrong = closed[0][0] * (1 + Decimal("1e-25"))
    assert abs(wrong - differences[0][0]) > bound


def test_a_difference_along_a_direction_is_over_the_temperature():
    # E = (1, 1): gradient (p - y)/T = (-1/4, 1/4); along (2, 6): -1/2 + 3/2 = 1
    value, bound = difference_along([0.0, 0.0], [1.0, 0.0], {0: 2.0, 1: 6.0}, 2.0)
    assert abs(value - 1) <= bound < Decimal("1e-30")
