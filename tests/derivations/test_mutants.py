"""No mutant of a derivation is accepted unless it is harmless."""

from collections import Counter
from itertools import product

import pytest

from ce_cli.derivations.subjects import SUBJECTS, derive
from ce_cli.symbolic.kernel.exact import numeric
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Undecided
from ce_cli.symbolic.notation import M, Y, c, i, j, k, m
from tests.symbolic.mutation import mutants
from tests.symbolic.oracle import Oracle, agrees, close, respected


def judged():
    """Yield every mutant of every derivation's claims with its verdict."""
    for derivation in map(derive, SUBJECTS):
        for step in derivation.steps:
            for kind, mutant in mutants(step.claim):
                verdict = prove(mutant, step.assumptions, definitions=derivation.definitions)
                yield kind, mutant, step.assumptions, derivation.definitions, verdict


@pytest.mark.slow
def test_every_mutant_is_refuted_or_harmless_and_few_are_undecided():
    kinds, verdicts = Counter(), Counter()
    for kind, mutant, assumptions, definitions, verdict in judged():
        kinds[kind] += 1
        verdicts[type(verdict)] += 1
        if isinstance(verdict, Proved):
            assert is_harmless(mutant, assumptions, definitions), (kind, mutant)
        if isinstance(verdict, Refuted):
            assert is_confirmed(verdict.counterexample, definitions), (kind, mutant)
    assert verdicts.total() >= 2000
    assert verdicts[Undecided] < 0.02 * verdicts.total()
    assert kinds["factor"] > 500


def is_harmless(mutant, assumptions, definitions):
    """Say whether the sides of a mutant agree in floating point at every index."""
    allowed = [place for place in places() if respected(assumptions, place)]
    assert allowed
    return all(
        agrees(mutant, assumptions, definitions, 3, place, seed)
        for seed, place in enumerate(allowed)
    )


def is_confirmed(counterexample, definitions):
    """Say whether floating point, too, finds the sides different at the point."""
    point = counterexample.point
    oracle = Oracle(0, definitions, (), {M: 2, **point.sizes}, point.indices)
    oracle.values = {
        **{key: numeric(value) for key, value in point.entries.items()},
        **{(symbol, ()): numeric(value) for symbol, value in point.scalars.items()},
    }
    left, right = oracle(counterexample.claim.lhs, {}), oracle(counterexample.claim.rhs, {})
    return not close(left, right) and close(left, numeric(counterexample.lhs))


def places():
    for values in product(range(2), repeat=6):
        yield dict(zip((i, j, k, c, m, Y), values, strict=True))


@pytest.mark.parametrize("subject", ["softmax", "cross-entropy"])
def test_the_mutants_of_the_result_are_refuted(subject):
    derivation = derive(subject)
    assumptions = derivation.steps[-1].assumptions
    verdicts = [
        prove(mutant, assumptions, definitions=derivation.definitions)
        for _, mutant in mutants(derivation.result)
    ]
    assert verdicts
    assert all(isinstance(verdict, Refuted) for verdict in verdicts)
