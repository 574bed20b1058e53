"""Cross-entropy: from −Σ y_c log p_c by the chain rule to p − y."""

from __future__ import annotations

from sympy import Integer, KroneckerDelta, log

from ce_cli.derivations.subjects import softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import DEFINITION, Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, SumsToOne
from ce_cli.symbolic.kernel.differentiate import differentiate
from ce_cli.symbolic.notation import L, Partial, c, fraction, p, product, sum_over, y, z

LOSS = Definition(L, -sum_over(y[c] * log(p[c]), c))
DEFINITIONS = Definitions((softmax.PROBABILITY, softmax.NORMALISER, LOSS))


def derive(classes: int | None = None, label: int | None = None) -> Derivation:
    """Return the derivation of the gradient of cross-entropy, with the Jacobian it needs."""
    write = Indexing(classes, label)
    parts = [softmax.definition, softmax.jacobian, loss, log_derivative, gradient]
    if label is not None:
        parts.append(one_hot)
    steps = tuple(step for part in parts for step in part(write))
    title = "The gradient of cross-entropy"
    return Derivation("cross-entropy", title, DEFINITIONS, steps, classes, label)


def loss(write: Indexing) -> tuple[Step, ...]:
    """State the loss."""
    claim = Claim(L, -write.total(lambda at: y[at] * log(p[at]), c))
    return (Step(claim, DEFINITION, heading="The loss"),)


def log_derivative(write: Indexing) -> tuple[Step, ...]:
    """Differentiate the loss by the probabilities."""
    return chain(
        "Derivative by the probabilities",
        write.vector(lambda a: Partial(L, p[a]), c),
        (
            write.vector(lambda a: -y[a] * differentiate(log(p[a]), p[a]), c),
            "derivative of the logarithm",
        ),
    )


def gradient(write: Indexing) -> tuple[Step, ...]:
    """Apply the chain rule, split the sum at c = i, and collect."""
    return chain(
        "Chain rule",
        write.vector(lambda a: Partial(L, z[a])),
        (
            write.vector(
                lambda a: write.total(lambda at: Partial(L, p[at]) * Partial(p[at], z[a]), c)
            ),
            "chain rule",
        ),
        (
            write.vector(
                lambda a: (
                    -write.total(
                        lambda at: product(fraction(y[at], p[at]), Partial(p[at], z[a])), c
                    )
                )
            ),
            "derivative of the logarithm",
        ),
        (
            write.vector(
                lambda a: (
                    product(-1, fraction(y[a], p[a]), p[a] * (1 - p[a]))
                    - write.total(
                        lambda at: product(fraction(y[at], p[at]), -p[at] * p[a]), c, without=a
                    )
                )
            ),
            "split the sum at $c = i$",
        ),
        (
            write.vector(
                lambda a: -y[a] * (1 - p[a]) + write.total(lambda at: y[at] * p[a], c, without=a)
            ),
            "cancel $p$",
        ),
        (
            write.vector(
                lambda a: p[a] * (y[a] + write.total(lambda at: y[at], c, without=a)) - y[a]
            ),
            "collect $p_i$",
        ),
        (write.vector(lambda a: p[a] * write.total(lambda at: y[at], c) - y[a]), "join the sum"),
        (write.vector(lambda a: p[a] - y[a]), "$Σy = 1$", (SumsToOne(y),)),
    )


def one_hot(write: Indexing) -> tuple[Step, ...]:
    """Put in the true class."""
    return chain(
        f"True class #{write.label}",
        write.vector(lambda a: Partial(L, z[a])),
        (write.vector(lambda a: p[a] - y[a]), "$Σy = 1$"),
        (
            write.vector(lambda a: p[a] - KroneckerDelta(a, Integer(write.label or 0))),
            "one-hot target",
        ),
        assumptions=write.one_hot,
    )
