"""Texts of several equations: each has a verdict of its own, and nothing spoils another."""

import json

import pytest

GRADIENT = r"\frac{\partial L}{\partial z_i} = p_i - y_i"
JACOBIAN = r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)"
OTHER, GOOD = "not_understood", "proved"

TEXTS = [
    # what the text is about, its paragraphs, their verdicts, the exit code
    ("a side alone", ["p_i + 1", JACOBIAN], [OTHER, GOOD], 2),
    ("an open brace", [r"q_i = \frac{u_i}{2", JACOBIAN], [OTHER, GOOD], 2),
    ("an open environment", ["\\begin{align}\nq_i = 2 u_i", JACOBIAN], [OTHER, GOOD], 2),
    ("an environment closed twice", ["q_i = 2 u_i \\end{align}", JACOBIAN], [OTHER, GOOD], 2),
    ("a strange word", [r"q_i = 2 u_i \text{ or less}", JACOBIAN], [OTHER, GOOD], 2),
    ("a strange command", [r"q_i = \foo u_i", JACOBIAN], [OTHER, GOOD], 2),
    ("a question about a letter", ["y_i = 2 u_i", "z_i = z_i"], [OTHER, GOOD], 2),
    ("a wrong one beside a strange one", [r"q_i = \foo u_i", "p_i = z_i"], [OTHER, "refuted"], 1),
    ("an open one beside a strange one", [r"q_i = \foo u_i", "p_i = R"], [OTHER, "undecided"], 1),
    ("a condition at the end", [JACOBIAN, r"\text{Case 1: } i = j"], [GOOD, OTHER], 2),
    ("a definition", [r"S = \sum_k e^{z_k}", r"p_i = \frac{e^{z_i}}{S}"], ["definition", GOOD], 0),
    ("a definition by vectors", [r"Q = \mathbf{z}^T \mathbf{z}", r"Q = \sum_k z_k^2"],
     ["definition", GOOD], 0),
    ("a fragment beside an equation", ["q_i = z_i \\\\ u_i", JACOBIAN], [OTHER, OTHER, GOOD], 2),
    ("numbers", [r"L = -y\log p - (1-y)\log(1-p)", r"\frac{\partial L}{\partial z} = p - y"],
     ["definition", GOOD], 0),
    ("a vector that is a number elsewhere",
     [r"p = \mathrm{softmax}(z)", r"\frac{\partial p}{\partial z} = p(1 - p)"], [GOOD, OTHER], 2),
    ("a loss by name", [r"\mathrm{NLL} = \log p_y"], ["refuted"], 1),
    ("a loss by name and its derivative",
     [r"\mathrm{CE} = \sum_k y_k \log p_k",
      r"\frac{\partial \mathrm{CE}}{\partial z_i} = y_i - p_i"], ["refuted", "undecided"], 1),
    ("a binary loss with two signs", [r"L_i = -y_i\log p_i + (1-y_i)\log(1-p_i)"],
     ["undecided"], 1),
    ("a binary loss", [r"L_i = -y_i\log p_i - (1-y_i)\log(1-p_i)"], ["definition"], 0),
    ("an entropy without a minus", [r"H = \sum_k p_k \log p_k"], ["refuted"], 1),
    ("an entropy", [r"H = -\sum_k p_k \log p_k"], ["definition"], 0),
    ("a sum without an index", [r"q_i = \frac{e^{v_i}}{\sum_k e^{v_i}}"], ["undecided"], 1),
    ("a letter defined twice", [r"S = \sum_k e^{z_k}", r"S = \sum_k z_k"],
     ["definition", "refuted"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("paragraphs", "verdicts", "code"), [text[1:] for text in TEXTS],
                         ids=[text[0] for text in TEXTS])  # fmt: skip
def test_each_equation_has_a_verdict_of_its_own(cecheck, paragraphs, verdicts, code):
    outcome = cecheck("check", "-", "--format", "json", stdin="\n\n".join(paragraphs))
    links = json.loads(outcome.out)["links"]
    assert [link["verdict"] for link in links] == verdicts
    assert outcome.code == code


def test_a_definition_of_the_user_that_lacks_the_index_is_an_error(cecheck):
    outcome = cecheck("check", "p_i = e^{z_i}/S", "--define", r"S = \sum_k e^{z_i}")
    assert outcome.code == 2
    assert "the index of this sum does not occur in it" in outcome.err
