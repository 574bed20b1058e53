"""Laurent polynomials with rational coefficients, and quotients of them.

A monomial is a sorted tuple of (atom number, exponent); a polynomial maps monomials to non-zero
coefficients. A quotient keeps its denominator as powers of factors with leading term 1. It never
computes a greatest common divisor: two quotients are equal if their difference is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from ce_cli.symbolic.kernel.limits import CONSTANT_EXPONENT, Budget, Undecidable, Undefined

Coefficient: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Coefficient], ...]
Polynomial: TypeAlias = dict[Monomial, Coefficient]
Factor: TypeAlias = frozenset[tuple[Monomial, Coefficient]]

UNIT: Monomial = ()


def times(first: Monomial, second: Monomial) -> Monomial:
    """Return the product of two monomials."""
    if not first or not second:
        return first or second
    powers = dict(first)
    for atom, exponent in second:
        powers[atom] = powers.get(atom, 0) + exponent
    return tuple(sorted(entry for entry in powers.items() if entry[1]))


def to_the(monomial: Monomial, exponent: Coefficient) -> Monomial:
    """Return a power of a monomial."""
    return tuple((atom, power * exponent) for atom, power in monomial) if exponent else UNIT


def add_into(target: Polynomial, addend: Polynomial) -> None:
    """Add a polynomial to another in place."""
    for monomial, coefficient in addend.items():
        total = target.get(monomial, 0) + coefficient
        if total:
            target[monomial] = total
        else:
            target.pop(monomial, None)


def product(first: Polynomial, second: Polynomial, budget: Budget) -> Polynomial:
    """Return the product of two polynomials."""
    budget.spend(len(first) * len(second))
    result: Polynomial = {}
    for left, coefficient in first.items():
        part = {times(left, right): coefficient * value for right, value in second.items()}
        add_into(result, part)
    return result


def by_leading_term(polynomial: Polynomial) -> tuple[Monomial, Coefficient, Factor]:
    """Split a polynomial into its leading term and the factor with leading term 1."""
    leading = max(polynomial)
    coefficient = polynomial[leading]
    inverse = to_the(leading, -1)
    factor = frozenset(
        (times(monomial, inverse), Fraction(value) / coefficient)
        for monomial, value in polynomial.items()
    )
    return leading, coefficient, factor


@dataclass(frozen=True, slots=True)
class Quotient:
    """A polynomial over a product of powers of factors."""

    top: Polynomial
    bottom: tuple[tuple[Factor, int], ...] = ()


def number(value: Coefficient) -> Quotient:
    """Return a rational number as a quotient."""
    return Quotient({UNIT: value} if value else {})


ZERO, ONE = number(0), number(1)


class Arithmetic:
    """The field operations on quotients, within a budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def add(self, first: Quotient, second: Quotient) -> Quotient:
        """Return the sum, over the least common product of the factors."""
        self.budget.spend(len(first.top) + len(second.top))
        bottom = dict(first.bottom)
        for factor, power in second.bottom:
            bottom[factor] = max(power, bottom.get(factor, 0))
        top: Polynomial = {}
        add_into(top, self._over(first, bottom))
        add_into(top, self._over(second, bottom))
        return Quotient(top, tuple(bottom.items()) if top else ())

    def _over(self, term: Quotient, bottom: dict[Factor, int]) -> Polynomial:
        """Return the numerator of ``term`` over a larger denominator."""
        top, has = term.top, dict(term.bottom)
        for factor, power in bottom.items():
            for _ in range(power - has.get(factor, 0)):
                top = product(top, dict(factor), self.budget)
        return top

    def multiply(self, first: Quotient, second: Quotient) -> Quotient:
        """Return the product."""
        bottom = dict(first.bottom)
        for factor, power in second.bottom:
            bottom[factor] = bottom.get(factor, 0) + power
        top = product(first.top, second.top, self.budget)
        return Quotient(top, tuple(bottom.items()) if top else ())

    def scale(self, term: Quotient, value: Coefficient) -> Quotient:
        """Return the product with a rational number."""
        return self.multiply(term, number(value))

    def subtract(self, first: Quotient, second: Quotient) -> Quotient:
        """Return the difference; it has no numerator exactly if the two are equal."""
        return self.add(first, self.scale(second, -1))

    def power(self, base: Quotient, exponent: int) -> Quotient:
        """Return an integer power."""
        if abs(exponent) > CONSTANT_EXPONENT:
            raise Undecidable(f"an exponent is larger than {CONSTANT_EXPONENT}")
        if exponent < 0:
            return self.power(self._inverse(base), -exponent)
        if len(base.top) == 1:
            ((monomial, coefficient),) = base.top.items()
            top = {to_the(monomial, exponent): coefficient**exponent}
            raised = tuple((factor, power * exponent) for factor, power in base.bottom)
            return Quotient(top, raised if exponent else ())
        result = ONE
        for _ in range(exponent):
            result = self.multiply(result, base)
        return result

    def _inverse(self, term: Quotient) -> Quotient:
        if not term.top:
            raise Undefined("a denominator is zero")
        leading, coefficient, factor = by_leading_term(term.top)
        top: Polynomial = {to_the(leading, -1): 1 / Fraction(coefficient)}
        for other, power in term.bottom:
            for _ in range(power):
                top = product(top, dict(other), self.budget)
        return Quotient(top, ((factor, 1),) if len(factor) > 1 else ())
