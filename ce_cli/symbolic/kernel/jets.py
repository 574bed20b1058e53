"""Values with infinitesimal parts: forward-mode derivatives of any order.

A jet maps a set of tags to a value: the coefficient of the product of those infinitesimals,
each of which squares to zero. Every derivative in an expression has a tag of its own, so that
nested derivatives cannot be confused.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ce_cli.symbolic.kernel.exact import (
    LARGEST_EXPONENT,
    UndefinedValueError,
    Value,
    exponential,
    inverse,
    logarithm,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Tags = frozenset[int]
NONE: Tags = frozenset()


@dataclass(slots=True)
class Jet:
    """A value and the coefficients of its infinitesimal parts."""

    parts: dict[Tags, Value]

    @property
    def value(self) -> Value:
        """The finite part."""
        return self.parts.get(NONE, Fraction(0))

    def __add__(self, other: Jet) -> Jet:
        parts = dict(self.parts)
        for tags, value in other.parts.items():
            parts[tags] = parts[tags] + value if tags in parts else value
        return Jet(parts)

    def __mul__(self, other: Jet) -> Jet:
        parts: dict[Tags, Value] = {}
        for left, value in self.parts.items():
            for right, factor in other.parts.items():
                if not left & right:
                    both = left | right
                    term = value * factor
                    parts[both] = parts[both] + term if both in parts else term
        return Jet(parts)

    def coefficient(self, tag: int) -> Jet:
        """Return the derivative that a tag stands for."""
        return Jet({tags - {tag}: value for tags, value in self.parts.items() if tag in tags})

    def infinitesimal_part(self) -> tuple[Jet, int]:
        """Return the jet without its finite part, and the lowest power of it that is zero."""
        small = {tags: value for tags, value in self.parts.items() if tags}
        return Jet(small), 1 + len(frozenset().union(*small))


@dataclass(frozen=True)
class NumberField:
    """The numbers that jets consist of, and the functions of such jets.

    ``number`` makes a number of an integer or a fraction; ``whole`` returns a number as an
    integer, or None if it is not one.
    """

    number: Callable[[Value | int], Value]
    exponential: Callable[[Value], Value]
    logarithm: Callable[[Value], Value]
    inverse: Callable[[Value], Value]
    whole: Callable[[Value], int | None]
    times: Callable[[Jet, Jet], Jet] = Jet.__mul__

    def constant(self, value: Value | int) -> Jet:
        """Return a jet without infinitesimal parts."""
        return Jet({NONE: self.number(value)})

    def infinitesimal(self, tag: int) -> Jet:
        """Return the infinitesimal of a tag."""
        return Jet({frozenset({tag}): self.number(1)})

    def total(self, jets: Iterable[Jet]) -> Jet:
        """Return the sum."""
        result = self.constant(0)
        for jet in jets:
            result = result + jet
        return result

    def product(self, jets: Iterable[Jet]) -> Jet:
        """Return the product."""
        result = self.constant(1)
        for jet in jets:
            result = self.times(result, jet)
        return result

    def exp(self, jet: Jet) -> Jet:
        """Return exp of a jet."""
        start = self.exponential(jet.value)
        return self._series(jet, start, lambda order: self.number(Fraction(1, order)))

    def reciprocal(self, jet: Jet) -> Jet:
        """Return 1/jet."""
        start = self.inverse(jet.value)
        return self._series(jet, start, lambda _: -start)

    def _series(self, jet: Jet, start: Value, next_factor: Callable[[int], Value]) -> Jet:
        """Return Σ c_n (infinitesimal part)ⁿ with c_0 = start, c_n = c_{n-1}·next_factor(n)."""
        small, stop = jet.infinitesimal_part()
        result, power, coefficient = self.constant(start), self.constant(1), start
        for order in range(1, stop):
            power = self.times(power, small)
            coefficient = coefficient * next_factor(order)
            result = result + self.times(self.constant(coefficient), power)
        return result

    def log(self, jet: Jet) -> Jet:
        """Return log of a jet: log v + log(1 + s/v)."""
        result, power = self.constant(self.logarithm(jet.value)), self.constant(-1)
        small, stop = jet.infinitesimal_part()
        if stop == 1:
            return result
        ratio = self.times(small, self.constant(self.inverse(jet.value)))
        for order in range(1, stop):
            power = self.times(self.times(power, ratio), self.constant(-1))
            result = result + self.times(power, self.constant(Fraction(1, order)))
        return result

    def power(self, base: Jet, exponent: Jet) -> Jet:
        """Return base to a power; other than integer powers need a positive base."""
        whole = None if len(exponent.parts) > 1 else self.whole(exponent.value)
        if whole is None:
            return self.exp(self.times(exponent, self.log(base)))
        if abs(whole) > LARGEST_EXPONENT:
            raise UndefinedValueError("an exponent is too large")
        factor = base if whole >= 0 else self.reciprocal(base)
        return self.product([factor] * abs(whole))


EXACT = NumberField(
    number=lambda value: Fraction(value) if isinstance(value, int) else value,
    exponential=exponential,
    logarithm=logarithm,
    inverse=inverse,
    whole=lambda value: (
        int(value) if isinstance(value, Fraction) and value.denominator == 1 else None
    ),
)
