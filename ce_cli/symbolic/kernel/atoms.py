"""The atoms of the normal form: symbols, exponentials, logarithms, powers and whole sums.

Every atom is a real-valued function of the point, so an identity between quotients of atoms
holds at every point where both sides are defined, for every number of classes. Soundness needs
no more. The form is useful because equal expressions usually get equal atoms.

Only factors known to be positive are taken out of a logarithm or a power.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import gcd, lcm
from typing import TYPE_CHECKING, TypeAlias

from ce_cli.symbolic.kernel.limits import Undecidable, Undefined
from ce_cli.symbolic.kernel.polynomials import (
    ONE,
    UNIT,
    ZERO,
    Arithmetic,
    Coefficient,
    Factor,
    Monomial,
    Polynomial,
    Quotient,
    add_into,
    number,
    times,
    to_the,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sympy import Basic

    from ce_cli.symbolic.kernel.limits import Budget

Bottom: TypeAlias = frozenset[tuple[Factor, int]]

SMALL_PRIME = 1000


@dataclass(frozen=True, slots=True)
class Variable:
    """A scalar, or an entry of an indexed symbol at the given index numbers."""

    symbol: Basic
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exponential:
    """exp(monomial / bottom)."""

    monomial: Monomial
    bottom: Bottom


@dataclass(frozen=True, slots=True)
class Logarithm:
    """log(top / bottom) of an argument without factors known to be positive."""

    top: Factor
    bottom: Bottom

    @property
    def argument(self) -> Quotient:
        """The quotient under the logarithm."""
        return Quotient(dict(self.top), tuple(self.bottom))


@dataclass(frozen=True, slots=True)
class PowerAtom:
    """The argument of a logarithm to the power of a monomial that is not a number."""

    base: Logarithm
    exponent: Monomial


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a monomial over a whole index set; its bound index is a negative number."""

    index_set: Basic
    bound: int
    monomial: Monomial


Atom: TypeAlias = Variable | Exponential | Logarithm | PowerAtom | Total


class Atoms(Arithmetic):
    """Quotients of numbered atoms, with exp, log, and sums over whole index sets."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.atoms: list[Atom] = []
        self.numbers: dict[Atom, int] = {}
        self.positive: list[bool] = []
        self.indices: list[frozenset[int]] = []
        self.nesting: list[int] = []
        self.sizes: dict[Basic, Quotient] = {}
        self.unit_sums: frozenset[Basic] = frozenset()

    def power_of(self, atom: Atom, exponent: Coefficient = 1) -> Quotient:
        """Return a power of an atom as a quotient."""
        return Quotient({((self._number(atom), exponent),): 1})

    def _number(self, atom: Atom) -> int:
        found = self.numbers.get(atom)
        if found is None:
            self.budget.spend(1)
            found = self.numbers[atom] = len(self.atoms)
            self.atoms.append(atom)
            self.positive.append(self._is_positive(atom))
            inside = frozenset().union(*(self.indices_in(part) for part in _parts(atom)))
            self.indices.append(_own_indices(atom) | inside - _bound_indices(atom))
            self.nesting.append(self._nesting(atom))
        return found

    def _is_positive(self, atom: Atom) -> bool:
        match atom:
            case Variable(symbol):
                return bool(symbol.is_positive)
            case Total(_, _, monomial):
                return self._all_positive(monomial)
        return not isinstance(atom, Logarithm)

    def _all_positive(self, monomial: Monomial) -> bool:
        return all(self.positive[atom] for atom, _ in monomial)

    def indices_in(self, term: Quotient) -> frozenset[int]:
        """Return the index numbers that a quotient depends on."""
        return frozenset().union(*(self.indices[atom] for atom in _atoms_in(term)))

    def _nesting(self, atom: Atom) -> int:
        """Return how deeply whole sums are nested in an atom."""
        if isinstance(atom, Total):
            return -atom.bound
        return max(
            (self.nesting[part] for term in _parts(atom) for part in _atoms_in(term)), default=0
        )

    # --- exponential and logarithm -------------------------------------------------------

    def exp(self, term: Quotient) -> Quotient:
        """Return exp of a quotient, one factor for each of its monomials."""
        result = ONE
        for monomial, coefficient in term.top.items():
            factor = self._exp_of(monomial, coefficient, frozenset(term.bottom))
            result = self.multiply(result, factor)
        return result

    def _exp_of(self, monomial: Monomial, coefficient: Coefficient, bottom: Bottom) -> Quotient:
        for atom, exponent in monomial:
            logarithm = self.atoms[atom]
            if isinstance(logarithm, Logarithm) and exponent == 1 and not bottom:
                rest = times(monomial, ((atom, -1),))
                if rest:
                    return self.power_of(PowerAtom(logarithm, rest), coefficient)
                if coefficient == int(coefficient):
                    return self.power(logarithm.argument, int(coefficient))
        return self.power_of(Exponential(monomial, bottom), coefficient)

    def log(self, term: Quotient) -> Quotient:
        """Return log of a quotient, with the factors known to be positive split off."""
        if not term.top:
            raise Undefined("a logarithm of zero")
        result, top = self._split_positive(term.top)
        shared = _common(top, set().union(*(dict(part) for part in top)))
        rest = {times(part, to_the(shared, -1)): value for part, value in top.items()}
        if shared and self.is_positive_polynomial(rest):
            result, top = self.add(result, self._log_atom(rest)), {shared: 1}
        bottom = []
        for factor, power in term.bottom:
            if self.is_positive_polynomial(dict(factor)):
                result = self.subtract(result, self.scale(self.log(Quotient(dict(factor))), power))
            else:
                bottom.append((factor, power))
        if bottom and self.is_positive_polynomial(top):
            result, top = self.add(result, self._log_atom(top)), {UNIT: 1}
        return self.add(result, self._log_atom(top, frozenset(bottom)))

    def _log_atom(self, top: Polynomial, bottom: Bottom = frozenset()) -> Quotient:
        if not bottom and set(top) == {UNIT}:
            if top[UNIT] < 0:
                raise Undefined("a logarithm of a negative number")
            return ZERO
        return self.power_of(Logarithm(frozenset(top.items()), bottom))

    def is_positive_polynomial(self, polynomial: Polynomial) -> bool:
        """Say whether a polynomial is positive by the signs of its terms."""
        return all(value > 0 and self._all_positive(part) for part, value in polynomial.items())

    def _split_positive(self, polynomial: Polynomial) -> tuple[Quotient, Polynomial]:
        """Return the log of the positive common part, and the polynomial without it."""
        content = _content(polynomial)
        common = _common(polynomial, {at for at, known in enumerate(self.positive) if known})
        result = self._log_of_number(content)
        for atom, exponent in common:
            result = self.add(result, self.scale(self._log_of_atom(atom), exponent))
        inverse = to_the(common, -1)
        return result, {
            times(part, inverse): _whole(Fraction(value) / content)
            for part, value in polynomial.items()
        }

    def _log_of_atom(self, atom: int) -> Quotient:
        match self.atoms[atom]:
            case Exponential(monomial, bottom):
                return Quotient({monomial: 1}, tuple(bottom))
            case PowerAtom(base, exponent):
                return self.multiply(Quotient({exponent: 1}), self.power_of(base))
        return self.power_of(Logarithm(frozenset({(((atom, 1),), 1)}), frozenset()))

    def _log_of_number(self, value: Fraction) -> Quotient:
        result = ZERO
        for prime, exponent in _prime_powers(value, self.budget):
            atom = Logarithm(frozenset({(UNIT, prime)}), frozenset())
            result = self.add(result, self.scale(self.power_of(atom), exponent))
        return result

    # --- sums over a whole index set -----------------------------------------------------

    def total(self, index_set: Basic, bound: int, term: Quotient) -> Quotient:
        """Return the sum of ``term`` over all values of the index number ``bound``."""
        if any(bound in self.indices_in(Quotient(dict(factor))) for factor, _ in term.bottom):
            raise Undecidable("the index of a sum stands in a denominator")
        result: Quotient = ZERO
        for monomial, coefficient in term.top.items():
            inside = tuple(entry for entry in monomial if bound in self.indices[entry[0]])
            outside = tuple(entry for entry in monomial if bound not in self.indices[entry[0]])
            whole = self._total_of(index_set, bound, inside)
            result = self.add(result, self.multiply(Quotient({outside: coefficient}), whole))
        return Quotient(result.top, term.bottom if result.top else ())

    def _total_of(self, index_set: Basic, bound: int, monomial: Monomial) -> Quotient:
        if not monomial:
            return self.sizes[index_set]
        if self._is_entry_of(monomial, self.unit_sums):
            return ONE
        placeholder = -1 - max(self.nesting[atom] for atom, _ in monomial)
        renamed = self.rename(Quotient({monomial: 1}), bound, placeholder)
        ((inside, coefficient),) = renamed.top.items()
        return self.scale(self.power_of(Total(index_set, placeholder, inside)), coefficient)

    def _is_entry_of(self, monomial: Monomial, vectors: frozenset[Basic]) -> bool:
        """Say whether a monomial is a single entry of one of some vectors."""
        ((number_, exponent), *others) = monomial
        atom = self.atoms[number_]
        return (
            not others
            and exponent == 1
            and isinstance(atom, Variable)
            and atom.symbol in vectors
            and len(atom.indices) == 1
        )

    def at_unit_sums(self, polynomial: Polynomial, vectors: frozenset[Basic]) -> Polynomial:
        """Put 1 for the whole sum of every vector that sums to one."""
        result: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            kept = tuple(entry for entry in monomial if not self._is_sum_of(entry[0], vectors))
            add_into(result, {kept: coefficient})
        return result

    def _is_sum_of(self, number_: int, vectors: frozenset[Basic]) -> bool:
        atom = self.atoms[number_]
        return isinstance(atom, Total) and self._is_entry_of(atom.monomial, vectors)

    def rename(self, term: Quotient, old: int, new: int) -> Quotient:
        """Replace one index number by another everywhere in a quotient."""
        result = self._rename_polynomial(term.top, old, new)
        for factor, power in term.bottom:
            renamed = self._rename_polynomial(dict(factor), old, new)
            result = self.multiply(result, self.power(renamed, -power))
        return result

    def _rename_polynomial(self, polynomial: Polynomial, old: int, new: int) -> Quotient:
        result = ZERO
        for monomial, coefficient in polynomial.items():
            part = number(coefficient)
            for atom, exponent in monomial:
                renamed = self._rename_atom(self.atoms[atom], old, new)
                part = self.multiply(part, self.raised(renamed, exponent))
            result = self.add(result, part)
        return result

    def raised(self, base: Quotient, exponent: Coefficient) -> Quotient:
        """Return a rational power; if it is not an integer, the base counts as positive."""
        if exponent == int(exponent):
            return self.power(base, int(exponent))
        return self.exp(self.scale(self.log(base), exponent))

    def _rename_atom(self, atom: Atom, old: int, new: int) -> Quotient:
        match atom:
            case Variable(symbol, indices):
                return self.power_of(
                    Variable(symbol, tuple(new if at == old else at for at in indices))
                )
            case Exponential():
                return self.exp(self.rename(_parts(atom)[0], old, new))
            case Logarithm():
                return self.log(self.rename(atom.argument, old, new))
            case PowerAtom(base, exponent):
                logarithm = self.log(self.rename(base.argument, old, new))
                renamed = self.rename(Quotient({exponent: 1}), old, new)
                return self.exp(self.multiply(renamed, logarithm))
            case Total(index_set, bound, _):
                return self.total(index_set, bound, self.rename(_parts(atom)[0], old, new))


def _parts(atom: Atom) -> tuple[Quotient, ...]:
    """Return the quotients inside an atom."""
    match atom:
        case Variable():
            return ()
        case Exponential(monomial, bottom):
            return (Quotient({monomial: 1}, tuple(bottom)),)
        case Logarithm():
            return (atom.argument,)
        case PowerAtom(base, exponent):
            return (base.argument, Quotient({exponent: 1}))
        case Total(_, _, monomial):
            return (Quotient({monomial: 1}),)


def _atoms_in(term: Quotient) -> set[int]:
    below = (part for factor, _ in term.bottom for part, _ in factor)
    return {atom for part in chain(term.top, below) for atom, _ in part}


def _own_indices(atom: Atom) -> frozenset[int]:
    return frozenset(atom.indices) if isinstance(atom, Variable) else frozenset()


def _bound_indices(atom: Atom) -> frozenset[int]:
    return frozenset({atom.bound}) if isinstance(atom, Total) else frozenset()


def _common(polynomial: Polynomial, atoms: set[int]) -> Monomial:
    """Return some atoms, each to the lowest power that it has in any term."""
    parts = [dict(part) for part in polynomial]
    seen = sorted(atoms & {atom for part in parts for atom in part})
    lowest = {atom: min(part.get(atom, 0) for part in parts) for atom in seen}
    return tuple((atom, power) for atom, power in lowest.items() if power)


def _content(polynomial: Polynomial) -> Fraction:
    """Return the positive rational that leaves coprime integer coefficients."""
    values = [Fraction(value) for value in polynomial.values()]
    return Fraction(
        gcd(*(value.numerator for value in values)), lcm(*(value.denominator for value in values))
    )


def _whole(value: Fraction) -> Coefficient:
    return value.numerator if value.denominator == 1 else value


def _prime_powers(value: Fraction, budget: Budget) -> Iterator[tuple[int, int]]:
    """Yield primes and ±1; a cofactor without small prime factors counts as one prime."""
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        part, divisor = whole, 2
        while part > 1:
            budget.spend(1)
            if divisor > SMALL_PRIME:
                divisor = part
            while part % divisor == 0:
                yield divisor, sign
                part //= divisor
            divisor += 1
