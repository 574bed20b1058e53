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
        ("softmax --role delta=logits", "--role: δ is in use here", "another letter"),
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
