"""Claims, the assumptions they may use, and the definitions of symbols: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from sympy import (
    Basic,
    Dummy,
    Expr,
    ImmutableDenseMatrix,
    Indexed,
    IndexedBase,
    Integer,
    Mul,
    Sum,
    Symbol,
    log,
)
from sympy.core.function import AppliedUndef

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Claim:
    """The claim that ``lhs = rhs`` for every value of the free indices and symbols.

    Both sides may be matrices of one shape; the claim is then about every entry.
    """

    lhs: Expr | ImmutableDenseMatrix
    rhs: Expr | ImmutableDenseMatrix

    def __str__(self) -> str:
        return f"{self.lhs} = {self.rhs}"


@dataclass(frozen=True)
class Equal:
    """Two indices are equal: the case i = j."""

    first: Symbol | Integer
    second: Symbol | Integer

    def __str__(self) -> str:
        return f"{self.first} = {self.second}"


@dataclass(frozen=True)
class Distinct:
    """Two indices differ: the case i ≠ j."""

    first: Symbol | Integer
    second: Symbol | Integer

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


@dataclass(frozen=True)
class SumsToOne:
    """The entries of a vector sum to one: Σ y = 1."""

    vector: IndexedBase

    def __str__(self) -> str:
        return f"Σ{self.vector} = 1"


@dataclass(frozen=True)
class OneHot:
    """A vector is 1 at the true class ``label`` and 0 elsewhere."""

    vector: IndexedBase
    label: Symbol | Integer

    def __str__(self) -> str:
        return f"{self.vector} is one-hot with true class {self.label}"


@dataclass(frozen=True)
class ZeroLogZero:
    """The convention 0·log 0 = 0, the limit, for the entries of a one-hot vector."""

    def __str__(self) -> str:
        return "0·log 0 = 0"


Assumption: TypeAlias = Equal | Distinct | SumsToOne | OneHot | ZeroLogZero


@dataclass(frozen=True)
class Definition:
    """The meaning of ``head[parameters]`` or ``head(parameters)`` or of a plain symbol."""

    term: Expr
    body: Expr

    @property
    def head(self) -> Basic:
        """The symbol, indexed symbol or function that is defined."""
        return head_of(self.term)

    @property
    def parameters(self) -> tuple[Expr, ...]:
        """The indices or arguments that the body may use."""
        return arguments_of(self.term)


def head_of(term: Basic) -> Basic:
    """Return the symbol that a definition of a term defines: z of z[i], sigma of sigma(x)."""
    if isinstance(term, Indexed):
        return term.base
    return term.func if isinstance(term, AppliedUndef) else term


def vanishing_logarithm(factors: tuple[Expr, ...], entry: Expr) -> Expr | None:
    """Return the logarithm among some factors that 0·log 0 = 0 is about: log y_k beside y_k."""
    return next((
        part for part in factors if isinstance(part, log) and entry in Mul.make_args(part.args[0])
    ), None)  # fmt: skip


def arguments_of(term: Basic) -> tuple[Expr, ...]:
    """Return the indices or arguments of a term; none for a plain symbol."""
    if isinstance(term, Indexed):
        return tuple(term.indices)
    return tuple(term.args) if isinstance(term, AppliedUndef) else ()


@dataclass(frozen=True)
class Definitions:
    """The meanings of defined symbols.

    >>> from ce_cli.symbolic.notation import k, i, p, z, sum_over
    >>> from sympy import exp
    >>> Definitions((Definition(p[i], exp(z[i]) / sum_over(exp(z[k]), k)),)).unfold(p[k])
    exp(z[k])/Sum(exp(z[_k]), (_k, 0, C - 1))
    """

    entries: tuple[Definition, ...] = ()

    @cached_property
    def by_head(self) -> Mapping[Basic, Definition]:
        """The definitions by their heads; a second definition of one head is an error."""
        for entry in self.entries:
            symbols = {parameter for parameter in entry.parameters if parameter.is_Symbol}
            if len(symbols) < len(entry.parameters):
                raise ValueError(f"the parameters of {entry.term} are not distinct symbols")
        table = {entry.head: entry for entry in self.entries}
        if len(table) != len(self.entries):
            raise ValueError("one symbol is defined twice")
        return table

    def find(self, term: Basic) -> Definition | None:
        """Return the definition of a term's head, if it has one of the right arity."""
        found = self.by_head.get(head_of(term))
        if found is not None and len(found.parameters) != len(arguments_of(term)):
            raise ValueError(f"{term} does not match the definition of {found.term}")
        return found

    def unfold(self, term: Expr) -> Expr | None:
        """Return the meaning of a term, one level deep, or None if it is not defined."""
        found = self.find(term)
        if found is None:
            return None
        return substitute(found.body, dict(zip(found.parameters, arguments_of(term), strict=True)))


def substitute(expr: Expr, replacement: Mapping[Expr, Expr]) -> Expr:
    """Replace free symbols; a bound index that would capture one of the new ones is renamed.

    SymPy's ``subs`` is not safe here: ``Sum(p[k]*z[i], (k, ...)).subs(i, k)`` captures ``k``.
    """
    if expr in replacement:
        return replacement[expr]
    if isinstance(expr, Sum):
        return _substitute_in_sum(expr, replacement)
    if isinstance(expr, Indexed):
        return expr.base[tuple(substitute(index, replacement) for index in expr.indices)]
    if not expr.args or isinstance(expr, IndexedBase):
        return expr
    return expr.func(*(substitute(part, replacement) for part in expr.args))


def _substitute_in_sum(total: Sum, replacement: Mapping[Expr, Expr]) -> Sum:
    bound = {limit[0] for limit in total.limits}
    replacement = {old: new for old, new in replacement.items() if old not in bound}
    if any(bound & new.free_symbols for new in replacement.values()):
        total = rename_bound(total)
    limits = [
        (index, substitute(lower, replacement), substitute(upper, replacement))
        for index, lower, upper in total.limits
    ]
    return Sum(substitute(total.function, replacement), *limits)


def rename_bound(total: Sum) -> Sum:
    """Return the same sum with new, unique bound indices."""
    indices = [limit[0] for limit in total.limits]
    if len(set(indices)) < len(indices):
        raise ValueError(f"one index is bound twice in {total}")
    fresh = {index: Dummy(index.name, integer=True) for index in indices}
    limits = [
        (fresh[index], substitute(lower, fresh), substitute(upper, fresh))
        for index, lower, upper in total.limits
    ]
    return Sum(substitute(total.function, fresh), *limits)
