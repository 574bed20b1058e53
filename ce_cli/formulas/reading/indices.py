"""Indices and conditions on them: the subscript of z_i, the i = j of a case."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import closing, span_of, split
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


def is_subscripted(cursor: Cursor, node: t.Node) -> bool:
    """Say whether an index in square brackets follows a name, as in code: p[i]."""
    if cursor.kind != "[" or not isinstance(node, t.Name) or node.indices:
        return False
    inside = cursor.tokens[cursor.position + 1 : closing(cursor.tokens, cursor.position)]
    is_adjacent = cursor.next.span[0] == node.span[1]
    if is_adjacent and len(inside) == 1 and "." in inside[0].text:
        raise Refusal("an index is a whole number", inside[0].span)
    return is_adjacent and all(read_index(part) is not None for part in split(inside, {","}))


def refuse_glued_number(cursor: Cursor, node: t.Node) -> None:
    """Refuse p1, which may be p_1 or p times 1."""
    is_bare = isinstance(node, t.Name) and not node.indices and not node.layer
    if is_bare and cursor.kind == "number" and cursor.next.span[0] == node.span[1]:
        raise Refusal("an index, or a factor?", cursor.next.span, "write p_1 or p \\cdot 1")


def _indices_or_label(tokens: list[Token]) -> tuple[tuple[t.Node, ...], str]:
    if not tokens:
        return (), ""
    is_word = len(tokens) > 1 and all(
        token.kind == "letter" and token.text.isupper() for token in tokens
    )
    indices = () if is_word else _index_list(tokens)
    if indices:
        return indices, ""
    unknown = next((token for token in tokens if token.kind in {"unknown", ":"}), None)
    if unknown:
        message = "this subscript is not understood" if unknown.kind == ":" else unknown.text
        raise Refusal(message, unknown.span, unknown.hint)
    text = "".join(token.text for token in tokens)
    return (), "_" + (text if len(tokens) == 1 or is_word else f"{{{text}}}")


def _index_list(tokens: Sequence[Token]) -> tuple[t.Node, ...]:
    """Return the indices that stand one behind the other, or none if the tokens are no indices."""
    indices: list[t.Node] = []
    for part in split(with_primes(tokens), {","}):
        index = read_index(part)
        if index is not None:
            indices.append(index)
        elif part and all(token.kind in {"letter", "number"} for token in part):
            indices += [_letter_or_number(token) for token in part]
        else:
            return ()
    return tuple(indices)


def read_index(tokens: Sequence[Token]) -> t.Node | None:
    """Return the index i, i', 2 or C-1, or None if the tokens are something else."""
    tokens = with_primes(tokens)
    kinds = [token.kind for token in tokens]
    if any(token.kind == "number" and "." in token.text for token in tokens):
        return None
    if kinds in (["letter"], ["number"]):
        return _letter_or_number(tokens[0])
    if len(kinds) == 3 and kinds[1] in {"+", "-"} and {kinds[0], kinds[2]} <= {"letter", "number"}:
        first, second = _letter_or_number(tokens[0]), _letter_or_number(tokens[2])
        if kinds[1] == "-":
            second = t.Negative(second.span, second)
        return t.Add(span_of(tokens, tokens[0].span), (first, second))
    return None


def with_primes(tokens: Sequence[Token]) -> list[Token]:
    r"""Return tokens in which a letter with primes is one letter: k', k^\prime, k^{\prime}."""
    result: list[Token] = []
    position = 0
    while position < len(tokens):
        token, start = tokens[position], position
        position = _end_of_primes(tokens, start + 1) if token.kind == "letter" else start + 1
        primes = sum(behind.kind == "'" for behind in tokens[start + 1 : position])
        span = (token.span[0], tokens[position - 1].span[1])
        result.append(token._replace(text=token.text + "'" * primes, span=span))
    return result


def _end_of_primes(tokens: Sequence[Token], start: int) -> int:
    """Return the position behind the primes that start there."""
    end = start
    while end < len(tokens) and tokens[end].kind == "'":
        end += 1
    kinds = [token.kind for token in tokens[start:]]
    if kinds[:2] == ["^", "'"]:
        return start + 2
    if kinds[:2] == ["^", "{"]:
        close = closing(tokens, start + 1)
        return close + 1 if {*kinds[2 : close - start]} == {"'"} else start
    return end


def _letter_or_number(token: Token) -> t.Node:
    if token.kind == "letter":
        return t.Name(token.span, token.text)
    if "." in token.text:
        raise Refusal("an index is a whole number", token.span)
    return t.Number(token.span, Fraction(token.text))


def is_index_letter(name: t.Name) -> bool:
    """Say whether a name is a letter that stands for an index by itself."""
    return not name.indices and not name.bold and name.letter in _INDEX_LETTERS


def index_letters(tokens: Sequence[Token]) -> set[str]:
    """Return the letters that stand in subscripts.

    >>> from ce_cli.formulas.reading.tokens import tokens
    >>> sorted(index_letters(tokens("p_i w_{jk} z")))
    ['i', 'j', 'k']
    """
    letters: set[str] = set()
    for position, token in enumerate(tokens):
        if token.kind == "_" and position + 1 < len(tokens):
            is_group = tokens[position + 1].kind == "{"
            end = closing(tokens, position + 1) if is_group else position + 1
            letters |= {part.text for part in tokens[position : end + 1] if part.kind == "letter"}
    return letters


def is_condition(tokens: Sequence[Token]) -> bool:
    """Say whether tokens relate indices and nothing else: i = j."""
    parts = [list(split(part, _RELATIONS)) for part in split(tokens, {","})]
    return all(
        len(sides) > 1 and all(read_index(side) is not None for side in sides) for sides in parts
    )


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


def are_opposite(first: t.Condition, second: t.Condition) -> bool:
    """Say whether one condition holds just where the other does not: i = j, j ≠ i."""
    are_other_relations = {first.relation, second.relation} == _RELATIONS
    return are_other_relations and _indices_of(first) == _indices_of(second)


def _indices_of(condition: t.Condition) -> set[t.Node]:
    """Return the indices of a condition without their place in the text."""
    return {replace(index, span=(0, 0)) for index in (condition.first, condition.second)}
