"""The softmax and its Jacobian, from the quotient rule to diag(p) − p pᵀ."""

from __future__ import annotations

from sympy import Eq, Expr, Integer, KroneckerDelta, Ne, Piecewise, Symbol, exp

from ce_cli.derivations.subjects.indexing import Indexing, Side
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
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


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the derivation of the softmax Jacobian and of shift invariance."""
    write = Indexing(classes, label)
    parts = (definition, jacobian, matrix_form, row_sums, shift_invariance)
    steps = tuple(step for part in parts for step in part(write))
    definitions = Definitions((PROBABILITY, NORMALISER, *MATRICES))
    title = "The softmax and its Jacobian"
    return Derivation("softmax", title, definitions, steps, classes, label)


def definition(write: Indexing) -> tuple[Step, ...]:
    """State what S and p are."""
    total = write.total(lambda at: exp(z[at]))
    return (
        Step(Claim(S, total), DEFINITION, heading="Definition"),
        Step(
            Claim(write.vector(lambda at: p[at]), write.vector(lambda at: exp(z[at]) / S)),
            DEFINITION,
            entries=(i,),
        ),
    )


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p by the quotient rule, case by case and jointly."""
    cases = () if write.written_out else (*_diagonal_case(), *_other_case(), *_joined_cases())
    return (*_quotient_rule(write), *cases, *_joint_form(write))


def _quotient_rule(write: Indexing) -> tuple[Step, ...]:
    return chain(
        "Quotient rule",
        write.matrix(lambda a, b: Partial(p[a], z[b])),
        (write.matrix(lambda a, b: Partial(exp(z[a]) / S, z[b])), "definition of $p$"),
        (
            write.matrix(
                lambda a, b: fraction(
                    Partial(exp(z[a]), z[b]) * S - exp(z[a]) * Partial(S, z[b]), S**2
                )
            ),
            "quotient rule",
        ),
        (write.matrix(_differentiated), "derivative of the exponential"),
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
        (p[i] * (KroneckerDelta(i, j) - p[j]), "Kronecker delta"),
    )


def _joint_form(write: Indexing) -> tuple[Step, ...]:
    if not write.written_out:
        return ()
    return chain(
        "In terms of $p$",
        write.matrix(lambda a, b: Partial(p[a], z[b])),
        (write.matrix(_differentiated), "quotient rule"),
        (write.matrix(lambda a, b: p[a] * (KroneckerDelta(a, b) - p[b])), "definition of $p$"),
    )


def matrix_form(write: Indexing) -> tuple[Step, ...]:
    """Collect the entries into diag(p) − p pᵀ, which is symmetric."""
    name = Step(
        Claim(write.matrix(lambda a, b: J[a, b]), write.matrix(lambda a, b: Partial(p[a], z[b]))),
        DEFINITION,
        heading="The matrix",
        entries=(i, j),
    )
    form = Step(
        Claim(
            write.matrix(lambda a, b: J[a, b]),
            write.matrix(lambda a, b: diagonal[a, b] - outer[a, b]),
        ),
        "matrix form",
        entries=(i, j),
    )
    symmetry = Step(
        Claim(write.matrix(lambda a, b: J[a, b]), write.matrix(lambda a, b: J[b, a])),
        "symmetry",
        entries=(i, j),
    )
    return name, form, symmetry


def row_sums(write: Indexing) -> tuple[Step, ...]:
    """Show that every row of the Jacobian sums to zero."""
    return chain(
        "Row sums",
        write.vector(lambda a: write.total(lambda b: J[a, b], j)),
        (
            write.vector(lambda a: write.total(lambda b: p[a] * (KroneckerDelta(a, b) - p[b]), j)),
            "entries of $J$",
        ),
        (write.vector(lambda a: p[a] * (1 - write.total(lambda b: p[b], j))), "sum of a delta"),
        (write.vector(lambda _: Integer(0)), "$Σp = 1$"),
    )


def shift_invariance(write: Indexing) -> tuple[Step, ...]:
    """Show that a constant added to every logit changes nothing; −max z is a safe choice."""

    def shifted(by: Expr) -> Side:
        return write.vector(
            lambda a: fraction(exp(z[a] + by), write.total(lambda at: exp(z[at] + by)))
        )

    return (
        *chain(
            "Shift invariance",
            write.vector(lambda a: p[a]),
            (
                write.vector(
                    lambda a: fraction(
                        product(exp(shift), exp(z[a])),
                        product(exp(shift), write.total(lambda at: exp(z[at]))),
                    )
                ),
                "multiply by $e^s / e^s$",
            ),
            (shifted(shift), "add the exponents"),
        ),
        Step(Claim(write.vector(lambda a: p[a]), shifted(-largest)), "choose $s = −max z$"),
    )
