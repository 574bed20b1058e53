"""The syntax of a formula: what is written, before anybody asks what it means.

Every node knows its place in the text. Indices are nodes too: ``z_i`` is a ``Name`` with the
index ``Name("i")``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction as Rational

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula, from ``span[0]`` up to ``span[1]`` of the text."""

    span: Span


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number in digits."""

    value: Rational


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A letter with its indices: z_i, w_{ij}; ``layer`` is a superscript that is no power."""

    letter: str
    indices: tuple[Node, ...] = ()
    layer: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of its arguments: log p, softmax(z), f(x)."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """An entry of a vector or matrix that is not a plain name: softmax(z)_i."""

    of: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """Two indices are equal (``relation`` "=") or differ ("≠")."""

    first: Node
    relation: str
    second: Node


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """A sum; without an index it runs over the entries of the vectors in its body."""

    index: Name | None
    lower: Node | None
    upper: Node | None
    conditions: tuple[Condition, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """A derivative by one variable or several."""

    of: Node
    by: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """A ``dz`` outside a derivative: a product if d is a letter of the text, else no value."""

    sign: Node
    of: Node


@dataclass(frozen=True, slots=True)
class Prime(Node):
    """A derivative whose variable stands elsewhere: (e^{z_i})'."""

    of: Node


@dataclass(frozen=True, slots=True)
class Add(Node):
    """A sum of two or more terms."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """The terms that dots stand for in z_1 + ... + z_C."""


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """A term with a minus sign."""

    of: Node


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Two or more factors, with or without a sign between them."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Hadamard(Node):
    """The product entry by entry: p ⊙ y."""

    first: Node
    second: Node


@dataclass(frozen=True, slots=True)
class Fraction(Node):
    """One expression over another."""

    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Power(Node):
    """An expression to the power of another."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    """A transposed vector or matrix."""

    of: Node


@dataclass(frozen=True, slots=True)
class Delta(Node):
    """The Kronecker delta of two indices."""

    first: Node
    second: Node


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    """1 where a condition holds, else 0: [i = j]."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Chance(Node):
    """The probability of an event: P(y = k | x), or of a named one, P(A | x)."""

    event: Condition | Name
    given: str


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """A value by cases; a row without conditions is for all other cases."""

    rows: tuple[tuple[Node, tuple[Condition, ...]], ...]


@dataclass(frozen=True, slots=True)
class Array(Node):
    """A vector or matrix written out; ``None`` stands for dots."""

    rows: tuple[tuple[Node | None, ...], ...]


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside a node, indices and conditions included."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)
