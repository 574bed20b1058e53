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
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Rational,
    Symbol,
    exp,
    log,
)
from sympy import Sum as SymPySum

from ce_cli.reading.formula import roles as r
from ce_cli.reading.formula import tree as t
from ce_cli.reading.formula.array_meaning import ArrayMeaning
from ce_cli.reading.formula.arrays import (
    Matrix,
    Value,
    Vector,
    chained,
    contract,
    diagonal,
    each,
    letter_of,
    times,
    together,
    transposed,
)
from ce_cli.reading.formula.limits import EXPONENT, NUMBER_BITS
from ce_cli.reading.formula.tokens import Refusal
from ce_cli.symbolic.notation import C, M, Partial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.reading.formula.tree import Node, Span


@dataclass
class Meaning(ArrayMeaning):
    """Turns trees into expressions, within one chain."""

    vectors: bool = True
    """Whether bare letters of the subject are vectors."""
    component: Symbol | None = None
    """The index at which bare vectors are taken under a sum without an index."""
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

    def call(self, node: t.Call) -> Value:
        """Apply a function."""
        special = {"max": Meaning._maximum, "H": Meaning._entropy}.get(node.function)
        if special is not None:
            return special(self, node)
        if len(node.arguments) != 1:
            raise Refusal(f"{node.function} takes one argument", node.span)
        argument = node.arguments[0]
        if node.function in {"exp", "log"}:
            return self._exp_or_log(node.function, argument)
        if node.function == "diag":
            return self._diagonal(argument)
        is_defined = node.function in self.setting.defined
        if node.function in {"softmax", "sigmoid", "σ"} and not is_defined:
            return self._activation(node, argument)
        return Function(node.function)(self.number(argument))

    def _exp_or_log(self, function: str, argument: Node) -> Value:
        value = self.of(argument)
        if value == 0 and function == "log":
            raise Refusal("a logarithm of zero", argument.span)
        return each(value, exp if function == "exp" else log)

    def _entropy(self, node: t.Call) -> Expr:
        """Give H(a, b) = -Σ a log b; H(a) is H(a, a)."""
        first, last = (self.of(node.arguments[at]) for at in (0, -1))
        if not isinstance(first, Vector) or not isinstance(last, Vector):
            raise Refusal("an entropy of what?", node.span)
        return -contract(first.size, lambda k: first.entry(k) * log(last.entry(k)))

    def chance(self, node: t.Chance) -> Expr:
        """Give P(y = k | x) as p_k; another event has an unknown probability."""
        match node.event:
            case t.Condition(first=t.Name(letter=letter), relation="=") if letter in {
                self.setting.roles.targets, "Y",
            }:  # fmt: skip
                p = IndexedBase(self.setting.roles.first(r.PROBABILITIES, "p"), shape=(C,))
                return p[self.index(node.event.second)]
            case t.Name(letter=letter, indices=()):
                event = r.without_bar(letter)
                chance = Symbol(f"P({event}|{node.given})")
                return chance if event == letter else 1 - chance
        raise Refusal("the probability of what?", node.span)

    def _diagonal(self, argument: Node) -> Matrix:
        value = self.of(argument)
        if not isinstance(value, Vector):
            raise Refusal("a diagonal of what is no vector", argument.span)
        return diagonal(value)

    def _activation(self, node: t.Call, argument: Node) -> Value:
        """Give σ(x), softmax(z), and softmax(z_i), which people write for softmax(z)_i."""
        kind = self._kind_of(node, argument)
        if kind == r.SIGMOID:
            return each(self.of(argument), lambda entry: 1 / (1 + exp(-entry)))
        if isinstance(argument, t.Name) and argument.indices:
            bare = t.Name(argument.span, argument.letter, layer=argument.layer, bold=True)
            return self._entry_of(self._softmax(bare), argument.indices, node.span)
        return self._softmax(argument)

    def _kind_of(self, node: t.Call, argument: Node) -> str:
        given = self.setting.roles.of.get(node.function, "")
        if node.function != "σ" or given in {r.SOFTMAX, r.SIGMOID}:
            return given if node.function == "σ" else node.function
        if any(name.indices for name in r.names_in(argument)):
            raise Refusal("is σ the softmax or the sigmoid?", node.span,
                          "say --role σ=softmax or --role σ=sigmoid")  # fmt: skip
        return r.SOFTMAX if isinstance(self.of(argument), Vector) else r.SIGMOID

    def _softmax(self, argument: Node) -> Vector:
        component, self.component = self.component, None
        value = self.of(argument)
        self.component = component
        if isinstance(argument, t.Name) and not isinstance(value, Vector):
            head = self.setting.head(argument)
            value = Vector(lambda i: IndexedBase(head, shape=(C,))[i], C)
        if not isinstance(value, Vector):
            raise Refusal("a softmax of what is no vector", argument.span)
        total = contract(value.size, lambda k: exp(value.entry(k)))
        return Vector(lambda i: exp(value.entry(i)) / total, value.size)

    def _maximum(self, node: t.Call) -> Expr:
        """Give max z, a constant about which only its name is known: nothing to differentiate."""
        if self.setting.differentiates:
            raise Refusal("a maximum beside derivatives is not understood", node.span)
        letter = letter_of(self.of(node.arguments[0]))
        if self.setting.roles.of.get(letter) != r.LOGITS:
            raise Refusal("a maximum of what?", node.span, "write max(z) or max_k z_k")
        return Symbol(f"max {letter}", real=True)

    def entry(self, node: t.Entry) -> Value:
        """Take an entry of a vector or matrix."""
        return self._entry_of(self.of(node.of), node.indices, node.span)

    def _entry_of(self, value: Value, indices: tuple[Node, ...], span: Span) -> Expr:
        at = tuple(map(self.index, indices))
        if isinstance(value, Vector) and len(at) == 1:
            return value.entry(*at)
        if isinstance(value, Matrix) and len(at) == 2:
            return value.entry(*at)
        raise Refusal("this has no such entries", span)


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
