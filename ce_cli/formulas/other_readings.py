"""Reasons why a claim that is false as it was read may be right as it was meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import IndexedBase, Integer, Symbol, exp

from ce_cli.formulas.judgement import Judgement
from ce_cli.formulas.proofs import is_proved
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.reach import with_long_arguments
from ce_cli.formulas.reading.shapes import claim_of
from ce_cli.formulas.reading.sigmoids import sigmoid_logit
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.rounding import is_rounded
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.formulas.reading.tree import Node
    from ce_cli.symbolic.kernel.counterexample import Counterexample

_REACH = "where does an argument without brackets end? Put it in brackets"
_LABELS = {"y = 1": (1, 1), "y = 0": (0, 0), "y = −1": (-1, 0)}
"""Labels of a single output as a claim has them, and as the loss has them."""


def other_reading(claim: Claim, link: Link, reading: Reading, point: Counterexample) -> str:
    """Return the reason why a refuted claim may be no mistake; "" if none is known."""
    nodes = link.nodes
    if link.claim and link.claim.lhs == C and _may_be_a_loss(nodes):
        return "C is the number of classes here: say --role C=loss if it is the loss"
    if _names_a_label(link):
        return "a class, or the label of a single output? 1 - p or σ(z) would show the latter"
    if _gives_a_value(nodes):
        return "a value that is given is no claim: write it where it is used"
    if is_rounded(link, reading.text, point.point):
        return "equal in the digits that are written, but not exactly"
    if _is_true_of_sigmoids(claim, link):
        return "true for sigmoids, one of every logit, not for the softmax: say with --define"
    labels = _true_labels(claim, link, Symbol(reading.setting.roles.targets))
    return f"true for {' and '.join(labels)}, but not for every y from 0 to 1" if labels else ""


def claim_with_long_arguments(link: Link) -> Claim | None:
    r"""Return what a link claims if ``\log a (b)`` means ``\log(a b)``; None if it means the same.

    A reading that has no meaning is none.
    """
    nodes = [with_long_arguments(node) for node in link.nodes]
    if nodes == link.nodes:
        return None
    try:
        left, right = map(link.meaning.value, nodes)
        return claim_of(left, right, link.sides[1].span)
    except Refusal:
        return None


def compare_readings(short: Judgement, long: Judgement) -> Judgement:
    """Return the judgement of a claim in which functions without brackets may reach further."""
    outcomes = ["proved" if judgement.holds else judgement.verdict for judgement in (short, long)]
    is_clear = len(set(outcomes)) == 1 or (outcomes[1] == "undecided" and outcomes[0] != "refuted")
    return short if is_clear else Judgement("undecided", reason=_REACH)


def _may_be_a_loss(nodes: list[Node]) -> bool:
    """Say whether a letter is set equal to a formula with other letters, and without itself."""
    letters = {part.letter for part in t.walk(nodes[-1]) if isinstance(part, t.Name)}
    return isinstance(nodes[0], t.Name) and bool(letters) and nodes[0].letter not in letters


def _names_a_label(link: Link) -> bool:
    """Say whether a link about letters without an index has a condition such as y = 1."""
    has_label = any(
        isinstance(condition, t.Condition)
        and isinstance(condition.second, t.Number)
        and isinstance(condition.first, t.Name)
        for condition in link.sides[1].conditions
    )
    return has_label and not any(
        isinstance(part, t.Name) and part.indices for node in link.nodes for part in t.walk(node)
    )


def _gives_a_value(nodes: list[Node]) -> bool:
    """Say whether a vector is set equal to numbers: z = (1, 2, 3)."""
    name, *values = nodes
    is_bare = isinstance(name, t.Name) and not name.indices
    are_literals = all(isinstance(value, t.MatrixLiteral | t.Transpose) for value in values)
    return is_bare and bool(values) and are_literals and not any(
        isinstance(part, t.Name) for value in values for part in t.walk(value)
    )  # fmt: skip


def _is_true_of_sigmoids(claim: Claim, link: Link) -> bool:
    """Say whether a claim is true where every output is the sigmoid of its own logit."""
    logits = [sigmoid_logit(part) for node in link.nodes for part in t.walk(node)]
    letters = {logit.letter for logit in logits if logit is not None and logit.indices}
    if len(letters) != 1:
        return False
    z = IndexedBase(letters.pop(), shape=(C,))
    definitions = (
        Definition(definition.term, 1 / (1 + exp(-z[definition.parameters])))
        if len(definition.parameters) == 1 and definition.term.is_Indexed else definition
        for definition in link.definitions.entries
    )  # fmt: skip
    return is_proved(claim, replace(link, definitions=Definitions(tuple(definitions))))


def _true_labels(claim: Claim, link: Link, target: Symbol) -> list[str]:
    """Return labels for which a claim about a single output is true; none if it is plainly false.

    A claim that names the label must hold for two of them, one that does not for one.
    """
    if not any(target in entry.body.free_symbols for entry in link.definitions.entries):
        return []
    names_label = target in claim.lhs.free_symbols | claim.rhs.free_symbols
    true = [
        name for name, (label, loss_label) in _LABELS.items()
        if (names_label or label >= 0) and is_proved(
            Claim(claim.lhs.xreplace({target: Integer(label)}),
                  claim.rhs.xreplace({target: Integer(label)})),
            _with_label(link, target, Integer(loss_label)),
        )
    ]  # fmt: skip
    return true[:2] if len(true) > names_label else []


def _with_label(link: Link, target: Symbol, label: Integer) -> Link:
    entries = (
        Definition(definition.term, definition.body.xreplace({target: label}))
        for definition in link.definitions.entries
    )
    return replace(link, definitions=Definitions(tuple(entries)))
