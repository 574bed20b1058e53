"""How fast ``cecheck batch`` is, as ratios of interleaved runs on this machine.

python benchmarks/batch.py [PART]: PART 1 (default) is the full size, 0.1 a tenth of the rows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ce_cli.checking.run import WORKERS, Settings, in_order, run
from ce_cli.checking.tolerance import Tolerance
from ce_cli.numeric.block import Scratch, evaluate_tile
from ce_cli.reading.dump_text import TextOptions
from ce_cli.reading.open_dump import open_dump

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 5
SHAPES = ((2_000_000, 10), (20_000, 1000), (8_000, 50257))
NAIVE = """
import sys, numpy as np, polars as pl
frame = pl.read_csv(sys.argv[1], infer_schema_length=1)
table = frame.to_numpy()
k = next(i for i, name in enumerate(frame.columns) if name == "label")
z, y = table[:, :k], table[:, k].astype(int)
e = np.exp(z - z.max(1, keepdims=True)); p = e / e.sum(1, keepdims=True)
loss = -np.log(p[np.arange(len(y)), y]); p[np.arange(len(y)), y] -= 1
ok = np.allclose(loss, table[:, k + 1], atol=1e-6) and np.allclose(p, table[:, k + 2:], atol=1e-6)
"""
PEAK = """
import resource, sys
from ce_cli.__main__ import run
run(["batch", sys.argv[1], "--dtype", "float32"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


def write_dump(path: Path, rows: int, classes: int) -> None:
    """Write a dump with claims as an honest float32 framework makes them."""
    random, step = np.random.default_rng(0), max(1, 2_000_000 // classes)
    with path.open("wb") as stream:
        for start in range(0, rows, step):
            count = min(step, rows - start)
            z = (random.normal(size=(count, classes)) * 3).astype(np.float32)
            y = random.integers(0, classes, count)
            e = np.exp(z - z.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            at = np.arange(count), y
            loss = np.log(e.sum(axis=1)) - (z - z.max(axis=1, keepdims=True))[at]
            p[at] -= 1
            columns = {f"z{k}": z[:, k] for k in range(classes)} | {"label": y, "loss": loss}
            columns |= {f"grad{k}": p[:, k] for k in range(classes)}
            pl.DataFrame(columns).write_csv(stream, include_header=not start)


def ratio(first: Callable[[], object], second: Callable[[], object]) -> float:
    """Return the ratio of two medians of interleaved runs."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for work, spent in zip((first, second), times, strict=True):
            start = time.perf_counter()
            work()
            spent.append(time.perf_counter() - start)
    return median(times[0]) / median(times[1])


def process(code: str, path: Path) -> str:
    """Run Python in a process of its own and return what it says on stderr."""
    command = [sys.executable, "-c", code, str(path)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr


def measure_files(part: float, folder: Path) -> None:
    """Print what checking costs for every shape, and for five times the first."""
    for times, (rows, classes) in [*((1, shape) for shape in SHAPES), (5, SHAPES[0])]:
        path = folder / f"{classes}.csv"
        write_dump(path, int(rows * part * times), classes)
        name = f"{int(rows * part * times):,} x {classes} ({path.stat().st_size / 1e6:.0f} MB)"
        dump = open_dump(str(path), 0, TextOptions())
        check = ratio(
            lambda d=dump: run([d], Settings(tolerance=Tolerance("float32"))),
            lambda d=dump: list(in_order(lambda p: len(d.read(p).rows), d.pieces(), WORKERS)),
        )
        print(f"{name}: check / bare parse by the same reader  {check:.2f}")
        if times == 1:
            wall = ratio(lambda p=path: process(PEAK, p), lambda p=path: process(NAIVE, p))
            print(f"{name}: process / Polars with naive NumPy  {wall:.2f}")
        print(f"{name}: peak memory  {process(PEAK, path).split()[-1]} MB")
        path.unlink()


def kernel(logits: np.ndarray, labels: np.ndarray, out: np.ndarray) -> None:
    """Compute the gradients of a block."""
    scratch = Scratch(logits.shape)
    for start in range(0, labels.size, scratch.rows):
        rows = slice(start, start + scratch.rows)
        tile = evaluate_tile(logits[:, rows], labels[rows], scratch)
        tile.flat[tile.where] = -tile.others
        np.multiply(tile.exponentials, tile.inverse, out=out[:, rows])


def measure_kernel() -> None:
    """Print what the kernel on two threads costs, in copies of the same memory."""
    random = np.random.default_rng(0)
    for classes in (3, 10, 100, 1000, 50257):
        rows = 8_000_000 // classes
        by_row = classes >= 200
        z = random.normal(size=(rows, classes) if by_row else (classes, rows)) * 3
        z = z.T if by_row else z
        y, out, half = random.integers(0, classes, rows), np.empty_like(z), rows // 2
        parts = [(z[:, s], y[s], out[:, s]) for s in (slice(0, half), slice(half, rows))]
        with ThreadPoolExecutor(2) as pool:
            both = ratio(
                lambda pool=pool, parts=parts: list(pool.map(lambda part: kernel(*part), parts)),
                lambda out=out, z=z: np.copyto(out, z),
            )
        exp = ratio(lambda out=out, z=z: np.exp(z, out=out), lambda out=out, z=z: np.copyto(out, z))
        print(
            f"kernel, {classes} classes: / copyto  {both:.1f} (np.exp alone, 1 thread: {exp:.1f})"
        )


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    measure_kernel()
    with tempfile.TemporaryDirectory() as found:
        measure_files(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, Path(found))
