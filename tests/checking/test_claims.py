"""Claims against the truth: what passes, what fails, and why."""

import io
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_cli.checking.code import Columns
from ce_cli.checking.faults import Context, findings
from ce_cli.checking.judge import Judge
from ce_cli.checking.objective import Objective, Rows
from ce_cli.checking.report import First, Report, Totals
from ce_cli.checking.rows import compute
from ce_cli.checking.run import Settings, run
from ce_cli.checking.tolerance import Tolerance
from ce_cli.errors import InputError
from ce_cli.numeric.cross_entropy import CrossEntropy
from ce_cli.numeric.exact_sum import exact_sum
from ce_cli.numeric.softmax import logsumexp
from ce_cli.reading.dump import Block
from ce_cli.reading.dump_text import TextDump, TextOptions


def dump_of(z, y, claims, size=2**22, ignore_index=None):
    """Return a dump of logits, labels and claimed columns."""
    classes = z.shape[1]
    table = {f"z{k}": z[:, k] for k in range(classes)} | {"label": y}
    for kind, values in claims.items():
        if values.ndim == 1:
            table[kind] = values
        else:
            table |= {f"{kind}{k}": values[:, k] for k in range(classes)}
    lines = [",".join(table)]
    lines += [",".join(str(v) for v in row) for row in zip(*table.values(), strict=True)]
    data = "\n".join(lines).encode()
    options = TextOptions(ignore_index=ignore_index)
    return replace(TextDump.opened(lambda: io.BytesIO(data), "a.csv", 0, options), piece_size=size)


def sample(rows=40, classes=4, dtype=np.float64, seed=0, scale=3.0):
    random = np.random.default_rng(seed)
    return (random.normal(size=(rows, classes)) * scale).astype(dtype), random.integers(
        0, classes, rows
    )


def softmax(z, axis=1):
    """Softmax as everybody writes it, in the type of z."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def one_hot(y, classes, dtype=np.float64):
    return np.eye(classes, dtype=dtype)[y]


def naive(z, y):
    """Loss and gradient as everybody writes them, in the type of z."""
    shifted = z - z.max(axis=1, keepdims=True)
    loss = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return {"loss": loss, "grad": softmax(z) - one_hot(y, z.shape[1], z.dtype)}


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
@pytest.mark.parametrize("harsh", [{"strict": True}, {"ulp": 0.1}])
@pytest.mark.parametrize("made", [np.asarray, shifted_by_the_maximum, against_0])
def test_rounding_is_not_taken_for_a_fault(made, harsh, claimed, dtype):
    z = made(sample(400, dtype=dtype)[0])
    y = z.argmax(axis=1)
    claims = {kind: naive(z, y)[kind] for kind in claimed}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(dtype, **harsh)))
    found = {finding.fault for finding in findings(report.diagnosis, report.failed)}
    assert report.failed
    assert found <= {"low-precision", "unexplained"}


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


def test_strict_refuses_what_cancelled():
    z, y = np.array([[0.0, 0.0, 40.0]]), np.array([2])
    claims = naive(z, y)
    lenient, strict = (
        run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(strict=s))) for s in (False, True)
    )
    assert (lenient.failed, strict.failed) == (0, 1)
    tally = lenient.notes["cancelled"]
    assert tally.rows == 1
    assert tally.first.items[0].truth == pytest.approx(-8.496708510583177e-18, rel=1e-15)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("harsh", [{"strict": True}, {"ulp": 0.1}, {"rtol": 1e-20}])
@pytest.mark.parametrize("claimed", [["loss"], ["grad"], ["loss", "grad"]])
def test_textbook_arithmetic_is_known_in_its_type(claimed, harsh, dtype):
    z, y = sample(400, dtype=dtype, scale=8.0)
    claims = {kind: naive(z, y)[kind] for kind in claimed}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance(dtype, **harsh)))
    (found,) = findings(report.diagnosis, report.failed)
    assert "failing rows are what textbook arithmetic gives" in found.sentence
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


def test_a_gradient_of_zeros_is_called_so_and_nothing_else():
    z, y = sample(400, 10, "float32", scale=4.0)
    claims = {"loss": naive(z, y)["loss"], "grad": np.zeros_like(z)}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance("float32")))
    (found,) = findings(report.diagnosis, report.failed)
    assert (found.fault, found.rows) == ("zero-gradient", report.failed)


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
    assert findings(report.diagnosis, 1)[0].fault == "ignored-row-counted"


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
    assert [found.fault for found in findings(report.diagnosis, 3)] == [fault]


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
    (finding,) = findings(report.diagnosis, report.failed)
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
    (found,) = findings(report.diagnosis, report.failed)
    assert (found.fault, found.rows, formula in found.sentence) == ("diagonal-only", 40, True)


@pytest.mark.parametrize(("beside", "fault"), [(0.0, "diagonal-only"), (1e-8, "unexplained")])
def test_what_has_the_diagonal_alone_is_0_beside_the_label(beside, fault):
    z, y = np.zeros((1, 3), dtype="float32"), np.array([0])
    claims = {"grad": np.array([[-2 / 3, beside, beside]], dtype="float32")}
    report = run([dump_of(z, y, claims)], Settings(tolerance=Tolerance("float32")))
    assert [found.fault for found in findings(report.diagnosis, 1)] == [fault]


@pytest.mark.parametrize(("factor", "fault"), [(1.0, "wrong-axis"), (1.02, "unexplained")])
def test_a_sum_over_many_rows_may_be_off_by_more(factor, fault):
    """NumPy adds rows one after the other, and 100,000 times u is 0.006 in float32."""
    z, y = sample(100_000, 4, "float32", scale=8.0)
    p = softmax(z, axis=0)
    assert np.abs(p.sum(axis=0, dtype=float) - 1).max() > 64 * 2.0**-23
    gradient = np.float32(factor) * p - one_hot(y, 4, z.dtype)
    context = Context(
        Objective(), Tolerance("float32"), Totals(len(y), len(y), exact_sum([len(y)])),
        Columns(z.max(axis=0), logsumexp(z.T.astype(float)), len(y)),
    )  # fmt: skip
    rows = Rows(z[:400].astype(float), y[:400], one_hot(y[:400], 4), None, None, gradient[:400])
    (found,) = findings(context.explain(rows), 400)
    assert (found.fault, found.rows) == (fault, 400)


def test_the_sentence_people_come_for():
    z, y = sample(412)
    report = run([dump_of(z, y, {"grad": softmax(z)})], Settings())
    (finding,) = findings(report.diagnosis, report.failed)
    assert finding.sentence == ("412 of 412 failing rows equal p: the −1 at the label is missing")


def test_clipped_probabilities_are_named():
    z, y = sample(30, scale=12.0)
    p = np.clip(softmax(z), 1e-7, 1 - 1e-7)
    claims = {"loss": -np.log(p[np.arange(30), y]), "p": p}
    report = run([dump_of(z, y, claims)], Settings())
    assert [finding.fault for finding in findings(report.diagnosis, report.failed)] == ["clipped"]


@pytest.mark.parametrize(
    ("fault", "off", "on"),
    [("smoothing-k-minus-1", 0.1 / 3, 0.9), ("smoothing-missing", 0.0, 1.0)],
)
def test_wrong_smoothing_is_named(fault, off, on):
    z, y = sample()
    objective = Objective(CrossEntropy(label_smoothing=0.1))
    report = run([dump_of(z, y, {"grad": _smoothed(z, y, off, on)})], Settings(objective))
    assert findings(report.diagnosis, report.failed)[0].fault == fault


def test_missing_weights_are_named():
    z, y = sample()
    objective = Objective(CrossEntropy(weight=(2.0, 3.0, 0.5, 7.0)))
    report = run([dump_of(z, y, naive(z, y))], Settings(objective))
    assert findings(report.diagnosis, report.failed)[0].fault == "weight-missing"


def test_float32_claims_in_float64_are_named():
    z, y = sample(dtype="float32")
    report = run([dump_of(z, y, naive(z, y))], Settings())
    (finding,) = findings(report.diagnosis, report.failed)
    assert finding.fault == "low-precision"
    assert finding.sentence.endswith("say --dtype float32")


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
    assert [found.fault for found in findings(report.diagnosis, 1)] == [fault]


SATURATED = np.array([[0, 0, 200], [0, 150, 0], [0, 0, 400], [300, 0, 0]], dtype="float32")


@pytest.mark.parametrize("y", [[2, 1, 2, 0], [0, 1, 1, 0], [1, 2, 0, 1]])
@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("claimed", [["grad"], ["loss", "grad"]])
def test_what_float32_rounds_to_0_is_low_precision(claimed, rows, y):
    z, y = SATURATED[:rows], np.array(y[:rows])
    claims = {kind: naive(z, y)[kind] for kind in claimed}
    report = run([dump_of(z, y, claims)], Settings())
    assert report.failed == rows
    assert {found.fault for found in findings(report.diagnosis, rows)} == {"low-precision"}


def test_a_saturated_file_of_float32_has_low_precision_throughout():
    z, y = sample(200, dtype="float32", scale=300.0)
    report = run([dump_of(z, y, naive(z, y))], Settings())
    (found,) = findings(report.diagnosis, report.failed)
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
    (found,) = findings(report.diagnosis, report.failed)
    assert (found.fault, found.rows) == ("zero-gradient", len(z))


def test_noise_is_unexplained():
    z, y = sample()
    claims = {"grad": _scaled(z, y, 1.0) * (1 + np.random.default_rng(1).normal(size=z.shape))}
    report = run([dump_of(z, y, claims)], Settings())
    assert findings(report.diagnosis, report.failed)[0].fault == "unexplained"


def test_a_mean_divides_by_the_weights_of_the_rows_that_count():
    z, y = sample(9)
    y[4] = -100
    weight = np.array([2.0, 3.0, 0.5, 7.0])
    w = np.where(y >= 0, weight[np.maximum(y, 0)], 0.0)
    claims = {"grad": _scaled(z, np.maximum(y, 0), 1.0) * (w / w.sum())[:, None]}
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
    "options", [{"ulp": -1.0}, {"rtol": math.inf}, {"strict": True, "atol": 1e-3}]
)
def test_options_that_cannot_be(options):
    with pytest.raises(InputError):
        Tolerance(**options)
