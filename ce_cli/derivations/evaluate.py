"""The value of an expression at given logits, to be shown beside it.

It takes sums term by term and derivatives by infinitesimals and shares nothing with the normal
form, so that wrong numbers would show up beside a proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sympy import (
    Add,
    Basic,
    ImmutableDenseMatrix,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    Sum,
    Symbol,
    exp,
    log,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Eq, Ne

from ce_cli.derivations.duals import FINITE, Dual, Reals
from ce_cli.symbolic.kernel.claims import arguments_of, head_of
from ce_cli.symbolic.notation import Partial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ce_cli.symbolic.kernel.claims import Definitions

Scope = dict[Basic, Any]


class Place(NamedTuple):
    """Values of sizes and free indices (whole numbers), of entries and of scalars."""

    indices: Mapping[Basic, int]
    entries: Mapping[tuple[str, tuple[int, ...]], Any]
    scalars: Mapping[str, Any]


class Evaluator:
    """Evaluates expressions at one place."""

    def __init__(self, place: Place, definitions: Definitions, digits: int = 40) -> None:
        """Work with ``digits`` digits; what is left of a sum of zero, ten of them, is zero."""
        self.place = place
        self.definitions = definitions
        self.reals = Reals(digits)
        self.noise = self.reals.context.mpf(10) ** (10 - digits)
        self.seeds: list[tuple[Basic, tuple[int, ...], int]] = []
        self.tags = 0
        self.known: dict[tuple[Basic, tuple[int, ...]], Dual] = {}

    def table(self, side: Basic) -> list[list[Any]]:
        """Return the values of a matrix row by row, of an expression as the only entry.

        Raises
        ------
        ArithmeticError
            Where the expression has no value, as y/p has none if p is 0.
        """
        if not isinstance(side, ImmutableDenseMatrix):
            return [[self.value(side)]]
        return [[self.value(side[r, c]) for c in range(side.cols)] for r in range(side.rows)]

    def value(self, expr: Basic) -> Any:  # noqa: ANN401
        """Return the value of an expression."""
        value = self.reals.context.mpf(self._of(expr, {}).value)
        return value if abs(value) > self.noise else self.reals.context.mpf(0)

    def _of(self, expr: Basic, scope: Scope) -> Dual:  # noqa: C901, PLR0911
        match expr:
            case Symbol() | Indexed():
                return self._named(expr, scope)
            case Add() | Mul():
                return self._chain(expr, scope)
            case Pow():
                base, exponent = (self._of(part, scope) for part in expr.args)
                return self.reals.power(base, exponent.value)
            case exp():
                return self.reals.exp(self._of(expr.args[0], scope))
            case log():
                return self.reals.log(self._of(expr.args[0], scope))
            case KroneckerDelta():
                first, second = (self._index(part, scope) for part in expr.args)
                return self._constant(int(first == second))
            case Sum():
                return self._sum(expr, len(expr.limits) - 1, scope)
            case Partial():
                return self._derivative(expr, scope)
            case Piecewise():
                return self._cases(expr, scope)
            case AppliedUndef():
                return self._function(expr, scope)
        if not expr.is_Rational:
            raise ArithmeticError(f"{expr} has no value")
        return self._constant(self.reals.context.mpf(expr.p) / expr.q)

    def _constant(self, value: Any) -> Dual:  # noqa: ANN401
        return Dual({FINITE: self.reals.context.mpf(value)})

    def _chain(self, expr: Basic, scope: Scope) -> Dual:
        result = self._of(expr.args[0], scope)
        for part in expr.args[1:]:
            other = self._of(part, scope)
            result = result.plus(other) if isinstance(expr, Add) else result.times(other)
        return result

    def _index(self, expr: Basic, scope: Scope) -> int:
        if isinstance(expr, Integer):
            return int(expr)
        if isinstance(expr, Add):
            return sum(self._index(part, scope) for part in expr.args)
        return int(scope[expr] if expr in scope else self.place.indices[expr])

    def _named(self, expr: Basic, scope: Scope) -> Dual:
        if expr in scope:
            known: Dual = scope[expr]
            return known
        head = head_of(expr)
        indices = tuple(self._index(part, scope) for part in arguments_of(expr))
        meaning = self.definitions.find(expr)
        if meaning is None:
            result = self._given(expr, str(head), indices)
        else:
            inner = dict(zip(meaning.parameters, indices, strict=True))
            result = self._defined(head, indices, meaning.body, inner)
        for variable, at, tag in self.seeds:
            if variable == head and at == indices:
                result = result.plus(Dual({frozenset({tag}): 1}))
        return result

    def _defined(self, head: Basic, at: tuple[int, ...], body: Basic, scope: Scope) -> Dual:
        if self.seeds:
            return self._of(body, scope)
        if (head, at) not in self.known:
            self.known[head, at] = self._of(body, scope)
        return self.known[head, at]

    def _given(self, expr: Basic, name: str, indices: tuple[int, ...]) -> Dual:
        if isinstance(expr, Indexed):
            return self._constant(self.place.entries[name, indices])
        if expr in self.place.indices:
            return self._constant(self.place.indices[expr])
        return self._constant(self.place.scalars[name])

    def _sum(self, expr: Sum, at: int, scope: Scope) -> Dual:
        if at < 0:
            return self._of(expr.function, scope)
        index, lower, upper = expr.limits[at]
        total = Dual({})
        for value in range(self._index(lower, scope), self._index(upper, scope) + 1):
            total = total.plus(self._sum(expr, at - 1, {**scope, index: value}))
        return total

    def _derivative(self, expr: Partial, scope: Scope) -> Dual:
        variable = expr.variable
        self.tags += 1
        tag = self.tags
        if variable in scope:
            moved = scope[variable].plus(Dual({frozenset({tag}): 1}))
            return self._of(expr.expr, {**scope, variable: moved}).coefficient(tag)
        at = tuple(self._index(part, scope) for part in arguments_of(variable))
        self.seeds.append((head_of(variable), at, tag))
        result = self._of(expr.expr, scope).coefficient(tag)
        self.seeds.pop()
        return result

    def _cases(self, expr: Piecewise, scope: Scope) -> Dual:
        for value, test in expr.args:
            if not isinstance(test, Eq | Ne):
                return self._of(value, scope)
            first, second = (self._index(part, scope) for part in test.args)
            if (first == second) == isinstance(test, Eq):
                return self._of(value, scope)
        raise ArithmeticError("no case applies")

    def _function(self, expr: AppliedUndef, scope: Scope) -> Dual:
        meaning = self.definitions.find(expr)
        if meaning is None:
            raise ArithmeticError(f"{expr.func} is not defined")
        values = [self._of(part, scope) for part in expr.args]
        return self._of(meaning.body, dict(zip(meaning.parameters, values, strict=True)))
