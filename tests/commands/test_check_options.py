"""The options of ``cecheck check`` about letters, and its help."""

import json
import re

import pytest

GRADIENT = r"\frac{\partial L}{\partial %s_i} = p_i - y_i"
ROLES = [
    (r"\theta", r"\theta=logits"), ("θ", r"\theta=logits"), (r"\theta", "θ=logits"),
    (r"\theta", "theta=logits"), (r"\hat z", "zhat=logits"), (r"\mathbf z", r"\mathbf z=logits"),
    ("ẑ", r"\hat{z}=logits"), (r"\eta", "eta_k=logits"),
]  # fmt: skip


@pytest.mark.parametrize(("letter", "role"), ROLES)
def test_a_role_counts_in_every_spelling(process, letter, role):
    outcome = process("check", GRADIENT % letter, "--role", role)
    assert (outcome.code, outcome.err) == (0, "")
    assert "proved for every C if Σy = 1" in outcome.out


def test_a_role_that_is_not_understood_is_an_error_with_its_place(process):
    outcome = process("check", "p_i = p_i", "--role", r"\hat{y}\foo=targets", COLUMNS="80")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error: --role:1:8: the command \\foo is not understood\n"
        "  \\hat{y}\\foo=targets\n"
        "         ^^^^\n"
        "hint: write LETTER=ROLE with one letter: a=probabilities, \\theta=logits, "
        "p_{model}=constant\n"
    )


UNUSED = [
    # formula, options, what is reported
    ("p_i = p_i", ["--role", r"\theta=logits"], ["--role: there is no θ in the formulas"]),
    ("p_i = p_i", ["--define", "q = 2"], ["--define: nothing uses q"]),
    ("p_i = p_i", ["--role", "q=loss", "--role", "r=loss", "--define", "M = 2"],
     ["--role: there is no q in the formulas", "--role: there is no r in the formulas",
      "--define: nothing uses M"]),
    ("p_i = p_i", ["--role", "i=logits"], ["--role: i is only an index in the formulas"]),
    ("p_i = p_i", ["--role", "σ=softmax"], ["--role: there is no σ in the formulas"]),
    ("p_i = p_i", ["--role", "p_{model}=constant"],
     ["--role: there is no p_model in the formulas"]),
    ("p_i = p_i", ["--define", "i = 2"], ["--define: nothing uses i"]),
    ("p_i = p_i", ["--define", "p_i = a_i/S", "--define", "S = 2", "--define", "T = S",
                   "--role", "a=constant"], ["--define: nothing uses T"]),
    ("dL/dz_i = p_i - y_i", ["--define", "p_i = softmax(z)_i"], []),
    ("dL/dz_i = -y_i + e^z_i/sum_k e^z_k", ["--define", "p_i = softmax(z)_i"], []),
    (r"\sigma(z)_i = \frac{e^{z_i}}{\sum_k e^{z_k}}", ["--role", "σ=softmax"], []),
    ("p_i = p_i, i = 1, \\dots, m", ["--role", "m=classes"], []),
    (r"p_i = \foo \hat y_i", ["--role", "ŷ=targets", "--define", "y_k = 2"], []),
    ("P(y = k) = p_k", ["--role", "P=probabilities"], []),
    ("d z_i = z_i d", ["--role", "d=constant"], []),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "options", "reported"), UNUSED)
def test_an_option_that_hits_nothing_is_reported(cecheck, formula, options, reported):
    text = f"{formula}\n\nz_i = z_i"
    outcome = cecheck("check", "-", *options, "--format", "json", stdin=text)
    plain = cecheck("check", "-", "--format", "json", stdin=text)
    assert json.loads(outcome.out)["unused"] == reported
    warnings = [line for line in outcome.err.splitlines() if re.match("warning: --", line)]
    assert warnings == [f"warning: {text}" for text in reported]
    assert not reported or outcome.code == plain.code
