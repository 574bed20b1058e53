"""What depends on what in a derivative, as far as a text says: else 0 is a guess, no result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Indexed, Symbol
from sympy.core.function import AppliedUndef

from ce_cli.symbolic.kernel.claims import head_of
from ce_cli.symbolic.notation import Partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sympy import Basic

    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.symbolic.kernel.claims import Claim


def heads(expr: Basic) -> set[Basic]:
    """Return what occurs in an expression."""
    return {head_of(part) for part in expr.atoms(Indexed, Symbol, AppliedUndef)}


def reached(expressions: list[Basic], link: Link, stop: Basic | None = None) -> set[Basic]:
    """Return what occurs in expressions and in the definitions they use, but for one's."""
    found: set[Basic] = set()
    while expressions:
        for head in heads(expressions.pop()) - found:
            found.add(head)
            definition = link.definitions.by_head.get(head)
            if definition is not None and head != stop:
                expressions.append(definition.body)
    return found


def unsaid(claim: Claim, link: Link, reading: Reading) -> str:
    """Return why a derivative in a claim cannot be taken; "" if all can be."""
    partials = (part for side in (claim.lhs, claim.rhs) for part in side.atoms(Partial))
    reasons = (reason for part in partials for reason in _unsaid(part, link, reading))
    return next(reasons, "")


def _unsaid(partial: Partial, link: Link, reading: Reading) -> Iterator[str]:
    variable = head_of(partial.variable)
    known = {base for each in link.definitions.entries for base in heads(each.body)}
    defined = link.definitions.find(partial.variable)
    if variable not in known | heads(partial.expr) and not defined:
        more = or_logits(str(variable), reading)
        yield f"how anything depends on {variable} is not said; say it with --define{more}"
        return
    inside = reached([partial.expr], link, stop=variable)
    if partial.expr.is_integer and partial.expr.is_Symbol:
        yield f"{partial.expr} is the number of classes here: say --role {partial.expr}=loss"
    strangers = [head for head in heads(partial.expr) if not _is_known(head, link, reading)]
    if variable not in inside and strangers:
        name = min(map(str, strangers))
        yield f"how {name} depends on {variable} is not said; say it with --define or --role"
    definition = link.definitions.by_head.get(variable)
    below = reached([definition.body], link) if definition else set()
    shared = {head for head in (inside - {variable}) & below if not head.is_integer}
    if shared:
        name = min(map(str, shared))
        yield f"{variable} depends on {name}, which is differentiated beside it"


def _is_known(head: Basic, link: Link, reading: Reading) -> bool:
    roles = reading.setting.roles
    is_named = str(head) in roles.of and str(head) not in roles.guessed
    return bool(head.is_integer) or is_named or head in link.definitions.by_head


def or_logits(letter: str, reading: Reading) -> str:
    """Return what else can be said of a letter that may be the logits."""
    is_free = reading.setting.roles.may_be_logits(letter)
    return f" or --role {letter}=logits" if is_free else ""
