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
from ce_cli.evaluation.layer import Layer, report_layer
from ce_cli.evaluation.softmax import report_softmax

SAMPLE = Sample.labelled([4.0, -4.0, 3.0], 2)
LAYER = Layer([1.0, -2.0], [[1.0, 0.5], [2.0, -1.0]], [0.0, 0.25])


def with_label_1(logits):
    return Sample.labelled(logits, 1)


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
@pytest.mark.parametrize("target", [0, 1, 0.3, 1e-20, 1 - 2**-53])
@pytest.mark.parametrize("weight", [1.0, 0.0, 2.5, 1e10])
def test_binary_cross_entropy_is_the_two_class_softmax(z, target, weight):
    assert verdicts(report_binary(z, target, weight).checks) == {
        "two-class softmax": True,
        "finite differences": True,
        "50-digit arithmetic": True,
    }


def test_a_weight_of_the_wrong_class_is_seen(monkeypatch):
    right = binary.binary_cross_entropy
    monkeypatch.setattr(
        binary, "binary_cross_entropy", lambda z, y, weight: right(-z, 1 - y, weight)
    )
    assert set(verdicts(report_binary(1.0, 0.3, 2.0).checks).values()) == {False}


@pytest.mark.parametrize(
    "logits", [[4.0, -4.0, 3.0], [0.0, 0.0, 40.0], [-math.inf, 0.0, 1e5], [0.0, -720.0, -740.0]]
)
@pytest.mark.parametrize("temperature", [1.0, 1e-3, 0.7, 50.0])
def test_jacobian_and_product_hold(logits, temperature):
    assert report_jacobian(logits, [1.0, -2.0, 3.0], temperature).exit_code == 0


def test_differences_of_the_softmax_see_a_jacobian_that_forgets_the_temperature(monkeypatch):
    right = jacobian.jacobian
    monkeypatch.setattr(jacobian, "jacobian", lambda z, t: right(z, t) * t)
    seen = verdicts(report_jacobian([1.0, 2.0, 3.0], None, 2.0).checks)
    assert seen["finite differences"] is seen["50-digit arithmetic"] is False


OPTIONS = [
    CrossEntropy(temperature=0.25),
    CrossEntropy((3.0, 0.5), 0.1, 2.0),
    CrossEntropy(label_smoothing=1.0),
]


@pytest.mark.parametrize("criterion", OPTIONS)
@pytest.mark.parametrize("targets", [(0.0, 1.0), (0.25, 0.5), (2.0, 1.0)])
def test_the_layer_holds_with_every_option_of_the_loss(criterion, targets):
    report = report_layer(LAYER, lambda z: Sample.of(z, None, targets, criterion))
    assert report.exit_code == 0
    assert len(report.checks) == 4


def test_the_layer_sees_gradients_that_forget_the_temperature(monkeypatch):
    right = layer.linear_gradients
    monkeypatch.setattr(layer, "linear_gradients", lambda g, a, w: right([2 * x for x in g], a, w))
    report = report_layer(LAYER, lambda z: Sample.of(z, 1, None, CrossEntropy(temperature=2.0)))
    failed = {name for name, passed in verdicts(report.checks).items() if not passed}
    assert failed == {f"finite differences of ∂L/∂{part}" for part in "Wba"}


@pytest.mark.parametrize(
    ("weights", "message", "hint"),
    [
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "W has 2 rows and 3 columns; 3 biases and 2 inputs",
         "this one is transposed"),
        ([[1.0, 2.0]], "W has 1 rows and 2 columns; 3 biases and 2 inputs need 3 and 2",
         "a row for each class"),
    ],
)  # fmt: skip
def test_a_matrix_of_another_shape_is_explained(weights, message, hint):
    with pytest.raises(InputError, match=message) as caught:
        report_layer(Layer([1.0, 2.0], weights, [0.0] * 3), with_label_1)
    assert caught.value.place == "--weights"
    assert hint in caught.value.hint


def test_an_ignored_label_has_no_loss_and_no_gradient():
    criterion = CrossEntropy((1.0, 2.0, 3.0), 0.1, 2.0)
    report = report_gradient(Sample.of([4.0, -4.0, 3.0], -100, None, criterion, -100))
    assert report.start.loss == 0
    assert report.start.gradient == (0.0, 0.0, 0.0)
    assert report.exit_code == 0
    # Another label counts, and a class may be the one that does not.
    assert report_gradient(Sample.of([4.0, -4.0, 3.0], 2, None, criterion, -100)).start.loss > 0
    assert report_gradient(Sample.of([4.0, -4.0, 3.0], 2, None, criterion, 2)).start.loss == 0


def test_a_label_is_ignored_only_where_that_is_said():
    with pytest.raises(InputError) as caught:
        Sample.of([4.0, -4.0, 3.0], -100, None, CrossEntropy())
    assert "--ignore-index -100" in caught.value.hint


def test_layer_holds_and_thins_out_many_weights():
    weights = [[0.01 * (i * j % 7) for i in range(300)] for j in range(10)]
    layer = Layer([1.0] * 300, weights, [0.0] * 10)
    report = report_layer(layer, lambda z: Sample.labelled(z, 3))
    assert report.exit_code == 0
    assert {check.name for check in report.checks} >= {"finite differences of ∂L/∂W"}


@pytest.mark.parametrize(
    ("module", "name", "run"),
    [
        (softmax, "softmax", lambda: report_softmax([1.0, 2.0])),
        (jacobian, "jacobian", lambda: report_jacobian([1.0, 2.0])),
        (jacobian, "vjp", lambda: report_jacobian([1.0, 2.0], [1.0, 0.0])),
        (binary, "binary_cross_entropy", lambda: report_binary(1.0, 1)),
        (layer, "linear_gradients", lambda: report_layer(LAYER, with_label_1)),
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

    def skewed(*arguments):
        matrix = right(*arguments)
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
