"""The logarithm of the softmax, z − log S: its Jacobian is δ_ij − p_j, without a quotient rule."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, KroneckerDelta, exp, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing, Link
from ce_cli.derivations.subjects.vjp import g
from ce_cli.symbolic.derivation import Derivation, Phrase, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Definition, Definitions, Distinct, Equal
from ce_cli.symbolic.notation import Partial, S, fraction, i, j, p, split_off, sum_over, v, z

PRODUCT = Definition(g[j], sum_over(v[i] * Partial(log(p[i]), z[j]), i))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, PRODUCT))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of z − log S, of its Jacobian and of its vector-Jacobian product."""
    parts = (softmax.definition, value, jacobian, cases, vector_jacobian)
    return write.derivation("log-softmax", DEFINITIONS, parts)


def value(write: Indexing) -> tuple[Step, ...]:
    """Take the logarithm of the quotient."""
    return write.alike.vectors(
        phrase("log-softmax"),
        lambda a: log(p[a]),
        (lambda a: log(fraction(exp(z[a]), S)), phrase("put-in-softmax")),
        (lambda a: split_off(log(exp(z[a])), -log(S)), phrase("log-of-quotient")),
        (lambda a: z[a] - log(S), phrase("logarithm-of-exponential")),
    )


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate z − log S."""
    return write.matrices(phrase("log-jacobian"), derivative, _entry_links, by_delta)


def cases(write: Indexing) -> tuple[Step, ...]:
    """Tell the diagonal from the other entries; written out, both stand there already."""
    if write.written_out:
        return ()
    same = _case("case-same", 1 - p[i], Equal(i, j))
    return (*same, *_case("case-other", -p[j], Distinct(i, j)))


def _case(name: str, value: Expr, case: Equal | Distinct) -> tuple[Step, ...]:
    link = value, phrase(f"log-{name}")
    return chain(phrase(name), derivative(i, j), link, assumptions=(case,))


def derivative(a: Expr, b: Expr) -> Expr:
    """Return ∂log p_a/∂z_b."""
    return Partial(log(p[a]), z[b])


def by_delta(a: Expr, b: Expr) -> Expr:
    """Return δ_ab − p_b."""
    return KroneckerDelta(a, b) - p[b]


def _entry_links(a: Expr, b: Expr) -> Iterator[Link]:
    own = Partial(z[a], z[b])
    yield own - Partial(log(S), z[b]), phrase("derivative-of-log-softmax")
    yield own - Partial(S, z[b]) / S, phrase("log-of-normaliser")
    yield KroneckerDelta(a, b) - fraction(exp(z[b]), S), _both_derivatives(a, b)
    yield by_delta(a, b), phrase("back-to-p")


def _both_derivatives(a: Expr, b: Expr) -> Phrase:
    is_entry = a.is_Integer and b.is_Integer
    name = ("own-logit" if a == b else "other-logit") if is_entry else "logit-and-sum"
    return phrase(name, i=a, j=b)


def vector_jacobian(write: Indexing) -> tuple[Step, ...]:
    """Sum over the rows of the Jacobian."""
    total = write.total
    return write.alike.vectors(
        phrase("vector-times-log-jacobian"),
        lambda b: g[b],
        (lambda b: total(lambda a: v[a] * derivative(a, b), i), phrase("define-product", j=j)),
        (
            lambda b: write.total_in_order(lambda a: v[a] * by_delta(a, b), i),
            phrase("entries-of-log-jacobian"),
        ),
        (lambda b: v[b] - total(lambda a: v[a] * p[b], i), phrase("sum-of-delta", k=i, i=j)),
        (lambda b: v[b] - p[b] * total(lambda a: v[a], i), phrase("collect", common=p[j])),
        index=j,
    )
