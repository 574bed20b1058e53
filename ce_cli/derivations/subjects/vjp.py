"""The vector-Jacobian product of the softmax: (v − v·p) ⊙ p."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Symbol

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import (
    Partial,
    i,
    j,
    ordered,
    p,
    product,
    split_off,
    sum_over,
    v,
    vector,
    z,
)

g, inner = vector("g"), Symbol("s")
PRODUCT = Definition(g[j], sum_over(v[i] * Partial(p[i], z[j]), i))
INNER = Definition(inner, sum_over(v[i] * p[i], i))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, PRODUCT, INNER))


def derive(write: Indexing) -> Derivation:
    """Return the derivation of vᵀJ without forming the Jacobian."""
    parts = (softmax.definition, column, vector_times_jacobian, computed_once)
    return write.derivation("vjp", DEFINITIONS, parts)


def column(write: Indexing) -> tuple[Step, ...]:
    """Write a column of the Jacobian as a one-hot vector minus p, times one probability."""
    at = write.followed[0] if write.written_out else j
    return chain(
        phrase("jacobian-column"),
        write.vector(lambda a: Partial(p[a], z[at])),
        (write.vector(lambda a: softmax.by_delta(a, at)), phrase("softmax-jacobian")),
        (write.vector(lambda a: _entry(a, at)), phrase("one-hot-minus-p", j=at, p=p[at])),
    )


def _entry(a: Expr, b: Expr) -> Expr:
    return ordered(_difference(a, b), p[b])


def _difference(a: Expr, b: Expr) -> Expr:
    return split_off(KroneckerDelta(a, b), -p[a])


def _product(b: Expr) -> Expr:
    return g[b]


def vector_times_jacobian(write: Indexing) -> tuple[Step, ...]:
    """Multiply a vector by every column."""

    def total(b: Expr) -> Expr:
        return write.total(lambda a: v[a] * Partial(p[a], z[b]), i)

    def put_in(b: Expr) -> Expr:
        return write.total(lambda a: product(v[a], _entry(a, b)), i)

    def factored(b: Expr) -> Expr:
        return ordered(write.total(lambda a: product(v[a], _difference(a, b)), i), p[b])

    def result(b: Expr) -> Expr:
        return ordered(split_off(v[b], -write.total(lambda a: v[a] * p[a], i)), p[b])

    return write.alike.vectors(
        phrase("vector-times-jacobian"),
        _product,
        (total, phrase("define-product", j=j)),
        (put_in, phrase("put-in-column")),
        (factored, phrase("collect", common=p[j])),
        (result, phrase("one-hot-picks", j=j)),
        index=j,
    )


def computed_once(write: Indexing) -> tuple[Step, ...]:
    """Name the sum that all entries share."""
    claim = Claim(inner, write.total(lambda a: v[a] * p[a], i))
    return (
        Step(claim, phrase("define-inner-product"), heading=phrase("computed-once")),
        write.vector_step(
            _product, lambda b: ordered(v[b] - inner, p[b]), phrase("put-in-inner-product"), index=j
        ),
    )
