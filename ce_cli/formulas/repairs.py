"""The smallest change of a wrong right side that can be proved: one index, sign, factor or δ."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from sympy import Expr

from ce_cli.formulas.links import judge_claim
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.claims import claim_of
from ce_cli.formulas.reading.parse import parse
from ce_cli.formulas.reading.scopes import check_scopes
from ce_cli.formulas.reading.statements import Chain, Side
from ce_cli.formulas.reading.tokens import Refusal, tokens
from ce_cli.symbolic.kernel.evaluate import Evaluator
from ce_cli.symbolic.kernel.exact import UndefinedValueError, differ
from ce_cli.symbolic.kernel.limits import OutOfWorkError, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.arrays import Value
    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.formulas.reading.tree import Node
    from ce_cli.symbolic.kernel.claims import Claim
    from ce_cli.symbolic.kernel.counterexample import Counterexample

MOST_CANDIDATES = 80
MOST_PROOFS = 4
MOST_TOKENS = 150
"""Of a longer side no repair is looked for."""
UNITS_A_TOKEN = 8
"""How much work it is to read a candidate."""


def suggest(link: Link, reading: Reading, found: Counterexample) -> str:
    """Return a right side, one change away from the given one, that is proved; "" if none is.

    The counterexample of the wrong one rules out most candidates at once.
    """
    try:
        return next(_proved(link, reading, found), "")
    except OutOfWorkError:
        return ""


def _proved(link: Link, reading: Reading, found: Counterexample) -> Iterator[str]:
    """Yield the candidates that are proved."""
    left, proofs = link.sides[0].node, 0
    value = None if left is None else _value(left, link)
    for candidate in _candidates(link, reading):
        claim = None if value is None else _claim(candidate, value, link, reading)
        if claim is None or not _agrees(claim, link, found):
            continue
        proofs += 1
        if proofs > MOST_PROOFS:
            return
        if judge_claim(claim, link, reading).holds:
            yield " ".join(candidate.split())


def _value(node: Node, link: Link) -> Value | None:
    """Return what a side means by itself, None if it needs the other one to be understood."""
    try:
        return link.context.of(node)
    except Refusal:
        return None


def _claim(text: str, left: Value, link: Link, reading: Reading) -> Claim | None:
    """Return the claim with another right side, read as if it stood in the text."""
    end = (len(text), len(text))
    try:
        scanned = tokens(text)
        work(UNITS_A_TOKEN * len(scanned))
        node = parse(scanned, end, plain="\\" not in text)
        check_scopes(Chain([link.sides[0], Side(end, node)]), reading.setting.roles.targets)
        return claim_of(left, link.context.of(node), end)
    except Refusal:
        return None


def _agrees(claim: Claim, link: Link, found: Counterexample) -> bool:
    """Say whether the sides agree where the original ones did not."""
    evaluator = Evaluator(found.point, link.definitions)
    try:
        right = evaluator.value(claim.rhs) if isinstance(claim.rhs, Expr) else None
    except (UndefinedValueError, RecursionError):
        return False
    return right is not None and not differ(found.lhs, right)


def _candidates(link: Link, reading: Reading) -> Iterator[str]:
    """Yield changed texts of the right side, small changes first."""
    side = link.sides[1]
    if side.node is None or link.sides[0].node is None:
        return
    text = reading.text[side.span[0] : side.span[1]]
    if len(tokens(text)) > MOST_TOKENS:
        return
    seen: set[str] = set()
    for edit in _edits(side.node, link.sides[0].node, reading.text):
        start, end, new = edit
        changed = text[: start - side.span[0]] + new + text[end - side.span[0] :]
        if changed not in seen and len(seen) < MOST_CANDIDATES:
            seen.add(changed)
            yield changed


def _edits(node: Node, left: Node, text: str) -> Iterator[tuple[int, int, str]]:
    yield from _signs(node, text)
    yield from _indices(node, left)
    yield from _dropped(node)
    yield from _added(node, left, text)


def _signs(node: Node, text: str) -> Iterator[tuple[int, int, str]]:
    """Turn one sign around, or all of them."""
    if isinstance(node, t.Add):
        yield _turned(node, text)
    first = node.terms[0] if isinstance(node, t.Add) else node
    if not isinstance(first, t.Negative):
        yield (first.span[0], first.span[0], "-")
    for part in t.walk(node):
        if isinstance(part, t.Negative) and text[part.span[0]] in "-−":
            yield (part.span[0], part.span[0] + 1, "" if part is first else "+")
        if isinstance(part, t.Add):
            for before, term in zip(part.terms, part.terms[1:], strict=False):
                at = text.find("+", before.span[1], term.span[0])
                if at >= 0:
                    yield (at, at + 1, "-")


def _turned(node: t.Add, text: str) -> tuple[int, int, str]:
    """Turn all signs around: y - p becomes p - y."""
    first, last = node.terms[0], node.terms[-1]
    if len(node.terms) == 2 and isinstance(last, t.Negative) and not isinstance(first, t.Negative):
        return (*node.span, f"{text[slice(*last.of.span)]} - {text[slice(*first.span)]}")
    return (*node.span, f"-({text[slice(*node.span)]})")


def _letters(*nodes: Node) -> list[str]:
    """Return the index letters of trees."""
    found = [index.letter for index in _index_nodes(*nodes) if isinstance(index, t.Name)]
    return list(dict.fromkeys(found))


def _index_nodes(*nodes: Node) -> Iterator[Node]:
    for node in nodes:
        for part in t.walk(node):
            if isinstance(part, t.Name | t.Entry):
                yield from part.indices
            if isinstance(part, t.Delta):
                yield from (part.first, part.second)


def _indices(node: Node, left: Node) -> Iterator[tuple[int, int, str]]:
    """Replace one index by another that occurs in the claim."""
    letters = _letters(left, node)
    for index in _index_nodes(node):
        if isinstance(index, t.Name):
            for letter in letters:
                if letter != index.letter:
                    yield (*index.span, letter)


def _dropped(node: Node) -> Iterator[tuple[int, int, str]]:
    """Leave out one factor."""
    for part in t.walk(node):
        if isinstance(part, t.Product):
            for factor in part.factors:
                yield (*factor.span, "")


def _added(node: Node, left: Node, text: str) -> Iterator[tuple[int, int, str]]:
    """Multiply one term by δ, or by something that occurs in the claim."""
    spans = [term.span for term in node.terms] if isinstance(node, t.Add) else []
    factors = [_delta(*pair, text) for pair in combinations(_letters(left, node), 2)]
    named = [part for side in (node, left) for part in t.walk(side)
             if isinstance(part, t.Name) and part.indices]  # fmt: skip
    factors += dict.fromkeys(text[slice(*part.span)] for part in named)
    for _, end in [*spans] or [node.span]:
        for factor in factors:
            yield (end, end, f" {factor}")


def _delta(first: str, second: str, text: str) -> str:
    return rf"\delta_{{{first}{second}}}" if "\\" in text else f"δ_{first}{second}"
