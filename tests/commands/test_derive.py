"""cecheck derive as its users meet it; tests/cases/derive holds output read line by line."""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess

import pytest

from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS
from ce_cli.mathematics.nodes import LOW
from ce_cli.output.lines import columns
from tests.places import ROOT

CASES = ROOT / "tests" / "cases" / "derive"
COMMANDS = {
    "softmax.txt": "softmax",
    "cross-entropy.txt": "cross-entropy",
    "cross-entropy-written-out.txt": "--classes 3 --label 3 --index-from 1",
    "numbers.txt": "vjp --classes 3 --logits 4,-4,3",
    "hessian-brief.txt": "hessian --steps brief",
    "bce-ascii.txt": "bce --ascii",
    "excerpt.txt": "nll --classes 100 --label 7",
    "chinese.txt": "--classes 3 --lang zh",
    "letters.txt": "--names cat,dog,rabbit --role a=logits,y=probabilities,t=targets --prose none",
    "vjp.tex": "vjp --format latex",
    "vjp.md": "vjp --format markdown",
    "vjp.html": "vjp --format html",
    "vjp.json": "vjp --format json",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_output_is_as_read(cecheck, name):
    outcome = cecheck("derive", *shlex.split(COMMANDS[name]))
    assert outcome.err == ""
    assert outcome.code == 0
    assert outcome.out == (CASES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in COMMANDS if name.endswith(".txt")])
def test_text_keeps_to_80_columns(name):
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    assert max(map(columns, lines)) <= 80
    assert not any(line != line.rstrip() for line in lines)


@pytest.mark.parametrize("name", [name for name in COMMANDS if "ascii" in name])
def test_ascii_is_ascii(name):
    assert (CASES / name).read_text(encoding="utf-8").isascii()


def test_json_says_how_every_step_was_proved(cecheck):
    outcome = cecheck("derive", "--classes", 3, "--logits", "4,-4,3", "--format", "json")
    data = json.loads(outcome.out)
    assert data["schema"] == "cecheck.derive/2"
    assert {step["verdict"] for step in data["steps"]} == {"proved"}
    assert {step["method"] for step in data["steps"]} == {"normal form"}
    last = data["steps"][-1]
    assert last["assumptions"] == ["Σy = 1"]
    assert last["values"]["agree"]
    assert sum(row[0] for row in last["values"]["rhs"]) == pytest.approx(0)


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ("--classes 1", "--classes: must be from 2 to 1000, not 1", "holds for every one"),
        ("--classes 0", "--classes: must be from 2", ""),
        ("--classes -3", "--classes: must be from 2 to 1000, not -3", ""),
        ("--classes 1e9", "--classes: not a whole number\n  1e9\n  ^^^", "or C for every"),
        ("--classes 1000000000", "must be from 2 to 1000", ""),
        ("--classes three", "--classes: not a whole number\n  three\n", ""),
        ("--classes 3 --label 3", "--label: there is no class 3", "from 0 to 2"),
        ("--classes 3 --label 0 --index-from 1", "there is no class 0", "from 1 to 3"),
        ("--label -1", "--label: there is no class -1", ""),
        ("--classes 3 --logits 1,2", "--logits: 2 logits for 3 classes", ""),
        ("--logits 1", "--logits: 2 to 1000 logits are needed, not 1", "give one for each class"),
        ("bce --logits 4,-4,3", "--logits: bce takes one logit, not 3", "as in --logits 1.5"),
        ("sigmoid --logits 1,2", "--logits: sigmoid takes one logit, not 2", ""),
        ("sigmoid --logits 3000", "--logits: must be from -2000 to 2000", ""),
        ("bce --label 5", "--label: must be 0 or 1 for bce, not 5", ""),
        ("bce --classes 3", "--classes: bce has one logit", ""),
        ("--logits 1,inf", "--logits: must be finite\n  1,inf\n    ^^^", ""),
        ("--logits 0,3000", "--logits: logits more than 2000 apart", ""),
        ("sofmax", "unknown subject\n  sofmax\n", "did you mean softmax?"),
        ("everything", "unknown subject", "one of softmax, vjp"),
        ("--steps some", "--steps: 'some' is not one of 'brief', 'full'", ""),
        ("--prose some", "--prose: 'some' is not one of", ""),
        ("--lang de", "--lang: 'de' is not one of 'en', 'zh'", ""),
        ("--role a", "--role: not a role\n  a\n", "write LETTER=ROLE"),
        ("--role a=apples", "--role: not a role\n  a=apples\n    ^^^^^^", "logits, probabilities"),
        ("--role y=probabilities", "--role: y is already the targets", "state another letter"),
        ("--role a=logits,a=targets", "--role: is a the logits or the targets?", "one role"),
        ("--role a=logits,b=logits", "--role: are the logits a or b?", "one letter"),
        ("layer --role a=logits", "--role: a is in use here\n  a=logits", "another letter"),
        ("bce --role x=targets", "--role: x is already the logits", "state another letter"),
        ("bce --role sigma=targets", "--role: σ is in use here", "another letter"),
        ("update --role eta=logits", "--role: η is in use here", "another letter"),
        ("--role S=loss", "--role: S is in use here", "another letter"),
        ("--role i=logits", "--role: i is an index here", "another letter"),
        ("--names cat,dog --classes 3", "--names: 2 names for 3 classes", "one for each class"),
        ("--names cat,dog --logits 1,2,3", "--names: 2 names for 3 classes", ""),
        ("--names cat", "--names: 2 to 1000 names are needed, not 1", ""),
        ("--names cat,cat", "--names: cat is the name of two classes", ""),
        ("--names cat,dog --label cow", "--label: is no class\n  cow", "the classes are cat, dog"),
        ("--label cow", "--label: not a whole number", "where --names gives it one"),
        ("bce --names cat,dog", "--names: bce has one logit and no classes", ""),
        ("--output /nowhere/file.html", "/nowhere/file.html: no such file or directory", ""),
        ("--output tests", "tests: is a directory", ""),
    ],
)
def test_bad_input_is_explained_with_exit_code_2(cecheck, options, message, hint):
    outcome = cecheck("derive", *shlex.split(options))
    assert outcome.code == 2
    assert outcome.out == ""
    assert message in outcome.err
    assert hint in outcome.err


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ("bce --logits 1.5 --label 0", {"x": [1.5], "y": [0.0]}),
        ("bce --logits -1e3 --label 1 --index-from 1", {"x": [-1000.0], "y": [1.0]}),
        ("sigmoid --logits 1.5", {"z": [1.5, 0.0], "x": [1.5]}),
    ],
)
def test_subjects_of_one_logit(cecheck, options, given):
    data = json.loads(cecheck("derive", *shlex.split(options), "--format", "json").out)
    assert data["given"] == given
    assert data["notes"][0] == "For one logit x."
    assert all(step["values"]["agree"] for step in data["steps"])


def test_layer_says_that_its_weights_are_the_transpose(cecheck):
    assert (
        "Here w has a row for each input; a matrix W with a row for each"
        in cecheck("derive", "layer").out
    )
    assert "transpose, w_ij from input i" in cecheck("layer", "--help").out


def test_a_file_is_written_whole(cecheck, tmp_path):
    target = tmp_path / "vjp.html"
    target.write_text("before")
    target.chmod(0o640)
    outcome = cecheck("derive", "vjp", "--output", target, "--force")
    assert (outcome.code, outcome.out) == (0, "")
    assert target.read_text(encoding="utf-8") == (CASES / "vjp.html").read_text(encoding="utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["vjp.html"]


def test_a_failed_write_leaves_what_was_there(cecheck, tmp_path, monkeypatch):
    target = tmp_path / "vjp.txt"
    target.write_text("before")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ce_cli.output.files.os.fsync", full)
    outcome = cecheck("derive", "vjp", "--output", target, "--force")
    assert outcome.code == 2
    assert "no space left on device" in outcome.err
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["vjp.txt"]


def test_a_device_is_written_to_and_not_replaced(cecheck):
    assert cecheck("derive", "vjp", "--output", os.devnull).code == 0
    assert not os.path.isfile(os.devnull)  # noqa: PTH113


def test_a_step_that_is_not_proved_is_exit_code_1(cecheck, monkeypatch):
    from ce_cli.derivations import report as derivation
    from ce_cli.symbolic.kernel.verdicts import Undecided

    judge = derivation.judge
    monkeypatch.setattr(
        derivation, "judge", lambda steps: (*judge(steps)[:-1], Undecided("for a test"))
    )
    outcome = cecheck("derive", "vjp")
    assert outcome.code == 1
    assert re.search(r"– .+\n.*undecided: for a test", outcome.out)
    proved, steps = re.search(r"✗ (\d+) of (\d+) steps proved", outcome.out).groups()
    assert int(proved) == int(steps) - 1


def test_colour_only_on_a_terminal(monkeypatch):
    import io

    from ce_cli.derivations.page import derive
    from ce_cli.output import render
    from ce_cli.output.screen import screen_of

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    document = derive("vjp").document
    assert "\x1b[32m✓\x1b[0m" in render(document, "text", screen_of(Terminal()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in render(document, "text", screen_of(Terminal()))
    assert "\x1b" not in render(document, "text", screen_of(io.StringIO()))


def test_a_hundred_classes_are_excerpted_unless_all_are_asked_for(cecheck):
    short = cecheck("derive", "--classes", 100).out
    assert "Entries (96 more with --all)" in short
    assert "p₉₉ − y₉₉" in short
    assert "p₅₀ − y₅₀" not in short
    assert "p₅₀ − y₅₀" in cecheck("derive", "--classes", 100, "--all").out


def test_markdown_survives_github(cecheck):
    for subject in ("softmax", "cross-entropy", "focal", "update"):
        text = cecheck("derive", subject, "--classes", 3, "--format", "markdown").out
        blocks = text.split("\n\n")
        assert all((block == "$$") is False for block in blocks)
        displayed = [block for block in blocks if "$$" in block]
        assert len(displayed) > 3
        for block in displayed:
            assert block.startswith("$$\n")
            assert block.endswith("\n$$")
            assert block.count("$") == 4
        assert not re.search(r"\\[^A-Za-z]", text), "a backslash that Markdown would take away"


@pytest.mark.parametrize(
    "options", ["", "--classes 3 --label 2 --logits 4,-4,3", "softmax --classes 4"]
)
def test_latex_compiles(cecheck, tmp_path, options):
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex here")
    target = tmp_path / "derivation.tex"
    assert (
        cecheck("derive", *shlex.split(options), "--format", "latex", "--output", target).code == 0
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", target.name],
        cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:].decode(errors="replace")
    assert b"Overfull" not in done.stdout
    assert (tmp_path / "derivation.pdf").stat().st_size > 10_000


@pytest.mark.parametrize(
    "subject", ["softmax", "label-smoothing", "z-loss", "focal", "update", "bce"]
)
def test_all_notation_compiles_in_latex(cecheck, tmp_path, subject):
    test_latex_compiles(cecheck, tmp_path, subject)


def test_html_is_self_contained(cecheck):
    page = cecheck("derive", "--classes", 3, "--format", "html").out
    assert "<script" not in page
    assert "http" not in page
    assert page.count("<math") > 30


def test_mathematics_within_rules_is_shown_as_mathematics(cecheck):
    brief = ("vjp", "--steps", "brief", "--format")
    assert "collect $p_j$" in cecheck("derive", *brief, "latex").out
    assert "collect <var>p<sub>j</sub></var>" in cecheck("derive", *brief, "html").out
    assert "collect p_j" in cecheck("derive", *brief, "json").out
    every = [cecheck("derive", subject, "--logits", "1.5" if subject in OF_ONE_LOGIT else "1,2,3")
             for subject in SUBJECTS]  # fmt: skip
    assert not any(sign in outcome.out for outcome in every for sign in "$#{}")


def test_headings_and_rules_count_like_the_formulas(cecheck):
    out = cecheck("derive", "--classes", 3, "--label", 3, "--index-from", 1).out
    assert "true class 3" in out
    assert "true class 2" not in out
    assert "z₀" not in out


# The page of few classes: it is to be read, so it must be short.

FEW = ["--classes 3", "--classes 3 --label 2", "--classes 3 --label 2 --logits 4,-4,3"]


@pytest.mark.parametrize("options", FEW)
def test_three_classes_take_at_most_110_lines(cecheck, options):
    assert len(cecheck("derive", *options.split()).out.splitlines()) <= 110


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
