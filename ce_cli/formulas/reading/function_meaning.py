"""What functions mean: exp and log, softmax and sigmoid, entropies, chances, diagonals, maxima."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sympy import Expr, Function, IndexedBase, Symbol, exp, log

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.array_meaning import ArrayMeaning
from ce_cli.formulas.reading.arrays import (
    Matrix,
    Value,
    Vector,
    contract,
    diagonal,
    each,
    letter_of,
)
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from ce_cli.formulas.reading.tree import Node, Span


@dataclass
class FunctionMeaning(ArrayMeaning):
    """Turns what is called into what it gives."""

    component: Symbol | None = field(default=None, kw_only=True)
    """The index at which bare vectors are taken under a sum without an index."""

    def of(self, node: Node) -> Value:
        """Return the value of a tree."""
        raise NotImplementedError

    def call(self, node: t.Call) -> Value:
        """Apply a function."""
        if node.function in {"max", "H"}:
            return self._maximum(node) if node.function == "max" else self._entropy(node)
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
