"""Letters of which a text says what is not understood or not true, and what hangs on them.

``L = ‖p − y‖²/2`` may be refused, or ``p_i = z_i²/Σ z_k²`` refuted: what the text then says of L
or p can only be judged by what these letters usually are, and nobody said that they are that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.dependence import reached
from ce_cli.formulas.judgement import Usual
from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ce_cli.formulas.judgement import Judgement
    from ce_cli.formulas.reading.claims import Link, Reading


def doubts_of(
    judged: Iterable[tuple[Link, Judgement | None]], reading: Reading
) -> dict[str, Usual]:
    """Return what is assumed of letters by which links say something that does not hold."""
    doubts: dict[str, Usual] = {}
    for link, judgement in judged:
        name = _stated(link, reading)
        if name is not None and not (judgement and judgement.holds):
            meaning, place = _meaning(name, link, reading), reading.position(link.sides[1].span)
            doubts.setdefault(name.letter, Usual(name.letter, meaning, place))
    return doubts


def _stated(link: Link, reading: Reading) -> t.Name | None:
    """Return the letter of the subject that a link says something of: L = ..., log p_i = ..."""
    node = link.sides[0].node
    if isinstance(node, t.Call) and node.function == "log":
        (node,) = node.arguments
    if isinstance(node, t.Name) and reading.setting.role(node) in {r.LOSS, r.PROBABILITIES}:
        return node
    return None


def _meaning(name: t.Name, link: Link, reading: Reading) -> str:
    if any(term.split("[")[0] == name.letter for term in reading.defined):
        return "what the text says first"
    if reading.setting.role(name) == r.LOSS:
        return "the cross-entropy"
    return "the softmax" if link.context.vectors else "the sigmoid"


def with_doubts(
    judgement: Judgement, link: Link, reading: Reading, doubts: Mapping[str, Usual]
) -> Judgement:
    """Return a judgement that counts what it assumes of doubtful letters as unstated."""
    usual = _used(link, reading, doubts) if doubts else ()
    if usual and judgement.verdict == "refuted":
        reason = f"it is wrong if {usual[0]}, but that is not what {usual[0].place} says"
        return judgement._replace(verdict="undecided", counterexample=None, reason=reason)
    if not usual or not judgement.holds:
        return judgement
    return judgement._replace(
        verdict="proved_if",
        assumptions=(*judgement.assumptions, *usual),
        unstated=(*judgement.unstated, *usual),
    )


def _used(link: Link, reading: Reading, doubts: Mapping[str, Usual]) -> tuple[Usual, ...]:
    """Return the doubts about letters that a link uses, but for the one it speaks of itself."""
    if link.claim is None:
        return ()
    used = {str(head) for head in reached([link.claim.lhs, link.claim.rhs], link)}
    its_own = _stated(link, reading)
    return tuple(each for letter, each in doubts.items()
                 if letter in used and not (its_own and its_own.letter == letter))  # fmt: skip
