"""``cecheck grad`` as its users meet it."""

import csv
import io

import pytest

from tests.commands.outcomes import as_json


def test_grad_shows_push_and_pull(cecheck):
    # softmax(4, -4, 3) = (0.73087937, 0.00024518, 0.26887544), loss 1.3135069
    out = cecheck("grad", 4, -4, 3, "--label", 2).out
    row = next(line for line in out.splitlines() if line.strip().startswith("→ 2"))
    values = ["3", "0.2689", "1", "-0.2689", "+1", "0.7311", "-0.7311", "3.7311"]
    assert row.split() == ["→", "2", *values]
    assert "−log p_y = −log 0.2689 = 1.3135" in out
    assert "predicted   class 0, p = 0.7309, but the true class is 2" in out
    assert "Every logit is pushed down by its probability; the true one, class 2," in out
    assert out.count("✓") == 4


def test_grad_json_has_the_documented_keys(cecheck):
    data = as_json(cecheck("grad", 0, 0, 40, "--label", 2, "--format", "json"))
    keys = "schema logits label targets probabilities loss gradient push pull lr updated_logits"
    assert set(f"{keys} predicted checks".split()) <= set(data)
    assert data["loss"] == 8.496708510583178e-18
    assert data["gradient"][2] == -8.496708510583178e-18
    assert [check["name"] for check in data["checks"]] == [
        "closed form", "chain rule", "finite differences", "50-digit arithmetic",
    ]  # fmt: skip


def test_infinities_are_strings_in_json(cecheck):
    data = as_json(cecheck("grad", "-inf", 0, "--label", 0, "--format", "json"))
    assert data["logits"][0] == "-inf"
    assert data["loss"] == "inf"


@pytest.mark.parametrize(
    "arguments",
    [
        ["grad", "-1", "-inf", "2", "--label", "0"],
        ["grad", "--label", "0", "-1", "-inf", "2"],
        ["grad", "−1", "-∞", "2", "--label", "0"],
        ["grad", "-1", "--label", "0", "-inf", "2e0"],
    ],
)
def test_negative_numbers_are_ordinary_arguments(cecheck, arguments):
    data = as_json(cecheck(*arguments, "--format", "json"))
    assert data["logits"] == [-1.0, "-inf", 2.0]


def test_negative_option_values(cecheck):
    data = as_json(cecheck("grad", 1, 2, "--label", 0, "--lr", "-0.5", "--format", "json"))
    assert data["lr"] == -0.5


@pytest.mark.parametrize("stdin", ["4 -4 3\n", "4,-4,3", "4\n-4\n3\n", "4, −4, 3\n"])
def test_logits_on_stdin(cecheck, stdin):
    data = as_json(cecheck("grad", "-", "--label", 2, "--format", "json", stdin=stdin))
    assert data["logits"] == [4.0, -4.0, 3.0]


def test_soft_targets_that_do_not_sum_to_1_are_warned_about(cecheck):
    outcome = cecheck("grad", 0, 0, "--targets", "2,1", "--format", "json")
    assert outcome.err == (
        "warning: the targets sum to 3.0, not 1: the gradient is p·Σy − y, not p − y\n"
    )
    assert as_json(outcome)["gradient"] == [-0.5, 0.5]


PUSHED = "Every logit is pushed down by"
EFFECTIVE = "its probability and pulled up by its effective target t"
SMOOTHED = "t = (1 − ε)·y + ε/C, where ε = 0.5, C = 2"
OPTIONS = [
    ("--targets 1,1", "p·Σy − y", "", f"{PUSHED} Σy = 2 times its probability and pulled up by"),
    ("--label 0 --temperature 2", "(p − y)/T", "", "class 0, is also pulled up, by one; both div"),
    ("--label 0 --label-smoothing .5", "p − t", SMOOTHED, f"{PUSHED} {EFFECTIVE}."),
    ("--label 1 --weight 1,3", "p·Σt − t", "t = w·y,", "Σt = 3 times its probability; the true"),
    ("--label 1 --weight 1,3", "−p·Σt ", "+t", "class 1, is also pulled up, by t = 3."),
    ("--targets .5,.5 --weight 1,2", "p·Σt − t", "t = w·y,",
     f"{PUSHED} Σt = 1.5000 times {EFFECTIVE}"),
    ("--label 0 --label-smoothing .5 --weight 1,2 --temperature 2", "(p·Σt − t)/T",
     "t = w·((1 − ε)·y + ε/C), where ε = 0.5, C = 2 and w are the weights",
     f"{PUSHED} Σt = 1.2500 times {EFFECTIVE}; both divided by T = 2."),
]  # fmt: skip


@pytest.mark.parametrize(("options", "formula", "definition", "sentence"), OPTIONS)
def test_options_change_what_is_said(cecheck, options, formula, definition, sentence):
    out = cecheck("grad", 1, 2, *options.split()).out
    assert f"  {formula}" in out
    assert definition in out
    assert sentence in out


def test_every_letter_shown_is_a_column(cecheck):
    weighted = ["grad", 0, 0, "--label", 1, "--label-smoothing", 0.5, "--weight", "1,2"]
    out = cecheck(*weighted).out
    rows = [line.split() for line in out.splitlines()]
    # t = w·(y/2 + 1/4) = (0.25, 1.5), Σt = 1.75
    symbols = ["i", "z", "p", "y", "t", "−p·Σt", "+t", "−gradient", "p·Σt", "−", "t", "z", "−", "g"]
    assert rows[2] == symbols
    assert rows[4][3:7] == ["0", "0.2500", "-0.8750", "+0.2500"]
    assert "L = −Σ t log p" in out
    assert as_json(cecheck(*weighted, "--format", "json"))["effective_targets"] == [0.25, 1.5]
    assert "L = −Σ y log p" in cecheck("grad", 1, 2, "--targets", "0.5,0.5").out


def test_smoothing_pulls_more_than_one(cecheck):
    out = cecheck("grad", 1, 2, "--label", 0, "--label-smoothing", 0.1).out
    assert out.startswith("Push and pull\n")


def test_steps_show_how_the_probabilities_move(cecheck):
    data = as_json(cecheck("grad", 1, 2, "--label", 0, "--steps", 3, "--format", "json"))
    assert [step["number"] for step in data["steps"]] == [0, 1, 2, 3]
    assert "How the probabilities move" in cecheck("grad", 1, 2, "--label", 0, "--steps", 3).out
    rows = list(
        csv.DictReader(
            io.StringIO(cecheck("grad", 1, 2, "--label", 0, "--steps", 3, "--format", "csv").out)
        )
    )
    assert [(row["step"], row["class"]) for row in rows[-2:]] == [("3", "0"), ("3", "1")]


def test_thousands_of_logits(cecheck):
    logits = " ".join(str(k % 17) for k in range(3000))
    outcome = cecheck("grad", "-", "--label", 5, stdin=logits)
    assert "2980 more classes left out" in outcome.out
    data = as_json(cecheck("grad", "-", "--label", 5, "--format", "json", stdin=logits))
    assert len(data["gradient"]) == 3000


@pytest.mark.parametrize(
    "arguments", [["4,-4,3"], ["[4, -4, 3]"], ["4,", "-4,", "3"], ["4\t-4\t3"]]
)
def test_logits_in_any_list(cecheck, arguments):
    assert (
        cecheck("grad", *arguments, "--label", 2).out == cecheck("grad", 4, -4, 3, "--label", 2).out
    )


def test_a_negative_first_logit_in_a_list(cecheck):
    data = as_json(cecheck("grad", "-4,4", "--label", 0, "--format", "json"))
    assert data["logits"] == [-4.0, 4.0]


def test_two_lines_on_stdin_are_refused(cecheck):
    outcome = cecheck("grad", "-", "--label", 2, stdin="1 2 3\n4 5 6\n")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error: stdin:2:1: 2 lines are not one sample\n  4 5 6\n"
        "hint: cecheck batch reads a sample a line\n"
    )


def test_an_ignored_label_is_said(cecheck):
    ignored = ["grad", 4, -4, 3, "--label", -100, "--ignore-index", -100, "--weight", "1,2,3"]
    outcome = cecheck(*ignored)
    assert outcome.err == ""
    assert "The label -100 is ignored, as --ignore-index says" in outcome.out
    assert "every logit" not in outcome.out.lower()
    data = as_json(cecheck(*ignored, "--format", "json"))
    assert (data["label"], data["ignored"], data["loss"]) == (-100, True, 0.0)
    assert data["gradient"] == [0.0, 0.0, 0.0]
