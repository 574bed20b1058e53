"""From SymPy expressions to printed mathematics: the one walker all outputs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sympy import (
    Add,
    Basic,
    Expr,
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

from ce_cli.mathematics.nodes import (
    EQUALS,
    MINUS,
    ONE,
    PARTIAL,
    PLUS,
    SLASH,
    UNEQUAL,
    Applied,
    BigSum,
    Brace,
    Digits,
    Fenced,
    Fraction,
    Grid,
    Letter,
    Node,
    Operator,
    Row,
    Subscript,
    Superscript,
    Words,
    row,
)
from ce_cli.mathematics.order import (
    in_order_of_factors,
    in_order_of_terms,
    is_negative,
    unequal_pair,
)
from ce_cli.symbolic.notation import C, M, Partial

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sympy.core.relational import Relational


class Wording(NamedTuple):
    """The words of formulas: in front of the condition of a case, and for columns of a matrix."""

    case: str = "if"
    column: str = "column {}"
    columns: str = "columns {} to {}"


class Arrange:
    """Arranges expressions.

    Parameters
    ----------
    first
        The number shown for the first class, 0 or 1.
    letters
        Letters that are shown in place of our own.
    names
        Names that are shown in place of class numbers.
    wording
        The words of formulas, in the language of the reader.

    >>> from ce_cli.symbolic.notation import p
    >>> Arrange(1)(p[0])
    Subscript(base=Letter(name='p'), indices=(Digits(text='1'),))
    >>> Arrange(letters={"p": "a"}, names=["cat", "dog"])(p[0])
    Subscript(base=Letter(name='a'), indices=(Words(text='cat'),))
    """

    def __init__(
        self,
        first: int = 0,
        letters: Mapping[str, str] | None = None,
        names: Sequence[str] = (),
        wording: Wording = Wording(),  # noqa: B008 - it cannot change
    ) -> None:
        self.first = first
        self.letters = letters or {}
        self.names = names
        self.wording = wording

    def __call__(self, expr: Basic) -> Node:
        """Return how an expression is printed; entries of a matrix keep to one line."""
        if isinstance(expr, ImmutableDenseMatrix):
            rows, columns = map(range, expr.shape)
            cells = (tuple(_on_one_line(self(expr[r, c])) for c in columns) for r in rows)
            return self.grid(tuple(cells))
        return self._sum_of_terms(in_order_of_terms(expr))

    def grid(self, rows: tuple[tuple[Node, ...], ...]) -> Grid:
        """Return rows of entries whose columns count as classes do."""
        return Grid(rows, self.first, (self.wording.column, self.wording.columns))

    def letter(self, name: str) -> Node:
        """Return a name as it is printed: a letter, or the parts of a compound name."""
        match name:
            case "max z":
                return Applied("max", self.letter("z"))
            case "diag(p)":
                return Applied("diag", Fenced(self.letter("p")))
            case "p pᵀ":
                p = self.letter("p")
                return Row((p, Superscript(p, Letter("transposed"))))
        return Letter(self.letters.get(name, name).replace("'", "′"))

    def index(self, expr: Basic) -> Node:
        """Return an index; a class number is shifted by where counting starts, or is a name."""
        if isinstance(expr, Integer):
            if self.names:
                return Words(self.names[int(expr)])
            return Digits(str(int(expr) + self.first))
        return Letter(_name(expr)) if expr.is_Symbol else self(expr + self.first)

    def equation(self, first: Basic, second: Basic, sign: Operator = EQUALS) -> Node:
        """Return a relation between two indices: i = j, i ≠ j."""
        return row(self.index(first), sign, self.index(second))

    def _sum_of_terms(self, terms: list[Expr]) -> Node:
        parts: list[Node] = []
        for term in terms:
            if is_negative(term):
                parts.append(MINUS)
            elif parts:
                parts.append(PLUS)
            parts.append(self._unsigned(term))
        return row(*parts)

    def _unsigned(self, term: Expr) -> Node:
        """Return a term without its sign."""
        if term.is_Number:
            return _number(abs(term))
        if isinstance(term, Mul):
            return self._product(term)
        return self._single(term)

    def _product(self, term: Mul) -> Node:
        unsigned = _without_sign(term)
        number = Mul(*(part for part in unsigned if part.is_Number))
        factors = in_order_of_factors([part for part in unsigned if not part.is_Number])
        below = [1 / part for part in factors if _is_inverse(part)]
        above = [part for part in factors if not _is_inverse(part)]
        behind = [part for part in above if below and _stands_beside(part, below)]
        above = [part for part in above if part not in behind]
        parts = [] if number == 1 else [_number(number)]
        if below:
            front = [] if number.q != 1 else parts
            parts = [] if number.q == 1 else parts
            top = row(*front, *self._factors(above, alone=not front)) if front or above else ONE
            parts.append(Fraction(top, row(*self._factors(below, alone=True))))
            above = behind
        return row(*parts, *self._factors(above, alone=False))

    def _factors(self, factors: list[Expr], *, alone: bool) -> list[Node]:
        """Return factors; all but a lone one stand in brackets where they need them."""
        if alone and len(factors) == 1:
            return [self(factors[0])]
        last = len(factors) - 1
        return [self._factor(part, at_end=at == last) for at, part in enumerate(factors)]

    def _factor(self, part: Expr, *, at_end: bool) -> Node:
        if isinstance(part, Add) or is_negative(part):
            return Fenced(self(part))
        if isinstance(part, log):
            return self._single(part) if at_end else Applied("log", Fenced(self(part.args[0])))
        if isinstance(part, Sum | Piecewise) and not at_end:
            return Fenced(self(part))
        return self._single(part)

    def _single(self, expr: Basic) -> Node:  # noqa: C901, PLR0911
        match expr:
            case Symbol():
                return self.letter(_name(expr))
            case Indexed():
                return self._entry(expr)
            case KroneckerDelta():
                return Subscript(Letter("delta"), tuple(map(self.index, _by_name(expr.args))))
            case exp():
                return Superscript(Letter("e"), _on_one_line(self(expr.args[0])))
            case log():
                return Applied("log", self._argument_of_log(expr.args[0]))
            case Pow():
                return self._power(expr)
            case Sum():
                return self._sum(expr, len(expr.limits) - 1)
            case Partial():
                return self._derivative(expr)
            case Piecewise():
                return self._cases(expr)
            case AppliedUndef():
                return Row((Letter(str(expr.func)), Fenced(self(expr.args[0]))))
        return self(expr) if isinstance(expr, Add | Mul) or expr.is_Number else Words(str(expr))

    def _entry(self, expr: Indexed) -> Node:
        base = self.letter(_name(expr.base))
        if not isinstance(base, Letter):
            base = Fenced(base)
        return Subscript(base, tuple(map(self.index, expr.indices)))

    def _argument_of_log(self, argument: Expr) -> Node:
        bare = isinstance(argument, Symbol | Indexed | Sum | AppliedUndef)
        return self(argument) if bare else Fenced(self(argument))

    def _power(self, expr: Pow) -> Node:
        base, exponent = expr.args
        if exponent.is_Number and exponent < 0:
            return Fraction(ONE, self(Pow(base, -exponent)))
        bare = isinstance(base, Symbol | Indexed) or (base.is_Integer and base >= 0)
        inner = self(base)
        return Superscript(inner if bare else Fenced(inner), _on_one_line(self(exponent)))

    def _sum(self, expr: Sum, at: int) -> Node:
        index, *bounds = expr.limits[at]
        if at > 0:
            body = self._sum(expr, at - 1)
            return BigSum(self._range(index, bounds), body)
        factors = Mul.make_args(expr.function)
        pairs = [pair for pair in map(unequal_pair, factors) if pair and index in pair]
        rest = Mul(*(f for f in factors if unequal_pair(f) not in pairs)) if pairs else None
        body = self._summand(expr.function if rest is None else rest)
        below = self._range(index, bounds)
        for pair in pairs:
            below = self.equation(index, pair[pair[0] == index], UNEQUAL)
        return BigSum(below, body)

    def _summand(self, expr: Expr) -> Node:
        node = self(expr)
        return Fenced(node) if isinstance(expr, Add) or is_negative(expr) else node

    def _range(self, index: Basic, bounds: Iterable[Basic]) -> Node:
        lower, upper = bounds
        if lower == 0 and upper in {C - 1, M - 1}:
            return self.index(index)
        return row(self.index(index), EQUALS, self.index(lower), Operator("…"), self.index(upper))

    def _derivative(self, expr: Partial) -> Node:
        inner, below = expr.expr, row(PARTIAL, self(expr.variable))
        if isinstance(inner, Partial) and _is_short(inner.expr):
            twice = Superscript(PARTIAL, Digits("2"))
            both = row(*(PARTIAL, self(expr.variable)), PARTIAL, self(inner.variable))
            return Fraction(row(twice, self(inner.expr)), both)
        if _is_short(inner):
            return Fraction(row(PARTIAL, self(inner)), below)
        return row(Fraction(PARTIAL, below), Fenced(self(inner)))

    def _cases(self, expr: Piecewise) -> Node:
        rows = [(self(value), self._condition(test)) for value, test in expr.args]
        first = expr.args[0][1]
        if len(rows) == 2 and isinstance(first, Eq):
            rows[1] = rows[1][0], self._condition(Ne(*first.args))
        return Brace(tuple(rows))

    def _condition(self, test: Relational) -> Node:
        if not isinstance(test, Eq | Ne):
            return Words("otherwise")
        sign = EQUALS if isinstance(test, Eq) else UNEQUAL
        first, second = test.args
        return row(Words(f"{self.wording.case} "), self.equation(first, second, sign))


def _name(expr: Basic) -> str:
    """Return the name of a symbol; a renamed bound index keeps the one it had."""
    return str(getattr(expr, "name", None) or expr)


def _number(value: Expr) -> Node:
    if value.is_Rational and value.q != 1:
        return Fraction(Digits(str(value.p)), Digits(str(value.q)))
    return Digits(str(value))


def _by_name(indices: tuple[Basic, ...]) -> list[Basic]:
    """Return indices in the order δ_ij is written in: small letters, capitals, numbers."""
    return sorted(indices, key=lambda index: (index.is_Integer, str(index).isupper(), str(index)))


def _without_sign(term: Mul) -> list[Expr]:
    """Return the factors of a product without the minus that stands in front of it."""
    parts = [abs(part) if part.is_Number else part for part in term.args]
    first = next((at for at, part in enumerate(parts) if not part.is_Number), None)
    if first is not None and isinstance(parts[first], Mul):
        parts[first] = Mul(*_without_sign(parts[first]), evaluate=False)
    return [part for part in parts if part != 1]


def _is_inverse(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.args[1].is_Number and bool(factor.args[1] < 0)


def _stands_beside(factor: Expr, below: list[Expr]) -> bool:
    """Say whether a factor is better written beside a fraction than on top of it."""
    if isinstance(factor, Add):
        return any(1 / part in below for part in factor.atoms(Pow))
    return isinstance(factor, Partial) or (
        isinstance(factor, Mul) and any(map(_is_inverse, factor.args))
    )


def _is_short(expr: Expr) -> bool:
    """Say whether an expression fits behind ∂: a symbol, an entry, σ(x), log of one, e^z."""
    if isinstance(expr, log):
        return isinstance(expr.args[0], Symbol | Indexed | AppliedUndef)
    return isinstance(expr, Symbol | Indexed | AppliedUndef | Integer | exp)


def _on_one_line(node: Node) -> Node:
    """Return an exponent or an entry of a matrix with a slash for every fraction."""
    match node:
        case Fraction(top, bottom):
            return row(_closed_sum(_on_one_line(top)), SLASH, _closed(_on_one_line(bottom)))
        case Row(parts):
            return Row(tuple(map(_on_one_line, parts)))
        case Fenced(inner):
            return Fenced(_on_one_line(inner))
    return node


def _closed_sum(node: Node) -> Node:
    """Return the top of a fraction: a product needs no brackets in front of a slash."""
    apart = isinstance(node, Row) and any(isinstance(part, Operator) for part in node.parts)
    return Fenced(node) if apart else node


def _closed(node: Node) -> Node:
    is_derivative = isinstance(node, Row) and node.parts[0] == PARTIAL
    return Fenced(node) if isinstance(node, Row) and not is_derivative else node
