"""The fast sieve against exact arithmetic: what it lets pass must hold."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ce_cli.dumps.judge import Judge
from ce_cli.dumps.objective import Objective
from ce_cli.dumps.reading.rows import Block
from ce_cli.dumps.sieve import Sieve
from ce_cli.dumps.tolerance import PRECISIONS, Tolerance
from ce_cli.numeric.block import evaluate
from ce_cli.numeric.cross_entropy import CrossEntropy
from tests.dumps.textbook import naive, sample

logit = st.one_of(
    st.floats(-30, 30), st.floats(-1000, 1000), st.sampled_from([0.0, 1e5, -1e5, -math.inf])
)
tolerances = st.one_of(
    st.builds(Tolerance, st.sampled_from(sorted(PRECISIONS)), st.sampled_from([1.0, 8.0, 300.0])),
    st.builds(Tolerance, st.just("float32"), own_value=st.booleans()),
    st.builds(Tolerance, rtol=st.sampled_from([0.0, 1e-9, 0.5]), atol=st.sampled_from([0.0, 1e-6])),
)  # fmt: skip


def block_with(row, label, kind=None, claims=None):
    """Return a block of one row that claims something."""
    logits, parts = np.array([row]).T, {} if kind is None else {kind: claims}
    return Block("a.csv", 0, 0, np.arange(1), logits, np.array([label]), None, **parts)


@pytest.mark.parametrize("kind", ["loss", "probabilities", "gradient"])
@settings(deadline=None, max_examples=300)
@given(
    st.lists(logit, min_size=2, max_size=6), st.integers(0, 5), tolerances,
    st.sampled_from([1.0, 0.25, 3.0]), st.integers(0, 5), st.sampled_from([-1.0, 1.0]),
    st.sampled_from([1.0 + 1e-6, 1.5, 20.0]),
)  # fmt: skip
@example([0.0, 5.0], 1, Tolerance("bfloat16"), 1.0, 0, 1.0, 1.5)
@example([0.0, 1e5], 1, Tolerance("bfloat16", 300.0), 3.0, 1, -1.0, 20.0)
@example([1000.0, 1000.0], 0, Tolerance("float16"), 1.0, 1, -1.0, 1.0 + 1e-6)
def test_what_is_off_by_more_than_is_allowed_never_passes(
    kind, row, label, tolerance, divisor, at, sign, factor
):
    if max(row) == -math.inf:
        row = [0.0, *row[1:]]
    label, at = label % len(row), at % len(row)
    weight = tuple(1.0 + k / 3 for k in range(len(row)))
    judge = Judge(Objective(CrossEntropy(weight), divisor=divisor), tolerance)
    rows = judge.objective.rows(block_with(row, label), np.arange(1))
    truth = judge.objective.truth(rows)
    claims, allowed = getattr(truth, kind).T.copy(), getattr(judge.allowed(truth), kind).T
    place = (0,) if kind == "loss" else (at, 0)
    assume(math.isfinite(claims[place]))
    claims[place] += sign * factor * allowed[place]
    # Of an error that is small enough, adding it may leave nothing.
    assume(abs(claims[place] - getattr(truth, kind).T[place]) > allowed[place])
    block = block_with(row, label, kind, claims)
    sieve = Sieve(judge.objective, tolerance)
    assert not sieve.fits(block) or sieve.sieve(block).doubtful.all()
    assert judge.judge(block, np.arange(1))[0].all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("scale", [1.0, 10.0, 30.0])
@pytest.mark.parametrize("classes", [10, 100, 1000])
def test_few_rows_of_honest_code_are_left_to_the_judge(classes, scale, dtype):
    """Where p - 1 cancelled the judge has to note it: in 4 of 100 rows of 10 classes, at 30."""
    z, y = sample(200_000 // classes, classes, dtype, scale=scale)
    claims = naive(z, y)
    loss, gradient = claims["loss"].astype(float), claims["grad"].T.astype(float)
    logits = z.T.astype(float)
    block = Block("a.csv", 0, 0, np.arange(len(y)), logits, y, None, loss, None, gradient)
    cancelled = claims["grad"][np.arange(len(y)), y] == 0
    doubtful = Sieve(Objective(), Tolerance(dtype)).sieve(block).doubtful
    assert doubtful[cancelled].all()
    assert doubtful[~cancelled].mean() < 0.05


@pytest.mark.parametrize(
    "tolerance",
    [
        Tolerance(rtol=0.0),
        Tolerance(ulp=0.1),
        Tolerance(ulp=1.0),
        Tolerance(own_value=True, ulp=1.0),
    ],
)
def test_the_kernel_decides_nothing_where_its_own_rounding_may_fail(tolerance):
    z, y = sample(2000, 3)
    found = evaluate(z.T, y)
    block = Block("a.csv", 0, 0, np.arange(len(y)), z.T, y, None,
                  found.loss, found.probabilities, found.gradient)  # fmt: skip
    failing, _ = Judge(Objective(), tolerance).judge(block, np.arange(len(y)))
    assert failing.any()
    assert not Sieve(Objective(), tolerance).fits(block)


@pytest.mark.parametrize("options", [{}, {"own_value": True}, {"rtol": 1e-5}])
@pytest.mark.parametrize("claimed", [5.0, math.nan, math.inf])
def test_an_infinite_loss_is_no_finite_one(options, claimed):
    block = block_with([0.0, 1.0, -math.inf], 2, "loss", np.array([claimed]))
    judge = Judge(Objective(), Tolerance(**options))
    assert Sieve(Objective(), Tolerance(**options)).sieve(block).doubtful.all()
    assert judge.judge(block, np.arange(1))[0].all() == (claimed != math.inf)
