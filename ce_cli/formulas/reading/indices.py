"""Indices and what is said about them: subscripts, conditions, the lower bounds of sums."""

from __future__ import annotations

from fractions import Fraction as Rational
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.formulas.reading.cursor import span_of, split
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import Add, Condition, Name, Negative, Node, Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.cursor import Cursor
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Span

_INDEX_LETTERS = frozenset("ijklmnrc")
_RELATIONS = frozenset({"=", "≠"})


def read_script(cursor: Cursor, wants: int) -> tuple[tuple[Node, ...], str]:
    """Take a subscript; return its indices, or the label that it is.

    ``wants`` is the number of indices the name must have, 0 if that is not known. Without
    braces TeX takes one sign; plain text writes ``w_ij`` for two indices, and so does
    everybody for ``δ_ij``.
    """
    if cursor.kind in {"{", "["}:
        return _indices_or_label(cursor.group(cursor.kind))
    first = cursor.group()
    more = wants - 1 if wants else int(_is_second_index(cursor, first[0]))
    while more > 0 and cursor.kind in {"letter", "number"}:
        first.append(cursor.take())
        more -= 1
    unclear = first[0].kind == "number" and len(first[0].text) > 1
    if not cursor.plain and (unclear or (not wants and _is_glued(cursor, first[0]))):
        raise Refusal("where does the subscript end?", first[0].span, "put it in braces")
    return _indices_or_label(first)


def _is_second_index(cursor: Cursor, first: Token) -> bool:
    """Say whether plain text goes on with a second index: w_ij, but not p_ip_j."""
    follows = cursor.next.span[0] == first.span[1] and cursor.kind == "letter"
    return cursor.plain and follows and cursor.ahead().kind not in {"_", "^", "("}


def _is_glued(cursor: Cursor, first: Token) -> bool:
    """Say whether a bare index letter is glued to a subscript: w_ij, which TeX shows as w_i j."""
    follows = cursor.next.span[0] == first.span[1] and cursor.next.text in _INDEX_LETTERS
    return follows and cursor.ahead().kind not in {"_", "^", "("}


def _indices_or_label(tokens: list[Token]) -> tuple[tuple[Node, ...], str]:
    if not tokens:
        return (), ""
    is_word = len(tokens) > 1 and all(t.kind == "letter" and t.text.isupper() for t in tokens)
    indices = () if is_word else _indices(tokens)
    if indices:
        return indices, ""
    unknown = next((token for token in tokens if token.kind == "unknown"), None)
    if unknown:
        raise Refusal(unknown.text, unknown.span)
    text = "".join(token.text for token in tokens)
    return (), "_" + (text if len(tokens) == 1 or is_word else f"{{{text}}}")


def _indices(tokens: Sequence[Token]) -> tuple[Node, ...]:
    """Return the indices written one behind the other, or none if that is not what it is."""
    found: list[Node] = []
    for part in split(tokens, {","}):
        if not part:
            return ()
        index = read_index(part)
        if index is not None:
            found.append(index)
        elif all(token.kind in {"letter", "number"} for token in part):
            found += [_atom(token) for token in part]
        else:
            return ()
    return tuple(found)


def read_index(tokens: Sequence[Token]) -> Node | None:
    """Return the index i, 2 or C-1, or None if the tokens are something else."""
    kinds = [token.kind for token in tokens]
    if kinds in (["letter"], ["number"]):
        return _atom(tokens[0])
    if len(kinds) == 3 and kinds[1] in {"+", "-"} and {kinds[0], kinds[2]} <= {"letter", "number"}:
        first, second = _atom(tokens[0]), _atom(tokens[2])
        if kinds[1] == "-":
            second = Negative(second.span, second)
        return Add(span_of(tokens, tokens[0].span), (first, second))
    return None


def _atom(token: Token) -> Node:
    if token.kind == "number":
        return Number(token.span, Rational(token.text))
    return Name(token.span, token.text)


def is_index_letter(name: Name) -> bool:
    """Say whether a name is a letter that stands for an index by itself."""
    return not name.indices and not name.bold and name.letter in _INDEX_LETTERS


def is_condition(tokens: Sequence[Token]) -> bool:
    """Say whether tokens relate indices and nothing else: i = j."""
    if not any(token.kind in _RELATIONS for token in tokens):
        return False
    parts = [side for part in split(tokens, {","}) for side in split(part, _RELATIONS)]
    return all(read_index(part) is not None for part in parts)


def conditions_in(tokens: Sequence[Token]) -> list[Condition]:
    """Return the conditions i = j, j ≠ k that the tokens are.

    Raises
    ------
    Refusal
        If they are something else.
    """
    if not is_condition(tokens):
        raise Refusal("not a condition on indices", span_of(tokens, (0, 0)),
                      "write i = j or i \\ne j")  # fmt: skip
    return [each for part in split(tokens, {","}) for each in _relations(part)]


def _relations(tokens: Sequence[Token]) -> list[Condition]:
    sides = [(span_of(side, (0, 0)), read_index(side)) for side in split(tokens, _RELATIONS)]
    signs = [token.kind for token in tokens if token.kind in _RELATIONS]
    found = []
    for ((first_span, first), (second_span, second)), sign in zip(
        pairwise(sides), signs, strict=True
    ):
        if first is not None and second is not None:
            found.append(Condition((first_span[0], second_span[1]), first, sign, second))
    return found


class Range(NamedTuple):
    """What stands below a sum sign."""

    indices: tuple[Name, ...]
    lower: Node | None = None
    upper: Node | None = None
    conditions: tuple[Condition, ...] = ()


def sum_index(tokens: Sequence[Token], span: Span) -> Range:
    r"""Return what stands below a sum sign: i, j or k = 1 or k \ne i or k \in \{1, ..., C\}.

    Raises
    ------
    Refusal
        If it is not understood.
    """
    first, *others = list(split(tokens, {","}))
    names = [first[:1]]
    while others and not _is_about_others(others[0]):
        if first[1:] and _texts(first[1:]) != _texts(others[0][1:]):
            raise Refusal("the range of each index?", span_of(tokens, span), "write several sums")
        first, *others = others
        names.append(first[:1])
    indices = tuple(index for index in map(read_index, names) if isinstance(index, Name))
    if len(indices) < len(names):
        raise Refusal("the index of a sum is not understood", span_of(tokens, span))
    if [token.kind for token in first[1:2]] == ["≠"]:
        first, others = first[:1], [first, *others]
    conditions = tuple(each for part in others for each in conditions_in(part))
    return Range(indices, *_bounds(first[1:], span), conditions)


def _is_about_others(part: Sequence[Token]) -> bool:
    """Say whether behind a comma under a sum stands a condition, not one more index."""
    return len(part) > 1 and part[1].kind not in {"=", "∈"}


def _texts(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens]


def _bounds(rest: Sequence[Token], span: Span) -> tuple[Node | None, Node | None]:
    """Return the first and the last value that = 1 or ∈ {1, ..., C} gives an index."""
    if not rest:
        return None, None
    values: list[Node | None] = [None, None]
    if rest[0].kind == "=":
        values = [read_index(rest[1:]), None]
    elif rest[0].kind == "∈" and len(rest) > 2 and rest[1].kind in {"\\{", "["}:
        values = _ends(list(split(rest[2:-1], {","})), is_interval=rest[1].kind == "[")
    if values[0] is None:
        raise Refusal("the range of a sum is not understood", span_of(rest, span))
    return values[0], values[1]


def _ends(parts: list[list[Token]], *, is_interval: bool) -> list[Node | None]:
    """Return the ends of 1, ..., C or of the interval 1, C; of anything else none."""
    dotted = [[token.kind for token in part] for part in parts[1:-1]] == [["dots"]]
    ends = [read_index(part) for part in (parts[0], parts[-1])]
    known = isinstance(ends[0], Number) and ends[1] is not None
    return ends if known and (dotted or (is_interval and len(parts) == 2)) else [None, None]
