"""``cecheck check`` as its users meet it."""

import json
import re
import shlex

import pytest

VERDICTS = [
    # exit code, verdict, formula, options
    (0, "proved_if", r"\frac{\partial L}{\partial z_i} = p_i - y_i", []),
    (0, "proved", "dp_i/dz_j = p_i (delta_ij - p_j)", []),
    (0, "proved", "-log p_y = -z_y + log sum_k exp(z_k)", []),
    (0, "proved", "dp/dz = diag(p) - p p^T", []),
    (0, "proved_if", "dL/dz = p - y", []),
    (0, "proved", "dp/dz = p (1 - p)", []),
    (0, "proved_if", "L = -log p_y", []),
    (0, "proved_if", "dp_i/dz_j = -p_i p_j", ["--when", "i != j"]),
    (0, "proved_if", "dp_i/dz_j = p_i (1 - p_j), i = j", []),
    (0, "proved_if", "dL/dz_i = p_i - y_i", ["--given", "sum"]),
    (0, "proved_if", "sum_k y_k = 1", ["--given", "sum", "--role", "y=targets"]),
    (0, "proved", "p_i = e^z_i / S", ["--define", "S = sum_k e^z_k"]),
    (0, "proved", "p_1 + p_2 + p_3 = 1", ["--classes", "3"]),
    (0, "proved", "da_i/dz_j = a_i (δ_ij - a_j)", ["--role", "a=probability"]),
    (0, "definition", "J_ij = dp_i/dz_j", []),
    (0, "proved", "p_1 + p_2 + p_3 = 1", []),
    (1, "proved_if", "dp_i/dz_j = -p_i p_j", []),
    (1, "proved_if", "dL/dz_i = p_i - y_i", ["--no-conventions"]),
    (1, "refuted", "dp_i/dz_j = -p_j p_j", ["--when", "i != j"]),
    (1, "refuted", "dL/dz_i = y_i - p_i", []),
    (1, "refuted", "L = sum_k y_k log p_k", []),
    (1, "undecided", "dL/dz_i = dL/db_i", []),
]


@pytest.mark.parametrize(("code", "verdict", "formula", "options"), VERDICTS)
def test_verdicts_and_exit_codes(cecheck, code, verdict, formula, options):
    outcome = cecheck("check", formula, *options, "--format", "json")
    data = json.loads(outcome.out)
    assert data["schema"] == "cecheck.check/1"
    assert [link["verdict"] for link in data["links"]] == [verdict]
    assert outcome.code == code == data["exit_code"]


@pytest.mark.parametrize("formula", ["dL/dx_i = p_i - y_i", r"p = \sigma(2 x)"])
def test_who_writes_x_is_told_how_to_make_it_the_logits(cecheck, formula):
    assert "--role x=logits" in cecheck("check", formula).out


def test_a_refutation_can_be_checked_by_hand(cecheck):
    outcome = cecheck("check", "dp_i/dz_j = -p_j p_j", "--when", "i != j")
    assert outcome.code == 1
    assert "C = 3, z = (0, ln 2, ln 3), i = 0, j = 1: left -1/18 = -0.0555556" in outcome.out
    assert "right -1/9 = -0.111111" in outcome.out
    assert "did you mean -p_i p_j?" in outcome.out
    assert "assumed: p probabilities; z logits" in outcome.out


def test_the_decimals_of_two_values_differ(cecheck):
    outcome = cecheck("check", r"\frac{1}{3} = \frac{3333333}{10000000}")
    assert "left 1/3 = 0.33333333, right 3333333/10000000 = 0.3333333" in outcome.out


REPAIRS = [
    ("dp_i/dz_j = -p_j p_j if i != j", "-p_i p_j"),
    ("dp_i/dz_j = p_i p_j if i != j", "-p_i p_j"),
    ("dp_i/dz_j = p_i (δ_ij + p_j)", "p_i (δ_ij - p_j)"),
    ("dp_i/dz_j = p_j (δ_ij - p_j)", "p_i (δ_ij - p_j)"),
    ("dL/dz_i = y_i - p_i", "p_i - y_i"),
    ("dL/dz_i = p_i + y_i", "p_i - y_i"),
    ("dL/dz_i = p_i p_j - y_i", "p_i - y_i"),
    ("dL/dp_i = y_i / p_i", "-y_i / p_i"),
    ("L = sum_k y_k log p_k", "-sum_k y_k log p_k"),
    (r"\frac{\partial z_i}{\partial z_j} = 1", r"1 \delta_{ij}"),
]


@pytest.mark.parametrize(("formula", "repair"), REPAIRS)
def test_the_smallest_repair_is_proved_and_suggested(cecheck, formula, repair):
    data = json.loads(cecheck("check", formula, "--format", "json").out)
    left = formula.split("=", 1)[0]
    assert data["links"][0]["suggestion"] == repair
    condition = ["--when", "i != j"] if "if" in formula else []
    assert cecheck("check", f"{left} = {repair}", *condition).code == 0


CHAIN = """dL/dz_i = -sum_c y_c dlog(p_c)/dz_i
  = -sum_c y_c/p_c dp_c/dz_i
  = -y_i (1 - p_i) - sum_{c != i} y_c p_i
  = -y_i + y_i p_i + sum_{c != i} y_c p_i
  = p_i - y_i
"""


def test_the_odd_line_of_a_chain_is_named(cecheck):
    outcome = cecheck("check", "-", stdin=CHAIN)
    assert outcome.code == 1
    assert "line 3 is the odd one out: lines 1, 2, 4, 5 agree" in outcome.out
    assert "stdin:3:5" in outcome.out
    assert "did you mean -y_i (1 - p_i) + sum_{c != i} y_c p_i?" in outcome.out
    marks = [line[0] for line in outcome.out.splitlines() if line[:1] in set("✓~△✗–")]
    assert marks == list("✓✓~~✓✗")


ODD = [
    ("dL/dz_i = p_i - y_i\n = -y_i + p_i\n = y_i - p_i", "line 3 is the odd one out: lines 1, 2"),
    ("dL/dz_i = y_i - p_i = -p_i + y_i", "side 1 is the odd one out: sides 2, 3 agree"),
    ("dL/db_j = dL/dz_j = p_j - y_j", ""),
    ("dL/dz_j = p_j - y_j = dL/db_j", ""),
    ("dL/dz_i = y_i - p_i\n = p_i - y_i\n = -y_i + p_i", "side 2 is the odd one out: sides 1, 3,"),
    ("p_i - y_i = dL/dz_i = p_i", "side 3 is the odd one out: sides 1, 2 agree"),
    ("p_i = p_j", ""),
    ("p_i = 1 p_i = p_j = 1 p_j", ""),
    ("p_i = \\foo = p_j", ""),
]


@pytest.mark.parametrize(("text", "sentence"), ODD, ids=range(len(ODD)))
def test_the_odd_line_may_be_the_first_or_the_last(cecheck, text, sentence):
    outcome = cecheck("check", "-", stdin=text)
    assert sentence in outcome.out
    assert ("odd one out" in outcome.out) == bool(sentence)


def test_a_file_with_several_chains(cecheck, tmp_path):
    path = tmp_path / "steps.tex"
    path.write_text(
        "S = \\sum_k e^{z_k}\n\np_i = \\frac{e^{z_i}}{S}\n\ndp_i/dz_i = p_i (1 - p_i)\n"
    )
    outcome = cecheck("check", "--file", str(path))
    assert outcome.code == 0
    assert outcome.out.count("✓") == 3
    assert f"{path}:5:" in outcome.out


def test_what_is_not_understood_is_pointed_at(cecheck):
    outcome = cecheck("check", "p_i = p_j + \\foo")
    assert outcome.code == 2
    assert outcome.out == ""
    assert "1:13: the command \\foo is not understood" in outcome.err
    assert "^^^^" in outcome.err


def test_the_other_steps_are_judged_all_the_same(cecheck):
    outcome = cecheck("check", "-", stdin="p_i = softmax(z)_i\n = \\foo\n\np_i = p_i\n")
    assert outcome.code == 2
    assert outcome.out.count("✓") == 2
    assert "not understood" in outcome.out
    assert "stdin:2:4" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either a formula or --file"),
        (["p_i = p_i", "--file", "x"], "give either a formula or --file"),
        (["y_i = y_j"], "--role y=targets or --role y=probabilities"),
        (["p_i = p_i", "--role", "p"], "not a role"),
        (["p_i = p_i", "--when", "i < j"], "--when"),
        (["p_i = p_i", "--define", "S + 1 = 2"], "not a definition"),
        (["p_i = p_i", "--define", "S = S + 1"], "not a definition"),
        (["p_i = p_i", "--define", "S = 1 = 2"], "not a definition"),
        (["p_i = p_i", "--define", "S"], "no equation"),
        (["p_i = p_i", "--define", "S = \\foo"], "--define:1:5: the command \\foo"),
        (["p_i = p_i", "--define", "S = 1", "--define", "S = 2"], "defined twice"),
        (["p_i = e^{a_i} / Σ"], "--define 'Σ = \\sum_k e^{a_k}'"),
        (["p_i = p_i", "--define", "S = E"], "--define:1:5: is E the loss"),
        (["p_i = p_i", "--when", "q = i"], "--when:1:1: there is no q in the formula"),
        (["p_4 = p_4", "--classes", "3"], "1:3: there is no class 4 among 3"),
        (["p_i = p_i", "--given", "onehot"], "'one-hot', 'sum'"),
        (["p_i = p_i", "--role", "p=banana"], "not a role"),
        (["p_i = p_i", "--classes", "1"], "from 2 to 64"),
        (["--file", "missing.tex"], "no such file"),
    ],
)
def test_bad_usage(cecheck, arguments, message):
    outcome = cecheck("check", *arguments)
    assert outcome.code == 2
    assert message in outcome.err


BARE = [
    ("dL/dz = p - y", "z, p, y without an index are vectors"),
    ("dp/dz = p (1 - p)", "p, z without an index are numbers"),
    (r"\nabla_{\mathbf z} L = p - \mathbf y", "p without an index is a vector"),
]


@pytest.mark.parametrize(("formula", "sentence"), BARE)
def test_what_a_letter_without_an_index_was_taken_for_is_said(cecheck, formula, sentence):
    assert sentence in cecheck("check", formula).out


LOSSES = [
    (1, "L = \\frac12 \\sum_k (p_k - y_k)^2"),
    (1, "L = -\\sum_k (y_k \\log p_k)^2"),
    (0, "L = -\\sum_k y_k \\log p_k"),
    (0, "L = -\\sum_k y_k z_k + \\log \\sum_k e^{z_k}"),
]


@pytest.mark.parametrize(("code", "loss"), LOSSES)
def test_the_loss_that_a_text_defines_is_the_one_that_is_judged(cecheck, code, loss):
    gradient = "\\frac{\\partial L}{\\partial z_i} = p_i - y_i"
    assert cecheck("check", "-", stdin=f"{loss}\n\n{gradient}").code == code
    assert cecheck("check", gradient, "--define", loss).code == code


GRADIENT = r"\frac{\partial L}{\partial z_i} = p_i - y_i"
JACOBIAN = "dp_i/dz_j = p_i (δ_ij - p_j)"
DOUBTS = [
    # what the text says of a letter, a later claim, its verdict, what it takes for granted
    (r"L = \frac12 \|p - y\|^2", GRADIENT, "proved_if", ["L is the cross-entropy"]),
    (r"L = \frac12 (p - y)^2", GRADIENT, "proved_if", ["L is the cross-entropy"]),
    (r"L = \frac12 \|p - y\|^2", GRADIENT.replace("-", "+"), "undecided", []),
    (r"L = \frac12 \|p - y\|^2", JACOBIAN, "proved", []),
    (r"p_i = \frac{z_i^2}{\sum_k z_k^2}", JACOBIAN, "proved_if", ["p is the softmax"]),
    (r"p_i = \frac{z_i^2}{\sum_k z_k^2}", GRADIENT, "proved_if", ["p is the softmax"]),
    (r"p_i = \foo(z)", JACOBIAN.replace("-", "+"), "undecided", []),
    (r"\log p_i = z_i - \sum_k z_k", JACOBIAN, "proved_if", ["p is the softmax"]),
    (r"p = \sigma(2 z)", "dp/dz = p (1 - p)", "proved_if", ["p is the sigmoid"]),
    (r"p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}", JACOBIAN, "proved", []),
    ("L = -sum_k y_k log p_k\n\nL = sum_k (p_k - y_k)^2", GRADIENT, "proved_if",
     ["L is what the text says first"]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "claim", "verdict", "unstated"), DOUBTS)
def test_what_hangs_on_a_statement_that_does_not_hold_is_not_proved(
    cecheck, statement, claim, verdict, unstated
):
    outcome = cecheck("check", "-", "--format", "json", stdin=f"{statement}\n\n{claim}")
    *_, last = json.loads(outcome.out)["links"]
    assert (last["verdict"], last["unstated"]) == (verdict, unstated)


def test_who_says_what_a_letter_is_is_believed(cecheck):
    text = f"p_i = \\foo(z)\n\n{JACOBIAN}"
    options = ["--format", "json", "--define", "p_i = softmax(z)_i"]
    outcome = cecheck("check", "-", *options, stdin=text)
    assert json.loads(outcome.out)["links"][-1]["verdict"] == "proved"


@pytest.mark.parametrize(("text", "shown"), [("L = -log p_1", "Y = 1"), ("L = -log p_0", "Y = 0")])
def test_conditions_count_classes_as_the_text_does(cecheck, text, shown):
    outcome = cecheck("check", text, "--format", "json")
    assert json.loads(outcome.out)["links"][0]["unstated"] == [shown]


@pytest.mark.parametrize("page", [["--help"], ["check", "--help"]])
def test_the_first_example_of_the_help_is_right(cecheck, page):
    found = re.search(r"cecheck (check '[^']*')", cecheck(*page).out)
    outcome = cecheck(*shlex.split(found[1]))
    assert outcome.code == 0
    assert outcome.out.startswith("✓ ")


def test_a_definition_is_called_one(cecheck):
    outcome = cecheck("check", "-", stdin="S = \\sum_k e^{z_k}\n\np_i = \\frac{e^{z_i}}{S}")
    assert "definition of S" in outcome.out
    assert "S as defined" in outcome.out


def test_a_formula_may_start_with_a_minus(cecheck):
    outcome = cecheck("check", "-log p_y = log sum_k e^z_k - z_y")
    assert outcome.code == 0
    assert outcome.out.startswith("✓ 1:12  -log p_y = ")


LONG = r"\frac{\partial p_i}{\partial z_j} = " + " + ".join(["p_i - p_i"] * 20)


def test_a_pipe_gets_whole_lines_without_colour(process):
    outcome = process("check", LONG)
    assert outcome.code == 1
    assert LONG in outcome.out
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize(
    ("output_format", "cell"),
    [
        ("text", "✓ 1:11  "),
        ("json", '"proved_if"'),
        ("csv", ",proved_if,"),
        ("markdown", "- ✓ 1:11 "),
    ],
)
def test_every_format(cecheck, output_format, cell):
    outcome = cecheck("check", "dL/dz_i = p_i - y_i", "--format", output_format)
    assert (outcome.code, cell in outcome.out) == (0, True)
