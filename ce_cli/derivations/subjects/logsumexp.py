"""The log-sum-exp: its gradient is the softmax, and it is convex."""

from __future__ import annotations

from sympy import Expr, Symbol, exp, log

from ce_cli.derivations.subjects import hessian, softmax
from ce_cli.derivations.subjects.indexing import EntryLink, Indexing, Link
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import Partial, S, i, j, k, p, product, split_off, sum_over, z

LSE = Symbol("LSE")
H = hessian.H
DEFINITIONS = Definitions((
    softmax.PROBABILITY,
    softmax.NORMALISER,
    Definition(LSE, log(S)),
    Definition(H[i, j], Partial(Partial(LSE, z[i]), z[j])),
    hessian.FORM,
))  # fmt: skip

LINKS_OF_LOG_S: tuple[EntryLink, ...] = (
    (lambda a: Partial(S, z[a]) / S, phrase("log-of-normaliser")),
    (lambda a: exp(z[a]) / S, phrase("derivative-of-terms", i=i)),
    (lambda a: p[a], phrase("back-to-p")),
)
"""The links from the derivative of log S to p."""


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient, of convexity, and of the shift by the maximum."""
    parts = (softmax.definition, value, gradient, entries, hessian.quadratic_form, shift, largest)
    return write.derivation("logsumexp", DEFINITIONS, parts)


def value(_: Indexing) -> tuple[Step, ...]:
    """Define the log-sum-exp."""
    return (Step(Claim(LSE, log(S)), phrase("define-logsumexp"), heading=phrase("logsumexp")),)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Differentiate log S."""
    return write.alike.vectors(phrase("gradient"), lambda a: Partial(LSE, z[a]), *LINKS_OF_LOG_S)


def entries(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the gradient once more: the Jacobian of the softmax."""

    def links(a: Expr, b: Expr) -> tuple[Link, ...]:
        return (
            (Partial(Partial(LSE, z[a]), z[b]), phrase("define-hessian")),
            (Partial(p[a], z[b]), phrase("put-in-gradient")),
            (softmax.by_delta(a, b), phrase("softmax-jacobian")),
        )

    heading = phrase("hessian-of-logsumexp")
    if write.written_out:
        known = phrase("softmax-jacobian")
        return (write.matrix_step(_second_derivative, softmax.by_delta, known, heading),)
    return chain(heading, H[i, j], *links(i, j))


def _second_derivative(a: Expr, b: Expr) -> Expr:
    return H[a, b]


def shift(_: Indexing) -> tuple[Step, ...]:
    """Take a constant out of the sum, whatever the class count."""
    by = softmax.shift
    return chain(
        phrase("shift-of-logsumexp"),
        _shifted(by),
        (log(sum_over(product(exp(by), exp(z[k])), k)), phrase("split-exponents")),
        (log(product(exp(by), S)), phrase("take-out-exponential")),
        (split_off(by, LSE), phrase("log-of-product")),
    )


def largest(_: Indexing) -> tuple[Step, ...]:
    """Take the largest logit out: no exponent is above 0."""
    by = softmax.shift
    return chain(
        phrase("largest-logit"),
        LSE,
        (split_off(-by, _shifted(by)), phrase("shift-back")),
        (split_off(softmax.largest, _shifted(-softmax.largest)), phrase("choose-largest")),
    )


def _shifted(by: Expr) -> Expr:
    return log(sum_over(exp(z[k] + by), k))
