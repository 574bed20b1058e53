"""The value of a formula's expression, by NumPy and finite differences alone.

It shares nothing with the reader or the prover: p is the softmax of z, L the cross-entropy, and
a derivative is a difference quotient.
"""

import math

import numpy as np
import sympy
from sympy.core.function import AppliedUndef

Z = np.array([0.3, -0.7, 1.1])
Y = np.array([0.2, 0.5, 0.3])
X = 0.4
LABEL = 1
INDICES = {"i": 0, "j": 2, "k": 1, "c": 0, "Y": LABEL, "entry": 2, "row": 0, "column": 2}


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


class Numbers:
    """Values of the letters; those in ``over`` are no longer computed from z."""

    def __init__(self, classes=3, indices=INDICES, **over):
        self.indices, self.classes, self.over = indices, classes, over

    def letter(self, name):
        if name in self.over:
            return self.over[name]
        if name in {"p", "ŷ", "a"}:
            return softmax(self.letter("z"))
        if name in {"L", "J", "E", "𝕃", "ℓ"}:
            return -(self.letter("y") * np.log(self.letter("p"))).sum()
        return {"z": Z, "y": Y, "t": Y, "x": X, "C": self.classes, "max z": Z.max()}[name]

    def index(self, expr, bound):
        if expr.is_Integer:
            return int(expr)
        if expr in bound:
            return bound[expr]
        if isinstance(expr, sympy.Add):
            return sum(self.index(part, bound) for part in expr.args)
        return self.classes if expr.name == "C" else self.indices[expr.name]

    def value(self, expr, bound=None):
        """Return the value of an expression."""
        bound = bound or {}
        if expr.is_Rational:
            return float(expr)
        kind = type(expr).__name__
        if kind in {"Add", "Mul", "Pow", "exp", "log", "Exp1"}:
            parts = [self.value(part, bound) for part in expr.args]
            return {
                "Add": sum, "Mul": math.prod, "Pow": lambda v: v[0] ** v[1],
                "exp": lambda v: math.exp(v[0]), "log": lambda v: math.log(v[0]),
                "Exp1": lambda _: math.e,
            }[kind](parts)  # fmt: skip
        if isinstance(expr, AppliedUndef):
            return self.letter(kind)(*(self.value(part, bound) for part in expr.args))
        return getattr(self, f"_{kind.lower()}")(expr, bound)

    def _symbol(self, expr, _):
        return float(self.letter(expr.name))

    def _indexed(self, expr, bound):
        at = tuple(self.index(part, bound) for part in expr.indices)
        return float(self.letter(str(expr.base))[at])

    def _sum(self, expr, bound):
        *others, (index, low, high) = expr.limits
        body = sympy.Sum(expr.function, *others) if others else expr.function
        values = range(self.index(low, bound), self.index(high, bound) + 1)
        return sum(self.value(body, {**bound, index: value}) for value in values)

    def _kroneckerdelta(self, expr, bound):
        first, second = (self.index(part, bound) for part in expr.args)
        return float(first == second)

    def _piecewise(self, expr, bound):
        for value, condition in expr.args:
            if self.holds(condition, bound):
                return self.value(value, bound)
        raise AssertionError("no case applies")

    def holds(self, condition, bound):
        if isinstance(condition, sympy.And):
            return all(self.holds(part, bound) for part in condition.args)
        if condition in {sympy.true, sympy.false}:
            return bool(condition)
        same = len({self.index(part, bound) for part in condition.args}) == 1
        return same == isinstance(condition, sympy.Eq)

    def _partial(self, expr, bound):
        variable = expr.variable
        name = str(variable.base if variable.is_Indexed else variable)
        at = tuple(self.index(part, bound) for part in getattr(variable, "indices", ()))
        h = 1e-5
        values = []
        for step in (h, -h):
            moved = np.array(self.letter(name), dtype=float)
            moved[at] += step
            inner = type(self)(self.classes, self.indices, **{**self.over, name: moved})
            values.append(inner.value(expr.expr, bound))
        return (values[0] - values[1]) / (2 * h)
