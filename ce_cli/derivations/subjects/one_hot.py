"""Cross-entropy with a one-hot target: p_Y − 1 for the true class, p_i for every other class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.derivations.subjects import cross_entropy, softmax, true_class

if TYPE_CHECKING:
    from ce_cli.derivations.subjects.indexing import Indexing
    from ce_cli.symbolic.derivation import Derivation


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient from the one term that remains of the loss."""
    parts = (softmax.definition, softmax.jacobian, *true_class.PARTS)
    return write.with_label().derivation("one-hot", cross_entropy.DEFINITIONS, parts)
