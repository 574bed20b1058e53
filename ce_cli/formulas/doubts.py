"""Letters of which a text says something that is not understood or not true.

``L = ‖p − y‖²/2`` may be refused, or ``p_i = z_i²/Σ z_k²`` refuted. Other claims about L or p
can then only be judged by the usual meaning of these letters, which nobody stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.dependence import reachable_heads
from ce_cli.formulas.judgement import UsualMeaning
from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ce_cli.formulas.judgement import Judgement
    from ce_cli.formulas.reading.claims import Link, Reading


def find_doubts(
    judged: Iterable[tuple[Link, Judgement | None]], reading: Reading
) -> dict[str, UsualMeaning]:
    """Return the usual meaning of every letter about which a link does not hold."""
    doubts: dict[str, UsualMeaning] = {}
    for link, judgement in judged:
        name = _subject_name(link, reading)
        if name is not None and not (judgement and judgement.holds):
            place = reading.place_of(link.sides[1].span)
            doubt = UsualMeaning(name.letter, _usual_meaning(name, link, reading), place)
            doubts.setdefault(name.letter, doubt)
    return doubts


def _subject_name(link: Link, reading: Reading) -> t.Name | None:
    """Return the loss, probability or defined letter on the left: L = ..., log p_i = ..."""
    node = link.sides[0].node
    if isinstance(node, t.Call) and node.function == "log":
        (node,) = node.arguments
    if not isinstance(node, t.Name):
        return None
    has_meaning = reading.setting.role(node) in {r.LOSS, r.PROBABILITIES} or node.letter == "loss"
    return node if has_meaning or node.letter in reading.text_letters else None


def _usual_meaning(name: t.Name, link: Link, reading: Reading) -> str:
    if name.letter in reading.text_letters:
        return "what the text says first"
    if reading.setting.role(name) == r.LOSS:
        return "the cross-entropy"
    return "the softmax" if link.meaning.vectors else "the sigmoid"


def apply_doubts(
    judgement: Judgement, link: Link, reading: Reading, doubts: Mapping[str, UsualMeaning]
) -> Judgement:
    """Return a judgement in which the usual meaning of a doubtful letter counts as unstated."""
    if judgement.verdict == "definition":
        return judgement
    usual = _used_doubts(link, reading, doubts) if doubts else ()
    if usual and judgement.verdict == "refuted":
        reason = f"it is wrong if {usual[0]}, but that is not what {usual[0].place} says"
        return judgement._replace(verdict="undecided", counterexample=None, reason=reason)
    if not usual or not judgement.holds:
        return judgement
    return judgement.resting_on(usual)


def _used_doubts(
    link: Link, reading: Reading, doubts: Mapping[str, UsualMeaning]
) -> tuple[UsualMeaning, ...]:
    """Return the doubts about letters that a link uses, but for the letter on its left."""
    if link.claim is None:
        return ()
    used = {str(head) for head in reachable_heads([link.claim.lhs, link.claim.rhs], link)}
    name = _subject_name(link, reading)
    return tuple(doubt for letter, doubt in doubts.items()
                 if letter in used and not (name and name.letter == letter))  # fmt: skip
