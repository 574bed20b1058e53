"""How fast derivations are proved, beside SymPy's own way and beside bare imports.

Run it with ``python benchmarks/derive.py``; it takes a few minutes, most of them SymPy's.
Figures are medians of interleaved runs, the ratios are what to quote.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sympy import Expr, IndexedBase, KroneckerDelta, diff, exp, log, simplify

from ce_cli.derivations.subjects.cross_entropy import DEFINITIONS
from ce_cli.symbolic.kernel.claims import Claim, SumsToOne
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.notation import L, Partial, i, j, p, y, z

CLASSES = 100
ROUNDS = 21
CECHECK = str(Path(sys.executable).with_name("cecheck"))
IMPORTS = "import numpy, click"

JACOBIAN = Claim(Partial(p[i], z[j]), p[i] * (KroneckerDelta(i, j) - p[j]))
GRADIENT = Claim(Partial(L, z[i]), p[i] - y[i])


def prove_jacobian(classes: int | None = None) -> None:
    """Prove all entries ∂p_i/∂z_j at once, for every i and j."""
    verdict = prove(JACOBIAN, classes=classes, definitions=DEFINITIONS)
    if type(verdict).__name__ != "Proved":
        raise SystemExit(f"not proved: {verdict}")


def prove_gradient(classes: int | None = None) -> None:
    """Prove the gradient entry p_i - y_i."""
    verdict = prove(GRADIENT, [SumsToOne(y)], classes=classes, definitions=DEFINITIONS)
    if type(verdict).__name__ != "Proved":
        raise SystemExit(f"not proved: {verdict}")


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def verdicts() -> None:
    """Time one general verdict, and one at a large class count."""
    works: dict[str, Callable[[], object]] = {
        "Jacobian entry, every C": prove_jacobian,
        "Jacobian entry, C = 100": lambda: prove_jacobian(CLASSES),
        "CE gradient entry, every C": prove_gradient,
        "CE gradient entry, C = 100": lambda: prove_gradient(CLASSES),
    }
    runs = {name: [seconds(work) for _ in range(ROUNDS)] for name, work in works.items()}
    for name, times in runs.items():
        print(f"{name}: {statistics.median(times) * 1000:.1f} ms (goal 5 ms)")


def sympy_gradient() -> Expr:
    """Differentiate the loss at C = 100 with SymPy and simplify one entry's difference."""
    logits, targets = IndexedBase("z"), IndexedBase("y")
    total = sum(exp(logits[k]) for k in range(CLASSES))
    loss = -sum(targets[k] * log(exp(logits[k]) / total) for k in range(CLASSES))
    return simplify(diff(loss, logits[0]))


def against_sympy() -> None:
    """Time all C² entries at C = 100 against SymPy's diff and simplify of one loss."""
    ours = statistics.median(seconds(lambda: prove_jacobian(CLASSES)) for _ in range(ROUNDS))
    theirs = statistics.median(seconds(sympy_gradient) for _ in range(3))
    print(
        f"all {CLASSES**2} entries at C = {CLASSES}: {ours * 1000:.1f} ms, "
        f"SymPy diff + simplify of the loss: {theirs:.1f} s, {theirs / ours:.0f} times (goal 100)"
    )


def process() -> None:
    """Time the whole process against the imports."""

    def run(command: list[str]) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    ours, theirs = [], []
    for _ in range(11):
        ours.append(seconds(lambda: run([CECHECK, "derive", "--classes", "3"])))
        theirs.append(seconds(lambda: run([sys.executable, "-c", IMPORTS])))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(
        f"cecheck derive --classes 3: {statistics.median(ours) * 1000:.0f} ms, "
        f'python -c "{IMPORTS}": {statistics.median(theirs) * 1000:.0f} ms, '
        f"ratio {ratio:.2f} (goal 5)"
    )


if __name__ == "__main__":
    verdicts()
    process()
    against_sympy()
