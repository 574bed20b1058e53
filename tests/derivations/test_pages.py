"""Pages fit: their width on a terminal of 80 columns, and their length for three classes."""

from itertools import product

import pytest

from ce_cli.alphabet import columns
from ce_cli.derivations.layout import LANGUAGES
from ce_cli.derivations.page import derive
from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS
from ce_cli.errors import InputError

OF_CLASSES = [subject for subject in SUBJECTS if subject not in OF_ONE_LOGIT]


@pytest.mark.parametrize(
    ("subject", "classes"), [*product(OF_CLASSES, [None, 3]), ("hessian", 6), ("kl", 6)]
)
def test_no_line_is_wider_than_the_terminal(subject, classes):
    lines = str(derive(subject, classes)).splitlines()
    assert [line for line in lines if columns(line) > 80] == []


@pytest.mark.parametrize(("label", "logits"), [(None, ()), (2, ()), (2, (4, -4, 3))])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", OF_CLASSES)
def test_three_classes_take_at_most_110_lines(subject, language, label, logits):
    page = str(derive(subject, 3, label, logits, language=language))
    assert len(page.splitlines()) <= 110


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"classes": 3.0}, "classes: must be a whole number, not 3.0"),
        ({"classes": "3"}, "classes: must be a whole number, not '3'"),
        ({"classes": 3, "label": 1.5}, "label: must be a whole number, not 1.5"),
        ({"classes": 3, "label": True}, "label: must be a whole number, not True"),
        ({"logits": [float("nan"), 1.0]}, "logits: must be finite numbers"),
        ({"logits": ["a", "b"]}, "logits: must be finite numbers"),
        ({"names": ["cat", "cat"]}, "names: cat is the name of two classes"),
    ],
)
def test_python_refuses_the_values_that_the_command_refuses(wishes, message):
    with pytest.raises(InputError) as error:
        derive("softmax", **wishes)
    assert message in str(error.value)
