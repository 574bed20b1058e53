"""Symbols of the subject and the one node SymPy lacks: an unevaluated partial derivative.

Class indices count from 0. An index runs over ``C`` classes or ``M`` inputs of the last layer:
the shape of a vector or the upper bound of a sum says which. ``k ≠ i`` under a sum is the factor
``1 - KroneckerDelta(k, i)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from sympy import Add, Expr, Function, IndexedBase, KroneckerDelta, Mul, Pow, Sum, Symbol
from sympy.core.sympify import _sympify

if TYPE_CHECKING:
    from sympy.printing.str import StrPrinter

C = Symbol("C", integer=True, positive=True)
M = Symbol("M", integer=True, positive=True)

i, j, k, c, m, n, r, Y = (Symbol(name, integer=True) for name in "ijkcmnrY")

L, x, S = Symbol("L"), Symbol("x"), Symbol("S")
T = Symbol("T", positive=True)


def vector(name: str, size: Symbol = C) -> IndexedBase:
    """Return an indexed symbol with one entry per class (or per element of another set).

    >>> vector("z")[i]
    z[i]
    """
    return IndexedBase(name, shape=(size,))


def matrix(name: str, rows: Symbol = C, columns: Symbol = C) -> IndexedBase:
    """Return an indexed symbol with two indices.

    >>> matrix("J")[i, j]
    J[i, j]
    """
    return IndexedBase(name, shape=(rows, columns))


z, p, y, v, b = (vector(name) for name in "zpyvb")
sigma = Function("sigma")


def sum_over(body: Expr, index: Symbol, size: Expr = C) -> Sum:
    """Return the sum of ``body`` over a whole index set, which counts from 0.

    >>> sum_over(z[k], k)
    Sum(z[k], (k, 0, C - 1))
    """
    return Sum(body, (index, 0, size - 1))


def fraction(top: Expr, bottom: Expr) -> Expr:
    """Return a fraction that SymPy leaves as it is written, without cancelling.

    >>> fraction(2 * x, 2 * T)
    (2*x)/((2*T))
    """
    return Mul(top, Pow(bottom, -1, evaluate=False), evaluate=False)


def product(*factors: Expr) -> Expr:
    """Return a product that SymPy leaves as it is written.

    >>> product(x, fraction(T, x))
    x*(T/x)
    """
    return Mul(*factors, evaluate=False)


def split_off(first: Expr, rest: Expr) -> Expr:
    """Return a sum that is written with one term in front, whatever its sign.

    The zero says so: a nested sum keeps its place.

    >>> split_off(-x, T)
    -x + (T + 0)
    """
    return Add(first, Add(rest, 0, evaluate=False), evaluate=False)


def in_order(*terms: Expr) -> Expr:
    """Return a sum that is written with its terms in this order; zeros are left out.

    >>> in_order(T, -x)
    (T + 0) + (-x + 0)
    """
    return Add(*(Add(term, 0, evaluate=False) for term in terms if term != 0), evaluate=False)


def ordered(first: Expr, second: Expr) -> Expr:
    """Return a product that is written with its factors in this order; a last 1 is left out.

    >>> ordered(x, T)
    x*(T*1)
    """
    return first if second == 1 else Mul(first, Mul(second, 1, evaluate=False), evaluate=False)


def unequal(first: Expr, second: Expr) -> Expr:
    """Return 1 where two indices differ and 0 where they agree.

    >>> unequal(k, i)
    1 - KroneckerDelta(i, k)
    """
    return 1 - KroneckerDelta(first, second)


class Partial(Expr):  # type: ignore[misc]  # SymPy is untyped
    """The partial derivative ∂expr/∂variable, unevaluated.

    SymPy's ``Derivative(p[j], z[i])`` turns into 0 because it knows no definition of ``p``.
    ``expr`` depends on the variable as the definitions of the claim say. The variable is free, even
    if it has a definition: ∂L/∂p_c.

    >>> Partial(p[j], z[i])
    Partial(p[j], z[i])
    """

    is_commutative = True

    def __new__(cls, expr: Expr, variable: Expr) -> Self:
        """Build the node; numbers are accepted, text never is (``_sympify`` is strict)."""
        node: Self = super().__new__(cls, _sympify(expr), variable)
        return node

    @property
    def expr(self) -> Expr:
        """The expression under the derivative."""
        return self.args[0]

    @property
    def variable(self) -> Expr:
        """The variable of the derivative."""
        return self.args[1]

    def _sympystr(self, printer: StrPrinter) -> str:
        return f"Partial({printer.doprint(self.expr)}, {printer.doprint(self.variable)})"
