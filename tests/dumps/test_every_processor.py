"""The report is the same on every processor: where NumPy's functions are off in their last bits."""

import json

import mpmath
import numpy as np
import pytest

from ce_cli.dumps.blocks import compute
from ce_cli.dumps.objective import Objective
from ce_cli.dumps.run import Settings, run
from ce_cli.dumps.tolerance import Tolerance
from ce_cli.dumps.view import batch_document
from ce_cli.numeric.cross_entropy import CrossEntropy
from tests.dumps.textbook import dump_of, naive, sample

FUNCTIONS = ("exp", "log", "log1p", "expm1")


def another_processor(monkeypatch, direction):
    """Let NumPy's functions round to the wrong side."""
    for name in FUNCTIONS:
        usual = getattr(np, name)

        def moved(x, out=None, usual=usual):
            found = np.nextafter(usual(x), direction)
            if out is None:
                return found
            out[...] = found
            return out

        monkeypatch.setattr(np, name, moved)
        assert moved(np.ones(1)) != usual(np.ones(1))


def a_few_ulp_off(claims, dtype):
    """Return claims of which many are off by about as much as is allowed."""
    generator = np.random.default_rng(7)
    epsilon = np.finfo(dtype).eps
    return {
        kind: (part * (1 + epsilon * generator.integers(-20, 21, part.shape))).astype(dtype)
        for kind, part in claims.items()
    }


def report_of(z, y, claims, tolerance, objective):
    dump = dump_of(z, y, claims, ignore_index=objective.ignore_index)
    return json.dumps(batch_document(run([dump], Settings(objective, tolerance))).data, default=str)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("objective", [
    Objective(), Objective(CrossEntropy(temperature=0.5, label_smoothing=0.1)),
    Objective(CrossEntropy((1.0, 2.0, 3.0, 4.0, 5.0)), divisor=7.0),
])  # fmt: skip
def test_a_report_does_not_depend_on_the_last_bits_of_numpy(monkeypatch, dtype, objective):
    z, y = sample(300, 5, dtype, scale=8.0)
    claims = a_few_ulp_off(naive(z, y), dtype)
    usual = report_of(z, y, claims, Tolerance(dtype), objective)
    assert json.loads(usual)["failed"] > 20
    for direction in (-np.inf, np.inf):
        with monkeypatch.context() as patch:
            another_processor(patch, direction)
            assert report_of(z, y, claims, Tolerance(dtype), objective) == usual


@pytest.mark.parametrize("direction", [-np.inf, np.inf])
def test_written_numbers_do_not_depend_on_the_last_bits_of_numpy(monkeypatch, direction):
    z, y = sample(300, 5, scale=8.0)
    dump = dump_of(z, y, {})
    (block,) = map(dump.read, dump.pieces())
    objective = Objective(CrossEntropy((1.0, 2.0, 3.0, 4.0, 5.0), label_smoothing=0.1))
    usual = compute(block, objective)
    another_processor(monkeypatch, direction)
    for part, moved in zip(usual, compute(block, objective), strict=True):
        assert np.array_equal(part, moved)


def test_equal_rows_are_ranked_by_their_place():
    z, y = np.zeros((40, 3)), np.zeros(40, dtype=int)
    report = run([dump_of(z, y, {"loss": np.full(40, 2.0)})], Settings())
    assert [found.place.row for found in report.worst.items] == [0, 1, 2, 3, 4]


def test_shown_truths_are_the_nearest_doubles():
    """Worked out here with mpmath, from the definition."""
    precise = mpmath.MPContext()
    precise.dps = 40
    z, y, divisor = np.array([[0.1, 2.5, -3.0]]), np.array([1]), 7.0
    criterion = CrossEntropy((1.0, 3.0, 0.3), label_smoothing=0.1, temperature=0.7)
    claims = {"loss": [9.0], "p": [[0.5, 0.4, 0.1]], "grad": [[1.0, -1.0, 0.0]]}
    dump = dump_of(z, y, {kind: np.array(part) for kind, part in claims.items()})
    report = run([dump], Settings(Objective(criterion, divisor=divisor)))
    e = [precise.exp(precise.mpf(value) / precise.mpf(0.7)) for value in z[0].tolist()]
    p = [value / sum(e) for value in e]
    kept, share = 1 - precise.mpf(0.1), precise.mpf(0.1) / 3
    t = [precise.mpf(w) * (kept * (k == 1) + share) for k, w in enumerate((1.0, 3.0, 0.3))]
    loss = -sum(a * precise.log(b) for a, b in zip(t, p, strict=True))
    gradient = [(b * sum(t) - a) / (precise.mpf(0.7) * 7) for a, b in zip(t, p, strict=True)]
    truth = {"loss": [loss], "probabilities": p, "gradient": gradient}
    assert set(report.largest) == set(truth)
    for kind, first in report.largest.items():
        (found,) = first.items
        assert found.truth == float(truth[kind][found.index or 0])
