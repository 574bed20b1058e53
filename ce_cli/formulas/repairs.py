"""The smallest change of a wrong right side that can be proved: one index, sign, factor or δ."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, TypeAlias

from sympy import Expr

from ce_cli.formulas.links import judge_claim
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.chains import Chain, Side
from ce_cli.formulas.reading.parse import parse
from ce_cli.formulas.reading.shapes import claim_of
from ce_cli.formulas.reading.sum_reach import check_reach
from ce_cli.formulas.reading.tokens import Refusal, tokens
from ce_cli.symbolic.kernel.evaluate import Evaluator
from ce_cli.symbolic.kernel.exact import UndefinedValueError, differ
from ce_cli.symbolic.kernel.limits import OutOfWorkError, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.formulas.reading.tree import Node
    from ce_cli.formulas.reading.vectors import Value
    from ce_cli.symbolic.kernel.claims import Claim
    from ce_cli.symbolic.kernel.counterexample import Counterexample

MOST_CANDIDATES = 80
MOST_PROOFS = 4
MOST_TOKENS = 150
"""No repair is looked for in a longer side."""
UNITS_A_TOKEN = 8
"""The work of reading a candidate."""
Edit: TypeAlias = "tuple[int, int, str]"
"""From where to where the text is replaced, and the new text."""


def suggest(link: Link, reading: Reading, point: Counterexample) -> str:
    """Return a right side, one change away from the given one, that is proved; "" if none is.

    The counterexample of the wrong one rules out most candidates at once.
    """
    try:
        return next(_proved_candidates(link, reading, point), "")
    except OutOfWorkError:
        return ""


def _proved_candidates(link: Link, reading: Reading, point: Counterexample) -> Iterator[str]:
    proofs, left = 0, _left_value(link)
    if left is None:
        return
    for candidate in _candidates(link, reading):
        claim = _claim_with(candidate, left, link, reading)
        if claim is None or not _agrees(claim, link, point):
            continue
        proofs += 1
        if proofs > MOST_PROOFS:
            return
        if judge_claim(claim, link, reading).holds:
            yield " ".join(candidate.split())


def _left_value(link: Link) -> Value | None:
    """Return the value of the left side, None if it needs the right one to be understood."""
    node = link.sides[0].node
    try:
        return link.meaning.value(node) if node else None
    except Refusal:
        return None


def _claim_with(text: str, left: Value, link: Link, reading: Reading) -> Claim | None:
    """Return the claim with another right side, read as if it stood in the text."""
    end = (len(text), len(text))
    try:
        scanned = tokens(text)
        work(UNITS_A_TOKEN * len(scanned))
        node = parse(scanned, end, plain="\\" not in text)
        check_reach(Chain([link.sides[0], Side(end, node)]), reading.setting.roles.targets)
        return claim_of(left, link.meaning.value(node), end)
    except Refusal:
        return None


def _agrees(claim: Claim, link: Link, point: Counterexample) -> bool:
    """Say whether the sides agree where the original ones did not."""
    evaluator = Evaluator(point.point, link.definitions)
    try:
        right = evaluator.value(claim.rhs) if isinstance(claim.rhs, Expr) else None
    except (UndefinedValueError, RecursionError):
        return False
    return right is not None and not differ(point.lhs, right)


def _candidates(link: Link, reading: Reading) -> Iterator[str]:
    """Yield changed texts of the right side, small changes first."""
    (left, right), side = link.nodes, link.sides[1]
    text = reading.text[side.span[0] : side.span[1]]
    if len(tokens(text)) > MOST_TOKENS:
        return
    seen: set[str] = set()
    for start, end, new in _edits(right, left, reading.text):
        candidate = text[: start - side.span[0]] + new + text[end - side.span[0] :]
        if candidate not in seen and len(seen) < MOST_CANDIDATES:
            seen.add(candidate)
            yield candidate


def _edits(node: Node, left: Node, text: str) -> Iterator[Edit]:
    yield from _sign_edits(node, text)
    yield from _index_edits(node, left)
    yield from _factor_removals(node)
    yield from _factor_additions(node, left, text)


def _sign_edits(node: Node, text: str) -> Iterator[Edit]:
    """Turn one sign around, or all of them."""
    if isinstance(node, t.Add):
        yield _negation(node, text)
    first = node.terms[0] if isinstance(node, t.Add) else node
    if not isinstance(first, t.Negative):
        yield (first.span[0], first.span[0], "-")
    for part in t.walk(node):
        if isinstance(part, t.Negative) and text[part.span[0]] in "-−":
            yield (part.span[0], part.span[0] + 1, "" if part is first else "+")
        if isinstance(part, t.Add):
            for previous, term in pairwise(part.terms):
                plus = text.find("+", previous.span[1], term.span[0])
                if plus >= 0:
                    yield (plus, plus + 1, "-")


def _negation(node: t.Add, text: str) -> Edit:
    """Turn all signs around: y - p becomes p - y."""
    first, last = node.terms[0], node.terms[-1]
    if len(node.terms) == 2 and isinstance(last, t.Negative) and not isinstance(first, t.Negative):
        return (*node.span, f"{text[slice(*last.operand.span)]} - {text[slice(*first.span)]}")
    return (*node.span, f"-({text[slice(*node.span)]})")


def _index_letters(*nodes: Node) -> list[str]:
    """Return the index letters of trees, each once."""
    letters = [index.letter for index in _index_nodes(*nodes) if isinstance(index, t.Name)]
    return list(dict.fromkeys(letters))


def _index_nodes(*nodes: Node) -> Iterator[Node]:
    for node in nodes:
        for part in t.walk(node):
            if isinstance(part, t.Name | t.Entry):
                yield from part.indices
            if isinstance(part, t.Delta):
                yield from (part.first, part.second)


def _index_edits(node: Node, left: Node) -> Iterator[Edit]:
    """Replace one index by another that occurs in the claim."""
    letters = _index_letters(left, node)
    for index in _index_nodes(node):
        if isinstance(index, t.Name):
            yield from ((*index.span, letter) for letter in letters if letter != index.letter)


def _factor_removals(node: Node) -> Iterator[Edit]:
    """Leave out one factor."""
    for part in t.walk(node):
        if isinstance(part, t.Product):
            yield from ((*factor.span, "") for factor in part.factors)


def _factor_additions(node: Node, left: Node, text: str) -> Iterator[Edit]:
    """Multiply one term by δ, or by a letter with an index that occurs in the claim."""
    terms = node.terms if isinstance(node, t.Add) else (node,)
    factors = [_delta_text(*pair, text) for pair in combinations(_index_letters(left, node), 2)]
    names = [part for side in (node, left) for part in t.walk(side)
             if isinstance(part, t.Name) and part.indices]  # fmt: skip
    factors += dict.fromkeys(text[slice(*name.span)] for name in names)
    for _, end in (term.span for term in terms):
        yield from ((end, end, f" {factor}") for factor in factors)


def _delta_text(first: str, second: str, text: str) -> str:
    return rf"\delta_{{{first}{second}}}" if "\\" in text else f"δ_{first}{second}"
