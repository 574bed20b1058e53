"""The page of cecheck derive as readers want it: entries, sentences, letters and names."""

import json
import re

import pytest

from ce_cli.mathematics.nodes import LOW

FOLLOWED = [
    ("--classes 3", ["∂p₀/∂z₀", "∂p₀/∂z₁", "∂p/∂z", "∂L/∂p", "∂L/∂z₀", "∂L/∂z"]),
    (
        "--classes 3 --label 2",
        ["∂p₂/∂z₂", "∂p₂/∂z₀", "∂p/∂z", "∂L/∂p₂", "∂L/∂z₂", "∂L/∂z₀", "∂L/∂z"],
    ),
    (
        "softmax --classes 2 --all",
        ["∂p₀/∂z₀", "∂p₀/∂z₁", "∂p₁/∂z₀", "∂p₁/∂z₁", "∂p/∂z"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("options", "derivatives"), FOLLOWED)
def test_some_entries_are_followed_and_then_all_are_shown_once(cecheck, options, derivatives):
    steps = json.loads(cecheck("derive", *options.split(), "--format", "json").out)["steps"]
    sides = [step["lhs"] for step in steps if _DERIVATIVE.fullmatch(step["lhs"])]
    assert [_on_one_line(side) for side in dict.fromkeys(sides)] == derivatives


_DERIVATIVE = re.compile(r"\\frac\{\\partial ([^\\]*)\}\{\\partial ([^\\]*)\}")


def _on_one_line(latex):
    """Return a derivative as d/d: \\frac{\\partial p_{0}}{\\partial z_{1}} is ∂p0/∂z1."""
    top, below = _DERIVATIVE.fullmatch(latex).groups()
    return re.sub(r"[_{} ]", "", f"∂{top}/∂{below}").translate(LOW)


def test_numbers_stand_once_beside_the_end_of_a_chain(cecheck):
    out = cecheck("derive", "--classes", 3, "--label", 2, "--logits", "4,-4,3").out
    assert "= p₂(1 − p₂) = 0.1966" in out
    assert out.count("−0.1965") == 3  # once at the end of its chain, twice in the matrix
    assert "= p₂ − 1 = −0.7311" in out


def test_the_summary_says_once_what_holds_for_all_steps(cecheck):
    out = cecheck("derive").out
    assert re.search(r"\n✓ (\d+) of \1 steps proved for every number of classes\n$", out)
    assert out.count("every number of classes") == 2  # below the title, and in the summary
    assert "normal form" not in out
    assert out.count("if Σy = 1") == 1


def test_a_rule_is_stated_where_it_is_first_used(cecheck):
    out = cecheck("derive", "--classes", 3).out
    assert out.count("Quotient rule: for f = g/h, f′ = (g′h − gh′)/h². Here g = e^z₀, h = S.") == 1
    assert "e^z₀ does not depend on z₁: its derivative is 0." in out
    assert out.index("Quotient rule:") < out.index("e^z₀ does not depend on z₁")


def test_sentences_can_be_left_out(cecheck):
    full, none = (
        cecheck("derive", "--prose", prose).out.splitlines() for prose in ("full", "none")
    )
    assert "The targets sum to 1." in full
    assert "The targets sum to 1." not in none
    assert [line for line in none if line] == [line for line in full if line in none and line]


def test_the_language_is_chosen_and_never_guessed(cecheck, process, monkeypatch):
    chinese = cecheck("derive", "--lang", "zh").out
    assert "链式法则" in chinese
    monkeypatch.setenv("CECHECK_LANG", "zh")
    assert cecheck("derive").out == chinese
    monkeypatch.setenv("CECHECK_LANG", "de")
    assert cecheck("derive").err.startswith("error: CECHECK_LANG: 'de' is not one of")
    english = process("derive", "vjp", LC_ALL="zh_CN.UTF-8", LANG="zh_CN.UTF-8", CECHECK_LANG="")
    assert "steps proved" in english.out


LETTERS = ["--role", r"a=logits,\hat{y}=probabilities,t=targets,K=classes,J=loss"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("output_format", "gradient"),
    [
        ("text", "ŷ_i − t_i"),
        ("latex", r"\hat{y}_{i} - t_{i}"),
        ("markdown", r"\hat{y}_{i} - t_{i}"),
        ("json", r"\\hat{y}_{i} - t_{i}"),
        ("html", "<mi>ŷ</mi><mrow><mi>i</mi></mrow></msub><mo>−</mo><msub><mi>t</mi>"),
    ],
)
def test_the_writers_letters_are_used_everywhere(cecheck, language, output_format, gradient):
    options = ["--lang", language, "--format", output_format]
    out = cecheck("derive", *LETTERS, *options).out
    assert gradient in out
    if output_format == "text":
        assert not re.search(r"\b[zpyLC]\b|\b[zpy]_", out)


def test_letters_of_one_logit(cecheck):
    out = cecheck("derive", "bce", "--role", "a=logits,t=targets").out
    assert "σ(a) − t" in out
    assert "For one logit a." in out


def test_classes_have_names(cecheck):
    out = cecheck("derive", "--names", "cat,dog,rabbit", "--label", "rabbit").out
    assert "For C = 3 classes: cat, dog, rabbit." in out
    assert "= p_rabbit − 1" in out
    latex = cecheck("derive", "--names", "cat,dog", "--format", "latex").out
    assert r"p_{\text{cat}} - y_{\text{cat}}" in latex


@pytest.mark.parametrize("label", [1, 8])
@pytest.mark.parametrize("subject", ["cross-entropy", "one-hot", "update"])
def test_numbers_keep_to_the_cases_of_a_fixed_true_class(cecheck, subject, label):
    logits = "4,-4,3,1.5,0,2,-1,0.25,7"
    outcome = cecheck("derive", subject, "--logits", logits, "--label", label, "--format", "json")
    steps = json.loads(outcome.out)["steps"]
    cases = {
        (step["assumptions"][0][2], step["values"]["indices"]["i"] == label)
        for step in steps
        if step["assumptions"] and step["assumptions"][0] in {f"i = {label}", f"i ≠ {label}"}
    }
    assert outcome.code == 0
    assert cases == {("=", True), ("≠", False)}


def test_numbers_of_a_table_stand_once_on_a_page(cecheck):
    out = cecheck("derive", "softmax", "--classes", 3, "--logits", "4,-4,3").out
    assert out.count("2.4512e−4") == 1
    assert " = 0 = 0" not in out
    assert "⎡0⎤   ⎡0⎤" not in out


def test_sentences_hold_for_whichever_entry_is_followed_first(cecheck):
    out = cecheck("derive", "nll", "--classes", 3, "--label", 2, "--all").out
    assert "that of z₂ is 1 by itself, else 0." in out


@pytest.mark.parametrize("mark", "$`{}\\%&#^~")
def test_a_name_has_no_sign_of_a_markup_language(cecheck, mark):
    outcome = cecheck("derive", "--names", f"a{mark}b,c")
    assert outcome.code == 2
    assert f"--names: {mark} cannot stand in a name here: a{mark}b" in outcome.err


def test_longer_indices_hold_together_in_sentences(cecheck):
    options = ["derive", "softmax", "--names", "a_b,dog,<b>", "--format"]
    assert r"$e^{z_{a_b}}$ does not depend on $z_{dog}$" in cecheck(*options, "markdown").out
    assert r"z_{\text{a\_b}}" in cecheck(*options, "latex").out
    assert r"\text{a_b}" in cecheck(*options, "markdown").out
