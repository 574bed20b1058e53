"""Points at which claims are checked: few classes, and numbers that are easy to check by hand.

Symbols inside an exponential become logarithms of small integers, so that the values are small
fractions: the softmax of z = (0, ln 2, ln 3) is (1/6, 1/3, 1/2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING

from sympy import Add, Basic, Indexed, Mul, Pow, Sum, Symbol, exp
from sympy.core.function import AppliedUndef

from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne, head_of
from ce_cli.symbolic.kernel.evaluate import Point
from ce_cli.symbolic.kernel.exact import logarithm, numeric
from ce_cli.symbolic.kernel.names import slot_sets
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.symbolic.kernel.claims import Assumption, Definitions
    from ce_cli.symbolic.kernel.exact import Value
    from ce_cli.symbolic.kernel.names import Names

MOST_PLACES = 300
NAMED_INDICES = 4


@dataclass(frozen=True)
class Pattern:
    """A class count and the numbers that symbols take in turn."""

    classes: int
    exponentials: tuple[int, ...]
    fractions: tuple[Fraction | int, ...]


PATTERNS = (
    Pattern(3, (1, 2, 3), (1, 2, 3, 5)),
    Pattern(2, (1, 2, 3), (1, 3, 2, 5)),
    Pattern(3, (2, 1, 5, 3), (2, -1, 3, Fraction(1, 2))),
    Pattern(4, (1, 2, 3, 5), (Fraction(1, 2), 1, 3, Fraction(1, 3), 2)),
    Pattern(2, (3, 1, 2), (-1, 2, Fraction(1, 3))),
)


@dataclass
class Cast:
    """The undefined symbols of a claim, and their roles."""

    definitions: Definitions
    arrays: dict[Basic, tuple[Symbol, ...]] = field(default_factory=dict)
    scalars: dict[Symbol, None] = field(default_factory=dict)
    logarithmic: set[Basic] = field(default_factory=set)
    divisors: set[Basic] = field(default_factory=set)
    opened: set[Basic] = field(default_factory=set)

    def see(self, expr: Basic) -> None:
        """Note the symbols of an expression and of the definitions it uses."""
        if isinstance(expr, exp):
            self.mark(expr.args[0])
        if isinstance(expr, Indexed | Symbol | AppliedUndef):
            meaning = self.definitions.find(expr)
            if meaning is None:
                self._note(expr)
            elif meaning.head not in self.opened:
                self.opened.add(meaning.head)
                self.see(meaning.body)
        if not isinstance(expr, Indexed):
            for part in expr.args:
                self.see(part)

    def _note(self, expr: Basic) -> None:
        if isinstance(expr, Indexed):
            self.arrays.setdefault(expr.base, slot_sets(expr))
        elif isinstance(expr, Symbol) and not expr.is_integer:
            self.scalars.setdefault(expr)

    def mark(self, exponent: Basic) -> None:
        """Note the symbols of an exponent that become logarithms: one factor of each product."""
        match exponent:
            case Add():
                for part in exponent.args:
                    self.mark(part)
            case Sum():
                self.mark(exponent.function)
            case Mul():
                self._mark_product(exponent)
            case Indexed() | Symbol():
                self._mark_symbol(exponent)

    def _mark_product(self, exponent: Mul) -> None:
        factors = [part for part in exponent.args if not part.is_Number]
        self.divisors |= {head_of(part.base) for part in factors if isinstance(part, Pow)}
        first = next(
            (part for part in factors if isinstance(part, Indexed | Sum | Add)), factors[0]
        )
        self.mark(first)

    def _mark_symbol(self, exponent: Indexed | Symbol) -> None:
        meaning = self.definitions.find(exponent)
        if meaning is None:
            self.logarithmic.add(head_of(exponent))
        else:
            self.mark(meaning.body)


def points(
    names: Names,
    expressions: Iterable[Basic],
    assumptions: Iterable[Assumption],
    classes: int | None = None,
) -> Iterator[Point]:
    """Yield points that satisfy the assumptions, the easiest to check by hand first."""
    cast = Cast(names.definitions)
    for expr in expressions:
        cast.see(expr)
    assumptions = tuple(assumptions)
    for pattern in PATTERNS:
        sizes = _sizes(names, cast, pattern, classes)
        for place in islice(_places(names, sizes), MOST_PLACES):
            if all(_respects(place, assumption) for assumption in assumptions):
                yield _point(cast, pattern, sizes, place, assumptions)


def _sizes(names: Names, cast: Cast, pattern: Pattern, classes: int | None) -> dict[Symbol, int]:
    sets = {*names.free.values(), *(index_set for index_set, _ in names.constants), *names.sets}
    sets = sets.union(*cast.arrays.values())
    least = {index_set: 1 + max(names.constants_of(index_set), default=1) for index_set in sets}
    return {**least, C: classes or max(pattern.classes, least[C])}


def _places(names: Names, sizes: dict[Symbol, int]) -> Iterator[dict[Symbol, int]]:
    """Yield values for the free indices, small ones first."""
    choices = [
        sorted({*range(min(sizes[over], NAMED_INDICES)), *names.constants_of(over)})
        for over in names.free.values()
    ]
    for values in product(*choices):
        yield dict(zip(names.free, values, strict=True))


def _respects(place: dict[Symbol, int], assumption: Assumption) -> bool:
    match assumption:
        case Equal(first, second):
            return bool(place.get(first, first) == place.get(second, second))
        case Distinct(first, second):
            return bool(place.get(first, first) != place.get(second, second))
    return True


def _point(
    cast: Cast,
    pattern: Pattern,
    sizes: dict[Symbol, int],
    place: dict[Symbol, int],
    assumptions: tuple[Assumption, ...],
) -> Point:
    entries: dict[tuple[Basic, tuple[int, ...]], Value] = {}
    before = {True: 0, False: 0}
    for array, shape in cast.arrays.items():
        role = array in cast.logarithmic
        for at, indices in enumerate(product(*(range(sizes[over]) for over in shape))):
            entries[array, indices] = _number(cast, pattern, array, at + before[role])
        before[role] += 1
    for assumption in sorted(assumptions, key=lambda part: isinstance(part, OneHot)):
        entries |= _assumed(assumption, sizes, place)
    scalars = {
        symbol: _number(cast, pattern, symbol, at + 1) for at, symbol in enumerate(cast.scalars)
    }
    one_hot = frozenset(part.vector for part in assumptions if isinstance(part, OneHot))
    return Point(sizes, place, entries, _with_maxima(scalars, cast, entries), one_hot)


def _with_maxima(
    scalars: dict[Symbol, Value], cast: Cast, entries: dict[tuple[Basic, tuple[int, ...]], Value]
) -> dict[Symbol, Value]:
    """Return the scalars with max z equal to the largest z; without max z if z has a definition."""
    defined = {str(head) for head in cast.definitions.by_head}
    found = dict(scalars)
    for symbol in scalars:
        word, _, letter = symbol.name.partition(" ")
        values = [value for (array, _), value in entries.items() if str(array) == letter]
        if word == "max" and values:
            found[symbol] = max(values, key=numeric)
        elif word == "max" and letter in defined:
            del found[symbol]
    return found


def _number(cast: Cast, pattern: Pattern, symbol: Basic, at: int) -> Value:
    """Return the ``at``-th number of a pattern in the role of the symbol."""
    if symbol in cast.divisors:
        return Fraction(1, 2)
    if symbol in cast.logarithmic:
        shift = 1 if symbol.is_nonzero else 0
        return logarithm(Fraction(pattern.exponentials[at % len(pattern.exponentials)] + shift))
    value = Fraction(pattern.fractions[at % len(pattern.fractions)])
    return abs(value) if symbol.is_nonnegative else value


def _assumed(
    assumption: Assumption, sizes: dict[Symbol, int], place: dict[Symbol, int]
) -> dict[tuple[Basic, tuple[int, ...]], Value]:
    """Return the entries of a vector that an assumption speaks of."""
    if not isinstance(assumption, OneHot | SumsToOne):
        return {}
    vector, size = assumption.vector, sizes[assumption.vector.shape[0]]
    if isinstance(assumption, OneHot):
        label = place.get(assumption.label, assumption.label)
        return {(vector, (at,)): Fraction(int(at == label)) for at in range(size)}
    weights = [Fraction(at % 5 + 1) for at in range(size)]
    return {(vector, (at,)): weight / sum(weights) for at, weight in enumerate(weights)}
