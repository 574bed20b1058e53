"""The second evaluator: the value of an expression at a concrete point, exact by default.

It adds sums term by term and differentiates with infinitesimals. It knows no normal form and no
differentiation rule, so that it can contradict them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from sympy import (
    Add,
    Basic,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
)
from sympy.core.function import AppliedUndef
from sympy.core.numbers import Exp1
from sympy.core.relational import Eq, Ne
from sympy.logic.boolalg import BooleanTrue

from ce_cli.symbolic.kernel.claims import arguments_of, head_of, vanishing_logarithm
from ce_cli.symbolic.kernel.exact import UndefinedValueError, Value
from ce_cli.symbolic.kernel.jets import EXACT, Jet, NumberField
from ce_cli.symbolic.kernel.limits import NESTING, work
from ce_cli.symbolic.notation import Partial

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from ce_cli.symbolic.kernel.claims import Definitions

Bindings: TypeAlias = "Mapping[Basic, int | Jet]"

MOST_EVALUATIONS = 80_000


@dataclass(frozen=True)
class Point:
    """Values of all symbols and indices that an expression depends on."""

    sizes: Mapping[Symbol, int]
    indices: Mapping[Symbol, int]
    entries: Mapping[tuple[Basic, tuple[int, ...]], Value]
    scalars: Mapping[Symbol, Value]
    one_hot: frozenset[Basic] = frozenset()
    """The vectors that are one-hot: beside their zeros 0·log 0 = 0."""


@dataclass
class Evaluator:
    """Evaluates expressions at one point; all values belong to the field ``numbers``."""

    point: Point
    definitions: Definitions
    left: float = MOST_EVALUATIONS
    numbers: NumberField = EXACT
    seeds: list[tuple[Basic, tuple[int, ...], int]] = field(default_factory=list)
    known: dict[Hashable, Jet] = field(default_factory=dict)
    tags: int = 0
    depth: int = 0

    def value(self, expr: Expr) -> Value:
        """Return the value of an expression without infinitesimal parts.

        Raises
        ------
        UndefinedValueError
            Where the expression has no value: 0/0, the logarithm of a negative number.
        """
        return self.jet(expr, {}).value

    def reset(self) -> None:
        """Start afresh after an evaluation that failed."""
        self.seeds.clear()
        self.depth = 0

    def jet(self, expr: Basic, bindings: Bindings) -> Jet:
        """Return the value of an expression with bound indices and parameters given."""
        work(3)
        self.depth += 1
        self.left -= 1
        if self.depth > NESTING or self.left < 0:
            raise UndefinedValueError("too much work at this point")
        result = self._jet(expr, bindings)
        self.depth -= 1
        return result

    def _jet(self, expr: Basic, bindings: Bindings) -> Jet:  # noqa: C901, PLR0911, PLR0912
        """Return the value by the type of the node: one case for each type, like a table."""
        match expr:
            case Rational():
                return self.numbers.constant(Fraction(expr.p, expr.q))
            case Indexed():
                return self._entry(expr, bindings)
            case Symbol():
                return self._symbol(expr, bindings)
            case Add():
                return self.numbers.total(self.jet(part, bindings) for part in expr.args)
            case Mul():
                return self._product(expr.args, bindings)
            case Pow():
                return self.numbers.power(
                    self.jet(expr.base, bindings), self.jet(expr.exp, bindings)
                )
            case Exp1():
                return self.numbers.exp(self.numbers.constant(1))
            case exp():
                return self.numbers.exp(self.jet(expr.args[0], bindings))
            case log():
                return self.numbers.log(self.jet(expr.args[0], bindings))
            case KroneckerDelta():
                first, second = (self.index(part, bindings) for part in expr.args)
                return self.numbers.constant(int(first == second))
            case Piecewise():
                return self._cases(expr, bindings)
            case Sum():
                return self._sum(expr, len(expr.limits) - 1, bindings)
            case Partial():
                return self._derivative(expr, bindings)
            case AppliedUndef():
                return self._function(expr, bindings)
        raise UndefinedValueError(f"{type(expr).__name__} has no value")

    def _product(self, factors: tuple[Expr, ...], bindings: Bindings) -> Jet:
        """Return a product; the log y_k beside a y_k that is 0 is left out: 0·log 0 = 0."""
        zeros = (
            part for part in factors
            if isinstance(part, Indexed) and part.base in self.point.one_hot
            and not any(self.jet(part, bindings).parts.values())
        )  # fmt: skip
        dropped = {vanishing_logarithm(factors, part) for part in zeros}
        return self.numbers.product(
            self.jet(part, bindings) for part in factors if part not in dropped
        )

    def index(self, expr: Basic, bindings: Bindings) -> int:
        """Return the value of an index or of a bound of a sum."""
        if isinstance(expr, Integer):
            return int(expr)
        if isinstance(expr, Add):
            return sum(self.index(part, bindings) for part in expr.args)
        found = bindings.get(expr, self.point.indices.get(expr, self.point.sizes.get(expr)))
        if not isinstance(found, int):
            raise UndefinedValueError(f"{expr} is not an index")
        return found

    def _symbol(self, expr: Symbol, bindings: Bindings) -> Jet:
        given = bindings.get(expr)
        if isinstance(given, Jet):
            return given
        meaning = self.definitions.find(expr)
        if meaning is not None:
            return self._defined(expr, (), meaning.body, {})
        found = self.point.scalars.get(expr, self.point.sizes.get(expr))
        if found is None:
            raise UndefinedValueError(f"{expr} has no value")
        return self._seeded(self.numbers.constant(found), expr, ())

    def _entry(self, expr: Indexed, bindings: Bindings) -> Jet:
        indices = tuple(self.index(part, bindings) for part in expr.indices)
        meaning = self.definitions.find(expr)
        if meaning is not None:
            inner = dict(zip(meaning.parameters, indices, strict=True))
            return self._defined(expr.base, indices, meaning.body, inner)
        found = self.point.entries.get((expr.base, indices))
        if found is None:
            raise UndefinedValueError(f"{expr} is outside its index set here")
        return self._seeded(self.numbers.constant(found), expr.base, indices)

    def _defined(
        self, head: Basic, indices: tuple[int, ...], body: Expr, bindings: Bindings
    ) -> Jet:
        """Return the value of a defined term; it depends only on its indices and on the seeds."""
        key = (head, indices, *(tag for _, _, tag in self.seeds))
        if key not in self.known:
            self.known[key] = self._seeded(self.jet(body, bindings), head, indices)
        return self.known[key]

    def _seeded(self, value: Jet, head: Basic, indices: tuple[int, ...]) -> Jet:
        for variable, at, tag in self.seeds:
            if variable == head and at == indices:
                value = value + self.numbers.infinitesimal(tag)
        return value

    def _function(self, expr: AppliedUndef, bindings: Bindings) -> Jet:
        meaning = self.definitions.find(expr)
        if meaning is None:
            raise UndefinedValueError(f"{expr.func} is not defined")
        values = [self.jet(part, bindings) for part in expr.args]
        return self.jet(meaning.body, dict(zip(meaning.parameters, values, strict=True)))

    def _sum(self, expr: Sum, at: int, bindings: Bindings) -> Jet:
        if at < 0:
            return self.jet(expr.function, bindings)
        index, lower, upper = expr.limits[at]
        first, last = self.index(lower, bindings), self.index(upper, bindings)
        if last < first - 1:
            raise UndefinedValueError("a sum runs backwards")
        return self.numbers.total(
            self._sum(expr, at - 1, {**bindings, index: value}) for value in range(first, last + 1)
        )

    def _derivative(self, expr: Partial, bindings: Bindings) -> Jet:
        variable = expr.variable
        self.tags += 1
        tag = self.tags
        given = bindings.get(variable)
        if isinstance(given, Jet):
            inner = {**bindings, variable: given + self.numbers.infinitesimal(tag)}
            return self.jet(expr.expr, inner).coefficient(tag)
        if not isinstance(variable, Indexed | Symbol):
            raise UndefinedValueError(f"{variable} is not a variable")
        at = tuple(self.index(part, bindings) for part in arguments_of(variable))
        self.seeds.append((head_of(variable), at, tag))
        result = self.jet(expr.expr, bindings).coefficient(tag)
        self.seeds.pop()
        return result

    def _cases(self, expr: Piecewise, bindings: Bindings) -> Jet:
        for value, condition in expr.args:
            if self._holds(condition, bindings):
                return self.jet(value, bindings)
        raise UndefinedValueError("no case applies")

    def _holds(self, condition: Basic, bindings: Bindings) -> bool:
        parts = condition.args
        match condition:
            case BooleanTrue():
                return True
            case Eq():
                return self.index(parts[0], bindings) == self.index(parts[1], bindings)
            case Ne():
                return self.index(parts[0], bindings) != self.index(parts[1], bindings)
        raise UndefinedValueError("not a condition on indices")
