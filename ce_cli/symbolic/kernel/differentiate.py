"""The structural derivative of an expression with indices and definitions.

There is one rule for each type of node, as in a textbook. SymPy's own ``diff`` captures bound
indices (its ``diff(Sum(exp(z[k]), (k, 1, n)), z[k])`` is wrong) and knows no definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from sympy import (
    Add,
    Expr,
    Indexed,
    KroneckerDelta,
    Mul,
    Number,
    NumberSymbol,
    Piecewise,
    Pow,
    S,
    Sum,
    Symbol,
    exp,
    log,
)
from sympy.core.function import AppliedUndef

from ce_cli.symbolic.kernel.claims import Definitions, rename_bound
from ce_cli.symbolic.kernel.limits import NESTING, Undecidable, work
from ce_cli.symbolic.notation import Partial

Rule: TypeAlias = Callable[[Expr, "Differentiator"], Expr]


class Differentiator:
    """Differentiates expressions by one variable."""

    def __init__(self, variable: Expr, definitions: Definitions) -> None:
        self.variable = variable
        self.definitions = definitions
        self.depth = 0

    def derivative(self, expr: Expr) -> Expr:
        """Return ∂expr/∂variable by the rule for the type of ``expr``."""
        work(7)
        if expr == self.variable:
            return S.One
        rule = next((RULES[kind] for kind in type(expr).__mro__ if kind in RULES), None)
        if rule is None:
            raise Undecidable(f"no derivative rule for {type(expr).__name__}")
        self.depth += 1
        if self.depth > NESTING:
            raise Undecidable("nested too deeply, or a definition refers to itself")
        result = rule(expr, self)
        self.depth -= 1
        return result


@lru_cache(maxsize=512)
def differentiate(expr: Expr, variable: Expr, definitions: Definitions | None = None) -> Expr:
    """Return ∂expr/∂variable; a defined symbol is unfolded only where it is differentiated.

    The variable is a symbol or an entry of an indexed symbol. It is free even if it has a
    definition, as in the textbook's ∂L/∂p_c.

    Raises
    ------
    Undecidable
        For a node without a rule, or a variable that is not a symbol or an entry.

    Examples
    --------
    >>> from ce_cli.symbolic.notation import i, k, sum_over, z
    >>> from sympy import exp
    >>> differentiate(sum_over(exp(z[k]), k), z[i])
    Sum(exp(z[k])*KroneckerDelta(i, k), (k, 0, C - 1))
    """
    if not isinstance(variable, Symbol | Indexed | AppliedUndef) or variable.is_integer:
        raise Undecidable(f"{variable} is not a variable to differentiate by")
    return Differentiator(variable, definitions or Definitions()).derivative(expr)


def _zero(_: Expr, __: Differentiator) -> Expr:
    return S.Zero


def _term(expr: Expr, differentiator: Differentiator) -> Expr:
    """Give the derivative of a symbol, an entry or a named function."""
    variable = differentiator.variable
    if isinstance(expr, Indexed) and isinstance(variable, Indexed) and expr.base == variable.base:
        pairs = zip(expr.indices, variable.indices, strict=True)
        return Mul(*(KroneckerDelta(index, moved) for index, moved in pairs))
    meaning = differentiator.definitions.unfold(expr)
    if meaning is not None:
        return differentiator.derivative(meaning)
    if isinstance(expr, AppliedUndef):
        raise Undecidable(f"the function {expr.func} is not defined")
    return S.Zero


def _add(expr: Expr, differentiator: Differentiator) -> Expr:
    return Add(*(differentiator.derivative(part) for part in expr.args))


def _mul(expr: Expr, differentiator: Differentiator) -> Expr:
    parts = expr.args
    return Add(
        *(
            Mul(*parts[:at], derivative, *parts[at + 1 :])
            for at, part in enumerate(parts)
            if (derivative := differentiator.derivative(part)) != 0
        )
    )


def _pow(expr: Expr, differentiator: Differentiator) -> Expr:
    base, exponent = expr.args
    of_base = differentiator.derivative(base)
    of_exponent = differentiator.derivative(exponent)
    through_base = Mul(exponent, Pow(base, exponent - 1), of_base) if of_base != 0 else S.Zero
    if of_exponent == 0:
        return through_base
    return through_base + expr * log(base) * of_exponent


def _exp(expr: Expr, differentiator: Differentiator) -> Expr:
    return expr * differentiator.derivative(expr.args[0])


def _log(expr: Expr, differentiator: Differentiator) -> Expr:
    return differentiator.derivative(expr.args[0]) / expr.args[0]


def _sum(expr: Expr, differentiator: Differentiator) -> Expr:
    if {limit[0] for limit in expr.limits} & differentiator.variable.free_symbols:
        expr = rename_bound(expr)
    body = differentiator.derivative(expr.function)
    return Sum(body, *expr.limits) if body != 0 else S.Zero


def _cases(expr: Expr, differentiator: Differentiator) -> Expr:
    return Piecewise(
        *((differentiator.derivative(value), condition) for value, condition in expr.args)
    )


def _partial(expr: Expr, differentiator: Differentiator) -> Expr:
    inner = differentiate(expr.expr, expr.variable, differentiator.definitions)
    return differentiator.derivative(inner)


RULES: dict[type, Rule] = {
    Number: _zero,
    NumberSymbol: _zero,
    KroneckerDelta: _zero,
    Symbol: _term,
    Indexed: _term,
    AppliedUndef: _term,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    exp: _exp,
    log: _log,
    Sum: _sum,
    Piecewise: _cases,
    Partial: _partial,
}
