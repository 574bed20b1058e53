"""Strangers: letters that nobody explained. They depend on everything and may have any value.

Under a derivative by z a stranger R stands for R° + Σ_k ∂R/∂z[k] z[k] with unknown coefficients:
its value and its first derivatives at a point are then anything, each for itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Dummy, IndexedBase, Symbol
from sympy.core.function import AppliedUndef

from ce_cli.formulas.dependence import reachable_heads
from ce_cli.formulas.proofs import Attempts, is_proved, prove_claim
from ce_cli.formulas.reading.definitions import heads
from ce_cli.formulas.reading.function_meaning import maximum_symbol
from ce_cli.formulas.reading.roles import CLASSES, LOGITS, LOSS, PROBABILITIES, base_of
from ce_cli.formulas.reading.unevaluated import negative, product, total
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne, head_of
from ce_cli.symbolic.kernel.verdicts import Proved
from ce_cli.symbolic.notation import C, Partial, sum_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sympy import Basic, Expr

    from ce_cli.formulas.reading.claims import Link, Reading

_PARAMETERS = frozenset("αβγλεητT")
"""Letters that, without an index, are numbers that somebody chose: a temperature, a weight."""
_FREE_VECTORS = frozenset("vw")
"""Letters of a vector that somebody chose: a direction, the weights of the classes."""


def is_parameter(head: Basic) -> bool:
    """Say whether a letter is by convention a constant: λ, T, the weights w.

    >>> is_parameter(Symbol("λ")), is_parameter(Symbol("R"))
    (True, False)
    """
    letter = base_of(str(head))
    is_number = isinstance(head, Symbol) and letter in _PARAMETERS
    return is_number or letter in _FREE_VECTORS


def parameters(reading: Reading) -> list[str]:
    """Return the letters that are taken for constants under a derivative, sorted.

    These are λ and its like, and the inputs of the logits: W, x and b of z = Wx + b.
    """
    claims = [(link.claim, link) for chain in reading.chains for link in chain if link.claim]
    used = {
        head for claim, link in claims for partial in _partials(claim, link)
        for head in reachable_heads([partial.expr], link) - link.definitions.by_head.keys()
    }  # fmt: skip
    known = reading.setting.roles.by_letter
    inputs = {head for _, link in claims for head in _letters_of_logits(link, reading)}
    variables = {head_of(partial.variable) for claim, link in claims
                 for partial in _partials(claim, link)}  # fmt: skip
    found = {head for head in used - variables if is_parameter(head) or head in inputs}
    return sorted(str(head) for head in found if not head.is_integer and str(head) not in known)


def strangers_under_derivatives(claim: Claim, link: Link, reading: Reading) -> list[Basic]:
    """Return the strangers that a claim differentiates, sorted by name."""
    partials = list(_partials(claim, link))
    known = {head_of(partial.variable) for partial in partials}
    known |= _letters_of_logits(link, reading)
    found = {
        head for partial in partials for head in reachable_heads([partial.expr], link)
        if head not in known and not _is_constant(head, link, reading)
    }  # fmt: skip
    return sorted(found, key=str)


def _partials(claim: Claim, link: Link) -> Iterator[Partial]:
    """Yield the derivatives in a claim and in the definitions that it uses."""
    sides = [claim.lhs, claim.rhs]
    used = reachable_heads(list(sides), link)
    bodies = [entry.body for entry in link.definitions.entries if entry.head in used]
    for expr in (*sides, *bodies):
        yield from expr.atoms(Partial)


def _is_constant(head: Basic, link: Link, reading: Reading) -> bool:
    roles = reading.setting.roles
    subject = {roles.targets, roles.first(LOGITS, "z")}
    role = roles.by_letter.get(str(head), "")
    is_explained = str(head) in subject or (role and str(head) not in roles.guesses)
    has_role = is_explained and role not in {LOSS, PROBABILITIES, CLASSES}
    is_defined = head in link.definitions.by_head or not isinstance(head, Symbol | IndexedBase)
    return bool(head.is_integer) or has_role or is_defined or is_parameter(head)


def _letters_of_logits(link: Link, reading: Reading) -> set[Basic]:
    """Return W, x and b of z = Wx + b, which do not depend on each other."""
    roles = reading.setting.roles
    logits = {*roles.letters(LOGITS), roles.first(LOGITS, "z")}
    return {
        head for entry in link.definitions.entries if str(entry.head) in logits
        for head in heads(entry.body)
    }  # fmt: skip


def is_differentiated_alone(head: Basic, claim: Claim, link: Link) -> bool:
    """Say whether a claim has ∂R/∂z: then nobody means an R that does not depend on z."""
    return any(head_of(partial.expr) == head for partial in _partials(claim, link))


def proof_for_any_dependence(
    claim: Claim, link: Link, reading: Reading, strangers: Collection[Basic]
) -> Proved | None:
    """Return a proof that holds however some letters depend on the variables; None without one."""
    if any(partial.expr.has(Partial) for partial in _partials(claim, link)):
        return None  # a second derivative, which the coefficients do not show
    return Attempts(claim, let_depend(claim, link, strangers), reading).proof()


def needed_constants(
    claim: Claim, link: Link, reading: Reading, strangers: Collection[Basic]
) -> list[Basic]:
    """Return the strangers without whose independence a claim is not proved."""
    needed = [head for head in strangers
              if not proof_for_any_dependence(claim, link, reading, [head])]  # fmt: skip
    return needed or list(strangers)


def let_depend(claim: Claim, link: Link, strangers: Collection[Basic]) -> Link:
    """Return a link in which strangers depend on all that the claim differentiates by."""
    variables = {head_of(partial.variable) for partial in _partials(claim, link)}
    entries = [_dependence(head, sorted(variables, key=str)) for head in strangers]
    return replace(link, definitions=Definitions((*link.definitions.entries, *entries)))


def _dependence(head: Basic, variables: Collection[Basic]) -> Definition:
    """Return R as R° + Σ_k ∂R/∂z[k] z[k] + ..., with the indices of R if it has some."""
    shape = _shape(head)
    indices = tuple(Dummy(f"i{at}", integer=True) for at in range(len(shape)))
    terms = [_entry(f"{head}°", shape, indices)]
    for variable in variables:
        sizes = _shape(variable)
        inner = tuple(Dummy(f"k{at}", integer=True) for at in range(len(sizes)))
        slope = _entry(f"∂{head}/∂{variable}", (*shape, *sizes), (*indices, *inner))
        term = product(slope, variable[inner] if inner else variable)
        for index, size in zip(inner, sizes, strict=True):
            term = sum_over(term, index, size)
        terms.append(term)
    return Definition(head[indices] if indices else head, total(*terms))


def _shape(head: Basic) -> tuple[Expr, ...]:
    return tuple(head.shape or (C,)) if isinstance(head, IndexedBase) else ()


def _entry(name: str, shape: tuple[Expr, ...], indices: tuple[Expr, ...]) -> Expr:
    return IndexedBase(name, shape=shape)[indices] if shape else Symbol(name)


def missing_sum(claim: Claim, link: Link, reading: Reading) -> str:
    """Return the vector that nobody explained and whose entries must sum to 1 for a claim."""
    used = reachable_heads([claim.lhs, claim.rhs], link)
    vectors = [
        head for head in sorted(used - link.definitions.by_head.keys(), key=str)
        if isinstance(head, IndexedBase) and len(_shape(head)) == 1
        and reading.setting.roles.by_letter.get(str(head)) is None
    ]  # fmt: skip
    found = (str(head) for head in vectors
             if isinstance(prove_claim(claim, link, (SumsToOne(head),)), Proved))  # fmt: skip
    return next(found, "")


def letter_that_may_repair(
    claim: Claim, link: Link, reading: Reading, point: Collection[str]
) -> str:
    """Return a letter that may have a value with which a false claim is true; "" if none has.

    If the difference of the sides does not depend on a stranger, the claim is false whatever
    value the stranger has. ``point`` has the names of the letters that were given values to
    refute it.
    """
    left, right = (_letters(side) for side in (claim.lhs, claim.rhs))
    unknown = {head for head in left | right if not _is_known(head, link, reading, point)}
    # Somebody chose λ: on both sides it may be anything, on one side it may be missing.
    unknown -= {head for head in left & right if is_parameter(head)}
    # e_{z_i} is a slip for e^{z_i}, and wrong.
    unknown -= {head for head in left ^ right if base_of(str(head)) == "e" != str(head)}
    strangers = strangers_under_derivatives(claim, link, reading)
    found = (str(head) for head in sorted(unknown, key=str)
             if not _is_false_for_all(claim, link, head, strangers))  # fmt: skip
    return next(found, "")


def _letters(side: Expr) -> set[Basic]:
    return {head for head in heads(side) if not head.is_integer}


def _is_known(head: Basic, link: Link, reading: Reading, point: Collection[str]) -> bool:
    """Say whether a letter has a meaning: by its role, or in a definition."""
    roles, name = reading.setting.roles, str(head)
    if any(head == entry.head or head in heads(entry.body) for entry in link.definitions.entries):
        return True
    if name in point and roles.by_letter.get(name) in {LOSS, PROBABILITIES}:
        return False  # a loss or p that takes any value is none that is known: L_n, P(y = 1 | x)
    maxima = {str(maximum_symbol(letter)) for letter in roles.letters(LOGITS)}
    return name in maxima or (name in roles.by_letter and name not in roles.guesses)


def _is_false_for_all(
    claim: Claim, link: Link, stranger: Basic, differentiated: Collection[Basic]
) -> bool:
    """Say whether the difference of the sides is the same for all values of a stranger."""
    if isinstance(stranger, AppliedUndef) or not isinstance(stranger, Symbol | IndexedBase):
        return False
    other = _renamed(stranger)
    difference = total(claim.lhs, negative(claim.rhs))
    changed = difference.xreplace({stranger: other})
    if stranger in differentiated:
        link = let_depend(claim, link, [stranger, other])
    return is_proved(Claim(difference, changed), link)


def _renamed(head: Basic) -> Basic:
    name = f"another {head}"
    return IndexedBase(name, shape=head.shape) if isinstance(head, IndexedBase) else Symbol(name)
