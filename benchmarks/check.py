"""How long a formula takes from its text to the verdict, and the process beside its imports.

Run it with ``python benchmarks/check.py [FILE ...]``; each file holds chains of its own. The
figures are medians; the ratio is what to quote.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from ce_cli.formulas.report import report_formula

FORMULAS = [
    r"\frac{\partial L}{\partial z_i} = p_i - y_i",
    "dp_i/dz_j = p_i (delta_ij - p_j)",
    "dp_i/dz_j = -p_j p_j if i != j",
    r"p_i = \frac{e^{z_i + c}}{\sum_k e^{z_k + c}}",
    "dp/dz = diag(p) - p p^T",
    r"L = -\log p_y = \log \sum_k e^{z_k} - z_y",
    r"\sigma'(x) = \sigma(x) (1 - \sigma(x))",
]
GOAL_MS = 20
GOAL_RATIO = 5
ROUNDS = 7
IMPORTS = "import numpy, click"


def milliseconds(text: str) -> float:
    """Return the median time from the text to the report."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        report_formula(text)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def seconds(command: list[str]) -> float:
    """Return the median wall time of a process."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    for text in FORMULAS:
        print(f"{milliseconds(text):6.1f} ms (goal {GOAL_MS})  {text}")
    for path in sys.argv[1:]:
        print(f"{milliseconds(Path(path).read_text(encoding='utf-8')):6.1f} ms  {path}")
    ours = seconds([sys.executable, "-m", "ce_cli", "check", FORMULAS[0]])
    theirs = seconds([sys.executable, "-c", IMPORTS])
    print(
        f'cecheck check: {ours * 1000:.0f} ms, python -c "{IMPORTS}": {theirs * 1000:.0f} ms, '
        f"ratio {ours / theirs:.2f} (goal {GOAL_RATIO})"
    )


if __name__ == "__main__":
    main()
