"""Whether the sides of a claim have values everywhere, as far as their signs show.

A proof says that two sides are equal wherever both are defined. Where a denominator may be 0, or
a logarithm may be of a number that is not positive, the verdict says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Indexed, Mul, Pow, Sum, Symbol, exp, log
from sympy.core.function import AppliedUndef

if TYPE_CHECKING:
    from sympy import Basic, Expr

    from ce_cli.symbolic.kernel.claims import Definitions


def is_defined_everywhere(expr: Expr, definitions: Definitions) -> bool:
    """Say whether an expression certainly has a value for all values of its letters.

    >>> from ce_cli.symbolic.kernel.claims import Definitions
    >>> from ce_cli.symbolic.notation import i, z
    >>> is_defined_everywhere(1 / exp(z[i]), Definitions())
    True
    >>> is_defined_everywhere(1 / z[i], Definitions())
    False
    """
    return _Signs(definitions).is_defined(expr)


class _Signs:
    """Signs that follow from the way in which an expression is built."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.opened: set[Basic] = set()

    def is_defined(self, expr: Basic) -> bool:
        if isinstance(expr, log) and not self.is_positive(expr.args[0]):
            return False
        if isinstance(expr, Pow) and not self._is_power_defined(expr):
            return False
        parts = () if isinstance(expr, Indexed) else expr.args
        return all(map(self.is_defined, parts)) and self._is_body_defined(expr)

    def _is_power_defined(self, expr: Pow) -> bool:
        is_whole = expr.exp.is_Integer and expr.exp > 0
        return is_whole or self.is_positive(expr.base) or (
            bool(expr.exp.is_Integer) and self._is_nonzero(expr.base)
        )  # fmt: skip

    def _is_nonzero(self, expr: Expr) -> bool:
        parts = Mul.make_args(expr)
        return all(part.is_nonzero or self.is_positive(part) for part in parts)

    def _is_body_defined(self, expr: Basic) -> bool:
        """Check the definition of a letter, once."""
        body = self._body(expr)
        if body is None or body in self.opened:
            return True
        self.opened.add(body)
        return self.is_defined(body)

    def _body(self, expr: Basic) -> Expr | None:
        is_name = isinstance(expr, Symbol | Indexed | AppliedUndef)
        found = self.definitions.find(expr) if is_name else None
        return found.body if found else None

    def is_positive(self, expr: Basic) -> bool:
        if isinstance(expr, exp) or expr.is_positive:
            return True
        if isinstance(expr, Pow):
            return self.is_positive(expr.base)
        if isinstance(expr, Sum):
            return self.is_positive(expr.function)
        if isinstance(expr, Add | Mul):
            return all(map(self.is_positive, expr.args)) or self._is_rest_of_one(expr)
        body = self._body(expr)
        return body is not None and self.is_positive(body)

    def _is_rest_of_one(self, expr: Expr) -> bool:
        """Say whether an expression is 1 - p with the p of a sigmoid."""
        parts = Add.make_args(expr)
        (rest, *others) = [-part for part in parts if part != 1] or [expr]
        return len(parts) == 2 and not others and self._is_sigmoid(rest)

    def _is_sigmoid(self, expr: Expr) -> bool:
        """Say whether an expression is 1 over 1 and something positive."""
        body = self._body(expr) or expr
        if not isinstance(body, Pow) or body.exp != -1 or not isinstance(body.base, Add):
            return False
        return 1 in body.base.args and self.is_positive(body.base)
