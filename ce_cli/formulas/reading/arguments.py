"""Brackets behind a name: p[i] is an index as in code, p_i(z) says no more than p_i."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.cursor import closing, split
from ce_cli.formulas.reading.indices import read_index
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.cursor import Cursor
    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node

_FACTORS = frozenset("bcdeijklmnrtvwxyCKMNTαβγεηλτ")
"""Letters that, without an index, are a factor in front of a bracket."""
_ARGUMENTS = frozenset("zxaosuvwhfθφWη")
"""The names of logits, and of the quantities they are computed from."""


def is_subscripted(cursor: Cursor, node: Node) -> bool:
    """Say whether an index in square brackets follows a name, as in code: p[i]."""
    if cursor.kind != "[" or not isinstance(node, t.Name) or node.indices:
        return False
    inside = cursor.tokens[cursor.position + 1 : closing(cursor.tokens, cursor.position)]
    is_adjacent = cursor.next.span[0] == node.span[1]
    if is_adjacent and len(inside) == 1 and "." in inside[0].text:
        raise Refusal("an index is a whole number", inside[0].span)
    return is_adjacent and all(read_index(part) is not None for part in split(inside, {","}))


def refuse_glued_number(cursor: Cursor, node: Node) -> None:
    """Refuse p1, which may be p_1 or p times 1."""
    is_bare = isinstance(node, t.Name) and not node.indices and not node.layer
    if is_bare and cursor.kind == "number" and cursor.next.span[0] == node.span[1]:
        raise Refusal("an index, or a factor?", cursor.next.span, "write p_1 or p \\cdot 1")


def strip_arguments(cursor: Cursor, node: Node) -> Node:
    """Read p_i(z) and p_i^2(z), which say no more than p_i; y(z) may be a product."""
    name = node.base if isinstance(node, t.Power) else node
    previous = cursor.tokens[cursor.position - 1]
    if cursor.kind != "(" or previous.kind == ")" or not isinstance(name, t.Name):
        return node
    end = closing(cursor.tokens, cursor.position)
    arguments = list(split(cursor.tokens[cursor.position + 1 : end], {","}))
    is_factor = not name.indices and name.letter in _FACTORS
    if is_factor or not all(arguments):
        return node
    is_adjacent = previous.span[1] == cursor.next.span[0]
    if not is_adjacent or not all(_bare_letter(part) in _ARGUMENTS for part in arguments):
        _refuse_argument(name.letter, arguments[0])
        return node
    cursor.position = end + 1
    return replace(node, span=cursor.span_from(node))


def _refuse_argument(letter: str, argument: Sequence[Token]) -> None:
    """Refuse p_i(T), p_i(2), p_i(z_i) and p_i(-z_i), which may be products or functions."""
    tokens = argument[argument[0].kind == "-" :]
    is_entry = bool(tokens) and tokens[0].text in _ARGUMENTS - {letter} and _is_entry(tokens)
    if is_entry or _bare_letter(tokens) or [token.kind for token in tokens] == ["number"]:
        raise Refusal("a factor, or what it is a function of?", tokens[0].span,
                      "leave it out, or write a product with \\cdot")  # fmt: skip


def _bare_letter(tokens: Sequence[Token]) -> str:
    """Return the letter, bold or not, that the tokens consist of; "" if there is more."""
    letters = [token.text for token in tokens if token.kind == "letter"]
    is_plain = {token.kind for token in tokens} <= {"letter", "bold", "{", "}"}
    return letters[0] if is_plain and len(letters) == 1 else ""


def _is_entry(tokens: Sequence[Token]) -> bool:
    """Say whether there is one letter with an index, and nothing else: z_i, z_{ij}."""
    kinds = [token.kind for token in tokens]
    if kinds[:2] != ["letter", "_"]:
        return False
    is_braced = kinds[2:3] == ["{"] and closing(tokens, 2) == len(kinds) - 1
    return len(kinds) == 3 or is_braced
