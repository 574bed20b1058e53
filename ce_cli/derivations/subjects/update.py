"""One gradient step on the logits: push all, pull one."""

from __future__ import annotations

from sympy import Integer, KroneckerDelta, Symbol

from ce_cli.derivations.subjects import nll, softmax
from ce_cli.derivations.subjects.indexing import Indexing
from ce_cli.symbolic.derivation import Derivation, Step, chain
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, Distinct, Equal
from ce_cli.symbolic.notation import L, Partial, i, p, vector, z

rate = Symbol("eta", positive=True)
moved = vector("z'")
STEP = Definition(moved[i], z[i] - rate * Partial(L, z[i]))


def derive(write: Indexing) -> Derivation:
    """Return the change of every logit in one gradient step."""
    parts = (softmax.definition, nll.value, nll.gradient, definition, result, cases, balance)
    definitions = Definitions((*nll.definitions(write), STEP))
    return write.derivation("update", "One gradient step", definitions, parts)


def definition(write: Indexing) -> tuple[Step, ...]:
    """Define a gradient step."""
    step = write.vector_step(
        lambda at: moved[at], lambda at: z[at] - rate * Partial(L, z[at]), heading="The step"
    )
    return (step,)


def result(write: Indexing) -> tuple[Step, ...]:
    """Put in the gradient."""
    true = write.true_class
    step = write.vector_step(
        lambda at: moved[at],
        lambda at: z[at] - rate * (p[at] - KroneckerDelta(at, true)),
        "gradient of the loss",
    )
    return (step,)


def cases(write: Indexing) -> tuple[Step, ...]:
    """Tell the wrong classes from the true one."""
    if write.written_out:
        return ()
    true = write.true_class
    push = Claim(moved[i], z[i] - rate * p[i])
    pull = Claim(moved[i], z[i] + rate * (1 - p[i]))
    return (
        Step(push, "push all: a wrong class loses", (Distinct(i, true),), "Push all, pull one"),
        Step(pull, "pull one: the true class gains", (Equal(i, true),)),
    )


def balance(write: Indexing) -> tuple[Step, ...]:
    """Show that all pushes and pulls add up to zero."""
    true = write.true_class
    return chain(
        "The changes balance",
        write.total(lambda at: moved[at] - z[at]),
        (write.total(lambda at: -rate * (p[at] - KroneckerDelta(at, true))), "the step"),
        (-rate * (write.total(lambda at: p[at]) - 1), "sum of a delta"),
        (Integer(0), "$Σp = 1$"),
    )
