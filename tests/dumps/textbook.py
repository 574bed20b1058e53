"""Dumps of claims as textbook code writes them, in the type of their logits."""

import io
from dataclasses import replace

import numpy as np

from ce_cli.dumps.reading.csv_text import TextDump, TextOptions


def dump_of(z, y, claims, size=2**22, ignore_index=None):
    """Return a dump of logits, labels and claimed columns."""
    classes = z.shape[1]
    table = {f"z{k}": z[:, k] for k in range(classes)} | {"label": y}
    for kind, values in claims.items():
        if values.ndim == 1:
            table[kind] = values
        else:
            table |= {f"{kind}{k}": values[:, k] for k in range(classes)}
    lines = [",".join(table)]
    lines += [",".join(str(v) for v in row) for row in zip(*table.values(), strict=True)]
    data = "\n".join(lines).encode()
    options = TextOptions(ignore_index=ignore_index)
    return replace(TextDump.opened(lambda: io.BytesIO(data), "a.csv", 0, options), piece_size=size)


def sample(rows=40, classes=4, dtype=np.float64, seed=0, scale=3.0):
    random = np.random.default_rng(seed)
    return (random.normal(size=(rows, classes)) * scale).astype(dtype), random.integers(
        0, classes, rows
    )


def softmax(z, axis=1):
    """Softmax as everybody writes it, in the type of z."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def one_hot(y, classes, dtype=np.float64):
    return np.eye(classes, dtype=dtype)[y]


def naive(z, y):
    """Loss and gradient as everybody writes them, in the type of z."""
    shifted = z - z.max(axis=1, keepdims=True)
    loss = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return {"loss": loss, "grad": softmax(z) - one_hot(y, z.shape[1], z.dtype)}
