"""Exact real numbers of the kind that softmax needs.

A value is a fraction, or a ``Form``: a polynomial with rational coefficients in logarithms of
primes and, where nothing better is known, in opaque exponentials, logarithms and inverses.
Nothing here is shared with the normal form, so that each can catch the other's mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from mpmath.ctx_mp import MPContext

from ce_cli.symbolic.kernel.limits import work

DIGITS = 50
MARGIN = 10**-25
LARGEST_EXPONENT = 256
LARGEST_PRIME = 10_000

REALS = MPContext()
REALS.dps = DIGITS + 15


class UndefinedValueError(ArithmeticError):
    """The expression has no value at this point, or none that can be computed."""


@dataclass(frozen=True)
class Unknown:
    """A real number that is not a polynomial in logarithms: exp, log or inverse of a value."""

    function: Literal["exp", "log", "inverse"]
    argument: Value

    def __str__(self) -> str:
        name = {"exp": "exp", "log": "ln", "inverse": "1/"}[self.function]
        return f"{name}({show(self.argument)})"


Irrational: TypeAlias = "int | Unknown"
Terms: TypeAlias = frozenset[tuple[tuple[tuple["Irrational", int], ...], Fraction]]


@dataclass(frozen=True)
class Form:
    """A polynomial in atoms; an integer atom is the logarithm of that prime."""

    terms: Terms

    def __add__(self, other: Value) -> Value:
        total = dict(self.terms)
        for powers, coefficient in _terms(other):
            total[powers] = total.get(powers, Fraction(0)) + coefficient
        return _collected(total)

    __radd__ = __add__

    def __neg__(self) -> Value:
        return self * Fraction(-1)

    def __mul__(self, other: Value) -> Value:
        total: dict[tuple[tuple[Irrational, int], ...], Fraction] = {}
        factors = _terms(other)
        work(2 + len(self.terms) * len(factors))
        for left, coefficient in self.terms:
            for right, factor in factors:
                powers = _joined(left, right)
                total[powers] = total.get(powers, Fraction(0)) + coefficient * factor
        return _collected(total)

    __rmul__ = __mul__


Value: TypeAlias = "Fraction | Form"


def _terms(value: Value) -> Terms:
    return value.terms if isinstance(value, Form) else frozenset({((), value)})


def _joined(
    first: tuple[tuple[Irrational, int], ...], second: tuple[tuple[Irrational, int], ...]
) -> tuple[tuple[Irrational, int], ...]:
    powers = dict(first)
    for atom, exponent in second:
        powers[atom] = powers.get(atom, 0) + exponent
    return tuple(sorted(((a, e) for a, e in powers.items() if e), key=_order))


def _collected(total: dict[tuple[tuple[Irrational, int], ...], Fraction]) -> Value:
    terms = frozenset((powers, value) for powers, value in total.items() if value)
    if all(not powers for powers, _ in terms):
        return next((value for _, value in terms), Fraction(0))
    return Form(terms)


def _atom(atom: Irrational) -> Form:
    return Form(frozenset({(((atom, 1),), Fraction(1))}))


def numeric(value: Value) -> Any:  # noqa: ANN401 - an mpmath number
    """Return the value to more than 50 digits."""
    if isinstance(value, Fraction):
        return REALS.mpf(value.numerator) / value.denominator
    total = REALS.mpf(0)
    for powers, coefficient in value.terms:
        term = numeric(coefficient)
        for atom, exponent in powers:
            term *= _numeric_atom(atom) ** exponent
        total += term
    return total


def _numeric_atom(atom: Irrational) -> Any:  # noqa: ANN401
    if isinstance(atom, int):
        return REALS.log(atom)
    argument = numeric(atom.argument)
    function = {"exp": REALS.exp, "log": REALS.log, "inverse": lambda x: 1 / x}[atom.function]
    try:
        return function(argument)
    except OverflowError:
        raise UndefinedValueError("a value is too large to evaluate") from None


def sign(value: Value) -> int:
    """Return -1, 0 or 1; the sign of a form that is too close to zero is undefined."""
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    size = numeric(value)
    if abs(size) < MARGIN:
        raise UndefinedValueError("the sign of a value is not certain")
    return 1 if size > 0 else -1


def differ(first: Value, second: Value) -> bool:
    """Say whether two values are certainly different: exactly, and by a wide numeric margin."""
    if first == second:
        return False
    left, right = numeric(first), numeric(second)
    return bool(abs(left - right) > MARGIN * (1 + abs(left) + abs(right)))


def inverse(value: Value) -> Value:
    """Return 1/value."""
    if sign(value) == 0:
        raise UndefinedValueError("division by zero")
    return 1 / value if isinstance(value, Fraction) else _atom(Unknown("inverse", value))


def logarithm(value: Value) -> Value:
    """Return the natural logarithm; that of a fraction is a sum of logarithms of primes."""
    if sign(value) <= 0:
        raise UndefinedValueError("a logarithm of a number that is not positive")
    if isinstance(value, Form):
        return _atom(Unknown("log", value))
    result: Value = Fraction(0)
    for part, direction in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _primes(part):
            result = result + _atom(prime) * Fraction(direction)
    return result


def _primes(value: int) -> list[int]:
    found, divisor = [], 2
    while value > 1:
        if divisor > LARGEST_PRIME:
            raise UndefinedValueError("a logarithm of a number with large prime factors")
        if value % divisor:
            divisor += 1
        else:
            found.append(divisor)
            value //= divisor
    return found


def exponential(value: Value) -> Value:
    """Return exp of a value, exactly if it is a combination of logarithms."""
    if value == 0:
        return Fraction(1)
    result = Fraction(1)
    for powers, coefficient in _terms(value):
        prime = _prime_under_logarithm(powers)
        if prime is None or coefficient.denominator != 1:
            return _atom(Unknown("exp", value))
        if abs(coefficient) > LARGEST_EXPONENT:
            raise UndefinedValueError("an exponential is too large")
        result *= Fraction(prime) ** int(coefficient)
    return result


def _prime_under_logarithm(powers: tuple[tuple[Irrational, int], ...]) -> int | None:
    """Return p if a product of powers is just log p."""
    match powers:
        case ((int(prime), 1),):
            return prime
    return None


@lru_cache(maxsize=4096)
def show(value: Value) -> str:
    """Return a value as text: -1/18, 2·ln 2 - 1/3."""
    if isinstance(value, Fraction):
        return str(value)
    parts = sorted(value.terms, key=lambda term: (not term[0], [*map(_order, term[0])]))
    text = " + ".join(_show_term(powers, coefficient) for powers, coefficient in parts)
    return text.replace("+ -", "- ")


def _order(power: tuple[Irrational, int]) -> tuple[bool, str, int]:
    """Return the sort key of a power: the same in every process, whatever the hashes are."""
    atom, exponent = power
    return isinstance(atom, Unknown), str(atom), exponent


def _show_term(powers: tuple[tuple[Irrational, int], ...], coefficient: Fraction) -> str:
    factors = [_show_power(atom, exponent) for atom, exponent in powers]
    if not factors:
        return str(coefficient)
    text = "·".join(factors)
    if abs(coefficient) == 1:
        return text if coefficient > 0 else f"-{text}"
    return f"{coefficient}·{text}"


def _show_power(atom: Irrational, exponent: int) -> str:
    text = f"ln {atom}" if isinstance(atom, int) else str(atom)
    return text if exponent == 1 else f"({text})^{exponent}"
