"""Names with a meaning that everybody knows, the loss and the entropy, and formulas near to it.

A loss may be any formula: a squared error, a focal loss, a sum with a penalty. A formula that is
made of the parts of the cross-entropy and of nothing else is meant for it. Such a formula defines
nothing: it is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading.loss_terms import Term, terms_of
from ce_cli.formulas.reading.vocabulary import LOSS_LETTERS

if TYPE_CHECKING:
    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node

_LETTERS = LOSS_LETTERS | {"l"}
_LOSSES = _LETTERS | {"loss", "cost", "Cost", "nll", "ce"}
_ENTROPIES = frozenset({"H", "Entropy", "entropy", "Ent", "ent"})
SIGN, LOGARITHM, SWAPPED, LABEL = "sign", "logarithm", "swapped", "label"
ITSELF = "itself"
SLIPS = {
    SIGN: "but for a sign",
    LOGARITHM: "but for a logarithm",
    SWAPPED: "with targets and probabilities in each other's place",
    LABEL: "without its targets",
    ITSELF: "of one letter with itself",
}
"""The ways in which a formula misses the cross-entropy."""


def is_loss(letter: str) -> bool:
    """Say whether a letter, with any label, is a name of the loss.

    >>> is_loss("L_{reg}"), is_loss("BCE"), is_loss("R")
    (True, True, False)
    """
    base = r.base_of(letter)
    return base in _LOSSES or r.is_cross_entropy(base)


def is_cross_entropy(letter: str) -> bool:
    """Say whether a letter is a name of the cross-entropy and of no other loss.

    >>> is_cross_entropy("L_{CE}"), is_cross_entropy("L_{reg}"), is_cross_entropy("NLL")
    (True, False, True)
    """
    base = r.base_of(letter)
    return r.is_cross_entropy(base) or (
        is_loss(base) and r.is_cross_entropy(letter[len(base) + 1 :])
    )


def is_log_likelihood(letter: str, node: Node, setting: Setting) -> bool:
    r"""Say whether a letter is set equal to \sum_k y_k \log p_k, which some call L, too."""
    terms = terms_of(node, setting)
    return letter in _LETTERS and all(term.has_log and not term.negative for term in terms)


def is_entropy(letter: str) -> bool:
    """Say whether a letter, with any label, is a name of the entropy."""
    return r.base_of(letter) in _ENTROPIES


def slip_in_loss(node: Node, setting: Setting) -> str:
    """Return the key of ``SLIPS`` for a formula that a loss is set equal to.

    The answer is "" for the cross-entropy in any of its forms, with any weights, and for every
    formula that is another loss.
    """
    terms = terms_of(node, setting)
    slips = [_slip(term) for term in terms]
    if any(slip == SIGN and not term.weights for term, slip in zip(terms, slips, strict=True)):
        return SIGN
    are_near = all(slip or _is_proper(term) for term, slip in zip(terms, slips, strict=True))
    return next((slip for slip in slips if slip), "") if are_near else ""


def is_weighted_cross_entropy(node: Node, setting: Setting) -> bool:
    """Say whether a formula has the parts of the cross-entropy and weights, and no others."""
    return all(_slip(term) or _is_proper(term) for term in terms_of(node, setting))


def minuses_in_entropy(node: Node, setting: Setting) -> set[bool]:
    """Return whether the terms of an entropy have their minus; nothing for another formula."""
    terms = terms_of(node, setting)
    are_near = all(term.is_entropy or (term.has_log and term.labels) for term in terms)
    return {term.negative for term in terms} if are_near else set()


def _is_proper(term: Term) -> bool:
    """Say whether a term may be one of the cross-entropy: -y log p, -z_y, log Σ e^z."""
    if term.has_log:
        return term.negative
    is_sum = term.logs == ["Σe"] and not (term.probabilities or term.logits or term.others)
    is_logit = term.logits == 1 and not (term.logs or term.probabilities or term.others)
    return is_sum or is_logit


def _slip(term: Term) -> str:
    """Return the key of ``SLIPS`` for one term, "" if it is none."""
    if term.has_log:
        is_unlabelled = not term.labels and bool(term.summed & term.indices)
        return SIGN if not term.negative else LABEL if is_unlabelled else ""
    if term.others or term.logits:
        return ""
    if term.logs == ["y"] and term.probabilities == 1 and not term.labels:
        return SWAPPED
    if not term.logs and term.probabilities == 1 and term.labels == 1:
        return LOGARITHM
    return ITSELF if term.is_entropy else ""
