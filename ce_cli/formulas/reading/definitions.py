"""Definitions of letters: those of the text or the user, and the conventions of the subject."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sympy import Expr, Indexed, IndexedBase, Symbol, exp, log
from sympy.core.function import AppliedUndef

from ce_cli.symbolic.kernel.claims import Definition, arguments_of, head_of
from ce_cli.symbolic.notation import C, M, Y, sum_over

if TYPE_CHECKING:
    from sympy import Basic


@lru_cache(maxsize=2048)
def heads(expr: Basic) -> frozenset[Basic]:
    """Return the letters and functions in an expression: p of p[i], f of f(x)."""
    labels = {entry.base.label for entry in expr.atoms(Indexed)}  # SymPy counts them as symbols
    return frozenset(map(head_of, expr.atoms(Indexed, Symbol, AppliedUndef) - labels))


def make_definition(term: Expr, body: Expr) -> Definition | None:
    """Return a definition if its parameters are distinct symbols and all the body depends on."""
    if not (term.is_Indexed or isinstance(term, AppliedUndef | Symbol)):
        return None
    arguments = arguments_of(term)
    parameters = set(arguments)
    free = {symbol for symbol in body.free_symbols if symbol.is_integer and symbol not in {C, M, Y}}
    are_symbols = all(isinstance(parameter, Symbol) for parameter in parameters)
    are_distinct = len(parameters) == len(arguments)
    fits = are_symbols and are_distinct and free <= parameters
    return Definition(term, body) if fits else None


@lru_cache(maxsize=64)
def softmax_definitions(
    logits: str, names: tuple[str, ...], targets: str
) -> tuple[Definition, ...]:
    """Return the definitions of the probabilities and the loss by convention, for vectors."""
    i, k, c = (Symbol(letter, integer=True) for letter in ("i", "k", "c"))
    z, y = IndexedBase(logits, shape=(C,)), IndexedBase(targets, shape=(C,))
    primary, *aliases = (IndexedBase(name, shape=(C,)) for name in dict.fromkeys(names))
    return (
        Definition(primary[i], exp(z[i]) / sum_over(exp(z[k]), k)),
        *(Definition(alias[i], primary[i]) for alias in aliases),
        Definition(Symbol("L"), -sum_over(y[c] * log(primary[c]), c)),
    )


@lru_cache(maxsize=64)
def sigmoid_definitions(
    logits: str, names: tuple[str, ...], targets: str
) -> tuple[Definition, ...]:
    """Return the definitions of the probability and the loss by convention, for one output."""
    z, y = Symbol(logits), Symbol(targets)
    primary, *aliases = (Symbol(name) for name in dict.fromkeys(names))
    return (
        Definition(primary, 1 / (1 + exp(-z))),
        *(Definition(alias, primary) for alias in aliases),
        Definition(Symbol("L"), -(y * log(primary) + (1 - y) * log(1 - primary))),
    )
