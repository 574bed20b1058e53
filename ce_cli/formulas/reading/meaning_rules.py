"""The rules that give every node its meaning; each stands in the file of its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Rational

from ce_cli.formulas.reading import function_meaning as functions
from ce_cli.formulas.reading import literal_meaning as literals
from ce_cli.formulas.reading import name_meaning as names
from ce_cli.formulas.reading import operation_meaning as operations
from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from ce_cli.formulas.reading.meaning import Rules

RULES: Rules = {
    t.Number: lambda _, node: Rational(node.value.numerator, node.value.denominator),
    t.Name: names.name_value, t.Delta: names.delta_value,
    t.Indicator: lambda meaning, node: names.indicator_value(meaning, node.condition),
    t.Call: functions.call_value, t.Chance: functions.chance_value, t.Entry: functions.entry_value,
    t.Add: operations.terms_value, t.Negative: operations.negative_value,
    t.Product: operations.product_value, t.Hadamard: operations.hadamard_value,
    t.Division: operations.division_value, t.Power: operations.power_value,
    t.Sum: operations.sum_value, t.Transpose: operations.transpose_value,
    t.Derivative: operations.derivative_value, t.Prime: operations.prime_value,
    t.Differential: operations.differential_value,
    t.MatrixLiteral: literals.literal_value, t.Cases: literals.cases_value,
    t.Dots: literals.refuse_dots,
}  # fmt: skip
