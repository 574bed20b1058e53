"""The self-checks: they pass on the truth and fail on every error they are made for."""

import math
from decimal import Decimal
from itertools import pairwise

import pytest

from ce_cli import CrossEntropy, InputError
from ce_cli.evaluation import binary, jacobian, layer, softmax
from ce_cli.evaluation.agreement import compare, within
from ce_cli.evaluation.binary import report_binary
from ce_cli.evaluation.gradient import Sample, check_gradient, compute_update, report_gradient
from ce_cli.evaluation.jacobian import report_jacobian
from ce_cli.evaluation.layer import report_layer
from ce_cli.evaluation.softmax import report_softmax

SAMPLE = Sample.labelled([4.0, -4.0, 3.0], 2)


def verdicts(checks):
    return {check.name: check.passed for check in checks}


@pytest.mark.parametrize(
    "sample",
    [
        SAMPLE,
        Sample.labelled([0.0, 0.0, 40.0], 2),
        Sample.labelled([0.0, 740.0], 1),
        Sample.labelled([-math.inf, 1e8, 1e8], 1),
        Sample.labelled([1e5, -1e5], 1),
        Sample((1.0, 2.0, 3.0), (0.1, 0.2, 0.3)),
        Sample((1.0, 2.0), (0.0, 0.0)),
        Sample.labelled([1.0, 2.0, 3.0], 0, CrossEntropy((1.0, 2.0, 0.5), 0.1, 0.25)),
    ],
)
def test_all_four_checks_hold(sample):
    assert verdicts(check_gradient(sample, compute_update(sample))) == {
        "closed form": True,
        "chain rule": True,
        "finite differences": True,
        "50-digit arithmetic": True,
    }


@pytest.mark.parametrize("sample", [SAMPLE, Sample.labelled([0.0, 0.0, 40.0], 2)])
@pytest.mark.parametrize("factor", [1 + 1e-14, 0.0, -1.0])
def test_every_check_of_the_gradient_sees_a_wrong_one(sample, factor):
    right = compute_update(sample)
    wrong = right._replace(gradient=tuple(factor * g for g in right.gradient))
    seen = verdicts(check_gradient(sample, wrong))
    assert seen["chain rule"] is seen["finite differences"] is seen["50-digit arithmetic"] is False


@pytest.mark.parametrize("field", ["loss", "probabilities"])
def test_the_decimal_check_sees_wrong_losses_and_probabilities(field):
    right = compute_update(SAMPLE)
    value = getattr(right, field)
    wrong = value * (1 + 1e-14) if field == "loss" else (*value[:2], value[2] * (1 + 1e-14))
    checks = check_gradient(SAMPLE, right._replace(**{field: wrong}))
    assert verdicts(checks)["50-digit arithmetic"] is False


def test_the_closed_form_sees_a_gradient_that_is_not_p_minus_y():
    right = compute_update(SAMPLE)
    wrong = right._replace(gradient=right.probabilities)
    assert verdicts(check_gradient(SAMPLE, wrong))["closed form"] is False


def test_an_infinite_loss_has_no_chain_rule():
    report = report_gradient(Sample.labelled([-math.inf, 0.0], 0))
    assert report.start.loss == math.inf
    assert verdicts(report.checks)["chain rule"] is None
    assert verdicts(report.checks)["finite differences"] is None
    assert report.exit_code == 0


def test_updates_follow_the_gradient():
    report = report_gradient(SAMPLE, lr=0.5, steps=3)
    assert [update.number for update in report.updates] == [0, 1, 2, 3]
    for before, after in pairwise(report.updates):
        moved = [z - 0.5 * g for z, g in zip(before.logits, before.gradient, strict=True)]
        assert list(after.logits) == moved
        assert after.loss < before.loss


def test_push_and_pull_are_the_negative_gradient():
    criterion = CrossEntropy((1.0, 2.0, 0.5), 0.1, 0.25)
    report = report_gradient(Sample.labelled([4.0, -4.0, 3.0], 2, criterion))
    for push, pull, g in zip(report.start.push, report.pull, report.start.gradient, strict=True):
        assert push + pull == pytest.approx(-g)


def test_an_update_beyond_float64_is_refused():
    with pytest.raises(InputError, match="leave the range"):
        report_gradient(Sample.labelled([0.0, 1.0], 0, CrossEntropy((9.0, 9.0))), lr=1e308)


@pytest.mark.parametrize(("label", "hint"), [(3, "labels count from 0"), (-1, "0 to 2")])
def test_a_label_out_of_range_is_explained(label, hint):
    with pytest.raises(InputError) as error:
        Sample.labelled([1.0, 2.0, 3.0], label)
    assert hint in error.value.hint


@pytest.mark.parametrize("z", [0.0, 1.5, -40.0, 800.0])
@pytest.mark.parametrize("label", [0, 1])
def test_binary_cross_entropy_is_the_two_class_softmax(z, label):
    assert report_binary(z, label).exit_code == 0


@pytest.mark.parametrize(
    "logits", [[4.0, -4.0, 3.0], [0.0, 0.0, 40.0], [-math.inf, 0.0, 1e5], [0.0, -720.0, -740.0]]
)
def test_jacobian_and_product_hold(logits):
    assert report_jacobian(logits, [1.0, -2.0, 3.0]).exit_code == 0


def test_layer_holds_and_thins_out_many_weights():
    weights = [[0.01 * (i * j % 7) for i in range(300)] for j in range(10)]
    report = report_layer([1.0] * 300, weights, [0.0] * 10, 3)
    assert report.exit_code == 0
    assert {check.name for check in report.checks} >= {"finite differences of ∂L/∂W"}


@pytest.mark.parametrize(
    ("module", "name", "run"),
    [
        (softmax, "softmax", lambda: report_softmax([1.0, 2.0])),
        (jacobian, "jacobian", lambda: report_jacobian([1.0, 2.0])),
        (jacobian, "vjp", lambda: report_jacobian([1.0, 2.0], [1.0, 0.0])),
        (binary, "binary_cross_entropy", lambda: report_binary(1.0, 1)),
        (layer, "linear_gradients", lambda: report_layer([1.0], [[1.0], [2.0]], [0.0, 0.0], 1)),
    ],
)
def test_a_wrong_kernel_is_seen(module, name, run, monkeypatch):
    right = getattr(module, name)

    def wrong(*arguments):
        result = right(*arguments)
        if isinstance(result, tuple):
            return type(result)(*(1.0000001 * part for part in result))
        return 1.0000001 * result

    assert run().exit_code == 0
    monkeypatch.setattr(module, name, wrong)
    assert run().exit_code == 1


def test_an_asymmetric_jacobian_is_seen(monkeypatch):
    right = jacobian.jacobian

    def skewed(logits):
        matrix = right(logits)
        matrix[0, 1] *= 1 + 2**-52
        return matrix

    monkeypatch.setattr(jacobian, "jacobian", skewed)
    assert verdicts(report_jacobian([1.0, 2.0, 3.0]).checks)["symmetry"] is False


@pytest.mark.parametrize(
    ("computed", "exact", "passed"),
    [
        (1.0, "1", True),
        (1 + 4 * 2**-52, "1", True),
        (1 + 5 * 2**-52, "1", False),
        (10e-324, "5e-324", True),
        (15e-324, "5e-324", False),
        (float("nan"), "1", False),
    ],
)
def test_compare_allows_4_ulp_and_one_subnormal_step(computed, exact, passed):
    assert compare("", [computed], [Decimal(exact)]).passed is passed


def test_within_reports_difference_and_bound():
    assert within("", [0.0, 2.0], [1.0, 1.0]).passed is False
    assert within("", [0.0, 2.0], [1.0, 1.0]).detail == "off by 2.0e+00, error bound 1.0e+00"
