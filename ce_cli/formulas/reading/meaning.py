"""From the syntax tree to SymPy: what a formula means once every letter has its role."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sympy import (
    Add,
    Dummy,
    E,
    Expr,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Rational,
    Symbol,
)
from sympy import Sum as SymPySum

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.arrays import (
    Matrix,
    Value,
    Vector,
    chained,
    each,
    times,
    together,
    transposed,
)
from ce_cli.formulas.reading.function_meaning import FunctionMeaning
from ce_cli.formulas.reading.limits import EXPONENT, NUMBER_BITS
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.symbolic.notation import C, M, Partial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.formulas.reading.tree import Node


@dataclass
class Meaning(FunctionMeaning):
    """Turns trees into expressions, within one chain."""

    vectors: bool = True
    """Whether bare letters of the subject are vectors."""
    depth: int = 0
    """How many sums are around."""
    bare: set[str] = field(default_factory=set)
    """Letters of the subject without an index, which are vectors or numbers as ``vectors`` says."""

    def of(self, node: Node) -> Value:
        """Return the value of a tree.

        Raises
        ------
        Refusal
            If it has no meaning, with the place.
        """
        return _RULES[type(node)](self, node)

    def number(self, node: Node, what: str = "a number") -> Expr:
        """Return the value of a tree that must not be a vector."""
        value = self.of(node)
        if not isinstance(value, Expr):
            raise Refusal(f"{what} is expected, not a vector", node.span)
        return value

    # --- names ---------------------------------------------------------------------------

    def name(self, node: t.Name) -> Value:
        """Return the value of a letter."""
        role = self.setting.role(node)
        head = self.setting.head(node)
        if r.base_of(node.letter) in r.CONVENTIONS and _is_nested(node.letter):
            raise Refusal("this subscript is not understood", node.span)
        if node.letter == "𝟏":
            return self._vector(lambda _: Integer(1), C)
        if node.indices:
            shape = tuple(self.size_of(index) for index in node.indices)
            return IndexedBase(head, shape=shape)[tuple(map(self.index, node.indices))]
        if role == r.CLASSES:
            self._check_mean(node)
            return C
        if node.letter == "e" and not role:
            return E
        if self._is_vector(node, role, head):
            size = M if node.layer in self.setting.layers else C
            return self._vector(lambda index: IndexedBase(head, shape=(size,))[index], size)
        if self._is_index(node):
            raise Refusal(f"the index {node.letter} stands where a number is expected", node.span)
        return Symbol(head)

    def _check_mean(self, node: t.Name) -> None:
        """Refuse n or N as a number: 1/N is more often one over the samples."""
        if node.letter in {"n", "N"} and node.letter not in self.setting.roles.given:
            raise Refusal(f"is {node.letter} the number of classes, or of samples?", node.span,
                          f"say --role {node.letter}=classes, or check one sample")  # fmt: skip

    def _is_index(self, node: t.Name) -> bool:
        return node.letter in self.bound or node.letter in self.setting.used

    def _is_vector(self, node: t.Name, role: str, head: str) -> bool:
        if role in {r.LOGITS, r.PROBABILITIES, r.TARGETS}:
            if not node.bold:
                self.bare.add(node.letter)
            return self.vectors
        return role != r.LOSS and (node.bold or head in self.setting.indexed)

    def _vector(self, entry: Callable[[Expr], Expr], size: Symbol) -> Value:
        if self.component is not None:
            return entry(self.component)
        return Vector(entry, size)

    # --- rules for the nodes -------------------------------------------------------------

    def add(self, node: t.Add) -> Value:
        """Add terms of one shape."""
        if any(isinstance(term, t.Dots) for term in node.terms):
            return self.dotted_sum(node)
        values = [self.of(term) for term in node.terms]
        if all(isinstance(value, Expr) for value in values):
            return Add(*values)
        total = values[0]
        for value in values[1:]:
            total = together(total, value, lambda a, b: a + b, node.span)
        return total

    def product(self, node: t.Product) -> Value:
        """Multiply from the left to the right."""
        total, before = self.of(node.factors[0]), node.factors[0]
        for factor in node.factors[1:]:
            value = self.of(factor)
            joined = chained(total, value) if _is_chain_rule(before, factor) else None
            total = times(total, value, node.span) if joined is None else joined
            before = factor
        return total

    def hadamard(self, node: t.Hadamard) -> Value:
        """Multiply entry by entry."""
        return together(self.of(node.first), self.of(node.second), lambda a, b: a * b, node.span)

    def fraction(self, node: t.Fraction) -> Value:
        """Divide; a vector by a vector entry by entry."""
        bottom = self.of(node.bottom)
        if bottom == 0:
            raise Refusal("a division by zero", node.bottom.span)
        return together(self.of(node.top), bottom, lambda a, b: a / b, node.span)

    def power(self, node: t.Power) -> Value:
        """Raise a number to a power within the limits."""
        base, exponent = self.of(node.base), self.number(node.exponent)
        if not isinstance(base, Expr):
            raise Refusal("a power of a vector", node.span, "write p ⊙ p for entry by entry")
        if exponent.is_Rational and abs(exponent) > EXPONENT:
            raise Refusal(f"an exponent above {EXPONENT}", node.exponent.span)
        if base.is_Rational and exponent.is_Rational:
            bits = max(base.p.bit_length(), base.q.bit_length()) * abs(exponent)
            if bits > NUMBER_BITS or (base == 0 and exponent < 0):
                raise Refusal("this power is too large or undefined", node.span)
        return base**exponent

    def sum(self, node: t.Sum) -> Value:
        """Sum over a range of indices, or over the entries of vectors."""
        if node.index is None:
            return self._sum_of_entries(node)
        letter = node.index.letter
        _refuse_samples(node, letter)
        index = _bound_index(letter, self.depth)
        outer = self.bound.get(letter)
        limits = self.range_of(node)
        self.bound[letter] = index
        self.depth += 1
        factor = Integer(1)
        for condition in node.conditions:
            delta = KroneckerDelta(*map(self.index, (condition.first, condition.second)))
            factor *= delta if condition.relation == "=" else 1 - delta
        body = self.of(node.body)
        self.depth -= 1
        del self.bound[letter]
        if outer is not None:
            self.bound[letter] = outer
        if not isinstance(body, Expr):
            return each(body, lambda entry: SymPySum(entry * factor, (index, *limits)))
        if node.conditions and index not in body.free_symbols:
            raise Refusal(f"{letter} does not occur in what is summed", node.span)
        return SymPySum(body * factor, (index, *limits))

    def _sum_of_entries(self, node: t.Sum) -> Expr:
        if node.upper is not None or self.component is not None:
            raise Refusal("a sum over which index?", node.span)
        self.component = Dummy("k", integer=True)
        body = self.number(node.body)
        index, self.component = self.component, None
        if index not in body.free_symbols:
            raise Refusal("a sum over which index?", node.span)
        return SymPySum(body, (index, 0, C - 1))

    def derivative(self, node: t.Derivative) -> Value:
        """Differentiate by a number, or by every entry of a vector."""
        value = self.of(node.of)
        for variable in node.by:
            value = self._by(value, variable)
        return value

    def _by(self, value: Value, node: Node) -> Value:
        variable = self.of(node.of if isinstance(node, t.Transpose) else node)
        if isinstance(variable, Expr):
            if not (isinstance(variable, Symbol) or variable.is_Indexed):
                raise Refusal("not a variable", node.span)
            return each(value, lambda entry: Partial(entry, variable))
        if not isinstance(variable, Vector) or isinstance(value, Matrix):
            raise Refusal("a derivative by a matrix is not understood", node.span)
        if isinstance(value, Vector):
            return Matrix(lambda i, j: Partial(value.entry(i), variable.entry(j)),
                          value.size, variable.size)  # fmt: skip
        return Vector(lambda i: Partial(value, variable.entry(i)), variable.size)

    def differential(self, node: t.Differential) -> Value:
        """Multiply by d, if that is a letter of the text."""
        self.setting.check_differential(node)
        return times(self.of(node.sign), self.of(node.of), node.span)

    def prime(self, node: t.Prime) -> Value:
        """Differentiate by the variable that the left side of the chain names."""
        if self.prime_by is None:
            raise Refusal("a derivative by what?", node.span,
                          "write ∂/∂z_i, or a left side that does")  # fmt: skip
        return self._by(self.of(node.of), self.prime_by)

    def transpose(self, node: t.Transpose) -> Value:
        """Transpose a vector or matrix."""
        value = self.of(node.of)
        if isinstance(value, Expr):
            raise Refusal("a transposed number, or a power?", node.span,
                          "write a vector without its index")  # fmt: skip
        return transposed(value)


@lru_cache(maxsize=256)
def _bound_index(letter: str, depth: int) -> Dummy:
    """Return the index of a sum: the same for all sums over a letter at one depth.

    Equal sums are then equal to SymPy, and known to its caches.
    """
    del depth
    return Dummy(letter, integer=True)


def _is_nested(letter: str) -> bool:
    """Say whether a name has a subscript that is no plain label, like z_{y_i}."""
    _, _, label = letter.partition("_")
    return any(not sign.isalnum() and sign not in "{}- " for sign in label)


def _is_chain_rule(before: Node, node: Node) -> bool:
    """Say whether two factors are ∂L/∂a ∂a/∂z with a bare a."""
    match before, node:
        case t.Derivative(by=(t.Name(letter=one, indices=()),)), t.Derivative(
            of=t.Name(letter=other, indices=())
        ):
            return one == other
    return False


_RULES: dict[type, Callable[[Meaning, Any], Value]] = {
    t.Number: lambda _, node: Rational(node.value.numerator, node.value.denominator),
    t.Name: Meaning.name,
    t.Call: Meaning.call,
    t.Entry: Meaning.entry,
    t.Sum: Meaning.sum,
    t.Derivative: Meaning.derivative,
    t.Differential: Meaning.differential,
    t.Prime: Meaning.prime,
    t.Add: Meaning.add,
    t.Negative: lambda self, node: each(self.of(node.of), lambda entry: -entry),
    t.Product: Meaning.product,
    t.Hadamard: Meaning.hadamard,
    t.Fraction: Meaning.fraction,
    t.Power: Meaning.power,
    t.Transpose: Meaning.transpose,
    t.Delta: lambda self, node: KroneckerDelta(self.index(node.first), self.index(node.second)),
    t.Indicator: lambda self, node: self.indicator(node.condition),
    t.Chance: Meaning.chance,
    t.Dots: Meaning.dots,
    t.Cases: Meaning.cases,
    t.Array: Meaning.array,
}


def _refuse_samples(node: t.Sum, letter: str) -> None:
    """Refuse a sum over n of p^{(n)}, which is over samples."""
    for name in r.names_in(node.body):
        if name.layer == letter:
            raise Refusal("a sum over samples, or over layers, is not understood", name.span,
                          "write what holds for one of them")  # fmt: skip
