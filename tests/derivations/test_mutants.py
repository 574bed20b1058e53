"""No mutant of a derivation is accepted unless it is harmless."""

from collections import Counter
from itertools import product

import pytest

from ce_cli.derivations.subjects import SUBJECTS, derive
from ce_cli.symbolic.kernel.claims import Distinct, Equal
from ce_cli.symbolic.kernel.exact import numeric
from ce_cli.symbolic.kernel.prove import prove
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted, Undecided
from ce_cli.symbolic.notation import M, Y, c, i, j, k
from tests.symbolic.mutation import mutants
from tests.symbolic.oracle import Oracle, agrees, close

COUNTS = Counter()


def judged(subject):
    """Yield every mutant of a derivation's claims with its verdict."""
    derivation = derive(subject)
    for step in derivation.steps:
        for kind, mutant in mutants(step.claim):
            verdict = prove(mutant, step.assumptions, definitions=derivation.definitions)
            yield kind, mutant, step.assumptions, derivation.definitions, verdict


@pytest.mark.slow
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_mutant_is_refuted_or_harmless(subject):
    for kind, mutant, assumptions, definitions, verdict in judged(subject):
        COUNTS[kind, type(verdict)] += 1
        if isinstance(verdict, Proved):
            assert is_harmless(mutant, assumptions, definitions), (kind, mutant)
        if isinstance(verdict, Refuted):
            assert is_confirmed(verdict.counterexample, definitions), (kind, mutant)


def is_harmless(mutant, assumptions, definitions):
    """Say whether the sides of a mutant agree in floating point at every index."""
    return all(
        agrees(mutant, assumptions, definitions, 3, indices, seed)
        for seed, indices in enumerate(places())
        if all(respected(assumption, indices) for assumption in assumptions)
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
    for values in product(range(2), repeat=5):
        yield dict(zip((i, j, k, c, Y), values, strict=True))


def respected(assumption, indices):
    match assumption:
        case Equal(first, second):
            return indices[first] == indices[second]
        case Distinct(first, second):
            return indices[first] != indices[second]
    return True


@pytest.mark.slow
def test_there_are_enough_mutants_and_few_are_undecided():
    if len(COUNTS) == 0:
        pytest.skip("counts the mutants of the tests above, which did not run")
    total = sum(COUNTS.values())
    undecided = sum(count for (_, kind), count in COUNTS.items() if kind is Undecided)
    assert total >= 2000
    assert undecided < 0.02 * total
    assert sum(count for (kind, _), count in COUNTS.items() if kind == "factor") > 500


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
