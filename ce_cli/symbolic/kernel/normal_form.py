"""The normal form of an expression in one case: equal expressions have one quotient of atoms.

A sum over an index set is its terms at the index classes plus the sum over the rest. The rest is
the whole sum of the body at a generic index (which is in no index class) minus that generic body
at the index classes. So δ, cases, k ≠ i and nested sums need nothing special.
"""

from __future__ import annotations

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

from ce_cli.symbolic.kernel.atoms import Atoms, Variable
from ce_cli.symbolic.kernel.claims import OneHot, SumsToOne, vanishing_logarithm
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.kernel.limits import NESTING, Budget, Undecidable, Undefined
from ce_cli.symbolic.kernel.names import range_of, slot_sets
from ce_cli.symbolic.kernel.polynomials import ONE, UNIT, ZERO, Polynomial, Quotient, number
from ce_cli.symbolic.notation import Partial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ce_cli.symbolic.kernel.cases import Case
    from ce_cli.symbolic.kernel.claims import Assumption, Definitions
    from ce_cli.symbolic.kernel.names import IndexRange

GENERIC = 1_000_000
"""Generic indices count from here, index classes from 0, bound indices of atoms below 0."""

Bindings: TypeAlias = dict[Expr, "int | Quotient"]


class NormalForm:
    """Computes normal forms in one case, under assumptions about vectors."""

    def __init__(
        self,
        case: Case,
        assumptions: Iterable[Assumption],
        definitions: Definitions,
        budget: Budget,
    ) -> None:
        self.case = case
        self.definitions = definitions
        self.atoms = Atoms(budget)
        self.one_hot = {
            assumption.vector: assumption.label
            for assumption in assumptions
            if isinstance(assumption, OneHot)
        }
        self.atoms.unit_sums = frozenset(
            assumption.vector for assumption in assumptions if isinstance(assumption, SumsToOne)
        )
        self.sets = {number: index_set for (index_set, _), number in case.numbers.items()}
        self.generic: list[int] = []
        self.entries: dict[tuple[Basic, tuple[int, ...]], Quotient] = {}
        self.sums: dict[tuple[Basic, tuple[tuple[Basic, int | Quotient], ...]], Quotient] = {}
        self.symbols: dict[Basic, tuple[Basic, ...]] = {}
        self.depth = 0
        self.has_zero_log_zero = False
        self.is_defined_everywhere = True

    def difference(self, first: Basic, second: Basic) -> Polynomial:
        """Return the numerator of a difference: empty if the two have the same normal form.

        A numerator that is not empty does not refute.
        """
        return self.atoms.subtract(self.quotient(first), self.quotient(second)).top

    def quotient(self, expr: Basic, bindings: Bindings | None = None) -> Quotient:
        """Return the normal form of an expression; ``bindings`` number bound indices."""
        rule = next((RULES[kind] for kind in type(expr).__mro__ if kind in RULES), None)
        if rule is None:
            raise Undecidable(f"{type(expr).__name__} is not understood")
        self.depth += 1
        if self.depth > NESTING:
            raise Undecidable("nested too deeply, or a definition refers to itself")
        result = rule(self, expr, bindings or {})
        self.depth -= 1
        return result

    def note_sign(self, term: Quotient) -> None:
        """Note a term that must be positive, or not 0, if that is not certain."""
        if not self.atoms.is_positive_polynomial(term.top):
            self.is_defined_everywhere = False

    def check_defined(self, expr: Expr, bindings: Bindings) -> None:
        """Raise Undefined if an expression, which is not itself part of the form, has no value."""
        depth = self.depth
        try:
            self.quotient(expr, bindings)
        except Undefined:
            raise
        except Undecidable:
            self.depth = depth

    def index(self, expr: Expr, index_set: Symbol, bindings: Bindings) -> int:
        """Return the number of an index, which must run over the given set."""
        found = bindings.get(expr)
        if found is None:
            found = self.case.numbers.get((index_set, expr))
        if not isinstance(found, int) or self.sets[found] != index_set:
            raise Undecidable(f"{expr} is not an index of the right set")
        return found

    def same(self, first: Expr, second: Expr, bindings: Bindings) -> bool:
        """Decide whether two indices are equal, from their numbers."""
        for one in (first, second):
            index_set = self.set_of(one, bindings)
            if index_set is not None:
                return self.index(first, index_set, bindings) == self.index(
                    second, index_set, bindings
                )
        raise Undecidable(f"{first} and {second} are not indices")

    def set_of(self, index: Expr, bindings: Bindings) -> Symbol | None:
        """Return the index set of a bound or free index symbol; constants have none."""
        found = bindings.get(index)
        return self.sets[found] if isinstance(found, int) else self.case.free.get(index)

    def entry(self, expr: Indexed, bindings: Bindings) -> Quotient:
        """Return the value of z[i]: by definition, by assumption, or as an atom."""
        sets = slot_sets(expr)
        numbers = [self.index(*pair, bindings) for pair in zip(expr.indices, sets, strict=True)]
        found = self.definitions.find(expr)
        if found is not None:
            key = (expr.base, tuple(numbers))
            if key not in self.entries:
                parameters = dict(zip(found.parameters, numbers, strict=True))
                self.entries[key] = self.quotient(found.body, parameters)
            return self.entries[key]
        if expr.base in self.one_hot:
            label = self.index(self.one_hot[expr.base], sets[0], {})
            return ONE if numbers[0] == label else ZERO
        if expr.base in self.atoms.unit_sums and self.case.is_complete(sets[0]):
            return self._entry_of_complete(expr.base, numbers[0], sets[0])
        return self.atoms.power_of(Variable(expr.base, tuple(numbers)))

    def _entry_of_complete(self, vector: Basic, at: int, index_set: Symbol) -> Quotient:
        """Express the last entry of a vector that sums to one by the others."""
        *others, last = self.case.numbers_in(index_set)
        if at != last:
            return self.atoms.power_of(Variable(vector, (at,)))
        result = ONE
        for other in others:
            result = self.atoms.subtract(result, self.atoms.power_of(Variable(vector, (other,))))
        return result

    def size(self, index_set: Symbol) -> Quotient:
        """Return the number of elements of an index set, as a quotient."""
        known = self.case.sizes.get(index_set)
        return number(known) if known else self.atoms.power_of(Variable(index_set, ()))

    def sum_over(self, over: IndexRange, body: Callable[[int], Quotient]) -> Quotient:
        """Return the sum of a body over a range of index numbers."""
        named = self.case.numbers_in(over.index_set)
        apart = {self.case.numbers[over.index_set, Integer(at)] for at in over.constants}
        if over.stop is not None:
            return self._sum_of(body(at) for at in sorted(apart))
        if over.short:
            apart.add(self.case.numbers[over.index_set, over.index_set - 1])
        enclosing = [at for at in self.generic if self.sets[at] == over.index_set]
        total = self._sum_of(body(at) for at in named + enclosing if at not in apart)
        if self.case.is_complete(over.index_set):
            return total
        return self.atoms.add(total, self._rest(over.index_set, named + enclosing, body))

    def _rest(
        self, index_set: Symbol, named: list[int], body: Callable[[int], Quotient]
    ) -> Quotient:
        fresh = GENERIC + len(self.generic)
        self.generic.append(fresh)
        self.sets[fresh] = index_set
        self.atoms.sizes[index_set] = self.size(index_set)
        term = body(fresh)
        self.generic.pop()
        whole = self.atoms.total(index_set, fresh, term)
        return self.atoms.subtract(
            whole, self._sum_of(self.atoms.rename(term, fresh, at) for at in named)
        )

    def _sum_of(self, terms: Iterable[Quotient]) -> Quotient:
        result = ZERO
        for term in terms:
            result = self.atoms.add(result, term)
        return result

    def holds(self, condition: Basic, bindings: Bindings) -> bool:
        """Decide a condition on indices."""
        match condition:
            case BooleanTrue():
                return True
            case Eq():
                return self.same(condition.args[0], condition.args[1], bindings)
            case Ne():
                return not self.same(condition.args[0], condition.args[1], bindings)
        raise Undecidable(f"the condition {condition} is not about indices")


def _number(_: NormalForm, expr: Rational, __: Bindings) -> Quotient:
    return number(expr.p if expr.q == 1 else Fraction(expr.p, expr.q))


def _symbol(form: NormalForm, expr: Symbol, bindings: Bindings) -> Quotient:
    found = bindings.get(expr)
    if isinstance(found, int) or expr in form.case.free:
        raise Undecidable(f"the index {expr} is used as a number")
    if found is not None:
        return found
    meaning = form.definitions.find(expr)
    if meaning is None:
        return form.size(expr)
    if (expr, ()) not in form.entries:
        form.entries[expr, ()] = form.quotient(meaning.body)
    return form.entries[expr, ()]


def _function(form: NormalForm, expr: AppliedUndef, bindings: Bindings) -> Quotient:
    found = form.definitions.find(expr)
    if found is None:
        raise Undecidable(f"the function {expr.func} is not defined")
    values = [form.quotient(argument, bindings) for argument in expr.args]
    return form.quotient(found.body, dict(zip(found.parameters, values, strict=True)))


def _add(form: NormalForm, expr: Add, bindings: Bindings) -> Quotient:
    result = ZERO
    for part in expr.args:
        result = form.atoms.add(result, form.quotient(part, bindings))
    return result


def _mul(form: NormalForm, expr: Mul, bindings: Bindings) -> Quotient:
    parts = expr.args
    if form.one_hot and (logarithm := _zero_times_log(form, parts, bindings)):
        form.has_zero_log_zero = True
        parts = tuple(part for part in parts if part != logarithm)
    result = ONE
    for part in parts:
        result = form.atoms.multiply(result, form.quotient(part, bindings))
    return result


def _zero_times_log(form: NormalForm, factors: tuple[Expr, ...], bindings: Bindings) -> Expr | None:
    """Return the log y_k of a product with y_k, where a one-hot y is 0; None if there is none."""
    for part in factors:
        if isinstance(part, Indexed) and part.base in form.one_hot:
            logarithm = vanishing_logarithm(factors, part)
            if logarithm is not None and not form.quotient(part, bindings).top:
                return logarithm
    return None


def _pow(form: NormalForm, expr: Pow, bindings: Bindings) -> Quotient:
    base, exponent = (form.quotient(part, bindings) for part in expr.args)
    atoms = form.atoms
    whole = int(Fraction(exponent.top.get((), 0))) if not exponent.bottom else 0
    if not base.top and not exponent.top:
        raise Undefined("0 to the power 0")
    if exponent.top != {UNIT: whole} or whole < 0:
        form.note_sign(base)
    rest = atoms.subtract(exponent, number(whole))
    result = atoms.power(base, whole)
    if rest.top:
        result = atoms.multiply(result, atoms.exp(atoms.multiply(rest, atoms.log(base))))
    return result


def _exp(form: NormalForm, expr: exp, bindings: Bindings) -> Quotient:
    return form.atoms.exp(form.quotient(expr.args[0], bindings))


def _e(form: NormalForm, _: Exp1, __: Bindings) -> Quotient:
    return form.atoms.exp(ONE)


def _log(form: NormalForm, expr: log, bindings: Bindings) -> Quotient:
    argument = form.quotient(expr.args[0], bindings)
    form.note_sign(argument)
    return form.atoms.log(argument)


def _delta(form: NormalForm, expr: KroneckerDelta, bindings: Bindings) -> Quotient:
    return ONE if form.same(expr.args[0], expr.args[1], bindings) else ZERO


def _cases(form: NormalForm, expr: Piecewise, bindings: Bindings) -> Quotient:
    for value, condition in expr.args:
        if form.holds(condition, bindings):
            return form.quotient(value, bindings)
    raise Undecidable("a definition by cases leaves a case out")


def _partial(form: NormalForm, expr: Partial, bindings: Bindings) -> Quotient:
    form.check_defined(expr.expr, bindings)
    return form.quotient(differentiate(expr.expr, expr.variable, form.definitions), bindings)


def _sum(form: NormalForm, expr: Sum, bindings: Bindings) -> Quotient:
    def body(at: int, bound: Bindings) -> Quotient:
        if at < 0:
            return form.quotient(expr.function, bound)
        over = range_of(expr, at, form.case.sizes)
        index = expr.limits[at][0]
        return form.sum_over(over, lambda value: body(at - 1, {**bound, index: value}))

    if expr not in form.symbols:
        form.symbols[expr] = tuple(expr.free_symbols)
    used = tuple((symbol, bindings[symbol]) for symbol in form.symbols[expr] if symbol in bindings)
    if any(isinstance(value, Quotient) for _, value in used):
        return body(len(expr.limits) - 1, bindings)
    if (expr, used) not in form.sums:
        form.sums[expr, used] = body(len(expr.limits) - 1, bindings)
    return form.sums[expr, used]


RULES: dict[type, Callable[[NormalForm, Basic, Bindings], Quotient]] = {
    Rational: _number,
    Exp1: _e,
    Symbol: _symbol,
    Indexed: lambda form, expr, bindings: form.entry(expr, bindings),
    AppliedUndef: _function,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    exp: _exp,
    log: _log,
    KroneckerDelta: _delta,
    Piecewise: _cases,
    Partial: _partial,
    Sum: _sum,
}
