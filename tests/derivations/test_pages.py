"""Pages fit: their width on a terminal of 80 columns, and their length for three classes."""

from itertools import product

import pytest

from ce_cli.derivations.page import derive
from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS

OF_CLASSES = [subject for subject in SUBJECTS if subject not in OF_ONE_LOGIT]


@pytest.mark.parametrize(
    ("subject", "classes"), [*product(OF_CLASSES, [None, 3]), ("hessian", 6), ("kl", 6)]
)
def test_no_line_is_wider_than_the_terminal(subject, classes):
    lines = str(derive(subject, classes)).splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("label", [None, 2])
@pytest.mark.parametrize("subject", OF_CLASSES)
def test_three_classes_take_at_most_110_lines(subject, label):
    assert len(str(derive(subject, 3, label)).splitlines()) <= 110
