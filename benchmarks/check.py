"""How long a formula takes from its text to the verdict, beside SymPy's work on one equation.

Run it with ``python benchmarks/check.py [FILE ...]``; each file holds chains of its own. A run of
SymPy follows on every run of ours in the same process; the figures are ratios of medians, and say
the same on every machine. The last line compares the whole process with its imports.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sympy import exp, log, simplify, symbols
from sympy.core.cache import clear_cache

from ce_cli import check

FORMULAS = [
    r"\frac{\partial L}{\partial z_i} = p_i - y_i",
    "dp_i/dz_j = p_i (delta_ij - p_j)",
    "dp_i/dz_j = -p_j p_j if i != j",
    r"p_i = \frac{e^{z_i + c}}{\sum_k e^{z_k + c}}",
    "dp/dz = diag(p) - p p^T",
    r"L = -\log p_y = \log \sum_k e^{z_k} - z_y",
    r"\sigma'(x) = \sigma(x) (1 - \sigma(x))",
]
ROUNDS = 7
IMPORTS = "import sympy, click"


def peer() -> None:
    """Let SymPy show dL/dz_0 = p_0 - y_0 for three classes, with nothing in its cache."""
    clear_cache()
    logits, targets = symbols("z:3"), symbols("y:3")
    total = sum(map(exp, logits))
    loss = -sum(y * log(exp(z) / total) for y, z in zip(targets, logits, strict=True))
    difference = loss.diff(logits[0]) - sum(targets) * exp(logits[0]) / total + targets[0]
    if simplify(difference) != 0:
        raise SystemExit("SymPy does not show the equation")


def run(arguments: list[str]) -> None:
    """Run Python in a process of its own."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(work: Callable[[], object], other: Callable[[], object]) -> float:
    """Return how many times as long as other work some work takes, run by turns."""
    pairs = [(seconds(work), seconds(other)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    return ours / theirs


def main() -> None:
    """Measure and print."""
    texts = {text: text for text in FORMULAS}
    texts |= {path: Path(path).read_text(encoding="utf-8") for path in sys.argv[1:]}
    print("time from the text to the verdict / time of SymPy for dL/dz_0 = p_0 - y_0 at C = 3")
    for name, text in texts.items():
        print(f"{ratio(lambda text=text: check(text), peer):6.3f}  {name}")
    command = ["-m", "ce_cli", "check", FORMULAS[0]]
    process = ratio(lambda: run(command), lambda: run(["-c", IMPORTS]))
    print(f'{process:6.2f}  the process of cecheck check / python -c "{IMPORTS}"')


if __name__ == "__main__":
    main()
