"""Derivatives whose value the text leaves open: nothing says how one letter depends on another.

Without this check such a derivative would be 0, which is a guess and no result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading.definitions import heads
from ce_cli.symbolic.kernel.claims import head_of
from ce_cli.symbolic.notation import Partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sympy import Basic

    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.symbolic.kernel.claims import Claim


def reachable_heads(expressions: list[Basic], link: Link, stop: Basic | None = None) -> set[Basic]:
    """Return the heads in expressions and in the definitions they use, but for that of ``stop``."""
    reachable: set[Basic] = set()
    while expressions:
        for head in heads(expressions.pop()) - reachable:
            reachable.add(head)
            definition = link.definitions.by_head.get(head)
            if definition is not None and head != stop:
                expressions.append(definition.body)
    return reachable


def missing_dependence(claim: Claim, link: Link, reading: Reading) -> str:
    """Return the reason why a derivative in a claim is unknown; "" if all are known."""
    partials = (part for side in (claim.lhs, claim.rhs) for part in side.atoms(Partial))
    reasons = (reason for part in partials for reason in _reasons(part, link, reading))
    return next(reasons, "")


def _reasons(partial: Partial, link: Link, reading: Reading) -> Iterator[str]:
    variable = head_of(partial.variable)
    entries = link.definitions.entries
    in_bodies = {head for definition in entries for head in heads(definition.body)}
    is_defined = link.definitions.find(partial.variable)
    if variable not in in_bodies | heads(partial.expr) and not is_defined:
        hint = logits_hint(str(variable), reading)
        yield f"how anything depends on {variable} is not said; say it with --define{hint}"
        return
    operand_heads = reachable_heads([partial.expr], link, stop=variable)
    if partial.expr.is_integer and partial.expr.is_Symbol:
        yield f"{partial.expr} is the number of classes here: say --role {partial.expr}=loss"
    definition = link.definitions.by_head.get(variable)
    variable_heads = reachable_heads([definition.body], link) if definition else set()
    shared = {head for head in (operand_heads - {variable}) & variable_heads if not head.is_integer}
    if shared:
        name = min(map(str, shared))
        yield f"{variable} depends on {name}, which is differentiated beside it"


def logits_hint(letter: str, reading: Reading) -> str:
    """Return the hint that a letter may be the logits; "" if it cannot be."""
    is_possible = reading.setting.roles.may_be_logits(letter)
    return f" or --role {letter}=logits" if is_possible else ""
