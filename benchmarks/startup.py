"""How long cecheck takes to start, beside the imports it cannot do without.

Run it with ``python benchmarks/startup.py``. Every command is a process of its own; the
runs are interleaved, the figures are medians, the ratios are what to quote.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

PAIRS = [
    ("cecheck --help", ["--help"], "import click", 1.4),
    (
        "cecheck grad 4 -4 3 --label 2",
        ["grad", "4", "-4", "3", "--label", "2"],
        "import numpy, click",
        1.3,
    ),
]
ROUNDS = 31
CECHECK = str(Path(sys.executable).with_name("cecheck"))


def seconds(command: list[str]) -> float:
    """Return the wall time of one process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure all pairs and print their ratios."""
    for name, arguments, imports, goal in PAIRS:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(seconds([CECHECK, *arguments]))
            theirs.append(seconds([sys.executable, "-c", imports]))
        ratio = statistics.median(ours) / statistics.median(theirs)
        print(
            f"{name}: {statistics.median(ours) * 1000:.0f} ms, "
            f'python -c "{imports}": {statistics.median(theirs) * 1000:.0f} ms, '
            f"ratio {ratio:.2f} (goal {goal})"
        )


if __name__ == "__main__":
    main()
