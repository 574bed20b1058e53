"""The page on ``cecheck batch`` has a paragraph on every fault."""

import re

import numpy as np

from ce_cli.dumps.faults.catalogue import LOW_PRECISION, UNEXPLAINED, Catalogue
from ce_cli.dumps.objective import Objective, Rows
from ce_cli.dumps.totals import Totals
from ce_cli.numeric.cross_entropy import CrossEntropy
from ce_cli.numeric.exact_sum import exact_sum
from tests.places import DOCS

PAGE = DOCS / "batch.md"


def names(labels):
    objective = Objective(CrossEntropy((1.0, 2.0), label_smoothing=0.1), ignore_index=0)
    columns = object()
    catalogue = Catalogue(objective, Totals(3, 2, exact_sum([2.0])), columns)
    rows = Rows(np.zeros((1, 2)), labels, np.zeros((1, 2)), None, None, None)
    return {fault.name for fault in catalogue.possible(rows)}


def test_every_fault_has_a_paragraph_and_every_paragraph_a_fault():
    titles = set(re.findall(r"^### (\S+)$", PAGE.read_text(), re.MULTILINE))
    assert titles == names(np.array([1])) | names(None) | {LOW_PRECISION, UNEXPLAINED}


def test_a_wrong_divisor_differs_from_the_right_one_in_its_sentence():
    objective = Objective(divisor=1_000_000.0)
    catalogue = Catalogue(objective, Totals(1_000_001, 1_000_001, exact_sum([1_000_001.0])))
    rows = Rows(np.zeros((1, 2)), np.array([1]), np.zeros((1, 2)), None, None, None)
    sentences = [fault.sentence for fault in catalogue.possible(rows)]
    said = "are divided by N = 1000001, the number of rows; it should be 1000000"
    assert [text for text in sentences if "N =" in text] == [said]
