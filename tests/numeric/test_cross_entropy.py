"""Loss and gradient: 4 ulp from 50-digit arithmetic, and the meaning of the options."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ce_cli import CrossEntropy, InputError
from ce_cli.numeric import reference

SMALLEST_NORMAL = Decimal(2) ** -1022
logit = st.one_of(
    st.floats(-1e5, 1e5),
    st.floats(-750, 750),
    st.floats(-1, 1),
    st.floats(1e8 - 100, 1e8 + 100),
    st.sampled_from([0.0, 40.0, -745.0, -745.2, 709.9, -np.inf]),
)


def moderate(largest):
    return st.one_of(st.just(0.0), st.floats(1e-30, largest))


options = st.fixed_dictionaries(
    {},
    optional={
        "label_smoothing": moderate(1),
        "temperature": st.floats(0.01, 100),
        "weighted": st.just(True),
    },
)


def within_4_ulp(computed, exact, scale=Decimal(0)):
    size = max(abs(exact), scale)
    allowed = 4 if size >= SMALLEST_NORMAL else 1
    return reference.error_in_ulp(float(computed), exact, scale) <= allowed


@st.composite
def labelled_rows(draw):
    logits = draw(st.lists(logit, min_size=2, max_size=8))
    label = draw(st.integers(0, len(logits) - 1))
    if logits[label] == -np.inf:
        logits[label] = 0.0
    return logits, label


@given(labelled_rows())
@example(([0.0, 0.0, 40.0], 2))
@example(([0.0, 740.0], 1))
@example(([-np.inf, 3.0, 3.0], 1))
@example(([1e8, 1e8 + 0.5, 1e8 - 1], 0))
def test_a_labelled_row_is_within_4_ulp(row):
    logits, label = row
    result = CrossEntropy().evaluate(logits, labels=label)
    exact = reference.cross_entropy(logits, np.eye(len(logits))[label])
    assert within_4_ulp(result.loss, exact.loss)
    assert all(map(within_4_ulp, result.probabilities, exact.probabilities))
    assert all(map(within_4_ulp, result.gradient, exact.gradient))


@given(labelled_rows(), options, st.data())
def test_options_and_soft_targets_are_within_4_ulp_of_what_meets(row, chosen, data):
    logits, _ = row
    classes = len(logits)
    unit = st.floats(0, 1)
    targets = [data.draw(unit) if z > -np.inf else 0.0 for z in logits]
    if -np.inf in logits:
        chosen.pop("label_smoothing", None)
    if chosen.pop("weighted", False):
        weights = st.lists(moderate(1e30), min_size=classes, max_size=classes)
        chosen["weight"] = tuple(data.draw(weights))
    result = CrossEntropy(**chosen).evaluate(logits, targets=targets)
    exact = reference.cross_entropy(logits, targets, **chosen)
    temperature = Decimal(chosen.get("temperature", 1))
    scales = [
        max(p * exact.total_target, t) / temperature
        for p, t in zip(exact.probabilities, exact.targets, strict=True)
    ]
    assert within_4_ulp(result.loss, exact.loss)
    assert all(map(within_4_ulp, result.gradient, exact.gradient, scales))


@pytest.mark.parametrize("spread", [1e-3, 1.0, 30.0, 750.0, 1e5])
@pytest.mark.parametrize("classes", [100, 1000])
def test_many_classes_are_within_4_ulp(classes, spread):
    logits = np.random.default_rng(classes).uniform(-spread, spread, classes)
    for label in (0, int(np.argmax(logits))):
        result = CrossEntropy().evaluate(logits, labels=label)
        exact = reference.cross_entropy(logits.tolist(), np.eye(classes)[label])
        assert within_4_ulp(result.loss, exact.loss)
        assert all(map(within_4_ulp, result.probabilities, exact.probabilities))
        assert all(map(within_4_ulp, result.gradient, exact.gradient))


def test_a_confident_row_keeps_its_loss_and_its_gradient():
    # 2 e^-40 / (1 + 2 e^-40) = 8.49670851058317791846...e-18
    result = CrossEntropy().evaluate([0.0, 0.0, 40.0], labels=2)
    assert float(result.loss) == 8.496708510583178e-18
    assert float(result.gradient[2]) == -8.496708510583178e-18


def test_a_weight_meets_a_subnormal_loss_before_it_is_rounded():
    result = CrossEntropy(weight=(1.0, 1000.0)).evaluate([0.0, 740.0], labels=1)
    assert float(result.loss) == pytest.approx(1000 * math.exp(-370) * math.exp(-370), rel=1e-3)


def test_known_fractions():
    # E = (1, 2, 3): p = (1/6, 1/3, 1/2)
    result = CrossEntropy().evaluate([0.0, math.log(2), math.log(3)], labels=1)
    assert result.probabilities == pytest.approx([1 / 6, 1 / 3, 1 / 2])
    assert result.gradient == pytest.approx([1 / 6, -2 / 3, 1 / 2])
    assert float(result.loss) == pytest.approx(math.log(3))


def test_targets_that_do_not_sum_to_1_scale_the_push():
    result = CrossEntropy().evaluate([0.0, 0.0], targets=[2.0, 1.0])
    assert result.gradient.tolist() == [-0.5, 0.5]  # p·3 − y


def test_smoothing_and_weights_have_pytorchs_meaning():
    # torch.nn.CrossEntropyLoss(weight=(1, 2), label_smoothing=0.5, reduction="none"), label 1:
    # (1 - ε) w_y nll_y + ε/K Σ w_c nll_c with nll = log 2
    criterion = CrossEntropy(weight=(1.0, 2.0), label_smoothing=0.5)
    result = criterion.evaluate([0.0, 0.0], labels=1)
    assert float(result.loss) == pytest.approx((0.5 * 2 + 0.25 * 3) * math.log(2))


def test_a_masked_true_class_has_infinite_loss_and_a_finite_gradient():
    result = CrossEntropy().evaluate([-np.inf, 0.0], labels=0)
    assert result.loss == np.inf
    assert result.gradient.tolist() == [-1.0, 1.0]


def test_rows_of_a_batch_are_independent():
    z = np.array([[4.0, -4.0, 3.0], [0.0, 0.0, 40.0]])
    batch = CrossEntropy().evaluate(z, labels=[2, 2])
    for k in range(2):
        row = CrossEntropy().evaluate(z[k], labels=2)
        assert batch.loss[k] == row.loss
        assert (batch.gradient[k] == row.gradient).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": [3]}, "label 3 is not one of the classes 0..2"),
        ({"labels": [-1]}, "label -1"),
        ({"labels": [1.0]}, "labels must be integers"),
        ({"labels": [0, 1]}, "labels have shape"),
        ({"targets": [[0.5, 0.5]]}, "targets have shape"),
        ({"targets": [[0.5, -0.5, 1]]}, "targets[0, 1]: must be from 0 to 1e+30"),
        ({"labels": [0], "targets": [[0, 0, 1]]}, "either labels or targets"),
        ({}, "either labels or targets"),
    ],
)
def test_bad_targets_are_refused(arguments, message):
    with pytest.raises(InputError) as error:
        CrossEntropy().evaluate([[1.0, 2.0, 3.0]], **arguments)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"temperature": 0.0}, "temperature: must be from 1e-30 to 1e+30, not 0.0"),
        ({"temperature": math.inf}, "temperature"),
        ({"label_smoothing": 1.5}, "label_smoothing: must be at most 1"),
        ({"weight": (1.0, -1.0)}, "weight[1]: must be 0 or from 1e-30"),
        ({"weight": (1.0, math.nan)}, "weight[1]"),
        ({"weight": (1.0,)}, "1 weights for 2 classes"),
    ],
)
def test_bad_options_are_refused(chosen, message):
    with pytest.raises(InputError) as error:
        CrossEntropy(**chosen).evaluate([1.0, 2.0], labels=0)
    assert message in str(error.value)
