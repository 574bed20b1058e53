"""Distillation: a student p learns the probabilities q of a teacher, both at a temperature T.

Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Symbol, exp, log

from ce_cli.derivations.subjects import softmax, temperature
from ce_cli.derivations.subjects.indexing import Entry, Indexing, Link
from ce_cli.derivations.subjects.temperature import u
from ce_cli.symbolic.derivation import Derivation, Step, chain, phrase
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions
from ce_cli.symbolic.notation import (
    L,
    Partial,
    T,
    c,
    fraction,
    i,
    k,
    p,
    product,
    split_off,
    sum_over,
    vector,
    z,
)

q, t = vector("q"), vector("t")
teacher_sum, divergence = Symbol("R"), Symbol("D")
DEFINITIONS = Definitions((
    temperature.SCALED,
    temperature.PROBABILITY,
    temperature.NORMALISER,
    Definition(q[i], exp(t[i] / T) / sum_over(exp(t[k] / T), k)),
    Definition(teacher_sum, sum_over(exp(t[k] / T), k)),
    Definition(L, -(T**2) * sum_over(q[c] * log(p[c]), c)),
    Definition(divergence, T**2 * sum_over(q[c] * log(q[c] / p[c]), c)),
))  # fmt: skip


def derive(write: Indexing) -> Derivation:
    """Return the derivation of the gradient T (p − q), and of the reason for T²."""
    parts = (temperature.definition, teacher, loss, gradient, by_divergence, by_temperature)
    return write.derivation("distillation", DEFINITIONS, parts)


def teacher(write: Indexing) -> tuple[Step, ...]:
    """Define the probabilities of the teacher."""
    total = write.total(lambda at: exp(t[at] / T))
    return (
        Step(Claim(teacher_sum, total), phrase("define-teacher-sum")),
        write.vector_step(
            lambda at: q[at], lambda at: exp(t[at] / T) / teacher_sum, phrase("define-teacher")
        ),
    )


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -_scaled(write, lambda at: q[at] * log(p[at])))
    return (Step(claim, phrase("define-distillation"), heading=phrase("the-loss")),)


def _scaled(write: Indexing, term: Entry) -> Expr:
    """Return T² times a sum; written out, T² stands in every term, which keeps to a line."""
    if write.written_out:
        return write.total(lambda at: T**2 * term(at), c)
    return T**2 * write.total(term, c)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Take the gradient of cross-entropy by z/T; the chain rule divides it by T."""
    return write.alike.vectors(
        phrase("gradient-of-student"),
        lambda a: Partial(L, z[a]),
        *temperature.SCALING,
        (
            lambda a: product(T**2, p[a] - q[a], fraction(1, T)),
            phrase("gradient-by-teacher"),
        ),
        (lambda a: T * (p[a] - q[a]), phrase("cancel-t")),
    )


def by_divergence(write: Indexing) -> tuple[Step, ...]:
    """Show that the divergence from the teacher has the same gradient."""
    by_quotients = _scaled(write, lambda at: q[at] * log(q[at] / p[at]))
    entropy = _scaled(write, lambda at: q[at] * log(q[at]))
    gradients = write.vector_step(
        lambda a: Partial(divergence, z[a]),
        lambda a: Partial(L, z[a]),
        phrase("entropy-of-teacher-is-constant"),
    )
    divergences = chain(
        phrase("by-divergence"),
        divergence,
        (by_quotients, phrase("define-teacher-divergence")),
        (split_off(entropy, L), phrase("divergence-is-loss-and-entropy")),
    )
    return (*divergences, gradients)


def by_temperature(write: Indexing) -> tuple[Step, ...]:
    """Differentiate p by the temperature: it changes like 1/T²."""
    total = write.total

    def by_jacobian(a: Expr) -> Expr:
        return total(lambda at: product(softmax.by_delta(a, at), -fraction(z[at], T**2)))

    def links(a: Expr) -> Iterator[Link]:
        by_logits = total(lambda at: Partial(p[a], u[at]) * Partial(u[at], T))
        mean = total(lambda at: p[at] * z[at])
        yield by_logits, phrase("chain-rule-by-t")
        yield by_jacobian(a), phrase("jacobian-and-inverse")
        yield product(-1, fraction(p[a], T**2), z[a] - mean), phrase("factor-by-t", i=a)

    return write.alike.entries(phrase("why-t-squared"), lambda a: Partial(p[a], T), links)
