"""Claims against the truth: what passes and what fails."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_cli.dumps.blocks import compute
from ce_cli.dumps.faults.catalogue import CANCELLED
from ce_cli.dumps.faults.diagnosis import findings
from ce_cli.dumps.judge import Judge
from ce_cli.dumps.objective import Objective
from ce_cli.dumps.reading.rows import Block
from ce_cli.dumps.report import First, Report
from ce_cli.dumps.run import Settings, run
from ce_cli.dumps.tolerance import Tolerance
from ce_cli.errors import InputError
from ce_cli.numeric.cross_entropy import CrossEntropy
from tests.dumps.textbook import dump_of, naive, one_hot, sample, softmax


@pytest.mark.parametrize("scale", [1e-3, 1.0, 10.0, 80.0])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("classes", [2, 10, 100])
def test_honest_claims_hold(dtype, scale, classes):
    z, y = sample(60, classes, dtype, scale=scale)
    report = run([dump_of(z, y, naive(z, y))], Settings(tolerance=Tolerance(dtype)))
    assert (report.passed, report.exit_code) == (60, 0)


def shifted_by_the_maximum(z):
    return z - z.max(axis=1, keepdims=True)


def log_probabilities(z):
    shifted = shifted_by_the_maximum(z)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def against_0(z):
    return np.column_stack([0 * z[:, 0], -4 * np.abs(z[:, 0])])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("made", [shifted_by_the_maximum, log_probabilities, against_0])
def test_honest_losses_near_0_hold(made, dtype):
    z = made(sample(400, dtype=dtype)[0])
    assert z.dtype == dtype
    y = z.argmax(axis=1)
    report = run([dump_of(z, y, naive(z, y))], Settings(tolerance=Tolerance(dtype)))
    assert (report.passed, report.exit_code) == (400, 0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("claimed", [["loss"], ["grad"], ["loss", "grad"]])
@pytest.mark.parametrize("harsh", [{"own_value": True}, {"ulp": 0.1}])
@pytest.mark.parametrize("made", [np.asarray, shifted_by_the_maximum, against_0])
def test_rounding_is_not_taken_for_a_fault(made, harsh, claimed, dtype):
    z = made(sample(400, dtype=dtype)[0])
    y = z.argmax(axis=1)
    claims = {kind: naive(z, y)[kind] for kind in claimed}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(dtype, **harsh)))
    found = {finding.fault for finding in findings(report.diagnosis)}
    assert report.failed
    assert set() < found <= {"low-precision", "unexplained"}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("log_sum", "ulp", "least", "most"),
    [(14, 8, 0, 0), (16, 8, 1, 100), (40, 8, 100, 400), (40, 40, 0, 0), (900, 900, 0, 0)],
)
def test_a_rounded_logsumexp_needs_as_many_ulp(log_sum, ulp, least, most, dtype):
    z, y = sample(400, dtype=dtype, scale=0.5)
    confident = (z + np.float64(log_sum) - 10 * (1 - one_hot(y, 4))).astype(dtype)
    top = confident.max(axis=1, keepdims=True)
    rounded = top + np.log(np.exp(confident - top).sum(axis=1, keepdims=True))
    tolerance = Tolerance(dtype, float(ulp))
    divided, of_logs = (
        run([dump_of(confident, y, {"p": p})], Settings(tolerance=tolerance)).failed
        for p in (softmax(confident), np.exp(confident - rounded))
    )
    assert divided == 0
    assert least <= of_logs <= most


@pytest.mark.parametrize(
    ("classes", "ulp", "add", "enough"),
    [
        (1000, 8.0, np.cumsum, True), (50257, 8.0, np.sum, True),
        (50257, 8.0, np.cumsum, False), (50257, 64.0, np.cumsum, True),
    ],
)  # fmt: skip
def test_a_sum_of_many_classes_one_after_the_other_needs_more_ulp(classes, ulp, add, enough):
    z, y = sample(20, classes, "float32", scale=1.0)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / add(e, axis=1).reshape(20, -1)[:, -1:]
    block = Block("a", 0, 0, np.arange(20), z.T.astype(float), y, None, probabilities=p.T)
    failing, _ = Judge(Objective(), Tolerance("float32", ulp)).judge(block, np.arange(20))
    assert not failing.any() if enough else failing.sum() > 10


def test_an_ignored_row_may_mask_any_class():
    z, y = np.array([[-np.inf, 1.0, 2.0]]), np.array([-100])
    dump = dump_of(z, y, {}, ignore_index=-100)
    (block,) = map(dump.read, dump.pieces())
    computed = compute(block, Objective(ignore_index=-100))
    assert computed.gradient.T.tolist() == [[0.0, 0.0, 0.0]]
    assert not np.signbit(computed.gradient).any()


def test_float16_claims_hold_in_float16_only():
    z, y = sample(60, 5, "float16")
    claims = naive(z, y)
    assert run([dump_of(z, y, claims)], Settings(tolerance=Tolerance("float16"))).exit_code == 0
    assert run([dump_of(z, y, claims)], Settings(tolerance=Tolerance("float32"))).failed == 60


@pytest.mark.parametrize("factor", [1 + 1e-12, 1 - 1e-12, 0.0, -1.0])
def test_a_small_mutation_of_one_entry_fails(factor):
    z, y = sample(scale=1.0)
    claims = naive(z, y)
    claims["grad"][7, 2] *= factor
    report = run([dump_of(z, y, claims)], Settings())
    assert (report.failed, report.exit_code) == (1, 1)
    (worst,) = report.worst.items
    assert (worst.place.row, worst.kind, worst.index) == (7, "gradient", 2)


def test_the_kinds_that_fail_stand_in_one_order_with_their_worst_numbers():
    z, y = sample(3)
    for first, second in (("loss", "grad"), ("grad", "loss")):
        claims = naive(z, y)
        claims[first][1] += 1
        claims[second][2] += 0.5
        report = run([dump_of(z, y, claims)], Settings())
        assert list(report.largest) == ["loss", "gradient"]
        rows = {kind: found.items[0].place.row for kind, found in report.largest.items()}
        assert rows == {
            "loss": 1 if first == "loss" else 2,
            "gradient": 1 if first == "grad" else 2,
        }


def test_a_kind_that_holds_has_no_worst_number():
    z, y = sample(3)
    claims = naive(z, y)
    assert run([dump_of(z, y, claims)], Settings()).largest == {}
    claims["loss"][0] *= 2
    assert list(run([dump_of(z, y, claims)], Settings()).largest) == ["loss"]


def test_own_value_refuses_what_cancelled():
    z, y = np.array([[0.0, 0.0, 40.0]]), np.array([2])
    claims = naive(z, y)
    lenient, strict = (
        run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(own_value=s)))
        for s in (False, True)
    )
    assert (lenient.failed, strict.failed) == (0, 1)
    tally = lenient.notes["cancelled"]
    assert tally.rows == 1
    assert tally.first.items[0].truth == pytest.approx(-8.496708510583177e-18, rel=1e-15)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("harsh", [{"own_value": True}, {"ulp": 0.1}, {"rtol": 1e-20}])
@pytest.mark.parametrize("claimed", [["loss"], ["grad"], ["loss", "grad"]])
def test_textbook_arithmetic_is_known_in_its_type(claimed, harsh, dtype):
    z, y = sample(400, dtype=dtype, scale=8.0)
    claims = {kind: naive(z, y)[kind] for kind in claimed}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(dtype, **harsh)))
    (found,) = findings(report.diagnosis)
    assert found.suspect == (CANCELLED,)
    assert found.rows == report.failed > 0


def test_rtol_and_atol_replace_it():
    z, y = sample(scale=1.0)
    claims = naive(z, y)
    claims["grad"] *= 1 + 1e-5
    loose, tight = (
        run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(rtol=rtol)))
        for rtol in (2e-5, 5e-6)
    )
    assert (loose.failed, tight.failed) == (0, 40)


def test_a_sum_that_is_not_0_is_noted_of_rows_that_pass():
    """Logits of 1e4 may move by ulps of 1e4: entries of p may, but still sum to 1."""
    z, y = np.array([[1e4, 1e4 - 1.0, 1e4 - 2.0]] * 2), np.array([0, 0])
    claims = naive(z, y)["grad"]
    claims[1] += 1e-12
    dump = dump_of(z, y, {"grad": claims})
    report = run([dump], Settings(Objective(CrossEntropy(label_smoothing=1e-30))))
    assert report.passed == 2
    assert report.notes["nonzero-sum"].rows == 1
    assert report.notes["nonzero-sum"].first.items[0].place.row == 1


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("scale", [1.0, 30.0])
@pytest.mark.parametrize("classes", [3, 1000])
@pytest.mark.parametrize("wrong", [1.0, -1.0, 40.0, 3.0, 1 / 40])
def test_rounding_is_no_sum_that_is_not_0(dtype, scale, classes, wrong):
    z, y = sample(40, classes, dtype, scale=scale)
    claims = (naive(z, y)["grad"] / z.dtype.type(40) * z.dtype.type(wrong)).astype(dtype)
    report = run([dump_of(z, y, {"grad": claims})], Settings(mean=True, tolerance=Tolerance(dtype)))
    assert "nonzero-sum" not in report.notes


def test_a_missing_one_is_a_sum_that_is_not_0():
    z, y = sample(40)
    report = run([dump_of(z, y, {"grad": softmax(z) / 40})], Settings(mean=True))
    assert report.notes["nonzero-sum"].rows == 40


def test_a_sum_that_is_not_0_is_noted_of_rows_that_hold_too():
    z, y = np.full((1, 3), 1000.0), np.array([0])
    wrong = np.array([[-2 / 3, 1 / 3, 1 / 3]])
    wrong[0, 1:] += 20 * 2.0**-23  # logits of 1000 may move by more
    report = run([dump_of(z, y, {"grad": wrong})], Settings(tolerance=Tolerance("float32")))
    assert (report.passed, report.notes["nonzero-sum"].rows) == (1, 1)


@pytest.mark.parametrize("claim", [math.nan, math.inf, -math.inf])
def test_claims_that_are_no_numbers_fail_and_are_noted(claim):
    z, y = sample(3)
    claims = naive(z, y)
    claims["grad"][1, 1] = claim
    report = run([dump_of(z, y, claims)], Settings())
    assert (report.failed, report.notes["not-finite"].rows) == (1, 1)


def test_an_infinite_loss_may_be_claimed_where_it_is_true():
    z, y = np.array([[-math.inf, 0.0]]), np.array([0])
    claims = {"loss": np.array([math.inf]), "grad": np.array([[-1.0, 1.0]])}
    report = run([dump_of(z, y, claims)], Settings())
    assert (report.passed, dict(report.notes)) == (1, {})


@pytest.mark.parametrize("ulp", [0.0, 1e-300])
def test_no_ulp_at_all_may_be_allowed(ulp):
    z, y = np.zeros((3, 2)), np.array([0, 1, 0])
    claims = {"grad": np.array([[-0.5, 0.5], [0.5, -0.5], [-0.5, 0.5000001]])}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(ulp=ulp)))
    assert (report.passed, report.failed) == (2, 1)


@pytest.mark.parametrize("written", [0, 3])
def test_ignored_rows_must_claim_zero(written):
    z, y = sample(10)
    y[[2, 5]] = -100
    claims = naive(z, np.where(y < 0, written, y))
    claims["grad"][2], claims["loss"][[2, 5]] = 0.0, 0.0
    objective = Objective(ignore_index=-100)
    report = run([dump_of(z, y, claims, ignore_index=-100)], Settings(objective))
    assert (report.passed, report.ignored, report.failed) == (8, 1, 1)
    assert findings(report.diagnosis)[0].fault == "ignored-row-counted"


def test_a_mean_divides_by_the_weights_of_the_rows_that_count():
    z, y = sample(9)
    y[4] = -100
    weight = np.array([2.0, 3.0, 0.5, 7.0])
    w = np.where(y >= 0, weight[np.maximum(y, 0)], 0.0)
    claims = {"grad": naive(z, np.maximum(y, 0))["grad"] * (w / w.sum())[:, None]}
    objective = Objective(CrossEntropy(weight=tuple(weight)), ignore_index=-100)
    report = run([dump_of(z, y, claims, ignore_index=-100)], Settings(objective, mean=True))
    assert (report.passed, report.ignored) == (8, 1)


@settings(deadline=None, max_examples=12)
@given(
    st.integers(60, 900), st.integers(1, 3), st.sampled_from([4, 10, 120]),
    st.lists(st.sampled_from(["right", "wrong", "zero", "flipped", "nan"]), min_size=1, max_size=9),
)  # fmt: skip
def test_neither_blocks_nor_threads_make_a_difference(size, workers, classes, kinds):
    z, y = sample(len(kinds), classes)
    claims = naive(z, y)
    for row, kind in enumerate(kinds):
        factor = {"right": 1.0, "wrong": 1.01, "zero": 0.0, "flipped": -1.0, "nan": math.nan}[kind]
        claims["grad"][row] *= factor
    whole = run([dump_of(z, y, claims)], Settings(workers=1))
    assert run([dump_of(z, y, claims, size)], Settings(workers=workers)) == whole


@given(st.integers(1, 5), st.lists(st.integers()), st.lists(st.integers()))
def test_the_first_of_a_sum_are_the_first_of_all(limit, a, b):
    def first(items):
        return First(limit, tuple(sorted(items)[:limit]))

    assert first(a) + first(b) == first(a + b)
    assert first(a) + First() == first(a)


def test_a_report_of_nothing_is_zero():
    z, y = sample(5)
    report = run([dump_of(z, y, {"grad": softmax(z)})], Settings())
    assert report + Report() == report == Report() + report


def test_the_total_loss_is_that_of_the_rows():
    z, y = sample(50)
    report = run([dump_of(z, y, {})], Settings())
    losses = CrossEntropy().evaluate(z, labels=y).loss
    assert float(report.loss) == pytest.approx(math.fsum(losses), rel=5 * 2.0**-52)


@pytest.mark.parametrize(
    "options", [{"ulp": -1.0}, {"rtol": math.inf}, {"own_value": True, "atol": 1e-3}]
)
def test_options_that_cannot_be(options):
    with pytest.raises(InputError):
        Tolerance(**options)
