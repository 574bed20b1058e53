"""Whatever is thrown at it, the check ends within its work with verdicts or an error."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_cli.errors import InputError
from ce_cli.formulas.report import WORK, WORK_A_LINK, report_formula
from ce_cli.symbolic.kernel import limits


def terms(term, count):
    """Return the sum of a term with 1, 2, ... in the place of #."""
    return " + ".join(term.replace("#", str(number)) for number in range(1, count))


LABOUR = [
    "p_i = " + terms(r"\frac{1}{z_i + #}", 150),
    "p_i = " + terms(r"\frac{e^{# z_i}}{\sum_k e^{# z_k}}", 40),
    "p_i = (1 + z_i + z_j + y_k)^{16}",
    r"p_i = (\sum_k z_k + 1)^{40}",
    "L = (p_i + y_j + p_k + 1)^{14}",
    r"p_i = \sum_a \sum_b \sum_c \sum_d \sum_e p_a p_b p_c p_d p_e y_a",
    r"L = \sum_a \sum_b \sum_c \sum_d \sum_g (p_a - y_b)(p_c - y_d)(p_g - y_a)(z_a - z_b + z_c)",
    r"L = \frac{\partial^2}{\partial z_i \partial z_j} \frac{\partial^2}{\partial z_k^2} L",
    "L = " + terms(r"\log(p_i + #)", 200),
    "L = " + terms(r"\log(\sum_k e^{# z_k} + #)", 60),
    "L = " + terms("e^{# z_i}", 200),
    r"\frac{\partial p}{\partial z} = " + r"(\operatorname{diag}(p) - p p^T + z y^T)" * 6,
    "p_i = " + r"\frac{1}{p_i + " * 20 + "z_j" + "}" * 20,
    "L = " + terms("p_{#}", 200),
    "L = " + terms("p_{#} y_{#}", 40),
    "p_i = " + r"\operatorname{softmax}(" * 5 + "z" + ")" * 5 + "_i",
    "p_i = " + terms(r"\begin{cases} # z_i & i = j \\ p_j & i \ne j \end{cases}", 60),
]
"""Formulas of a size that is read, and more work than anybody has time for."""

NASTY = [
    "p_i = 9^{9^{9}}",
    "p_i = ((9^{64})^{64})^{64}",
    "p_i = ((p_j + 1)^{9999999999})^{9999999999}",
    "p_i = " + "{" * 10_000 + "1" + "}" * 10_000,
    "p_i = " + "(" * 10_000,
    "p_i = " + "-" * 10_000 + "1",
    "p_i = " + r"\frac{1}{" * 500 + "z_i" + "}" * 500,
    "p_i = " + "+".join(["z_i"] * 4_000),
    "p_i = " + "(1 + z_i + z_j + y_k)" * 60,
    "p_i = (1 + z_i + z_j + y_k + x)^{64}",
    "p_i = " + "e^{" * 60 + "z_i" + "}" * 60,
    "p_i = " + r"\sum_k " * 60 + "z_k",
    "p_i = " + " ".join(f"\\sum_{{{letter}}} z_{letter}" for letter in "abcdghjklmnopqrs"),
    "p_a p_b p_c p_d p_g p_h p_i p_j = 1",
    "x_i = " * 2_000 + "1",
    "a" * 10_000_000,
    "p_i = p_i\x00",
    "p_i = \u202ep_j\u2066",
    "\\begin{cases} 1 = 2 \\end{aligned}",
    "\\end{cases} = \\begin{cases}",
    "p_i = \\begin{cases}\\end{cases}",
    "p_i = \\begin{cases} 1 \\\\ 0 & i = j \\end{cases}",
    "p_i = \\frac{()}{z_i} \\frac{d z_i}{()}",
    "=" * 5_000,
    "& \\\\ " * 3_000 + "a = b",
    "p_i = \\frac\\frac\\frac",
    "p_i = d/dz_i d/dz_i d/dz_i d/dz_i d/dz_i d/dz_i p_i",
    "p_i = 0/0",
    "p_i = log(0)",
    "p_i = 0^{-1}",
    "p_i = e^{e^{e^{64}}}",
    "p_i = 10^{40}^{40}",
    "p_i = __import__('os').system('true')",
    "p_{i_{j_{k}}} = 1",
    "S = S + 1\n\nS = 2",
    "S = R\n\nR = S\n\nS = 1",
    "f(x) = f(x) + 1\n\nf(x) = 2",
    "z_i = p_i + 1\n\np_i = z_i",
    "\\sum_{k=1}^{9999999999} z_k = 1",
    "z_{99999999} = 1",
    "\\delta_{ij} = \\delta_{ji}",
    "1 = 2",
    "1 = 1",
    "p_i = e",
    "p_0 + p_1 + .. + p_{C-1} = 1",
    "p_i = p_i, i = 1 2 3 4 5 6 7 8 9 10",
    "p_{e} = e^e",
    "p_i = |p_i| \\Rightarrow",
    "\\Rightarrow \\Rightarrow = 1",
    "p[i][j] = p[",
    "P(|) = P(A||B)",
    "\\begin{bmatrix} \\cdots \\end{bmatrix} = p",
    "p_i = " + r"\operatorname{softmax}(" * 6 + "z" + ")" * 6 + "_i",
    *LABOUR,
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_inputs_end(text):
    ends(text)


def ends(text):
    """Check that the counted work alone ends it: the clock stands still in all tests."""
    done = limits._meter.done
    try:
        links = report_formula(text).links
    except InputError:
        links = ()
    assert all(link.judgement or link.refusal for link in links)
    # A piece of work is counted before it is known whether it was the last one allowed.
    assert limits._meter.done - done <= 1.02 * (WORK + WORK_A_LINK * len(links))


def test_a_long_text_is_judged_as_far_as_its_work_allows(monkeypatch):
    monkeypatch.setattr("ce_cli.formulas.report.WORK_A_LINK", 1_000)
    report = report_formula("\n\n".join(LABOUR[2:7] * 2))
    reasons = [link.judgement.reason for link in report.links]
    assert reasons[0] != reasons[-1] == "the whole text takes too long: check it in parts"


@pytest.mark.parametrize("text", LABOUR[5:8])
def test_work_is_stopped_without_a_clock(text):
    [link] = report_formula(text).links
    assert link.judgement.reason == limits.TOO_LONG


def test_work_that_the_count_misjudges_is_stopped_by_the_clock(monkeypatch):
    monkeypatch.setattr(limits, "thread_time", itertools.count(step=60).__next__)
    done = limits._meter.done
    [link] = report_formula(LABOUR[1]).links
    assert link.judgement.reason == limits.TOO_LONG
    assert limits._meter.done - done < WORK


parts = st.sampled_from(
    [
        r"\Rightarrow",
        r"|",
        r"P(",
        r"for i = 1,",
        r"\dots",
        r", i \in",
        r"H(",
        r"[i]",
        r"\sum_{i, j}",
        r"k \in \{1, \dots, K\}",
        r"\cdots",
        r"p_i",
        r"z_j",
        r"y_k",
        r"p_{i}",
        r"e^{z_i}",
        r"\frac{p_i}{p_j}",
        r"\sum_k",
        r"\sum_{k\ne",
        r"i}",
        r"(",
        r")",
        r"{",
        r"}",
        r"[",
        r"]",
        r"=",
        r"=",
        r"&",
        r"\\",
        r"+",
        r"-",
        r"*",
        r"/",
        r"^",
        r"_",
        r"'",
        r"\log",
        r"\delta_{ij}",
        r"1",
        r"0",
        r"2",
        r"\partial",
        r"d",
        r"L",
        r"/",
        r"dz_i",
        r"\begin{cases}",
        r"\end{cases}",
        r",",
        r"i=j",
        r"\left",
        r"\right",
        r"\{",
        r"\}",
        r"\text{if}",
        r"\hat{y}",
        r"^T",
        r"\odot",
        r"diag",
        r"softmax",
        r"\sigma",
        r"x",
        r"\vdots",
        r"\begin{bmatrix}",
        r"\end{bmatrix}",
        r"Σ",
        r"∂",
        r"²",
    ]
)


@settings(max_examples=80)
@given(st.lists(parts, max_size=14).map(" ".join))
def test_random_formulas_end(text):
    ends(f"p_i = {text}")


@settings(max_examples=80)
@given(st.text(max_size=40))
def test_random_texts_end(text):
    ends(text)
