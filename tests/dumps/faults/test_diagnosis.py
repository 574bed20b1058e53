"""Why a claim is wrong: the fault that explains it, or none."""

import math

import numpy as np
import pytest

from ce_cli.dumps.faults.catalogue import Catalogue
from ce_cli.dumps.faults.diagnosis import Diagnosis, findings
from ce_cli.dumps.faults.suspects import ClassTotals
from ce_cli.dumps.objective import Objective, Rows
from ce_cli.dumps.run import Settings, run
from ce_cli.dumps.tolerance import Tolerance
from ce_cli.dumps.totals import Totals
from ce_cli.dumps.view import diagnosis
from ce_cli.numeric.cross_entropy import CrossEntropy
from ce_cli.numeric.exact_sum import exact_sum
from ce_cli.numeric.softmax import logsumexp
from tests.dumps.textbook import dump_of, naive, one_hot, sample, softmax


def test_a_gradient_of_zeros_is_called_so_and_nothing_else():
    z, y = sample(400, 10, "float32", scale=4.0)
    claims = {"loss": naive(z, y)["loss"], "grad": np.zeros_like(z)}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance("float32")))
    (found,) = findings(report.diagnosis)
    assert (found.fault, found.rows) == ("zero-gradient", report.failed)


@pytest.mark.parametrize("written", [0, 3])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, (2.0, 3.0, 0.5, 7.0)])
@pytest.mark.parametrize("beside", [{}, {"grad": np.zeros((3, 4))}])
@pytest.mark.parametrize(("off", "fault"), [(0.0, "ignored-row-counted"), (0.01, "unexplained")])
def test_a_loss_of_some_class_tells_that_a_row_was_counted(
    written, smoothing, weight, beside, off, fault
):
    z, y = sample(3)[0], np.full(3, -100)
    t = ((1 - smoothing) * one_hot(np.full(3, written), 4) + smoothing / 4) * (weight or (1.0,) * 4)
    claims = beside | {"loss": off - (t * np.log(softmax(z))).sum(axis=1)}
    objective = Objective(CrossEntropy(weight, smoothing), ignore_index=-100)
    report = run([dump_of(z, y, claims, ignore_index=-100)], Settings(objective))
    assert [found.fault for found in findings(report.diagnosis)] == [fault]


def _scaled(z, y, factor):
    return softmax(z) * factor - one_hot(y, z.shape[1]) * factor


def _double(z, y):
    return softmax(softmax(z)) - one_hot(y, z.shape[1])


def _smoothed(z, y, off, on):
    return softmax(z) - np.where(one_hot(y, z.shape[1]) > 0, on, off)


WRONG = {
    "sign-flipped": lambda z, y: -_scaled(z, y, 1.0),
    "missing-one-hot": lambda z, _: softmax(z),
    "label-off-by-one": lambda z, y: softmax(z) - one_hot((y - 1) % z.shape[1], z.shape[1]),
    "wrong-divisor": lambda z, y: _scaled(z, y, 1 / len(y)),
    "diagonal-only": lambda z, _: softmax(z) * (1 - softmax(z)),
    "double-softmax": _double,
    "wrong-axis": lambda z, y: softmax(z, axis=0) - one_hot(y, z.shape[1]),
    "log-base": lambda z, y: _scaled(z, y, 1 / math.log(2)),
    "sign-flipped+wrong-divisor": lambda z, y: _scaled(z, y, -1 / len(y)),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_is_named(fault):
    z, y = sample(scale=1.5)
    report = run([dump_of(z, y, {"grad": WRONG[fault](z, y)})], Settings())
    (finding,) = findings(report.diagnosis)
    assert (finding.fault, finding.rows, report.failed) == (fault, 40, 40)


DIAGONAL = {
    "p_y − 1 at the label": lambda p, t: -t / p * p * (1 - p),
    "p(1 − p)": lambda p, t: p * (1 - p) * t.sum(axis=1, keepdims=True),
    "(p − y) p (1 − p)": lambda p, t: (p * t.sum(axis=1, keepdims=True) - t) * p * (1 - p),
}


@pytest.mark.parametrize("formula", DIAGONAL)
@pytest.mark.parametrize("weight", [None, (2.0, 3.0, 0.5, 7.0)])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_diagonal_alone_is_named_whatever_the_targets_sum_to(formula, weight, smoothing):
    z, y = sample(scale=1.5)
    t = ((1 - smoothing) * one_hot(y, 4) + smoothing / 4) * np.array(weight or 1.0)
    objective = Objective(CrossEntropy(weight, label_smoothing=smoothing))
    report = run([dump_of(z, y, {"grad": DIAGONAL[formula](softmax(z), t)})], Settings(objective))
    (found,) = findings(report.diagnosis)
    assert (found.fault, found.rows, formula in found.suspect[0].sentence) == (
        "diagonal-only",
        40,
        True,
    )


@pytest.mark.parametrize(("beside", "fault"), [(0.0, "diagonal-only"), (1e-8, "unexplained")])
def test_what_has_the_diagonal_alone_is_0_beside_the_label(beside, fault):
    z, y = np.zeros((1, 3), dtype="float32"), np.array([0])
    claims = {"grad": np.array([[-2 / 3, beside, beside]], dtype="float32")}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance("float32")))
    assert [found.fault for found in findings(report.diagnosis)] == [fault]


@pytest.mark.parametrize(("factor", "fault"), [(1.0, "wrong-axis"), (1.02, "unexplained")])
def test_a_sum_over_many_rows_may_be_off_by_more(factor, fault):
    """NumPy adds rows one after the other, and 100,000 times u is 0.006 in float32."""
    z, y = sample(100_000, 4, "float32", scale=8.0)
    p = softmax(z, axis=0)
    assert np.abs(p.sum(axis=0, dtype=float) - 1).max() > 64 * 2.0**-23
    gradient = np.float32(factor) * p - one_hot(y, 4, z.dtype)
    over_rows = ClassTotals(z.max(axis=0), logsumexp(z.T.astype(float)), len(y))
    catalogue = Catalogue(Objective(), Totals(len(y), len(y), exact_sum([len(y)])), over_rows)
    rows = Rows(z[:400].astype(float), y[:400], one_hot(y[:400], 4), None, None, gradient[:400])
    (found,) = findings(Diagnosis(Tolerance("float32"), catalogue).explain(rows))
    assert (found.fault, found.rows) == (fault, 400)


def test_the_sentence_people_come_for():
    z, y = sample(412)
    report = run([dump_of(z, y, {"grad": softmax(z)})], Settings())
    ((_, sentence),) = diagnosis(report)
    assert sentence == ("412 of 412 failing rows equal p: the −1 at the label is missing")


def test_clipped_probabilities_are_named():
    z, y = sample(30, scale=12.0)
    p = np.clip(softmax(z), 1e-7, 1 - 1e-7)
    claims = {"loss": -np.log(p[np.arange(30), y]), "p": p}
    report = run([dump_of(z, y, claims)], Settings())
    assert [finding.fault for finding in findings(report.diagnosis)] == ["clipped"]


@pytest.mark.parametrize(
    ("fault", "off", "on"),
    [("smoothing-k-minus-1", 0.1 / 3, 0.9), ("smoothing-missing", 0.0, 1.0)],
)
def test_wrong_smoothing_is_named(fault, off, on):
    z, y = sample()
    objective = Objective(CrossEntropy(label_smoothing=0.1))
    report = run([dump_of(z, y, {"grad": _smoothed(z, y, off, on)})], Settings(objective))
    assert findings(report.diagnosis)[0].fault == fault


def test_missing_weights_are_named():
    z, y = sample()
    objective = Objective(CrossEntropy(weight=(2.0, 3.0, 0.5, 7.0)))
    report = run([dump_of(z, y, naive(z, y))], Settings(objective))
    assert findings(report.diagnosis)[0].fault == "weight-missing"


def test_float32_claims_in_float64_are_named():
    z, y = sample(dtype="float32")
    report = run([dump_of(z, y, naive(z, y))], Settings())
    (finding,) = findings(report.diagnosis)
    assert finding.fault == "low-precision"
    assert finding.suspect[0].sentence.endswith("say --dtype float32")


@pytest.mark.parametrize(
    ("third", "fault"),
    [
        (0.0, "low-precision"), (2.0**-24, "low-precision"), (3.3e-10, "unexplained"),
        (1.5 * 2.0**-24, "unexplained"),
    ],
)  # fmt: skip
def test_what_is_tiny_is_not_for_that_of_a_short_type(third, fault):
    """817/32 has 10 bits, and the smallest number of float16 is 2⁻²⁴."""
    z, y = np.array([[0.0, 817 / 32, 0.0]]), np.array([0])
    claims = {"loss": z[:, 1], "grad": np.array([[-1.0, 1.0, third]])}
    report = run([dump_of(z, y, claims)], Settings())
    assert [found.fault for found in findings(report.diagnosis)] == [fault]


SATURATED = np.array([[0, 0, 200], [0, 150, 0], [0, 0, 400], [300, 0, 0]], dtype="float32")


@pytest.mark.parametrize("y", [[2, 1, 2, 0], [0, 1, 1, 0], [1, 2, 0, 1]])
@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("claimed", [["grad"], ["loss", "grad"]])
def test_what_float32_rounds_to_0_is_low_precision(claimed, rows, y):
    z, y = SATURATED[:rows], np.array(y[:rows])
    claims = {kind: naive(z, y)[kind] for kind in claimed}
    report = run([dump_of(z, y, claims)], Settings())
    assert report.failed == rows
    assert {found.fault for found in findings(report.diagnosis)} == {"low-precision"}


def test_a_saturated_file_of_float32_has_low_precision_throughout():
    z, y = sample(200, dtype="float32", scale=300.0)
    report = run([dump_of(z, y, naive(z, y))], Settings())
    (found,) = findings(report.diagnosis)
    assert (found.fault, found.rows) == ("low-precision", report.failed)


@pytest.mark.parametrize(
    ("z", "loss", "dtype"),
    [
        (np.vstack([SATURATED, [[1, 2, 3]] * 5]), None, "float64"),
        (np.array([[1e6, 1e6 - 10.0, 0.0]]), None, "float64"),
        (np.array([[16.0, 8.25, 0.0]]), 226 * 2.0**-19, "float32"),
    ],
)
def test_zeros_that_are_no_rounding_are_a_zero_gradient(z, loss, dtype):
    """One ulp of 1e6 in float32, or of 16 in bfloat16, may hide them: these logits have none.

    exp(-7.75) to 8 bits is 226 * 2**-19.
    """
    y = z.argmax(axis=1)
    claims = {"grad": np.zeros_like(z)} | ({"loss": np.array([loss])} if loss else {})
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(dtype)))
    (found,) = findings(report.diagnosis)
    assert (found.fault, found.rows) == ("zero-gradient", len(z))


def test_noise_is_unexplained():
    z, y = sample()
    claims = {"grad": _scaled(z, y, 1.0) * (1 + np.random.default_rng(1).normal(size=z.shape))}
    report = run([dump_of(z, y, claims)], Settings())
    assert findings(report.diagnosis)[0].fault == "unexplained"


@pytest.mark.parametrize("options", [{}, {"own_value": True}, {"rtol": 0.0}])
def test_an_infinite_loss_is_no_trouble(options):
    z, y = np.array([[0.0, 1.0, -math.inf]]), np.array([2])
    report = run(
        [dump_of(z, y, {"loss": np.array([5.0])})], Settings(tolerance=Tolerance(**options))
    )
    assert report.worst.items[0].truth == math.inf
    assert findings(report.diagnosis)[0].fault == "unexplained"
