"""The softmax and its Jacobian, from the quotient rule to diag(p) − p pᵀ."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Eq, Expr, Integer, KroneckerDelta, Ne, Piecewise, Symbol, exp

from ce_cli.derivations.subjects.indexing import Indexing, Link
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, Distinct, Equal
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import (
    Partial,
    S,
    fraction,
    i,
    j,
    k,
    matrix,
    p,
    product,
    split_off,
    sum_over,
    z,
)

J, diagonal, outer = matrix("J"), matrix("diag(p)"), matrix("p pᵀ")
shift = Symbol("s", real=True)
largest = Symbol("max z")

PROBABILITY = Definition(p[i], exp(z[i]) / sum_over(exp(z[k]), k))
NORMALISER = Definition(S, sum_over(exp(z[k]), k))
MATRICES = (
    Definition(J[i, j], Partial(p[i], z[j])),
    Definition(diagonal[i, j], p[i] * KroneckerDelta(i, j)),
    Definition(outer[i, j], p[i] * p[j]),
)


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the softmax Jacobian and of shift invariance."""
    parts = (definition, jacobian, matrix_form, row_sums, shift_invariance)
    definitions = Definitions((PROBABILITY, NORMALISER, *MATRICES))
    return write.derivation("softmax", definitions, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define S and p."""
    total = write.total(lambda at: exp(z[at]))
    return (
        Step(Claim(S, total), phrase("define-normaliser"), heading=phrase("definition")),
        write.vector_step(lambda at: p[at], lambda at: exp(z[at]) / S, phrase("define-softmax")),
    )


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p by the quotient rule, case by case and jointly."""
    if write.written_out:
        return write.matrices(phrase("softmax-jacobian"), _derivative, _entry_links, by_delta)
    return (*_inner_derivatives(), *_quotient_rule(), *_cases(), *_joined_cases())


def _derivative(a: Expr, b: Expr) -> Expr:
    return Partial(p[a], z[b])


def _inner_derivatives() -> tuple[Step, ...]:
    top = KroneckerDelta(i, j) * exp(z[i])
    inner = sum_over(Partial(exp(z[k]), z[j]), k)
    return (
        *chain(
            phrase("inner-derivatives"),
            Partial(exp(z[i]), z[j]),
            (top, phrase("derivative-of-numerator", i=i, j=j)),
        ),
        *chain(
            None,
            Partial(S, z[j]),
            (inner, phrase("derivative-of-sum")),
            (exp(z[j]), phrase("one-term-depends", j=j)),
        ),
    )


def _quotient_rule() -> tuple[Step, ...]:
    return chain(
        phrase("quotient-rule"),
        _derivative(i, j),
        (by_quotients(i, j), phrase("quotient-rule", g=exp(z[i]), h=S)),
        (_differentiated(i, j), phrase("put-in-derivatives")),
    )


def by_quotients(a: Expr, b: Expr) -> Expr:
    """Return the derivative of e^{z_a}/S by z_b after the quotient rule."""
    top = Partial(exp(z[a]), z[b]) * S - exp(z[a]) * Partial(S, z[b])
    return fraction(top, S**2)


def _differentiated(a: Expr, b: Expr) -> Expr:
    top = differentiate(exp(z[a]), z[b]) * S - product(exp(z[a]), exp(z[b]))
    return fraction(top, S**2)


def _cases() -> tuple[Step, ...]:
    same, other = _diagonal_links(i), _other_links(i, j)
    start = _derivative(i, j)
    return (
        *chain(phrase("case-same"), start, *same, assumptions=(Equal(i, j),)),
        *chain(phrase("case-other"), start, *other, assumptions=(Distinct(i, j),)),
    )


def _entry_links(a: Expr, b: Expr) -> Iterator[Link]:
    """Yield the links of one entry from the quotient rule on; the shorter case has fewer."""
    yield by_quotients(a, b), phrase("quotient-rule", g=exp(z[a]), h=S)
    if a == b:
        yield from _diagonal_links(a)
    else:
        numerator, _, result = _other_links(a, b)
        yield from (numerator, result)


def _diagonal_links(a: Expr) -> Iterator[Link]:
    top = exp(z[a]) * S - product(exp(z[a]), exp(z[a]))
    yield fraction(top, S**2), phrase("same-exponential", i=a)
    yield product(fraction(exp(z[a]), S), fraction(S - exp(z[a]), S)), phrase("factor")
    yield p[a] * (1 - p[a]), phrase("definition-of-p")


def _other_links(a: Expr, b: Expr) -> Iterator[Link]:
    top = split_off(product(Integer(0), S), -product(exp(z[a]), exp(z[b])))
    factors = product(-1, fraction(exp(z[a]), S), fraction(exp(z[b]), S))
    yield fraction(top, S**2), phrase("other-exponential", i=a, j=b)
    yield factors, phrase("factor")
    yield -p[a] * p[b], phrase("definition-of-p")


def _joined_cases() -> tuple[Step, ...]:
    by_cases = Piecewise((p[i] * (1 - p[i]), Eq(i, j)), (-p[i] * p[j], Ne(i, j)))
    return chain(
        phrase("both-cases"),
        _derivative(i, j),
        (by_cases, phrase("two-cases")),
        (by_delta(i, j), phrase("kronecker-delta")),
    )


def by_delta(a: Expr, b: Expr) -> Expr:
    """Return p_a (δ_ab − p_b)."""
    return p[a] * (KroneckerDelta(a, b) - p[b])


def matrix_form(write: Indexing) -> tuple[Step, ...]:
    """Collect the entries into diag(p) − p pᵀ, which is symmetric."""
    heading = phrase("the-matrix")
    return (
        write.matrix_step(_entry, _derivative, phrase("define-jacobian"), heading),
        write.matrix_step(_entry, lambda a, b: diagonal[a, b] - outer[a, b], phrase("matrix-form")),
        write.matrix_step(_entry, lambda a, b: J[b, a], phrase("symmetry")),
    )


def _entry(a: Expr, b: Expr) -> Expr:
    return J[a, b]


def row_sums(write: Indexing) -> tuple[Step, ...]:
    """Show that every row of the Jacobian sums to zero."""

    def links_at(a: Expr) -> Iterator[Link]:
        yield write.total(lambda b: by_delta(a, b), j), phrase("entries-of-j")
        yield p[a] * (1 - write.total(lambda b: p[b], j)), phrase("collect", common=p[a])
        yield Integer(0), phrase("probabilities-sum-to-one")

    heading = phrase("row-sums")
    return write.alike.entries(heading, lambda a: write.total(lambda b: J[a, b], j), links_at)


def shift_invariance(write: Indexing) -> tuple[Step, ...]:
    """Show that a constant added to every logit changes nothing; −max z is a safe choice."""

    def multiplied(a: Expr) -> Expr:
        total = write.total(lambda at: exp(z[at]))
        return fraction(product(exp(shift), exp(z[a])), product(exp(shift), total))

    def shifted(a: Expr, by: Expr = shift) -> Expr:
        return fraction(exp(z[a] + by), write.total(lambda at: exp(z[at] + by)))

    def links_at(a: Expr) -> Iterator[Link]:
        yield multiplied(a), phrase("expand-by-constant")
        yield shifted(a), phrase("add-exponents")
        yield shifted(a, -largest), phrase("choose-shift")

    return write.alike.entries(phrase("shift-invariance"), lambda a: p[a], links_at)
