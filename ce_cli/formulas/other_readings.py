"""Why a claim that is false as it was read may be right as it was meant."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from sympy import IndexedBase, Integer, exp

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.single_output import sigmoid_logit
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.exact import numeric
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Callable

    from sympy import Symbol

    from ce_cli.formulas.reading.claims import Link
    from ce_cli.formulas.reading.tree import Node
    from ce_cli.symbolic.kernel.counterexample import Counterexample

_DECIMAL = re.compile(r"[-−]?\d*\.(\d+)")
_LABELS = {"y = 1": (1, 1), "y = 0": (0, 0), "y = −1": (-1, 0)}
"""Labels of a single output as a claim has them, and as the loss has them."""


def other_reading(link: Link, text: str, found: Counterexample) -> str:
    """Return how a refuted step may be meant if it is no mistake; "" if no way is known."""
    nodes = [side.node for side in link.sides if side.node]
    if link.claim and link.claim.lhs == C and _may_be_a_loss(nodes):
        return "C is the number of classes here: say --role C=loss if it is the loss"
    if _names_a_label(link, nodes):
        return "a class, or the label of a single output? 1 - p or σ(z) would show the latter"
    if _gives_a_value(nodes):
        return "a value that is given is no claim: write it where it is used"
    if _is_rounded(link, text, found):
        return "equal in the digits that are written, but not exactly"
    return ""


def _may_be_a_loss(nodes: list[Node]) -> bool:
    """Say whether a letter is set equal to what has other letters, and not itself."""
    letters = {part.letter for part in t.walk(nodes[-1]) if isinstance(part, t.Name)}
    return isinstance(nodes[0], t.Name) and bool(letters) and nodes[0].letter not in letters


def _names_a_label(link: Link, nodes: list[Node]) -> bool:
    """Say whether a step about letters without an index is said to hold where y = 1."""
    numbered = any(
        isinstance(each.second, t.Number) and isinstance(each.first, t.Name)
        for each in link.sides[1].conditions
    )
    return numbered and not any(
        isinstance(part, t.Name) and part.indices for node in nodes for part in t.walk(node)
    )


def _gives_a_value(nodes: list[Node]) -> bool:
    """Say whether a vector is set equal to numbers: z = (1, 2, 3)."""
    name, *values = nodes
    is_array = bool(values) and all(isinstance(each, t.Array | t.Transpose) for each in values)
    return isinstance(name, t.Name) and not name.indices and is_array and not any(
        isinstance(part, t.Name) for each in values for part in t.walk(each)
    )  # fmt: skip


def _is_rounded(link: Link, text: str, found: Counterexample) -> bool:
    """Say whether one side is a decimal to which the other one, a number, rounds."""
    if found.claim.lhs.free_symbols | found.claim.rhs.free_symbols:
        return False
    off = abs(numeric(found.lhs) - numeric(found.rhs))
    written = (_DECIMAL.fullmatch(text[slice(*side.span)].strip()) for side in link.sides)
    return any(each and off <= numeric(Fraction(1, 2 * 10 ** len(each[1]))) for each in written)


def of_sigmoids(claim: Claim, link: Link, holds: Callable[[Claim, Link], bool]) -> str:
    """Say so if a claim is true where every output is the sigmoid of its own logit."""
    nodes = [side.node for side in link.sides if side.node]
    logits = [sigmoid_logit(part) for node in nodes for part in t.walk(node)]
    letters = {logit.letter for logit in logits if logit is not None and logit.indices}
    if len(letters) != 1:
        return ""
    z = IndexedBase(letters.pop(), shape=(C,))
    entries = (
        Definition(each.term, 1 / (1 + exp(-z[each.parameters]))) if _is_of_classes(each) else each
        for each in _entries(link)
    )
    if not holds(claim, replace(link, definitions=Definitions(tuple(entries)))):
        return ""
    return "true for sigmoids, one of every logit, not for the softmax: say with --define"


def _is_of_classes(each: Definition) -> bool:
    return len(each.parameters) == 1 and each.term.is_Indexed


def of_labels(
    claim: Claim, link: Link, target: Symbol, holds: Callable[[Claim, Link], bool]
) -> str:
    """Return for which labels a claim about a single output is true; "" if it is plainly false.

    A claim that names the label must hold for two of them, one that does not for one.
    """
    if not any(target in each.body.free_symbols for each in _entries(link)):
        return ""
    names_it = target in claim.lhs.free_symbols | claim.rhs.free_symbols
    tried = {name: values for name, values in _LABELS.items() if names_it or values[0] >= 0}
    true = [
        name for name, values in tried.items() if holds(*_labelled(claim, link, target, values))
    ]
    if len(true) <= names_it:
        return ""
    return f"true for {' and '.join(true[:2])}, but not for every y from 0 to 1"


def _entries(link: Link) -> tuple[Definition, ...]:
    return link.definitions.entries


def _labelled(
    claim: Claim, link: Link, target: Symbol, values: tuple[int, int]
) -> tuple[Claim, Link]:
    here, there = ({target: Integer(value)} for value in values)
    entries = (Definition(each.term, each.body.xreplace(there)) for each in _entries(link))
    said = Claim(claim.lhs.xreplace(here), claim.rhs.xreplace(here))
    return said, replace(link, definitions=Definitions(tuple(entries)))
