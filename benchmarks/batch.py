"""How fast ``cecheck batch`` is, as ratios of interleaved runs on this machine.

python benchmarks/batch.py [PART]: PART 1 (default) is the full size, 0.1 a tenth of the rows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ce_cli.dumps.reading.csv_text import TextOptions
from ce_cli.dumps.reading.opening import open_dump
from ce_cli.dumps.run import WORKERS, Settings, in_order, run
from ce_cli.dumps.tolerance import Tolerance
from ce_cli.numeric.block import BY_ROW, Scratch, evaluate_tile

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.dumps.reading.opening import Dump
    from ce_cli.dumps.reading.rows import Block

RUNS = 5
RUNS_OF_PEERS = 3
SHAPES = ((2_000_000, 10, True), (20_000, 1000, True), (8_000, 50257, False))
"""Rows, classes, and whether the file has claims."""
READ = {
    "Polars with naive NumPy": """
import sys, numpy as np, polars as pl
frame = pl.read_csv(sys.argv[1], infer_schema_length=1)
table, names = frame.to_numpy(), frame.columns
k = names.index("label")
z, y = table[:, :k], table[:, k].astype(int)
e = np.exp(z - z.max(1, keepdims=True)); p = e / e.sum(1, keepdims=True)
loss = -np.log(p[np.arange(len(y)), y]); p[np.arange(len(y)), y] -= 1
""",
    "pandas.read_csv with torch": """
import sys, numpy as np, pandas as pd, torch
frame = pd.read_csv(sys.argv[1])
table, names = frame.to_numpy(), list(frame.columns)
k = names.index("label")
z, y = torch.tensor(table[:, :k], requires_grad=True), torch.tensor(table[:, k]).long()
out = torch.nn.functional.cross_entropy(z, y, reduction="none")
out.sum().backward()
loss, p = out.detach().numpy(), z.grad.numpy()
""",
}
"""What people write today; each ends with the same comparison."""
COMPARE = """
if len(names) > k + 1:
    ok = np.allclose(loss, table[:, k + 1], atol=1e-6)
    ok = ok and np.allclose(p, table[:, k + 2:], atol=1e-6)
"""
PEAK = """
import re, sys
from ce_cli.__main__ import run
run(["batch", sys.argv[1], "--dtype", "float32"])
status = open("/proc/self/status").read()  # ru_maxrss counts the parent's memory too
print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024, file=sys.stderr)
"""


def write_dump(path: Path, rows: int, classes: int, claims: bool) -> None:
    """Write a dump, with claims as an honest float32 framework makes them."""
    random, step = np.random.default_rng(0), max(1, 2_000_000 // classes)
    names = [f"z{k}" for k in range(classes)] + ["label"]
    names += ["loss", *(f"grad{k}" for k in range(classes))] if claims else []
    with path.open("wb") as stream:
        stream.write((",".join(names) + "\n").encode())
        for start in range(0, rows, step):
            count = min(step, rows - start)
            z = (random.normal(size=(count, classes)) * 3).astype(np.float32)
            y = random.integers(0, classes, count)
            stream.write(_lines(np.column_stack([z, y, *(_claims(z, y) if claims else ())])))


def _claims(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    shifted, at = z - z.max(axis=1, keepdims=True), (np.arange(len(y)), y)
    e = np.exp(shifted)
    p = e / e.sum(axis=1, keepdims=True)
    p[at] -= 1
    return np.log(e.sum(axis=1)) - shifted[at], p


def _lines(table: np.ndarray) -> bytes:
    """Return rows as text: printed as one column, whose line ends become separators."""
    cells = pl.DataFrame({"cells": table.astype(np.float32).ravel()})
    text = np.frombuffer(cells.write_csv(include_header=False).encode(), np.uint8).copy()
    ends = np.flatnonzero(text == ord("\n"))
    text[ends] = ord(",")
    text[ends[table.shape[1] - 1 :: table.shape[1]]] = ord("\n")
    return text.tobytes()


def medians(*works: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Return the median times of interleaved runs."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, spent in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            spent.append(time.perf_counter() - start)
    return [median(spent) for spent in times]


def ratio(first: Callable[[], object], second: Callable[[], object], runs: int = RUNS) -> float:
    """Return the ratio of two medians of interleaved runs."""
    time, unit = medians(first, second, runs=runs)
    return time / unit


def read(dump: Dump, work: Callable[[Any], object]) -> None:
    """Do some work on every piece of a dump, as the check does."""
    deque(in_order(work, dump.pieces(), WORKERS), maxlen=0)


def exponentials(block: Block) -> None:
    """Compute what no softmax can do without, and nothing else."""
    scratch = Scratch(block.logits.shape)
    for start in range(0, len(block.rows), scratch.rows):
        logits = block.logits[:, start : start + scratch.rows]
        np.exp(logits, out=scratch.shaped(scratch.spaces.exponentials, logits.shape[1])[0])


def process(code: str, path: Path) -> str:
    """Run Python in a process of its own and return what it says on stderr."""
    command = [sys.executable, "-c", code, str(path)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr


def measure_files(part: float, folder: Path) -> None:
    """Print what checking costs for every shape, and for five times the first."""
    peers = {name: code + COMPARE for name, code in READ.items()}
    if not (find_spec("pandas") and find_spec("torch")):
        del peers["pandas.read_csv with torch"]
    for times, (rows, classes, claims) in [*((1, shape) for shape in SHAPES), (5, SHAPES[0])]:
        path, count = folder / f"{classes}.csv", int(rows * part * times)
        write_dump(path, count, classes, claims)
        name = f"{count:,} x {classes} ({path.stat().st_size / 1e6:.0f} MB)"
        dump = open_dump(str(path), 0, TextOptions(), ExitStack())
        parse, check, floor = medians(
            lambda d=dump: read(d, d.read),
            lambda d=dump: run([d], Settings(tolerance=Tolerance("float32"))),
            lambda d=dump: read(d, lambda piece: exponentials(d.read(piece))),
        )
        print(f"{name}: check / bare parse by the same reader  {check / parse:.2f}"
              f" (parse and np.exp alone: {floor / parse:.2f})", flush=True)  # fmt: skip
        for peer, code in peers.items() if times == 1 else ():
            wall = ratio(
                lambda p=path: process(PEAK, p), lambda p=path, c=code: process(c, p), RUNS_OF_PEERS
            )
            print(f"{name}: process / {peer}  {wall:.2f}", flush=True)
        print(f"{name}: peak memory  {process(PEAK, path).split()[-1]} MB", flush=True)
        path.unlink()


def kernel(logits: np.ndarray, labels: np.ndarray, out: np.ndarray) -> None:
    """Compute the gradients of a block."""
    scratch = Scratch(logits.shape)
    for start in range(0, labels.size, scratch.rows):
        rows = slice(start, start + scratch.rows)
        tile = evaluate_tile(logits[:, rows], labels[rows], scratch)
        scratch.shaped(scratch.spaces.exponentials, tile.labels.size)[1][tile.where] = -tile.others
        np.multiply(tile.exponentials, tile.inverse, out=out[:, rows])


def measure_kernel() -> None:
    """Print what the kernel on two threads costs, in copies of the same memory."""
    random = np.random.default_rng(0)
    for classes in (3, 10, 100, 1000, 50257):
        rows = 8_000_000 // classes
        by_row = classes >= BY_ROW
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
