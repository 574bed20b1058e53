"""Every step of every derivation is proved, and true by an evaluator that knows no kernel."""

from itertools import pairwise, product

import pytest
from sympy import Integer, KroneckerDelta

import ce_cli
from ce_cli.derivations.subjects import SUBJECTS, derive
from ce_cli.errors import InputError
from ce_cli.symbolic.derivation import judge
from ce_cli.symbolic.kernel.prove import entries_of
from ce_cli.symbolic.kernel.verdicts import Proved
from ce_cli.symbolic.notation import Y, c, i, j, m, p, y
from tests.symbolic.oracle import agrees, respected

FORMS = [(None, None), (3, None), (3, 2), (None, 1), (2, 1), (100, None)]


@pytest.mark.parametrize("classes", [None, 2, 3])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_step_changes_something(subject, classes):
    for label in (None, 1):
        steps = derive(subject, classes, label).steps
        assert [step.rule for step in steps if step.claim.lhs == step.claim.rhs] == []


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize(("classes", "label"), FORMS)
def test_every_step_is_proved_and_stays_within_its_assumptions(subject, classes, label):
    derivation = derive(subject, classes, label)
    for step, verdict in zip(derivation.steps, judge(derivation), strict=True):
        assert isinstance(verdict, Proved), (step.claim, verdict)
        if classes is not None:
            assert verdict.scope.count_text == f"C = {classes}"


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize(("classes", "label"), [(None, None), (3, 2)])
def test_every_step_is_true_in_floating_point(subject, classes, label):
    derivation = derive(subject, classes, label)
    checked = 0
    for step in derivation.steps:
        used = [index for index in (i, j, Y, c, m) if index in free_symbols(step.claim)]
        for values in product(range(2), repeat=len(used)):
            indices = {i: 0, j: 1, Y: 0, m: 0, **dict(zip(used, values, strict=True))}
            if respected(step.assumptions, indices):
                for entry in entries_of(step.claim):
                    assert agrees(
                        entry, step.assumptions, derivation.definitions, 3, indices, checked
                    ), entry
                    checked += 1
    assert checked


def free_symbols(claim):
    return claim.lhs.free_symbols | claim.rhs.free_symbols


def test_the_result_with_a_label():
    result = derive("cross-entropy", 3, 2).result
    assert list(result.rhs) == [p[0], p[1], p[2] - 1]


def test_the_result_for_every_class_count():
    assert derive("cross-entropy").result.rhs == p[i] - y[i]
    assert derive("cross-entropy", label=2).result.rhs == p[i] - KroneckerDelta(i, Integer(2))


def test_chains_continue_where_the_left_side_is_the_last_right_side():
    pairs = [pair for chain in derive("softmax").chains() for pair in pairwise(chain)]
    assert pairs
    assert all(after.claim.lhs == before.claim.rhs for before, after in pairs)


def test_a_notebook_shows_a_derivation():
    derivation = ce_cli.derive("sigmoid")
    assert r"\begin{aligned}" in derivation._repr_latex_()
    assert "<math" in derivation._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("softmaxx",), "did you mean softmax"),
        (("zebra",), "one of softmax"),
        (("softmax", 1), "at least 2 classes"),
        (("softmax", 3, 3), "no class 3"),
        (("softmax", None, -1), "no class -1"),
    ],
)
def test_bad_requests(arguments, message):
    with pytest.raises(InputError) as error:
        derive(*arguments)
    assert message in str(error.value)
