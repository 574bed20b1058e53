"""The vector-Jacobian product of the softmax: (v − v·p) ⊙ p."""

from __future__ import annotations

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step
from ce_cli.symbolic.kernel.claims import Definitions
from ce_cli.symbolic.notation import Partial, j, k, p, v, z

DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of vᵀJ without forming the Jacobian."""
    parts = (softmax.definition, product)
    title = "The vector-Jacobian product of the softmax"
    return write.derivation("vjp", title, DEFINITIONS, parts)


def product(write: Indexing) -> tuple[Step, ...]:
    """Sum over the rows of the Jacobian."""
    total = write.total
    return write.vectors(
        "Vector times Jacobian",
        lambda b: total(lambda a: v[a] * Partial(p[a], z[b])),
        (lambda b: total(lambda a: v[a] * softmax.by_delta(a, b)), "softmax Jacobian"),
        (lambda b: v[b] * p[b] - total(lambda a: v[a] * p[a] * p[b]), "sum of a delta"),
        (lambda b: v[b] * p[b] - p[b] * total(lambda a: v[a] * p[a]), "take $p_j$ out of the sum"),
        (lambda b: (v[b] - total(lambda a: v[a] * p[a], k)) * p[b], "collect $p_j$"),
        index=j,
    )
