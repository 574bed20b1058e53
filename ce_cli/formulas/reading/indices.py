"""Indices and conditions on them: the subscript of z_i, the i = j of a case."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import span_of, split
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.cursor import Cursor
    from ce_cli.formulas.reading.tokens import Token

_INDEX_LETTERS = frozenset("ijklmnrc")
_RELATIONS = frozenset({"=", "≠"})


def read_script(cursor: Cursor, count: int) -> tuple[tuple[t.Node, ...], str]:
    """Take a subscript; return its indices, or the label that it is.

    ``count`` is the number of indices the name must have, 0 if that is not known. Without
    braces TeX takes one sign; plain text writes ``w_ij`` for two indices, and so does
    everybody for ``δ_ij``.
    """
    if cursor.kind in {"{", "["}:
        return _indices_or_label(cursor.group(cursor.kind))
    tokens = cursor.group()
    first = tokens[0]
    missing = count - 1 if count else int(_is_second_index(cursor, first))
    while missing > 0 and cursor.kind in {"letter", "number"}:
        tokens.append(cursor.take())
        missing -= 1
    is_long = first.kind == "number" and len(first.text) > 1
    if not cursor.plain and (is_long or (not count and _is_glued(cursor, first))):
        raise Refusal("where does the subscript end?", first.span, "put it in braces")
    return _indices_or_label(tokens)


def _is_second_index(cursor: Cursor, first: Token) -> bool:
    """Say whether plain text goes on with a second index: w_ij, but not p_ip_j."""
    follows = cursor.next.span[0] == first.span[1] and cursor.kind == "letter"
    return cursor.plain and follows and cursor.ahead().kind not in {"_", "^", "("}


def _is_glued(cursor: Cursor, first: Token) -> bool:
    """Say whether a bare index letter is glued to a subscript: w_ij, which TeX shows as w_i j."""
    follows = cursor.next.span[0] == first.span[1] and cursor.next.text in _INDEX_LETTERS
    return follows and cursor.ahead().kind not in {"_", "^", "("}


def _indices_or_label(tokens: list[Token]) -> tuple[tuple[t.Node, ...], str]:
    if not tokens:
        return (), ""
    is_word = len(tokens) > 1 and all(
        token.kind == "letter" and token.text.isupper() for token in tokens
    )
    indices = () if is_word else _index_list(tokens)
    if indices:
        return indices, ""
    unknown = next((token for token in tokens if token.kind == "unknown"), None)
    if unknown:
        raise Refusal(unknown.text, unknown.span)
    text = "".join(token.text for token in tokens)
    return (), "_" + (text if len(tokens) == 1 or is_word else f"{{{text}}}")


def _index_list(tokens: Sequence[Token]) -> tuple[t.Node, ...]:
    """Return the indices that stand one behind the other, or none if the tokens are no indices."""
    indices: list[t.Node] = []
    for part in split(tokens, {","}):
        index = read_index(part)
        if index is not None:
            indices.append(index)
        elif part and all(token.kind in {"letter", "number"} for token in part):
            indices += [_letter_or_number(token) for token in part]
        else:
            return ()
    return tuple(indices)


def read_index(tokens: Sequence[Token]) -> t.Node | None:
    """Return the index i, 2 or C-1, or None if the tokens are something else."""
    kinds = [token.kind for token in tokens]
    if kinds in (["letter"], ["number"]):
        return _letter_or_number(tokens[0])
    if len(kinds) == 3 and kinds[1] in {"+", "-"} and {kinds[0], kinds[2]} <= {"letter", "number"}:
        first, second = _letter_or_number(tokens[0]), _letter_or_number(tokens[2])
        if kinds[1] == "-":
            second = t.Negative(second.span, second)
        return t.Add(span_of(tokens, tokens[0].span), (first, second))
    return None


def _letter_or_number(token: Token) -> t.Node:
    if token.kind == "number":
        return t.Number(token.span, Fraction(token.text))
    return t.Name(token.span, token.text)


def is_index_letter(name: t.Name) -> bool:
    """Say whether a name is a letter that stands for an index by itself."""
    return not name.indices and not name.bold and name.letter in _INDEX_LETTERS


def is_condition(tokens: Sequence[Token]) -> bool:
    """Say whether tokens relate indices and nothing else: i = j."""
    if not any(token.kind in _RELATIONS for token in tokens):
        return False
    parts = [side for part in split(tokens, {","}) for side in split(part, _RELATIONS)]
    return all(read_index(part) is not None for part in parts)


def conditions_in(tokens: Sequence[Token]) -> list[t.Condition]:
    """Return the conditions in tokens that hold nothing else: i = j, j ≠ k.

    Raises
    ------
    Refusal
        If they hold something else.
    """
    if not is_condition(tokens):
        raise Refusal("not a condition on indices", span_of(tokens, (0, 0)),
                      "write i = j or i \\ne j")  # fmt: skip
    return [condition for part in split(tokens, {","}) for condition in _chained_conditions(part)]


def _chained_conditions(tokens: Sequence[Token]) -> list[t.Condition]:
    """Return the conditions of i = j ≠ k: i = j, and j ≠ k."""
    sides = [(span_of(side, (0, 0)), read_index(side)) for side in split(tokens, _RELATIONS)]
    signs = [token.kind for token in tokens if token.kind in _RELATIONS]
    conditions = []
    for (left, right), sign in zip(pairwise(sides), signs, strict=True):
        (left_span, first), (right_span, second) = left, right
        if first is not None and second is not None:
            conditions.append(t.Condition((left_span[0], right_span[1]), first, sign, second))
    return conditions
