"""What indices, their conditions and the ranges of sums mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sympy import (
    Expr,
    Integer,
    KroneckerDelta,
    Symbol,
)

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.symbolic.kernel.claims import Distinct, Equal
from ce_cli.symbolic.notation import C, M, Y

if TYPE_CHECKING:
    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node, Span


@dataclass
class IndexMeaning:
    """Turns indices into symbols and constants, within one chain."""

    setting: Setting
    vectors: bool = True
    bound: dict[str, Symbol] = field(default_factory=dict, kw_only=True)
    """The indices of the sums around."""

    def index(self, node: Node) -> Expr:
        """Return an index: a symbol, a constant counted from 0, or the last one."""
        match node:
            case t.Number(value=value):
                return self._constant(int(value), node.span)
            case t.Name(letter=letter, indices=()):
                return self._named_index(letter, node.span)
            case t.Add(terms=(t.Name(letter=letter), t.Negative(of=t.Number(value=value)))) if (
                self.setting.roles.of.get(letter) == r.CLASSES or letter in "CKN"
            ):
                if value == 1 and self.setting.base == 0:
                    return C - 1
        raise Refusal("this index is not understood", node.span)

    def _constant(self, value: int, span: Span) -> Expr:
        if value < self.setting.base:
            raise Refusal(f"classes count from 1 here, so there is no class {value}", span)
        if self.setting.classes is not None and value - self.setting.base >= self.setting.classes:
            raise Refusal(f"there is no class {value} among {self.setting.classes}", span)
        return Integer(value - self.setting.base)

    def _named_index(self, letter: str, span: Span) -> Expr:
        if letter in self.bound:
            return self.bound[letter]
        role = self.setting.roles.of.get(letter)
        if letter in {self.setting.roles.targets, "Y"}:
            if not self.vectors:
                raise Refusal(f"{letter} is a number here, not a class", span)
            return Y
        is_last = letter in {"K", "C"} or letter in self.setting.lasts
        if role == r.CLASSES or (is_last and role is None):
            if self.setting.base == 1:
                return C - 1
            raise Refusal(f"there is no class {letter} if classes count from 0", span)
        self.setting.used.add(letter)
        return Symbol(letter, integer=True)

    def indicator(self, condition: t.Condition) -> Expr:
        """Return what is 1 where a condition on indices holds, else 0."""
        delta = KroneckerDelta(self.index(condition.first), self.index(condition.second))
        return delta if condition.relation == "=" else 1 - delta

    def assumption(self, condition: t.Condition) -> Equal | Distinct:
        """Return a condition on indices as an assumption of the prover."""
        kind = Equal if condition.relation == "=" else Distinct
        return kind(self.index(condition.first), self.index(condition.second))

    def size_of(self, index: Node) -> Symbol:
        """Return the index set of an index by its letter."""
        is_input = isinstance(index, t.Name) and index.letter in self.setting.inputs
        return M if is_input else C

    def range_of(self, node: t.Sum) -> tuple[Expr, Expr]:
        """Return the first and the last index of a sum, counted from 0."""
        size = self.size_of(node.index) if node.index else C
        base = self.setting.base
        lower = Integer(0) if node.lower is None else self._bound_of(node.lower)
        match node.upper:
            case None:
                return lower, size - 1
            case t.Number(value=value):
                return lower, Integer(int(value) - base)
            case t.Name() as name if base == 1 or node.lower is None:
                self._check_count(name, size)
                return lower, size - 1
            case t.Add(terms=(t.Name() as name, t.Negative(of=t.Number(value=value)))) if (
                value == 1
            ):
                self._check_count(name, size)
                return lower, size - (1 if base == 0 else 2)
        raise Refusal("the range of this sum is not understood", node.span)

    def _bound_of(self, lower: Node) -> Expr:
        index = self.index(lower)
        if not isinstance(index, Integer):
            raise Refusal("a sum must start at a number", lower.span)
        return index

    def _check_count(self, name: t.Name, size: Symbol) -> None:
        is_count = self.setting.roles.of.get(r.base_of(name.letter)) == r.CLASSES
        if size == C and not (is_count or r.base_of(name.letter) in {"K", "C", "n", "N"}):
            raise Refusal(f"is {name.letter} the number of classes?", name.span,
                          f"say --role {name.letter}=classes")  # fmt: skip
