"""What the prover proves, refutes and leaves open; expected values are worked out by hand."""

import itertools
from fractions import Fraction

import pytest
from sympy import Eq, ImmutableDenseMatrix, Integer, KroneckerDelta, Ne, Piecewise, exp, log

from ce_cli.symbolic.kernel.claims import (
    Claim,
    Definition,
    Definitions,
    Distinct,
    Equal,
    OneHot,
    SumsToOne,
)
from ce_cli.symbolic.kernel.limits import work_limit
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Undecided
from ce_cli.symbolic.notation import (
    C,
    L,
    Partial,
    T,
    Y,
    c,
    i,
    j,
    k,
    m,
    p,
    sigma,
    sum_over,
    unequal,
    v,
    x,
    y,
    z,
)

SOFTMAX = Definition(p[i], exp(z[i]) / sum_over(exp(z[k]), k))
LOSS = Definition(L, -sum_over(y[c] * log(p[c]), c))
SIGMOID = Definition(sigma(x), 1 / (1 + exp(-x)))
MEANINGS = Definitions((SOFTMAX, LOSS, SIGMOID))
DELTA = KroneckerDelta(i, j)


def judge(left, right, *assumptions, classes=None):
    return prove(Claim(left, right), assumptions, classes=classes, definitions=MEANINGS)


@pytest.mark.parametrize(
    ("left", "right", "stated", "needed"),
    [
        (Partial(p[i], z[j]), p[i] * (DELTA - p[j]), (), ()),
        (Partial(p[i], z[j]), p[i] * (1 - p[i]), (Equal(i, j),), (Equal(i, j),)),
        (Partial(p[i], z[j]), -p[i] * p[j], (Distinct(i, j),), (Distinct(i, j),)),
        (Partial(p[i], z[j]), Partial(p[j], z[i]), (Distinct(i, j),), ()),
        (Partial(L, z[i]), p[i] * sum_over(y[c], c) - y[i], (SumsToOne(y),), ()),
        (Partial(L, z[i]), p[i] - y[i], (SumsToOne(y),), (SumsToOne(y),)),
        (Partial(L, z[i]), p[i] - y[i], (OneHot(y, Y),), (SumsToOne(y),)),
        (L, -log(p[Y]), (OneHot(y, Y),), (OneHot(y, Y),)),
        (
            Partial(L, z[i]),
            p[i] - 1,
            (OneHot(y, Y), Equal(i, Y)),
            (Equal(i, Y), OneHot(y, Y)),
        ),
        (Partial(L, p[c]), -y[c] / p[c], (), ()),
        (Partial(L, z[i]), sum_over(Partial(L, p[c]) * Partial(p[c], z[i]), c), (), ()),
        (sum_over(p[k], k), Integer(1), (), ()),
        (sum_over(unequal(k, i) * p[k], k), 1 - p[i], (), ()),
        (sum_over(sum_over(KroneckerDelta(k, m) * v[k], k), m), sum_over(v[k], k), (), ()),
        (log(p[i]), z[i] - log(sum_over(exp(z[k]), k)), (), ()),
        (sigma(x), 1 - sigma(-x), (), ()),
        (Partial(sigma(x), x), sigma(x) * (1 - sigma(x)), (), ()),
        (Piecewise((p[i], Eq(i, j)), (0, Ne(i, j))), DELTA * p[j], (), ()),
        (exp(z[i] / T) ** 2, exp(2 * z[i] / T), (), ()),
        (sum_over(z[k], k, C - 1), sum_over(z[k], k) - z[C - 1], (), ()),
    ],
)
def test_true_claims_are_proved_with_the_weakest_assumption(left, right, stated, needed):
    verdict = judge(left, right, *stated)
    assert isinstance(verdict, Proved), verdict
    assert verdict.assumptions == needed
    assert str(verdict.scope) == "every C"


@pytest.mark.parametrize(
    ("left", "right", "stated", "values"),
    [
        # p = (1, 2, 3)/6: p_0 p_1 = 2/36, p_1 p_1 = 4/36
        (
            Partial(p[i], z[j]),
            -p[j] * p[j],
            (Distinct(i, j),),
            (Fraction(-1, 18), Fraction(-1, 9)),
        ),
        # p_0 (1 - p_0) = 1/6 * 5/6
        (Partial(p[i], z[j]), -p[i] * p[j], (), (Fraction(5, 36), Fraction(-1, 36))),
        # y = (1/6, 1/3, 1/2): the gradient is p_0 - y_0 = 0, and p_0 is 1/6
        (Partial(L, z[i]), p[i], (SumsToOne(y),), (Fraction(0), Fraction(1, 6))),
        # without Σy = 1: y = (1, 2, 3), p_0 Σy - y_0 = 6/6 - 1 = 0, p_0 - y_0 = -5/6
        (Partial(L, z[i]), p[i] - y[i], (), (Fraction(0), Fraction(-5, 6))),
        # one sum over all classes against one without class 0: 1 and 5/6
        (sum_over(p[k], k), sum_over(p[k], k) - p[0], (), (Fraction(1), Fraction(5, 6))),
    ],
)
def test_false_claims_get_a_counterexample_to_check_by_hand(left, right, stated, values):
    verdict = judge(left, right, *stated)
    assert isinstance(verdict, Refuted)
    assert (verdict.counterexample.lhs, verdict.counterexample.rhs) == values
    assert verdict.counterexample.classes == 3
    assert str(verdict.counterexample).startswith("C = 3")


def test_the_known_counterexample_reads_well():
    verdict = judge(Partial(p[i], z[j]), -p[j] * p[j], Distinct(i, j))
    assert str(verdict.counterexample) == (
        "C = 3, z = (0, ln 2, ln 3), i = 0, j = 1: left -1/18 = -0.0555556, right -1/9 = -0.111111"
    )


@pytest.mark.parametrize(
    ("left", "right", "repair"),
    [
        (Partial(p[i], z[j]), p[i] * (1 - p[j]), (Equal(i, j),)),
        (Partial(p[i], z[j]), -p[i] * p[j], (Distinct(i, j),)),
        (Partial(L, z[i]), p[i] - y[i], (SumsToOne(y),)),
        (L, -y[j] * log(p[j]), (OneHot(y, Y), Equal(j, Y))),
        (Partial(p[i], z[j]), p[i] * p[j], ()),
    ],
)
def test_a_refuted_claim_says_when_it_would_hold(left, right, repair):
    verdict = judge(left, right)
    assert isinstance(verdict, Refuted)
    assert verdict.holds_if == repair


def test_named_entries_belong_to_one_class_count():
    total = exp(z[0]) + exp(z[1]) + exp(z[2])
    claim = (p[0], exp(z[0]) / total)
    assert str(judge(*claim, classes=3).scope) == "C = 3"
    refuted = judge(*claim)
    assert isinstance(refuted, Proved | Refuted)
    assert isinstance(judge(*claim, classes=4), Refuted)


def test_named_entries_without_a_sum_hold_from_a_least_class_count():
    assert str(judge(Partial(p[0], z[2]), -p[0] * p[2]).scope) == "every C ≥ 3"


def test_a_matrix_claim_names_the_false_entry():
    right = ImmutableDenseMatrix([[p[0] * (1 - p[0]), -p[0] * p[1]], [p[0] * p[1], p[0] * p[1]]])
    left = ImmutableDenseMatrix(2, 2, lambda a, b: Partial(p[a], z[b]))
    verdict = judge(left, right, classes=2)
    assert isinstance(verdict, Refuted)
    assert verdict.counterexample.claim == Claim(Partial(p[1], z[0]), p[0] * p[1])


def test_an_index_in_a_denominator_is_checked_but_not_proved():
    verdict = judge(sum_over(p[k] / (1 - p[k]), k), sum_over(1 / (1 - p[k]), k) - C)
    assert isinstance(verdict, Undecided)
    assert "checked for C = 2..6 only" in verdict.reason
    assert isinstance(
        judge(sum_over(p[k] / (1 - p[k]), k), sum_over(1 / (1 - p[k]), k) - 3, classes=3), Proved
    )


def test_a_large_class_count_costs_no_more():
    verdict = judge(Partial(p[i], z[j]), p[i] * (DELTA - p[j]), classes=100)
    assert str(verdict) == "proved for C = 100 (normal form)"


@pytest.mark.parametrize(
    "limits",
    [
        [(9_999, 60, "loose"), (10, 60, "tight")],
        [(10, 60, "tight"), (9_999, 60, "loose")],
        [(9_999, 60, "tight"), (5_000, 0, "tight")],
    ],
)
def test_a_limit_on_the_work_leaves_a_claim_undecided(limits, monkeypatch):
    clock = itertools.count().__next__  # a second passes whenever somebody looks
    monkeypatch.setattr("ce_cli.symbolic.kernel.limits.thread_time", clock)
    claim = Claim((1 + z[i]) ** 2, 1 + 2 * z[i] + z[i] ** 2)
    with work_limit(*limits[0]), work_limit(*limits[1]):
        assert prove(claim) == Undecided("tight")
    assert isinstance(prove(claim), Proved)
