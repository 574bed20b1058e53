"""What letters stand for: by the text or the user, else by the conventions of the subject."""

from __future__ import annotations

from sympy import Expr, IndexedBase, Symbol, exp, log
from sympy.core.function import AppliedUndef

from ce_cli.symbolic.kernel.claims import Definition
from ce_cli.symbolic.notation import C, M, Y, sum_over


def checked_definition(term: Expr, body: Expr) -> Definition | None:
    """Return a definition if its parameters are distinct symbols and all the body depends on."""
    if term.is_Indexed:
        parameters = set(term.indices)
    elif isinstance(term, AppliedUndef):
        parameters = set(term.args)
    elif isinstance(term, Symbol):
        parameters = set()
    else:
        return None
    free = {symbol for symbol in body.free_symbols if symbol.is_integer and symbol not in {C, M, Y}}
    plain = all(isinstance(each, Symbol) for each in parameters)
    return Definition(term, body) if plain and free <= parameters else None


def softmax_definitions(logits: str, names: list[str], targets: str) -> list[Definition]:
    """Return what probabilities and the loss are by convention, for vectors."""
    i, k, c = (Symbol(letter, integer=True) for letter in ("i", "k", "c"))
    z, y = IndexedBase(logits, shape=(C,)), IndexedBase(targets, shape=(C,))
    primary, *others = (IndexedBase(name, shape=(C,)) for name in dict.fromkeys(names))
    return [
        Definition(primary[i], exp(z[i]) / sum_over(exp(z[k]), k)),
        *(Definition(other[i], primary[i]) for other in others),
        Definition(Symbol("L"), -sum_over(y[c] * log(primary[c]), c)),
    ]


def sigmoid_definitions(logits: str, names: list[str], targets: str) -> list[Definition]:
    """Return what the probability and the loss are by convention, for one output."""
    z, y = Symbol(logits), Symbol(targets)
    primary, *others = (Symbol(name) for name in dict.fromkeys(names))
    return [
        Definition(primary, 1 / (1 + exp(-z))),
        *(Definition(other, primary) for other in others),
        Definition(Symbol("L"), -(y * log(primary) + (1 - y) * log(1 - primary))),
    ]
