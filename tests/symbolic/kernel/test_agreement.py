"""The normal form never contradicts exact evaluation, and it agrees with SymPy."""

from fractions import Fraction

import sympy as sp
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.kernel.evaluate import Evaluator, Point
from ce_cli.symbolic.kernel.exact import UndefinedValueError, differ, logarithm
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.question import Question
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted
from ce_cli.symbolic.notation import C, Partial, i, j, k, m, p, sum_over, unequal, v, z

SOFTMAX = Definitions((Definition(p[i], sp.exp(z[i]) / sum_over(sp.exp(z[k]), k)),))

indices = st.sampled_from([i, j, sp.Integer(0), sp.Integer(1), C - 1])
bound = st.sampled_from([k, m])


def leaves(index):
    heads = st.sampled_from([lambda at: v[at], lambda at: p[at], lambda at: sp.exp(z[at])])
    entries = st.builds(lambda head, at: head(at), heads, index)
    # of two constants, as 0 and C - 1, nobody knows which set they belong to
    deltas = st.builds(sp.KroneckerDelta, index, st.sampled_from([i, j, k, m]))
    return st.one_of(entries, deltas, st.sampled_from([sp.Integer(-1), sp.Rational(2, 3), C]))


def grown(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda pair: pair[0] + pair[1]),
        pairs.map(lambda pair: pair[0] * pair[1]),
        pairs.map(lambda pair: pair[0] - pair[1]),
        st.builds(sum_over, inner, bound),
        st.builds(lambda body, at: sp.Sum(body, (at, 1, C - 1)), inner, bound),
        st.builds(lambda body, at: sum_over(unequal(at, i) * body, at), inner, bound),
        st.builds(lambda body, at: Partial(body, z[at]), inner, st.sampled_from([i, j])),
    )


expressions = st.recursive(leaves(st.one_of(indices, bound)), grown, max_leaves=6)
closed = expressions.map(lambda body: sum_over(sum_over(body, k), m))


def points(classes):
    entries = {}
    for at in range(classes):
        entries[z, (at,)] = logarithm(Fraction(at + 1))
        entries[v, (at,)] = Fraction(3 * at - 2)
    for first in range(classes):
        for second in range(classes):
            yield Point({C: classes}, {i: first, j: second}, entries, {})


def values(expr):
    """Return the exact values of an expression at all index values for C = 2 and 3."""
    found = []
    for classes in (2, 3):
        for point in points(classes):
            try:
                found.append(Evaluator(point, SOFTMAX).value(expr))
            except UndefinedValueError:
                found.append(None)
    return found


def holds(claim):
    """Say whether the normal forms agree; ask only what the kernel decides."""
    outcomes = Question((claim,), (), None, SOFTMAX).outcomes(())
    assume(not any(outcome.reason for outcome in outcomes))
    return all(outcome.holds for outcome in outcomes)


def is_contradicted(claim):
    """Say whether exact values differ somewhere; ask only where there are some."""
    pairs = [
        (left, right)
        for left, right in zip(values(claim.lhs), values(claim.rhs), strict=True)
        if left is not None and right is not None
    ]
    assume(pairs)
    return any(differ(left, right) for left, right in pairs)


@settings(max_examples=60)
@given(closed, closed)
def test_a_proof_is_never_contradicted_by_exact_values(first, second):
    claim = Claim(first, second)
    assert not (is_contradicted(claim) and holds(claim))


@settings(max_examples=40)
@given(closed, closed)
def test_the_product_rule_holds_and_exact_values_agree(first, second):
    product_rule = Partial(first, z[i]) * second + first * Partial(second, z[i])
    claim = Claim(Partial(first * second, z[i]), product_rule)
    assert holds(claim)
    assert not is_contradicted(claim)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(closed, closed, closed)
def test_the_laws_of_algebra_are_proved(first, second, third):
    claim = Claim(first * (second + third), first * second + first * third)
    assert isinstance(prove(claim, definitions=SOFTMAX), Proved)


@settings(max_examples=40)
@given(expressions, bound)
def test_a_sum_is_its_first_term_and_the_others(body, at):
    body = sum_over(body, m if at == k else k)
    split = sp.Sum(body, (at, 1, C - 1)) + sp.Sum(body, (at, 0, 0))
    assert isinstance(prove(Claim(sum_over(body, at), split), definitions=SOFTMAX), Proved)


def expanded(expr, classes, at):
    """Write an expression for SymPy: plain symbols, sums expanded, derivatives taken by diff."""
    if isinstance(expr, Partial):
        inner = expanded(expr.expr, classes, at)
        return sp.diff(inner, expanded(expr.variable, classes, at))
    if isinstance(expr, sp.Sum):
        *inner, (index, low, high) = expr.limits
        body = sp.Sum(expr.function, *inner) if inner else expr.function
        low, high = (int(number(end, classes, at)) for end in (low, high))
        return sum((expanded(body, classes, {**at, index: n}) for n in range(low, high + 1)), 0)
    if expr.is_Indexed and expr.base == p:
        total = sum(sp.exp(sp.Symbol(f"z{n}")) for n in range(classes))
        return sp.exp(sp.Symbol(f"z{number(expr.indices[0], classes, at)}")) / total
    if expr.is_Indexed:
        return sp.Symbol(f"{expr.base}{number(expr.indices[0], classes, at)}")
    if isinstance(expr, sp.KroneckerDelta):
        return sp.Integer(number(expr.args[0], classes, at) == number(expr.args[1], classes, at))
    if expr == C:
        return sp.Integer(classes)
    return expr.func(*(expanded(part, classes, at) for part in expr.args)) if expr.args else expr


def number(index, classes, at):
    return index.xreplace({C: sp.Integer(classes), **{n: sp.Integer(t) for n, t in at.items()}})


@settings(max_examples=30)
@given(closed, closed, st.sampled_from([2, 3]))
def test_verdicts_agree_with_sympy(first, second, classes):
    claim = Claim(first, second + 0)
    verdict = prove(claim, classes=classes, definitions=SOFTMAX)
    agree = []
    for one in range(classes):
        for other in range(classes):
            at = {i: one, j: other}
            difference = expanded(first, classes, at) - expanded(second, classes, at)
            agree.append(sp.cancel(sp.expand(difference)) == 0)
    assert isinstance(verdict, Proved if all(agree) else Refuted)


@settings(max_examples=30)
@given(closed, st.sampled_from([2, 3]))
def test_derivatives_agree_with_sympy(expr, classes):
    """A derivative by z_0 is the same function as SymPy's derivative of the expanded form."""
    derivative = expanded(Partial(expr, z[0]), classes, {i: 0, j: 1})
    point = {sp.Symbol(f"z{n}"): sp.log(n + 1) for n in range(classes)}
    point |= {sp.Symbol(f"v{n}"): sp.Integer(3 * n - 2) for n in range(classes)}
    expected = sp.nsimplify(sp.sympify(derivative).subs(point).evalf(40), rational=True)
    place = next(points(classes))
    try:
        value = Evaluator(Point(place.sizes, {i: 0, j: 1}, place.entries, {}), SOFTMAX).value(
            Partial(expr, z[0])
        )
    except UndefinedValueError:
        reject()
    assert abs(sp.Rational(str(value)) - expected) < sp.Rational(1, 10**20) * (1 + abs(expected))
