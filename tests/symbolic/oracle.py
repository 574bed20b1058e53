"""A third evaluator, for tests only: 40-digit floats, finite differences, random points."""

from __future__ import annotations

import random

import mpmath
import sympy as sp
from sympy.core.function import AppliedUndef

from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne, head_of
from ce_cli.symbolic.notation import C, M, Partial

mpmath.mp.dps = 60
STEP = mpmath.mpf(10) ** -15


class Oracle:
    """Values at a random point; ``nudges`` move single entries for finite differences."""

    between = (0.2, 1.5)

    def __init__(self, seed, definitions, assumptions, sizes, indices):
        self.random = random.Random(seed)
        self.definitions = {head_of(entry.term): entry for entry in definitions.entries}
        self.sizes, self.indices = sizes, indices
        self.values, self.nudges, self.depth = {}, {}, 0
        for assumption in assumptions:
            self.assume(assumption)

    def assume(self, assumption):
        if isinstance(assumption, OneHot):
            label = self.index(assumption.label, {})
            for at in range(self.sizes[C]):
                self.values[assumption.vector, (at,)] = mpmath.mpf(at == label)
        elif isinstance(assumption, SumsToOne):
            if (assumption.vector, (0,)) in self.values:
                return
            parts = [mpmath.mpf(self.random.uniform(0.1, 1)) for _ in range(self.sizes[C])]
            for at, part in enumerate(parts):
                self.values[assumption.vector, (at,)] = part / sum(parts)

    def index(self, expr, scope):
        if expr in scope:
            return scope[expr]
        if expr in self.indices or expr in self.sizes:
            return self.indices.get(expr, self.sizes.get(expr))
        if expr.is_Integer:
            return int(expr)
        return int(sum(self.index(part, scope) for part in expr.args))

    def term(self, expr, scope):
        head = head_of(expr)
        indices = tuple(self.index(at, scope) for at in getattr(expr, "indices", ()))
        if head in self.definitions:
            entry = self.definitions[head]
            value = self(
                entry.body, dict(zip(getattr(entry.term, "indices", ()), indices, strict=True))
            )
        elif head in self.sizes:
            return mpmath.mpf(self.sizes[head])
        else:
            fresh = mpmath.mpf(self.random.uniform(*self.between))
            value = self.values.setdefault((head, indices), fresh)
        return value + self.nudges.get((head, indices), 0)

    def partial(self, expr, scope):
        variable = expr.variable
        indices = tuple(self.index(at, scope) for at in getattr(variable, "indices", ()))
        key, self.depth = (head_of(variable), indices), self.depth + 1
        step, before = STEP / 10**self.depth, self.nudges.get(key, 0)
        sides = []
        for nudge in (step, -step):
            self.nudges[key] = before + nudge
            sides.append(self(expr.expr, scope))
        self.nudges[key], self.depth = before, self.depth - 1
        return (sides[0] - sides[1]) / (2 * step)

    def total(self, expr, limits, scope):
        if not limits:
            return self(expr.function, scope)
        *others, (index, low, high) = limits
        values = range(self.index(low, scope), self.index(high, scope) + 1)
        return sum((self.total(expr, others, {**scope, index: at}) for at in values), mpmath.mpf(0))

    def function(self, expr, scope):
        entry = self.definitions[expr.func]
        (argument,) = (self(part, scope) for part in expr.args)
        return self(entry.body, {entry.term.args[0]: argument})

    def condition(self, expr, scope):
        if expr in (sp.true, sp.false):
            return bool(expr)
        first, second = (self.index(part, scope) for part in expr.args)
        return (first == second) == isinstance(expr, sp.Eq)

    def __call__(self, expr, scope):
        if expr.is_Rational:
            return mpmath.mpf(int(expr.p)) / int(expr.q)
        if expr.is_Symbol and isinstance(scope.get(expr), mpmath.mpf):
            return scope[expr]
        if expr.is_Symbol or expr.is_Indexed:
            return self.term(expr, scope)
        if isinstance(expr, Partial):
            return self.partial(expr, scope)
        if isinstance(expr, sp.Sum):
            return self.total(expr, expr.limits, scope)
        if isinstance(expr, sp.KroneckerDelta):
            return mpmath.mpf(self.index(expr.args[0], scope) == self.index(expr.args[1], scope))
        if isinstance(expr, sp.Piecewise):
            return next(self(v, scope) for v, holds in expr.args if self.condition(holds, scope))
        if isinstance(expr, AppliedUndef):
            return self.function(expr, scope)
        parts = [self(part, scope) for part in expr.args]
        if expr.is_Add:
            return sum(parts, mpmath.mpf(0))
        if expr.is_Mul:
            return mpmath.fprod(parts)
        return {sp.Pow: mpmath.power, sp.exp: mpmath.exp, sp.log: mpmath.log}[expr.func](*parts)


def close(first, second):
    return abs(first - second) < mpmath.mpf(10) ** -12 * (1 + abs(first) + abs(second))


def respected(assumptions, indices):
    """Say whether some values of indices are as the assumptions say."""

    def holds(assumption):
        match assumption:
            case Equal(first, second):
                return indices[first] == indices[second]
            case Distinct(first, second):
                return indices[first] != indices[second]
        return True

    return all(map(holds, assumptions))


def agrees(claim, assumptions, definitions, classes, indices, seed=0):
    """Say whether the two sides agree at a random point."""
    oracle = Oracle(seed, definitions, assumptions, {C: classes, M: 2}, indices)
    return close(oracle(claim.lhs, {}), oracle(claim.rhs, {}))
