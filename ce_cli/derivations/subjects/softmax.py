"""The softmax and its Jacobian, from the quotient rule to diag(p) − p pᵀ."""

from __future__ import annotations

from sympy import Eq, Expr, Integer, KroneckerDelta, Ne, Piecewise, Symbol, exp

from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, Distinct, Equal
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import Partial, S, fraction, i, j, k, matrix, p, product, sum_over, z

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
    return write.derivation("softmax", "The softmax and its Jacobian", definitions, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define S and p."""
    total = write.total(lambda at: exp(z[at]))
    return (
        Step(Claim(S, total), DEFINITION, heading="Definition"),
        write.vector_step(lambda at: p[at], lambda at: exp(z[at]) / S),
    )


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p by the quotient rule, case by case and jointly."""
    if write.written_out:
        return (*_quotient_rule(write), *_joint_form(write))
    return (*_quotient_rule(write), *_diagonal_case(), *_other_case(), *_joined_cases())


def _quotient_rule(write: Indexing) -> tuple[Step, ...]:
    def by_quotients(a: Expr, b: Expr) -> Expr:
        top = Partial(exp(z[a]), z[b]) * S - exp(z[a]) * Partial(S, z[b])
        return fraction(top, S**2)

    return write.matrices(
        "Quotient rule",
        lambda a, b: Partial(p[a], z[b]),
        (lambda a, b: Partial(exp(z[a]) / S, z[b]), "definition of $p$"),
        (by_quotients, "quotient rule"),
        (_differentiated, "derivative of the exponential"),
    )


def _differentiated(a: Expr, b: Expr) -> Expr:
    top = differentiate(exp(z[a]), z[b]) * S - exp(z[a]) * exp(z[b])
    return fraction(top, S**2)


def _diagonal_case() -> tuple[Step, ...]:
    return chain(
        "Case $i = j$",
        Partial(p[i], z[j]),
        (fraction(exp(z[i]) * S - exp(z[i]) ** 2, S**2), "derivative of the exponential"),
        (product(fraction(exp(z[i]), S), fraction(S - exp(z[i]), S)), "factor"),
        (p[i] * (1 - p[i]), "definition of $p$"),
        assumptions=(Equal(i, j),),
    )


def _other_case() -> tuple[Step, ...]:
    return chain(
        "Case $i ≠ j$",
        Partial(p[i], z[j]),
        (fraction(-exp(z[i]) * exp(z[j]), S**2), "$e^{z_i}$ does not depend on $z_j$"),
        (product(-1, fraction(exp(z[i]), S), fraction(exp(z[j]), S)), "factor"),
        (-p[i] * p[j], "definition of $p$"),
        assumptions=(Distinct(i, j),),
    )


def _joined_cases() -> tuple[Step, ...]:
    by_cases = Piecewise((p[i] * (1 - p[i]), Eq(i, j)), (-p[i] * p[j], Ne(i, j)))
    return chain(
        "Both cases",
        Partial(p[i], z[j]),
        (by_cases, "cases $i = j$ and $i ≠ j$"),
        (by_delta(i, j), "Kronecker delta"),
    )


def _joint_form(write: Indexing) -> tuple[Step, ...]:
    return write.matrices(
        "In terms of $p$",
        lambda a, b: Partial(p[a], z[b]),
        (_differentiated, "quotient rule"),
        (by_delta, "definition of $p$"),
    )


def by_delta(a: Expr, b: Expr) -> Expr:
    """Return p_a (δ_ab − p_b)."""
    return p[a] * (KroneckerDelta(a, b) - p[b])


def matrix_form(write: Indexing) -> tuple[Step, ...]:
    """Collect the entries into diag(p) − p pᵀ, which is symmetric."""
    return (
        write.matrix_step(_entry, lambda a, b: Partial(p[a], z[b]), heading="The matrix"),
        write.matrix_step(_entry, lambda a, b: diagonal[a, b] - outer[a, b], "matrix form"),
        write.matrix_step(_entry, lambda a, b: J[b, a], "symmetry"),
    )


def _entry(a: Expr, b: Expr) -> Expr:
    return J[a, b]


def row_sums(write: Indexing) -> tuple[Step, ...]:
    """Show that every row of the Jacobian sums to zero."""
    return write.vectors(
        "Row sums",
        lambda a: write.total(lambda b: J[a, b], j),
        (lambda a: write.total(lambda b: by_delta(a, b), j), "entries of $J$"),
        (lambda a: p[a] * (1 - write.total(lambda b: p[b], j)), "sum of a delta"),
        (lambda _: Integer(0), "$Σp = 1$"),
    )


def shift_invariance(write: Indexing) -> tuple[Step, ...]:
    """Show that a constant added to every logit changes nothing; −max z is a safe choice."""

    def multiplied(a: Expr) -> Expr:
        total = write.total(lambda at: exp(z[at]))
        return fraction(product(exp(shift), exp(z[a])), product(exp(shift), total))

    def shifted(a: Expr, by: Expr = shift) -> Expr:
        return fraction(exp(z[a] + by), write.total(lambda at: exp(z[at] + by)))

    steps = write.vectors(
        "Shift invariance",
        lambda a: p[a],
        (multiplied, "multiply by $e^s / e^s$"),
        (shifted, "add the exponents"),
    )
    safe = write.vector(lambda a: shifted(a, -largest))
    return (*steps, Step(Claim(write.vector(lambda a: p[a]), safe), "choose $s = −max z$"))
