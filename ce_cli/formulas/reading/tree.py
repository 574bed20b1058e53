"""The syntax of a formula: the writing, before anybody asks for its meaning.

Every node knows its place in the text. Indices are nodes too: ``z_i`` is a ``Name`` with the
index ``Name("i")``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula, from ``span[0]`` up to ``span[1]`` of the text."""

    span: Span


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number in digits."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A letter with its indices: z_i, w_{ij}; ``layer`` is the (l) of z^{(l)}, not a power.

    ``arguments`` are the names between the brackets of L(y, p), as texts.
    """

    letter: str
    indices: tuple[Node, ...] = ()
    layer: str = ""
    bold: bool = False
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of its arguments: log p, softmax(z), f(x)."""

    function: str
    arguments: tuple[Node, ...]
    is_open: bool = False
    """Whether the argument stands without brackets: the factors behind it may belong to it."""


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """An entry of a vector or matrix that is no plain name: softmax(z)_i."""

    operand: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """Two indices are equal (``relation`` "=") or differ ("≠")."""

    first: Node
    relation: str
    second: Node


@dataclass(frozen=True, slots=True)
class Range(Node):
    """The values of an index beside an equation: i = 2, ..., K."""

    index: Name
    lower: Number
    upper: Node


class Reach(NamedTuple):
    """The factors behind the first one of a sum, which may be meant to stand outside of it."""

    start: int
    """The place in the text at which they start."""
    has_bracket: bool
    """Whether the first factor is in brackets, as if it was all that is summed."""


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """A sum; without an index it runs over the entries of the vectors in its body."""

    index: Name | None
    lower: Node | None
    upper: Node | None
    conditions: tuple[Condition, ...]
    body: Node
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """A derivative by one variable, or by several in turn."""

    operand: Node
    variables: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class DerivativeOperator(Node):
    """``∂/∂z`` before the parser applies it to its operand; no finished tree holds one."""

    variables: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """A ``dz`` outside a derivative: d times z if the text uses d as a letter, else no value."""

    sign: Node
    operand: Node


@dataclass(frozen=True, slots=True)
class Prime(Node):
    """A derivative whose variable stands elsewhere in the chain: (e^{z_i})'."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Add(Node):
    """A sum of two or more terms."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """Dots in a sum: the ... of z_1 + ... + z_C."""


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """A term with a minus sign."""

    operand: Node


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
class Division(Node):
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

    operand: Node


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
    """The probability of an event, a condition or a name: P(y = k | x), P(A | x)."""

    event: Condition | Name
    observation: tuple[str, ...]
    """The names behind the bar, as texts."""


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """A value by cases; a row without conditions is for all other cases."""

    rows: tuple[tuple[Node, tuple[Condition, ...]], ...]


@dataclass(frozen=True, slots=True)
class MatrixLiteral(Node):
    """A vector or matrix with its entries in the text: (p_1, ..., p_C); None is for dots."""

    rows: tuple[tuple[Node | None, ...], ...]


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside a node, indices and conditions included."""
    for name in node.__slots__:  # the fields of its type, without the span
        yield from _nodes(getattr(node, name))


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


def with_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a node with all nodes directly inside it changed."""
    values: dict[str, Any] = {
        name: _changed(getattr(node, name), change) for name in node.__slots__
    }
    return replace(node, **values)


def _changed(value: object, change: Callable[[Node], Node]) -> object:
    if isinstance(value, Node):
        return change(value)
    if type(value) is tuple:
        return tuple(_changed(part, change) for part in value)
    return value


def span_around(nodes: Sequence[Node]) -> Span:
    """Return the span from the first to the last of some nodes."""
    return nodes[0].span[0], nodes[-1].span[1]


def product_of(factors: Sequence[Node]) -> Node:
    """Return the product of factors, or the only one."""
    return factors[0] if len(factors) == 1 else Product(span_around(factors), tuple(factors))


def factors_from(node: Node, start: int) -> Iterator[Node]:
    """Yield the factors of a product that start at a place of the text or behind it."""
    if node.span[0] >= start:
        yield node
    elif isinstance(node, Negative | Product | Hadamard | Division):
        for child in children(node):
            yield from factors_from(child, start)


def indicator_of(conditions: Sequence[Condition], span: Span) -> Node:
    """Return the factor that is 1 where all conditions hold, else 0."""
    return product_of([Indicator(span, condition) for condition in conditions])
