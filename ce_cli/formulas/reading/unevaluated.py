"""Operations that SymPy leaves as a person wrote them.

SymPy's constructors cancel ``x/x`` and drop ``0*x``, also where x is zero or has no value. The
kernel is to see the whole claim, so nothing but numbers is computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, exp, log

if TYPE_CHECKING:
    from collections.abc import Callable


def total(*terms: Expr) -> Expr:
    """Return the sum of terms.

    >>> from sympy import Symbol
    >>> total(Symbol("x"), -Symbol("x"))
    -x + x
    """
    return Add(*terms, evaluate=_are_numbers(terms))


def product(*factors: Expr) -> Expr:
    """Return the product of factors; a factor that is a product is written out.

    >>> from sympy import Symbol, log
    >>> product(Integer(0), Symbol("x"))
    0*x
    """
    parts = [part for factor in factors for part in Mul.make_args(factor)]
    return Mul(*parts, evaluate=_are_numbers(parts))


def negative(term: Expr) -> Expr:
    """Return a term with its sign changed."""
    return product(Integer(-1), term)


def quotient(top: Expr, bottom: Expr) -> Expr:
    """Return a division.

    >>> from sympy import Symbol
    >>> quotient(Symbol("x"), Symbol("x"))
    x/x
    """
    if bottom.is_Rational and bottom:
        return product(top, 1 / bottom)
    return product(top, Pow(bottom, -1, evaluate=False))


def power(base: Expr, exponent: Expr) -> Expr:
    """Return a power."""
    return Pow(base, exponent, evaluate=_are_numbers([base, exponent]))


def exponential(term: Expr) -> Expr:
    """Return e to the power of a term."""
    return exp(term, evaluate=False)


def logarithm(term: Expr) -> Expr:
    """Return the natural logarithm of a term."""
    return log(term, evaluate=False)


def _are_numbers(terms: list[Expr] | tuple[Expr, ...]) -> bool:
    return all(term.is_Rational for term in terms)


def map_indices(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return an expression with other indices in the entries of vectors, else as it is written.

    >>> from sympy import IndexedBase
    >>> p = IndexedBase("p")
    >>> map_indices(quotient(p[0], p[0]), lambda index: index + 1)
    p[1]/p[1]
    """
    if isinstance(expr, Indexed):
        return expr.base[tuple(map(change, expr.indices))]
    if not expr.args:
        return expr
    parts = [map_indices(part, change) for part in expr.args]
    if isinstance(expr, Add | Mul | Pow | exp | log):
        return expr.func(*parts, evaluate=False)
    return expr.func(*parts)


def is_same(first: Expr, second: Expr) -> bool:
    """Say whether two expressions are the same to SymPy, in whatever order they are written."""
    return bool(_computed(first) == _computed(second))


def _computed(expr: Expr) -> Expr:
    if not expr.args or isinstance(expr, Indexed):
        return expr
    return expr.func(*map(_computed, expr.args))
