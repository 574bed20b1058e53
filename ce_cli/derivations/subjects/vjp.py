"""The vector-Jacobian product of the softmax: (v − v·p) ⊙ p."""

from __future__ import annotations

from sympy import KroneckerDelta

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, chain
from ce_cli.symbolic.kernel.claims import Definitions
from ce_cli.symbolic.notation import Partial, j, k, p, v, z

DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the derivation of vᵀJ without forming the Jacobian."""
    write = Indexing(classes, label)
    steps = softmax.definition(write) + chain(
        "Vector times Jacobian",
        write.vector(lambda b: write.total(lambda a: v[a] * Partial(p[a], z[b])), j),
        (
            write.vector(
                lambda b: write.total(lambda a: v[a] * p[a] * (KroneckerDelta(a, b) - p[b])), j
            ),
            "softmax Jacobian",
        ),
        (
            write.vector(lambda b: v[b] * p[b] - write.total(lambda a: v[a] * p[a] * p[b]), j),
            "sum of a delta",
        ),
        (
            write.vector(lambda b: v[b] * p[b] - p[b] * write.total(lambda a: v[a] * p[a]), j),
            "take $p_j$ out of the sum",
        ),
        (
            write.vector(lambda b: (v[b] - write.total(lambda a: v[a] * p[a], k)) * p[b], j),
            "collect $p_j$",
        ),
    )
    title = "The vector-Jacobian product of the softmax"
    return Derivation("vjp", title, DEFINITIONS, steps, classes, label)
