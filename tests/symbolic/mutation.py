"""Every single-edit mutant of a claim."""

from __future__ import annotations

import sympy as sp

from ce_cli.symbolic.kernel.claims import Claim
from ce_cli.symbolic.notation import Partial

NEARLY_ONE = 1 + sp.Rational(1, 10**6)


def index_pool(expr):
    symbols = {at for at in expr.atoms(sp.Symbol) if at.is_integer and str(at) not in "CM"}
    return sorted(symbols, key=str)


def at_node(expr, pool):
    """Yield (kind, replacement) for edits of the node itself."""
    if expr.is_Add:
        for at, part in enumerate(expr.args):
            others = expr.args[:at] + expr.args[at + 1 :]
            yield "sign", sp.Add(*others, -part)
            yield "term dropped", sp.Add(*others)
            yield "factor", sp.Add(*others, part * NEARLY_ONE)
    elif expr.is_Mul:
        for at, part in enumerate(expr.args):
            others = expr.args[:at] + expr.args[at + 1 :]
            if not part.is_Number:
                yield "factor dropped", sp.Mul(*others)
    elif isinstance(expr, sp.KroneckerDelta):
        yield "delta dropped", sp.S.One
        yield "case swapped", 1 - expr
    elif expr.is_Indexed:
        for at, old in enumerate(expr.indices):
            for new in pool:
                if new != old:
                    yield "index", expr.base[(*expr.indices[:at], new, *expr.indices[at + 1 :])]
    elif isinstance(expr, sp.Sum):
        (index, low, high), *more = expr.limits
        yield "bound", sp.Sum(expr.function, (index, low + 1, high), *more)
        yield "bound", sp.Sum(expr.function, (index, low, high - 1), *more)
    elif isinstance(expr, sp.Piecewise) and len(expr.args) == 2:
        (first, when), (second, other) = expr.args
        yield "case swapped", sp.Piecewise((second, when), (first, other))
    elif isinstance(expr, (sp.exp, sp.log)):
        yield "sign", expr.func(-expr.args[0]) if isinstance(expr, sp.exp) else -expr


def rebuilt(expr, at, part):
    parts = (*expr.args[:at], part, *expr.args[at + 1 :])
    return Partial(*parts) if isinstance(expr, Partial) else expr.func(*parts)


def edits(expr, pool):
    """Yield (kind, mutant) for every single edit anywhere in an expression."""
    yield from at_node(expr, pool)
    if expr.is_Indexed or isinstance(expr, sp.KroneckerDelta):
        return
    children = expr.args[:1] if isinstance(expr, sp.Sum) else expr.args
    for at, part in enumerate(children):
        if isinstance(part, sp.Tuple):  # a branch of a Piecewise
            for kind, value in edits(part.args[0], pool):
                yield kind, rebuilt(expr, at, (value, part.args[1]))
        elif not part.is_Number:
            for kind, value in edits(part, pool):
                yield kind, rebuilt(expr, at, value)


def mutants(claim):
    """Yield (kind, mutant claim), each mutant once."""
    pool = index_pool(sp.Tuple(claim.lhs, claim.rhs))
    whole = [("sign", -claim.rhs), ("factor", claim.rhs * NEARLY_ONE)]
    seen = {(claim.lhs, claim.rhs)}
    candidates = [(kind, claim.lhs, right) for kind, right in [*whole, *edits(claim.rhs, pool)]]
    candidates += [(kind, left, claim.rhs) for kind, left in edits(claim.lhs, pool)]
    for kind, left, right in candidates:
        if (left, right) not in seen and not {sp.zoo, sp.nan} & (left.atoms() | right.atoms()):
            seen.add((left, right))
            yield kind, Claim(left, right)
