"""The order in which people write terms and factors; SymPy has one of its own.

Terms: positive ones first (p_i − y_i), short ones before long ones, whole sums behind single
terms. Factors: number, parameter, δ, entries, e^z, brackets, log, derivative, sum.
"""

from __future__ import annotations

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Sum, Symbol, exp, log

from ce_cli.symbolic.notation import Partial

_LETTERS = "wvqyapzJH"
_RANKS: tuple[tuple[type, int], ...] = (
    (Symbol, 1), (KroneckerDelta, 2), (Indexed, 3), (exp, 4), (Add, 7), (log, 8), (Partial, 9),
    (Sum, 10),
)  # fmt: skip


def in_order_of_terms(expr: Expr) -> list[Expr]:
    """Return the terms of a sum as people write them; a nested sum keeps its place.

    >>> from ce_cli.symbolic.notation import i, j, p, split_off, y
    >>> in_order_of_terms(-y[i] + p[i])
    [p[i], -y[i]]
    >>> in_order_of_terms(split_off(-y[i], p[i] - y[j]))
    [-y[i], p[i], -y[j]]
    """
    terms = [term for term in Add.make_args(expr) if term != 0]
    if any(isinstance(term, Add) for term in terms):
        return [part for term in terms for part in in_order_of_terms(term)]
    return sorted(terms, key=_term_rank) or [expr]


def _term_rank(term: Expr) -> tuple[bool, bool, bool, int]:
    body = term.as_coeff_Mul()[1]
    whole_sum = isinstance(body, Sum)
    return whole_sum and is_partial_sum(body), is_negative(term), whole_sum, size(term)


def is_negative(term: Expr) -> bool:
    """Say whether a term is written with a minus in front."""
    if term.is_Number:
        return bool(term < 0)
    if not isinstance(term, Mul):
        return False
    signs = [part for part in term.args if part.is_Number]
    negative = sum(bool(part < 0) for part in signs) % 2 == 1
    first = next((part for part in term.args if not part.is_Number), None)
    return negative != (isinstance(first, Mul) and is_negative(first))


def is_partial_sum(expr: Sum) -> bool:
    """Say whether a sum leaves indices out: Σ_{c ≠ i}."""
    factors = Mul.make_args(expr.function)
    return any(unequal_pair(factor) is not None for factor in factors)


def unequal_pair(factor: Expr) -> tuple[Expr, Expr] | None:
    """Return the indices a and b of a factor 1 − δ_ab.

    >>> from ce_cli.symbolic.notation import c, i, unequal
    >>> unequal_pair(unequal(c, i))
    (c, i)
    """
    if isinstance(factor, Add) and len(factor.args) == 2:
        delta = 1 - factor
        if isinstance(delta, KroneckerDelta):
            first, second = delta.args
            return first, second
    return None


def size(expr: Expr) -> int:
    """Return how many symbols and operations an expression has; an entry counts as one."""
    if not expr.args or isinstance(expr, Indexed | KroneckerDelta):
        return 1
    return 1 + sum(size(part) for part in expr.args if isinstance(part, Expr))


def in_order_of_factors(factors: list[Expr]) -> list[Expr]:
    """Return the factors of a product as people write them; a nested product keeps its place.

    >>> from sympy import log
    >>> from ce_cli.symbolic.notation import c, p, y
    >>> in_order_of_factors([log(p[c]), y[c]])
    [y[c], log(p[c])]
    """
    if any(isinstance(factor, Mul) for factor in factors):
        return factors
    return sorted(factors, key=_factor_rank)


def _factor_rank(factor: Expr) -> tuple[int, int]:
    base = factor.args[0] if isinstance(factor, Pow) else factor
    rank = next((rank for kind, rank in _RANKS if isinstance(base, kind)), 3)
    if base.is_Symbol and str(base) == "S":
        rank = 10
    return rank, _LETTERS.find(str(base.base)) if isinstance(base, Indexed) else 0
