"""Cross-entropy by way of log p: −Σ y_c ∂log p_c/∂z_i, by the probability and by z − log S."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, log

from ce_cli.derivations.subjects import cross_entropy, log_softmax, softmax
from ce_cli.derivations.subjects.indexing import Entry, Indexing, Link
from ce_cli.symbolic.derivation import Derivation, Step, phrase
from ce_cli.symbolic.notation import L, Partial, S, c, fraction, i, p, product, split_off, y, z


def derive(write: Indexing) -> Derivation:
    """Return the derivation of p − y in which the logarithm is differentiated as a whole."""
    loss = (cross_entropy.loss, by_logarithms, by_probabilities)
    parts = (softmax.definition, *loss, logarithm, jacobian, gradient)
    return write.derivation("from-log", cross_entropy.DEFINITIONS, parts)


def by_logarithms(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the loss term by term; a one-hot target leaves one term."""
    one_hot = phrase("one-hot-target", true=write.true_class)

    def links(a: Expr) -> Iterator[Link]:
        if write.label is not None:
            terms = write.total(lambda at: y[at] * log_softmax.derivative(at, a), c)
            yield -terms, phrase("targets-are-constant")
        rule = phrase("targets-are-constant") if write.label is None else one_hot
        yield _minus_sum(write, a, _by_logarithm(write, a)), rule, write.one_hot

    return write.entries(phrase("derivative-of-loss"), _derivative, links)


def by_probabilities(write: Indexing) -> tuple[Step, ...]:
    """Differentiate log p by way of p, with the Jacobian of the softmax."""

    def by_chain_rule(at: Expr, a: Expr) -> Expr:
        return product(_weight(write, at), fraction(1, p[at]), Partial(p[at], z[a]))

    def with_jacobian(at: Expr, a: Expr) -> Expr:
        return product(_weight(write, at), fraction(1, p[at]), softmax.by_delta(at, a))

    def links(a: Expr) -> Iterator[Link]:
        yield _minus_sum(write, a, lambda at: by_chain_rule(at, a)), phrase("derivative-of-log-p")
        yield _minus_sum(write, a, lambda at: with_jacobian(at, a)), phrase("softmax-jacobian")
        yield _by_delta(write, a), phrase("cancel-p")

    return write.entries(
        phrase("log-by-probability"),
        lambda a: _minus_sum(write, a, _by_logarithm(write, a)),
        links,
    )


def _weight(write: Indexing, at: Expr) -> Expr:
    return y[at] if write.label is None else Integer(1)


def _by_logarithm(write: Indexing, a: Expr) -> Entry:
    return lambda at: _weight(write, at) * log_softmax.derivative(at, a)


def _by_delta(write: Indexing, a: Expr) -> Expr:
    if write.label is not None and a != write.true_class and a.is_Integer:
        return -log_softmax.by_delta(write.true_class, a)
    return _minus_sum(write, a, lambda at: _weight(write, at) * log_softmax.by_delta(at, a))


def _minus_sum(write: Indexing, a: Expr, term: Entry) -> Expr:
    """Return minus a sum over the classes, a first; a label leaves the term of the true class."""
    if write.label is not None:
        return product(-1, term(write.true_class))
    return write.minus_total(term, c, first=a)


def logarithm(write: Indexing) -> tuple[Step, ...]:
    """Write log p without p."""
    rule, heading = phrase("log-of-quotient"), phrase("log-softmax")
    return (write.vector_step(lambda a: log(p[a]), lambda a: z[a] - log(S), rule, heading),)


def jacobian(write: Indexing) -> tuple[Step, ...]:
    """Differentiate z − log S; written out, all entries at once."""
    if not write.written_out:
        return log_softmax.jacobian(write)
    step = write.matrix_step(
        log_softmax.derivative,
        log_softmax.by_delta,
        phrase("derivative-of-log-softmax"),
        phrase("log-jacobian"),
    )
    return (step,)


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Put in δ_ci − p_i and collect."""
    total, heading = write.total, phrase("gradient")
    known = (lambda a: _by_delta(write, a)), phrase("put-in-log-jacobian")
    if write.label is not None:
        true = write.true_class
        brackets = (lambda a: -log_softmax.by_delta(true, a)), phrase("remove-brackets")
        return write.vectors(heading, _derivative, known, brackets, assumptions=write.one_hot)
    return write.vectors(
        heading,
        _derivative,
        known,
        (
            lambda a: split_off(-y[a], total(lambda at: y[at] * p[a], c)),
            phrase("sum-of-delta", k=c, i=i),
        ),
        (
            lambda a: split_off(-y[a], p[a] * total(lambda at: y[at], c)),
            phrase("collect", common=p[i]),
        ),
        (lambda a: p[a] - y[a], phrase("targets-sum-to-one"), cross_entropy.UNIT_SUM),
    )


def _derivative(a: Expr) -> Expr:
    return Partial(L, z[a])
