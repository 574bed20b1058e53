"""Attempts to make the kernel prove something false. None may succeed."""

from itertools import product

import pytest
from sympy import (
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    sqrt,
)

from ce_cli.symbolic.kernel.claims import (
    Claim,
    Definition,
    Definitions,
    Distinct,
    Equal,
    OneHot,
    SumsToOne,
    substitute,
)
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Undecided
from ce_cli.symbolic.notation import (
    C,
    L,
    M,
    Partial,
    Y,
    c,
    fraction,
    i,
    j,
    k,
    m,
    matrix,
    p,
    sum_over,
    unequal,
    v,
    vector,
    x,
    y,
    z,
)
from tests.symbolic.oracle import agrees

SOFTMAX = Definition(p[i], exp(z[i]) / sum_over(exp(z[k]), k))
MEANINGS = Definitions((SOFTMAX,))
zero = sum_over(p[k], k) - 1
w = matrix("w", M)
a = vector("a", M)


def judge(left, right, *assumptions, classes=None, definitions=MEANINGS):
    return prove(Claim(left, right), assumptions, classes=classes, definitions=definitions)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # zero divided by zero
        (fraction(zero, zero), Integer(5)),
        (1 / zero, 2 / zero),
        (1 / (z[i] - z[j]), 2 / (z[i] - z[j])),
        # nowhere defined
        (log(-exp(z[i])), log(-exp(z[i])) + 1),
        (log(-exp(z[i])), log(-exp(z[i]))),
        # signs under roots and logarithms
        (sqrt(v[i] ** 2), v[i]),
        (log(v[i] ** 2), 2 * log(-v[i])),
        (log(v[i] * v[j]), log(v[i]) + log(v[j]) + Rational(1, 10**6)),
        ((v[i] ** 2) ** Rational(3, 2), v[i] ** 3),
        # exp of a sum is no sum of exps, log of a sum no sum of logs
        (exp(sum_over(z[k], k)), sum_over(exp(z[k]), k)),
        (log(sum_over(exp(z[k]), k)), sum_over(z[k], k)),
        (sum_over(v[k], k) ** 2, sum_over(v[k] ** 2, k)),
        # bounds
        (Sum(p[k], (k, 1, C - 1)), Integer(1)),
        (Sum(p[k], (k, 0, C - 2)), 1 - p[0]),
        (Sum(p[k], (k, 0, 2)), Integer(1)),
        (p[C - 1], p[1]),
        (Sum(v[k], (k, 1, C - 2)), sum_over(v[k], k) - v[0] - v[C - 1] - v[1]),
        # indices and δ
        (KroneckerDelta(i, 0), Integer(0)),
        (KroneckerDelta(i, C - 1), Integer(0)),
        (unequal(i, j), Integer(1)),
        (sum_over(unequal(k, i) * unequal(k, j), k), C - 2),
        (sum_over(KroneckerDelta(k, i) * v[k], k), v[k]),
        # shadowing: the inner k is another k
        (sum_over(v[k] * sum_over(v[k], k), k), sum_over(v[k] ** 2, k)),
        (sum_over(sum_over(v[k], k), k), sum_over(v[k], k)),
        (Partial(sum_over(exp(z[k]), k), z[k]), sum_over(exp(z[k]), k)),
        # sizes
        (sum_over(Integer(1), k), M),
        (sum_over(a[m], m, M), sum_over(v[m], m)),
        (sum_over(w[m, k], m, M), sum_over(w[m, k], k)),
        # derivatives with respect to the wrong thing
        (Partial(p[i], i), Integer(0)),
        (Partial(p[i], p[i] * p[j]), Integer(0)),
        (Partial(C * z[i], C), Integer(0)),
    ],
)
def test_nothing_false_is_proved(left, right):
    for classes in (None, 12):
        assert not isinstance(judge(left, right, classes=classes), Proved)
    for classes in (1, 2, 3):
        if isinstance(judge(left, right, classes=classes), Proved):
            assert true_for(left, right, classes)


def true_for(left, right, classes):
    """Some of the claims are true for one small class count: ask the floats."""
    return all(
        agrees(Claim(left, right), (), MEANINGS, classes, dict(zip((i, j, k), at, strict=True)))
        for at in product(range(classes), repeat=3)
    )


@pytest.mark.parametrize(
    "assumptions",
    [
        (Equal(i, j), Distinct(i, j)),
        (Distinct(i, i),),
        (OneHot(y, Y), OneHot(y, j), Distinct(j, Y)),
        (SumsToOne(p),),
        (OneHot(matrix("y"), Y),),
        (OneHot(IndexedBase("t"), Y),),
    ],
)
def test_contradictory_or_meaningless_assumptions_prove_nothing(assumptions):
    assert isinstance(judge(v[i] * v[j], v[i] * v[j] + 1, *assumptions), Undecided)


def test_too_few_classes_for_the_assumption():
    distinct = (Distinct(i, j), Distinct(j, k), Distinct(i, k))
    verdict = judge(v[i] + v[j] + v[k], Integer(0), *distinct, classes=2)
    assert verdict == Undecided("the assumptions leave no case")


def test_a_counterexample_respects_every_assumption():
    verdict = judge(v[i] * y[i], v[j] * y[j], OneHot(y, Y), SumsToOne(y), Distinct(i, j))
    assert isinstance(verdict, Refuted)
    point = verdict.counterexample.point
    assert point.indices[i] != point.indices[j]
    assert sum(value for (base, _), value in point.entries.items() if base == y) == 1
    assert point.entries[y, (point.indices[Y],)] == 1


def test_a_definition_cannot_be_captured_by_a_sum():
    loss = Definition(L, -log(p[Y]))
    definitions = Definitions((SOFTMAX, loss))
    captured = sum_over(Partial(L, z[Y]), Y)  # this Y is not the loss's Y
    verdict = judge(captured, sum_over(p[c] - 1, c), definitions=definitions)
    assert isinstance(verdict, Undecided)
    renamed = sum_over(Partial(L, z[c]), c)
    assert isinstance(judge(renamed, Integer(0), definitions=definitions), Proved)


def test_a_parameter_cannot_capture_the_free_index_of_another_definition():
    inner = Definition(L, log(p[i]))
    outer = Definition(v[i], Partial(L, z[i]))
    definitions = Definitions((SOFTMAX, inner, outer))
    assert isinstance(judge(v[j], 1 - p[j], definitions=definitions), Undecided)


def test_a_function_defined_by_a_derivative_is_refused():
    f = Function("f")
    definitions = Definitions((Definition(L, x**2), Definition(f(x), Partial(L, x))))
    assert isinstance(judge(f(Integer(3)), Integer(6), definitions=definitions), Undecided)


def test_substitution_renames_what_it_would_capture():
    inner = substitute(sum_over(v[k] * z[i], k), {i: k})
    assert k in inner.free_symbols
    assert inner.function.args[0] != v[k] or inner.limits[0][0] != k
    assert isinstance(judge(inner, z[k] * sum_over(v[m], m)), Proved)


def test_differentiation_renames_what_it_would_capture():
    derivative = differentiate(sum_over(exp(z[k]), k), z[k])
    assert isinstance(judge(derivative, exp(z[k])), Proved)


def test_definitions_must_make_sense():
    with pytest.raises(ValueError, match="parameters"):
        judge(v[0], v[1], definitions=Definitions((Definition(v[0], x),)))
    with pytest.raises(ValueError, match="defined twice"):
        judge(v[0], v[1], definitions=Definitions((SOFTMAX, SOFTMAX)))


def test_a_circular_definition_ends():
    definitions = Definitions((Definition(p[i], 1 + p[i]),))
    assert isinstance(judge(p[i], p[i] + 1, definitions=definitions), Undecided)


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ((x + v[1]) ** 65, "exponent"),
        (sum(Symbol(f"s{n}") for n in range(60)) ** 20, "too large"),
        (x ** Integer(10) ** 6, "exponent"),
        (vector("q")[Symbol("t")], "not an index"),
        (i * z[i], "used as a number"),
        (Piecewise((1, x > 0), (0, True)), "condition"),
    ],
)
def test_what_is_too_much_is_undecided_with_the_reason(left, reason):
    verdict = judge(left, left)
    assert isinstance(verdict, Undecided)
    assert reason in verdict.reason


def test_one_name_for_two_things_is_refused():
    verdict = judge(IndexedBase("q")[i], vector("q")[i])
    assert verdict == Undecided("q stands for two different things")


def test_more_free_indices_than_the_limit():
    total = sum(v[Symbol(f"i{n}", integer=True)] for n in range(6))
    assert judge(total, total) == Undecided("more than 5 free indices")
    assert isinstance(judge(total, Integer(0)), Refuted)


def test_less_than_one_class_is_an_error():
    with pytest.raises(ValueError, match="0 classes"):
        judge(v[i], v[i], classes=0)


def test_putting_1_for_a_sum_proves_nothing_that_is_nowhere_defined():
    nothing = sum_over(y[k], k) - 1
    claim = Claim(fraction(nothing, nothing * z[i]), Integer(5))
    assert prove(claim, [SumsToOne(y)]) == Undecided("a denominator is zero")
    assert isinstance(prove(Claim(sum_over(y[k] ** 2, k), Integer(1)), [SumsToOne(y)]), Refuted)
    assert isinstance(prove(Claim(sum_over(v[k], k), Integer(1)), [SumsToOne(y)]), Refuted)


def test_a_value_beyond_all_floats_is_no_crash():
    tower = exp(exp(exp(Integer(64))))
    assert not isinstance(prove(Claim(z[i], tower)), Proved)


@pytest.mark.parametrize("classes", [2, 8, 12, 100])
def test_a_denominator_that_is_zero_for_the_stated_class_count_proves_nothing(classes):
    quotient = fraction(C * z[i] - classes * z[i], C - classes)
    assert prove(Claim(quotient, z[i]), classes=classes) == Undecided("a denominator is zero")
    assert isinstance(prove(Claim(quotient, z[i]), classes=classes + 1), Proved)


def test_zero_times_log_zero_is_0_for_one_hot_vectors_alone():
    verdict = prove(Claim(z[i] * log(z[i]) * exp(z[i]), Integer(1)))
    point = verdict.counterexample.point
    assert point.entries[z, (point.indices[i],)] != 0
    assert isinstance(prove(Claim(y[i] * log(y[i]), Integer(0)), [OneHot(y, Y)]), Proved)
