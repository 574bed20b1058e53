"""What all parts of the parser share: how they call each other, and small helpers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import Cursor, closing, split
from ce_cli.formulas.reading.indices import read_index
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import (
    Condition,
    Indicator,
    Name,
    Node,
    Power,
    Product,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Span


FUNCTION_LETTERS = frozenset("fghσ")
_FACTORS = frozenset("bcdeijklmnrtvwxyCKMNTαβγεηλτ")
"""Letters that, without an index, are a factor in front of a bracket."""
_ARGUMENTS = frozenset("zxaosuvwhfθφWη")
"""What logits are called, and what they are computed from."""


@dataclass(frozen=True, slots=True)
class Operator(Node):
    """``∂/∂z`` waiting for what it is applied to."""

    by: tuple[Node, ...]


class Grammar(Cursor):
    """A cursor that can read the parts of an expression; ``Parser`` puts the parts together."""

    starts: Collection[str]
    """The kinds of tokens with which a factor starts."""

    def inner(self, tokens: Sequence[Token], span: Span) -> Node:
        """Return the expression inside a group."""
        raise NotImplementedError

    def factor(self) -> Node:
        """Read one factor with its scripts and primes."""
        raise NotImplementedError

    def primary(self) -> Node:
        """Read one factor without its scripts."""
        raise NotImplementedError

    def signed_factor(self) -> Node:
        """Read a factor that may have a sign."""
        raise NotImplementedError

    def applied(self, node: Node) -> Node:
        """Apply an operator to what follows it."""
        raise NotImplementedError

    def indexed(self, node: Node, token: Token) -> Node:
        """Read a subscript behind a node."""
        raise NotImplementedError

    def is_subscripted(self, node: Node) -> bool:
        """Say whether an index in square brackets follows a name, as in code: p[i]."""
        if self.kind != "[" or not isinstance(node, Name) or node.indices:
            return False
        inside = self.tokens[self.at + 1 : closing(self.tokens, self.at)]
        adjacent = self.next.span[0] == node.span[1]
        return adjacent and all(read_index(part) is not None for part in split(inside, {","}))

    def refuse_glued_number(self, node: Node) -> None:
        """Refuse p1, which may be p_1 or p times 1."""
        bare = isinstance(node, Name) and not node.indices and not node.layer
        if bare and self.kind == "number" and self.next.span[0] == node.span[1]:
            raise Refusal("an index, or a factor?", self.next.span, "write p_1 or p \\cdot 1")

    def without_arguments(self, node: Node) -> Node:
        """Read p_i(z) and p_i^2(z), which say no more than p_i; y(z) may be a product."""
        name = node.base if isinstance(node, Power) else node
        before = self.tokens[self.at - 1]
        if self.kind != "(" or before.kind == ")" or not isinstance(name, Name):
            return node
        end = closing(self.tokens, self.at)
        arguments = list(split(self.tokens[self.at + 1 : end], {","}))
        if not name.indices and name.letter in _FACTORS:
            return node
        if not all(arguments):
            return node
        is_adjacent = before.span[1] == self.next.span[0]
        if not is_adjacent or not all(_bare_letter(each) in _ARGUMENTS for each in arguments):
            self._refuse_argument(name.letter, arguments)
            return node
        self.at = end + 1
        return replace(node, span=(node.span[0], self.tokens[end].span[1]))

    def _refuse_argument(self, letter: str, arguments: Sequence[Sequence[Token]]) -> None:
        """Refuse p_i(T), p_i(2), p_i(z_i) and p_i(-z_i), which may be products or functions."""
        first = arguments[0][arguments[0][0].kind == "-" :]
        is_entry = bool(first) and first[0].text in _ARGUMENTS - {letter} and _is_entry(first)
        if is_entry or _bare_letter(first) or [token.kind for token in first] == ["number"]:
            raise Refusal("a factor, or what it is a function of?", first[0].span,
                          "leave it out, or write a product with \\cdot")  # fmt: skip

    def scripts(self, node: Node) -> Node:
        """Read indices, exponents and primes behind a factor."""
        raise NotImplementedError

    def sum(self, token: Token | None = None) -> Node:
        """Read a sum."""
        raise NotImplementedError

    def arguments(self) -> tuple[Node, ...]:
        """Read the arguments of a function in brackets."""
        raise NotImplementedError

    def listed(self, inside: Sequence[Token], span: Span) -> Node:
        """Read entries with commas between them."""
        raise NotImplementedError

    def differential(self) -> Node | None:
        """Read what a d or ∂ starts; None if that is a letter like any other."""
        raise NotImplementedError

    def fraction_of(self, top: list[Token], bottom: list[Token], span: Span) -> Node:
        """Return a fraction or a derivative."""
        raise NotImplementedError


def around(nodes: Sequence[Node]) -> Span:
    """Return the span from the first to the last of some nodes."""
    return nodes[0].span[0], nodes[-1].span[1]


def joined(factors: list[Node]) -> Node:
    """Return the product of factors, or the only one."""
    return factors[0] if len(factors) == 1 else Product(around(factors), tuple(factors))


def indicators(conditions: Sequence[Condition], span: Span) -> Node:
    """Return what is 1 where all conditions hold."""
    return joined([Indicator(span, condition) for condition in conditions])


def _bare_letter(tokens: Sequence[Token]) -> str:
    """Return the letter that is all there is, bold or not; "" if there is more."""
    letters = [token.text for token in tokens if token.kind == "letter"]
    kinds = {token.kind for token in tokens} <= {"letter", "bold", "{", "}"}
    return letters[0] if kinds and len(letters) == 1 else ""


def _is_entry(tokens: Sequence[Token]) -> bool:
    """Say whether there is one letter with an index, and nothing else: z_i, z_{ij}."""
    kinds = [token.kind for token in tokens]
    if kinds[:2] != ["letter", "_"]:
        return False
    return len(kinds) == 3 or (kinds[2] == "{" and closing(tokens, 2) == len(kinds) - 1)
