"""Numbers of many digits: their functions, derivatives and conventions at zero."""

from decimal import Context, Decimal

import pytest
from sympy import exp, log, sqrt

from ce_cli.derivations.reals import reals
from ce_cli.symbolic.kernel.claims import Definitions
from ce_cli.symbolic.kernel.evaluate import Evaluator, Point
from ce_cli.symbolic.notation import Partial, x

DECIMALS = Context(prec=50)
E = DECIMALS.exp(1)


def value(expr, at):
    point = Point({}, {}, {}, {x: reals(40).number(at)})
    return Evaluator(point, Definitions(), numbers=reals(40)).value(expr)


@pytest.mark.parametrize(
    ("expr", "at", "expected"),
    [
        (sqrt(x), 2, DECIMALS.sqrt(2)),
        (exp(x) / 3, 1, DECIMALS.divide(E, 3)),
        (log(x), 2, DECIMALS.ln(2)),
        (x**-2, 4, Decimal("0.0625")),
        (Partial(sqrt(x), x), 2, DECIMALS.divide(1, DECIMALS.sqrt(8))),
        (Partial(Partial(Partial(log(x), x), x), x), 2, Decimal("0.25")),
        (Partial(Partial(exp(x**2), x), x), 1, DECIMALS.multiply(6, E)),
        (Partial(sqrt(x) * sqrt(x) ** 3, x), 3, Decimal(6)),
    ],
)
def test_values_to_many_digits(expr, at, expected):
    assert abs(value(expr, at) - reals(40).number(str(expected))) < reals(40).number("1e-37")


@pytest.mark.parametrize(("expr", "expected"), [(log(x), "-inf"), (x * log(x), 0), (sqrt(x), 0)])
def test_values_at_zero(expr, expected):
    assert value(expr, 0) == reals(40).number(expected)


@pytest.mark.parametrize("expr", [1 / x, log(x - 1), Partial(log(x), x), sqrt(x - 1)])
def test_no_value_at_zero(expr):
    with pytest.raises(ArithmeticError):
        value(expr, 0)
