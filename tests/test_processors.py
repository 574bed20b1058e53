"""NumPy takes the list of features that it is to do without, and does without them."""

import os
import subprocess
import sys

from tests.places import ROOT
from tests.processors import dispensable_features

LEFT = "from tests.processors import dispensable_features as left; print(left())"


def test_nothing_dispensable_is_left():
    without = "NPY_DISABLE_CPU_FEATURES"
    features = " ".join([os.environ.get(without, ""), *dispensable_features()])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LEFT], capture_output=True, encoding="utf-8",
        env=os.environ | {without: features}, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_the_script_prints_them():
    done = subprocess.run(
        [sys.executable, "tests/processors.py"], capture_output=True, encoding="utf-8", cwd=ROOT,
        check=True,
    )  # fmt: skip
    assert done.stdout.split() == dispensable_features()
