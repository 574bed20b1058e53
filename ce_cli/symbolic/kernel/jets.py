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
        for mine, value in self.parts.items():
            for its, factor in other.parts.items():
                if not mine & its:
                    both = mine | its
                    term = value * factor
                    parts[both] = parts[both] + term if both in parts else term
        return Jet(parts)

    def coefficient(self, tag: int) -> Jet:
        """Return the derivative that a tag stands for."""
        return Jet({tags - {tag}: value for tags, value in self.parts.items() if tag in tags})


def constant(value: Value | int) -> Jet:
    """Return a jet without infinitesimal parts."""
    return Jet({NONE: Fraction(value) if isinstance(value, int) else value})


def infinitesimal(tag: int) -> Jet:
    """Return the infinitesimal of a tag."""
    return Jet({frozenset({tag}): Fraction(1)})


def total(jets: Iterable[Jet]) -> Jet:
    """Return the sum."""
    result = constant(0)
    for jet in jets:
        result = result + jet
    return result


def _series(jet: Jet, start: Value, next_factor: Callable[[int], Value]) -> Jet:
    """Return Σ c_n (jet's infinitesimal part)ⁿ with c_0 = start, c_n = c_{n-1}·next_factor(n)."""
    small = Jet({tags: value for tags, value in jet.parts.items() if tags})
    result, power, coefficient = constant(start), constant(1), start
    for order in range(1, len(frozenset().union(*small.parts)) + 1):
        power = power * small
        coefficient = coefficient * next_factor(order)
        result = result + constant(coefficient) * power
    return result


def jet_exp(jet: Jet) -> Jet:
    """Return exp of a jet."""
    return _series(jet, exponential(jet.value), lambda order: Fraction(1, order))


def jet_inverse(jet: Jet) -> Jet:
    """Return 1/jet."""
    reciprocal = inverse(jet.value)
    return _series(jet, reciprocal, lambda _: -reciprocal)


def jet_log(jet: Jet) -> Jet:
    """Return log of a jet: log v + log(1 + s/v)."""
    value = constant(logarithm(jet.value))
    if len(jet.parts) == 1:
        return value
    ratio = jet * constant(inverse(jet.value))
    small = Jet({tags: part for tags, part in ratio.parts.items() if tags})
    shifted = Jet({NONE: Fraction(0), **small.parts})
    result, power = value, constant(-1)
    for order in range(1, len(frozenset().union(*small.parts)) + 1):
        power = power * shifted * constant(-1)
        result = result + power * constant(Fraction(1, order))
    return result


def jet_power(base: Jet, exponent: Jet) -> Jet:
    """Return base to a power; other than integer powers need a positive base."""
    power = exponent.value
    if len(exponent.parts) > 1 or not isinstance(power, Fraction) or power.denominator != 1:
        return jet_exp(exponent * jet_log(base))
    if abs(power) > LARGEST_EXPONENT:
        raise UndefinedValueError("an exponent is too large")
    factor = base if power >= 0 else jet_inverse(base)
    result = constant(1)
    for _ in range(abs(int(power))):
        result = result * factor
    return result
