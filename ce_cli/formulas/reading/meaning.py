"""From the syntax tree to SymPy: the value of a formula once every letter has its role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
from ce_cli.formulas.reading.function_meaning import call_value, chance_value, entry_value
from ce_cli.formulas.reading.index_meaning import index_of, indicator_value, range_of, size_of
from ce_cli.formulas.reading.limits import EXPONENT, NUMBER_BITS
from ce_cli.formulas.reading.literal_meaning import (
    cases_value,
    dotted_sum,
    literal_value,
    refuse_dots,
)
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vectors import (
    Matrix,
    Value,
    Vector,
    apply_chain_rule,
    combine,
    map_entries,
    multiply,
    transpose,
)
from ce_cli.symbolic.notation import C, M, Partial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node


@dataclass
class Meaning:
    """Turns trees into expressions, within one chain."""

    setting: Setting
    vectors: bool = True
    """Whether letters of the subject without an index are vectors, else numbers."""
    prime_variable: Node | None = None
    """The variable of a prime."""
    bare_letters: set[str] = field(default_factory=set)
    """Letters of the subject that were met without an index."""
    lengths: set[int] = field(default_factory=set)
    """Lengths of vectors written out."""
    bound: dict[str, Symbol] = field(default_factory=dict)
    """The indices of the sums around."""
    depth: int = 0
    """The number of sums around."""
    component: Symbol | None = None
    """The index at which bare vectors are taken under a sum without an index."""

    def value(self, node: Node) -> Value:
        """Return the value of a tree.

        Raises
        ------
        Refusal
            If it has no meaning, with the place.
        """
        return _RULES[type(node)](self, node)

    def number(self, node: Node) -> Expr:
        """Return the value of a tree that must not be a vector."""
        value = self.value(node)
        if not isinstance(value, Expr):
            raise Refusal("a number is expected, not a vector", node.span)
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
            shape = tuple(size_of(self.setting, index) for index in node.indices)
            indices = tuple(index_of(self, index) for index in node.indices)
            return IndexedBase(head, shape=shape)[indices]
        if role == r.CLASSES:
            self._refuse_sample_count(node)
            return C
        if node.letter == "e" and not role:
            return E
        if self._is_vector(node, role, head):
            size = M if node.layer in self.setting.earlier_layers else C
            return self._vector(lambda index: IndexedBase(head, shape=(size,))[index], size)
        if node.letter in self.bound or node.letter in self.setting.free_indices:
            raise Refusal(f"the index {node.letter} stands where a number is expected", node.span)
        return Symbol(head)

    def _refuse_sample_count(self, node: t.Name) -> None:
        """Refuse n or N as a number: 1/N is more often one over the samples."""
        if node.letter in {"n", "N"} and node.letter not in self.setting.roles.user_letters:
            raise Refusal(f"is {node.letter} the number of classes, or of samples?", node.span,
                          f"say --role {node.letter}=classes, or check one sample")  # fmt: skip

    def _is_vector(self, node: t.Name, role: str, head: str) -> bool:
        if role in {r.LOGITS, r.PROBABILITIES, r.TARGETS}:
            if not node.bold:
                self.bare_letters.add(node.letter)
            return self.vectors
        return role != r.LOSS and (node.bold or head in self.setting.indexed_letters)

    def _vector(self, entry: Callable[[Expr], Expr], size: Symbol) -> Value:
        if self.component is not None:
            return entry(self.component)
        return Vector(entry, size)

    # --- rules for the nodes -------------------------------------------------------------

    def add(self, node: t.Add) -> Value:
        """Add terms of one shape."""
        if any(isinstance(term, t.Dots) for term in node.terms):
            return dotted_sum(self, node)
        values = [self.value(term) for term in node.terms]
        if all(isinstance(value, Expr) for value in values):
            return Add(*values)
        total = values[0]
        for value in values[1:]:
            total = combine(total, value, lambda a, b: a + b, node.span)
        return total

    def product(self, node: t.Product) -> Value:
        """Multiply from the left to the right."""
        total, previous = self.value(node.factors[0]), node.factors[0]
        for factor in node.factors[1:]:
            value = self.value(factor)
            chained = apply_chain_rule(total, value) if _is_chain_rule(previous, factor) else None
            total = multiply(total, value, node.span) if chained is None else chained
            previous = factor
        return total

    def hadamard(self, node: t.Hadamard) -> Value:
        """Multiply entry by entry."""
        first, second = self.value(node.first), self.value(node.second)
        return combine(first, second, lambda a, b: a * b, node.span)

    def division(self, node: t.Division) -> Value:
        """Divide; a vector by a vector entry by entry."""
        bottom = self.value(node.bottom)
        if bottom == 0:
            raise Refusal("a division by zero", node.bottom.span)
        return combine(self.value(node.top), bottom, lambda a, b: a / b, node.span)

    def power(self, node: t.Power) -> Value:
        """Raise a number to a power within the limits."""
        base, exponent = self.value(node.base), self.number(node.exponent)
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
        index, limits = _bound_index(letter, self.depth), range_of(self, node)
        inner = replace(self, bound={**self.bound, letter: index}, depth=self.depth + 1)
        factor = Integer(1)
        for condition in node.conditions:
            factor *= indicator_value(inner, condition)
        body = inner.value(node.body)
        if not isinstance(body, Expr):
            return map_entries(body, lambda entry: SymPySum(entry * factor, (index, *limits)))
        if node.conditions and index not in body.free_symbols:
            raise Refusal(f"{letter} does not occur in what is summed", node.span)
        return SymPySum(body * factor, (index, *limits))

    def _sum_of_entries(self, node: t.Sum) -> Expr:
        if node.upper is not None or self.component is not None:
            raise Refusal("a sum over which index?", node.span)
        index = Dummy("k", integer=True)
        body = replace(self, component=index).number(node.body)
        if index not in body.free_symbols:
            raise Refusal("a sum over which index?", node.span)
        return SymPySum(body, (index, 0, C - 1))

    def derivative(self, node: t.Derivative) -> Value:
        """Differentiate by a number, or by every entry of a vector."""
        value = self.value(node.operand)
        for variable in node.variables:
            value = self._differentiate(value, variable)
        return value

    def _differentiate(self, value: Value, node: Node) -> Value:
        variable = self.value(node.operand if isinstance(node, t.Transpose) else node)
        if isinstance(variable, Expr):
            if not (isinstance(variable, Symbol) or variable.is_Indexed):
                raise Refusal("not a variable", node.span)
            return map_entries(value, lambda entry: Partial(entry, variable))
        if not isinstance(variable, Vector) or isinstance(value, Matrix):
            raise Refusal("a derivative by a matrix is not understood", node.span)
        if isinstance(value, Vector):
            return Matrix(lambda i, j: Partial(value.entry(i), variable.entry(j)),
                          value.size, variable.size)  # fmt: skip
        return Vector(lambda i: Partial(value, variable.entry(i)), variable.size)

    def differential(self, node: t.Differential) -> Value:
        """Multiply by d, if that is a letter of the text."""
        self.setting.check_differential(node)
        return multiply(self.value(node.sign), self.value(node.operand), node.span)

    def prime(self, node: t.Prime) -> Value:
        """Differentiate by the variable that the left side of the chain names."""
        if self.prime_variable is None:
            raise Refusal("a derivative by what?", node.span,
                          "write ∂/∂z_i, or a left side that does")  # fmt: skip
        return self._differentiate(self.value(node.operand), self.prime_variable)

    def transpose(self, node: t.Transpose) -> Value:
        """Transpose a vector or matrix."""
        value = self.value(node.operand)
        if isinstance(value, Expr):
            raise Refusal("a transposed number, or a power?", node.span,
                          "write a vector without its index")  # fmt: skip
        return transpose(value)


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


def _is_chain_rule(left: Node, right: Node) -> bool:
    """Say whether two factors are ∂L/∂a ∂a/∂z with a bare a."""
    match left, right:
        case t.Derivative(variables=(t.Name(letter=variable, indices=()),)), t.Derivative(
            operand=t.Name(letter=operand, indices=())
        ):
            return variable == operand
    return False


def _refuse_samples(node: t.Sum, letter: str) -> None:
    """Refuse a sum over n of p^{(n)}, which is over samples."""
    for name in r.names_in(node.body):
        if name.layer == letter:
            raise Refusal("a sum over samples, or over layers, is not understood", name.span,
                          "write what holds for one of them")  # fmt: skip


def _delta_value(meaning: Meaning, node: t.Delta) -> Expr:
    return KroneckerDelta(index_of(meaning, node.first), index_of(meaning, node.second))


_RULES: dict[type, Callable[[Meaning, Any], Value]] = {
    t.Number: lambda _, node: Rational(node.value.numerator, node.value.denominator),
    t.Name: Meaning.name,
    t.Call: call_value,
    t.Entry: entry_value,
    t.Sum: Meaning.sum,
    t.Derivative: Meaning.derivative,
    t.Differential: Meaning.differential,
    t.Prime: Meaning.prime,
    t.Add: Meaning.add,
    t.Negative: lambda self, node: map_entries(self.value(node.operand), lambda entry: -entry),
    t.Product: Meaning.product,
    t.Hadamard: Meaning.hadamard,
    t.Division: Meaning.division,
    t.Power: Meaning.power,
    t.Transpose: Meaning.transpose,
    t.Delta: _delta_value,
    t.Indicator: lambda self, node: indicator_value(self, node.condition),
    t.Chance: chance_value,
    t.Dots: refuse_dots,
    t.Cases: cases_value,
    t.MatrixLiteral: literal_value,
}
