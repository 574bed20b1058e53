"""Every fault, and pairs of them, are found in dumps that wrong code writes."""

import json
import math
from dataclasses import dataclass

import numpy as np
import pytest

from tests.dumps.textbook import softmax

ROWS, CLASSES = 48, 5
WEIGHT = (2.0, 3.0, 0.5, 7.0, 1.25)
SMOOTHING = 0.1
IGNORED = 2


@dataclass(frozen=True)
class Meant:
    """The loss that was to be computed."""

    weight: tuple[float, ...] | None = None
    smoothing: float = 0.0
    ignored: int | None = None
    mean: bool = False
    soft: bool = False

    def options(self):
        yield from ["--weight", ",".join(map(str, self.weight))] if self.weight else []
        yield from ["--label-smoothing", self.smoothing] if self.smoothing else []
        yield from ["--ignore-index", self.ignored] if self.ignored is not None else []
        yield from ["--reduction", "mean"] if self.mean else []


def written_by(wrong, meant, z, y):
    """Return what textbook code with some faults makes of labels or targets."""
    p = softmax(z, axis=0 if "wrong-axis" in wrong else 1)
    if "double-softmax" in wrong:
        p = softmax(p)
    if "clipped" in wrong:
        p = np.clip(p, 1e-7, 1 - 1e-7)
    t = y if meant.soft else np.eye(CLASSES)[(y - ("label-off-by-one" in wrong)) % CLASSES]
    smoothing = 0.0 if "smoothing-missing" in wrong else meant.smoothing
    if "smoothing-k-minus-1" in wrong:
        t = np.where(t == 1, 1 - smoothing, smoothing / (CLASSES - 1))
    else:
        t = (1 - smoothing) * t + smoothing / CLASSES
    if meant.weight and "weight-missing" not in wrong:
        t = t * np.array(meant.weight)
    divisor = 1.0
    if not meant.soft:
        counts = (y != meant.ignored) | ("ignored-row-counted" in wrong)
        t = t * counts[:, None]
        due = (y != meant.ignored) * np.array(meant.weight or np.ones(CLASSES))[y]
        divisor = due.sum() if meant.mean != ("wrong-divisor" in wrong) else 1.0
    total = t.sum(axis=1, keepdims=True)
    gradient = p * total - t
    if "missing-one-hot" in wrong:
        gradient = p * total
    if "diagonal-only" in wrong:
        gradient = p * (1 - p) * total
    if "targets-not-normalized" in wrong:
        gradient = p - t
    factor = 1 / math.log(2) if "log-base" in wrong else 1.0
    sign = -1.0 if "sign-flipped" in wrong else 1.0
    claims = {
        "loss": -factor * (t * np.log(p)).sum(axis=1),
        "gradient": sign * factor * gradient / divisor,
    }
    if "low-precision" in wrong:
        claims = {kind: values.astype(np.float32) for kind, values in claims.items()}
    return claims


PLAIN, MEAN = Meant(), Meant(mean=True)
WEIGHTED, SMOOTHED = Meant(WEIGHT, mean=True), Meant(smoothing=SMOOTHING)
SKIPPING, SOFT = Meant(ignored=IGNORED), Meant(soft=True)
ALL = Meant(WEIGHT, SMOOTHING, IGNORED, mean=True)
CASES = [
    ("sign-flipped", PLAIN), ("sign-flipped", ALL),
    ("missing-one-hot", PLAIN), ("missing-one-hot", ALL),
    ("label-off-by-one", PLAIN), ("label-off-by-one", SMOOTHED),
    ("wrong-divisor", PLAIN), ("wrong-divisor", MEAN), ("wrong-divisor", ALL),
    ("diagonal-only", PLAIN), ("diagonal-only", MEAN),
    ("double-softmax", PLAIN), ("double-softmax", ALL),
    ("wrong-axis", PLAIN), ("wrong-axis", WEIGHTED),
    ("clipped", PLAIN), ("clipped", WEIGHTED),
    ("smoothing-k-minus-1", SMOOTHED), ("smoothing-k-minus-1", ALL),
    ("smoothing-missing", SMOOTHED), ("smoothing-missing", ALL),
    ("weight-missing", WEIGHTED), ("weight-missing", ALL),
    ("log-base", PLAIN), ("log-base", ALL),
    ("low-precision", PLAIN), ("low-precision", ALL),
    ("ignored-row-counted", SKIPPING), ("ignored-row-counted", ALL),
    ("targets-not-normalized", SOFT),
    ("sign-flipped+missing-one-hot", PLAIN), ("sign-flipped+label-off-by-one", PLAIN),
    ("sign-flipped+wrong-divisor", MEAN), ("sign-flipped+double-softmax", PLAIN),
    ("sign-flipped+smoothing-missing", SMOOTHED), ("sign-flipped+weight-missing", WEIGHTED),
    ("sign-flipped+smoothing-k-minus-1", ALL), ("sign-flipped+low-precision", PLAIN),
    ("sign-flipped+targets-not-normalized", SOFT), ("sign-flipped+log-base", PLAIN),
    ("missing-one-hot+wrong-divisor", MEAN), ("missing-one-hot+weight-missing", WEIGHTED),
    ("missing-one-hot+low-precision", PLAIN), ("missing-one-hot+log-base", PLAIN),
    ("label-off-by-one+wrong-divisor", MEAN), ("label-off-by-one+smoothing-missing", SMOOTHED),
    ("label-off-by-one+double-softmax", PLAIN), ("label-off-by-one+log-base", MEAN),
    ("wrong-divisor+weight-missing", WEIGHTED), ("wrong-divisor+smoothing-missing", ALL),
    ("wrong-divisor+smoothing-k-minus-1", ALL), ("wrong-divisor+double-softmax", MEAN),
    ("wrong-divisor+low-precision", MEAN), ("wrong-divisor+log-base", MEAN),
    ("weight-missing+smoothing-missing", ALL), ("wrong-axis+wrong-divisor", MEAN),
    ("weight-missing+smoothing-k-minus-1", ALL),
    ("ignored-row-counted+wrong-divisor", Meant(ignored=IGNORED, mean=True)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "meant"), CASES, ids=[f"{fault}-{k}" for k, (fault, _) in enumerate(CASES)]
)
def test_the_fault_is_named(cecheck, tmp_path, fault, meant):
    wrong = fault.split("+")
    random = np.random.default_rng(len(fault))
    z = random.normal(size=(ROWS, CLASSES)) * (12.0 if "clipped" in wrong else 1.5)
    y = random.random((ROWS, CLASSES)) if meant.soft else random.integers(0, CLASSES, ROWS)
    truth = {"targets": y} if meant.soft else {"labels": y}
    claims, right = written_by(wrong, meant, z, y), written_by([], meant, z, y)
    np.savez(tmp_path / "right.npz", logits=z, **truth, **right)
    np.savez(tmp_path / "wrong.npz", logits=z, **truth, **claims)
    options = [*meant.options(), "--format", "json"]
    assert cecheck("batch", tmp_path / "right.npz", *options).code == 0
    code, out, _ = cecheck("batch", tmp_path / "wrong.npz", *options)
    report = json.loads(out)
    names = [set(finding["fault"].split("+")) for finding in report["diagnosis"]]
    assert code == 1
    assert set(wrong) in names
    # Where a row shows one fault of a pair alone, that one is named.
    assert all(name <= set(wrong) for name in names)
    assert sum(finding["rows"] for finding in report["diagnosis"]) == report["failed"]


def test_there_is_a_dump_for_every_fault_and_enough_pairs():
    singles = {fault for fault, _ in CASES if "+" not in fault}
    assert len(singles) == 15
    assert len({fault for fault, _ in CASES if "+" in fault}) >= 20


def test_one_row_has_no_other_axis(cecheck, tmp_path):
    """Of one row the maximum over rows is the row, and 1 = log₂ 2 would be its loss.

    Nor does a round number show that the code computes in few bits.
    """
    (tmp_path / "a.csv").write_text("z0,z1,label,loss\n1,2,0,1\n")
    report = json.loads(cecheck("batch", tmp_path / "a.csv", "--format", "json").out)
    assert [found["fault"] for found in report["diagnosis"]] == ["unexplained"]
