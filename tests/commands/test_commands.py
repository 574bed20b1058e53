"""Every command as its users meet it: output, messages and exit codes."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest
import scipy.special

from ce_cli.commands import SUMMARIES
from tests.commands.outcomes import as_json

NUMBERS = ["grad", "softmax", "jacobian", "bce", "layer"]
LAYER = ["--input", "1,2", "--weights", "samples/weights.csv", "--bias", "0,0,0", "--label", "2"]
RUNS = {
    "grad": ["4", "-4", "3", "--label", "2"],
    "softmax": ["2", "3", "5"],
    "jacobian": ["4", "-4", "3", "--vjp", "1,0,0"],
    "bce": ["1.5", "--label", "1"],
    "layer": LAYER,
}


@pytest.mark.parametrize("command", NUMBERS)
@pytest.mark.parametrize("output_format", ["text", "json", "csv", "markdown"])
def test_every_command_has_every_format(cecheck, command, output_format):
    outcome = cecheck(command, *RUNS[command], "--format", output_format)
    assert outcome.code == 0
    assert outcome.err == ""
    if output_format == "json":
        data = json.loads(outcome.out)
        assert data["schema"] == f"cecheck.{command}/1"
        assert {check["passed"] for check in data["checks"]} == {True}
    elif output_format == "csv":
        rows = list(csv.reader(io.StringIO(outcome.out)))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
    else:
        assert "✓" in outcome.out


def test_softmax_shows_where_the_naive_formula_overflows(cecheck):
    outcome = cecheck("softmax", 123, 456, 789)
    assert "5.7527e-290" in outcome.out
    assert "2.3985e-145" in outcome.out
    assert "e^z overflows at class 2" in outcome.out
    data = as_json(cecheck("softmax", 123, 456, 789, "--format", "json"))
    assert data["naive"] == [0.0, 0.0, "nan"]
    assert data["overflowed"] == [2]


def test_softmax_beside_hardmax_and_share(cecheck):
    data = as_json(cecheck("softmax", 2, 3, 5, "--format", "json"))
    assert data["share"] == [0.2, 0.3, 0.5]
    assert data["hardmax"] == [0, 0, 1]
    assert [round(p, 4) for p in data["softmax"]] == [0.0420, 0.1142, 0.8438]


@pytest.mark.parametrize(
    ("logits", "note"),
    [
        (["-800", "-900"], "underflows to 0 in every class"),
        (["-1", "1"], "no distribution"),
        (["800", "900"], "class 0 and 1 more"),
    ],
)
def test_softmax_notes(cecheck, logits, note):
    assert note in cecheck("softmax", *logits).out


def test_jacobian_of_fractions(cecheck):
    # p = (1/2, 1/2): p(1 - p) = 1/4
    data = as_json(cecheck("jacobian", 0, 0, "--vjp", "1,0", "--format", "json"))
    assert data["jacobian"] == [[0.25, -0.25], [-0.25, 0.25]]
    assert data["vjp"] == [0.25, -0.25]


def test_a_temperature_divides_the_jacobian(cecheck):
    # softmax(0, 2/2) = (0.2689, 0.7311): p(1 - p)/2 = 0.09831
    halved = ["jacobian", 0, 2, "--temperature", 2]
    data = as_json(cecheck(*halved, "--vjp", "1,0", "--format", "json"))
    assert data["jacobian"][0] == pytest.approx([0.0983059666, -0.0983059666])
    assert data["vjp"] == pytest.approx([0.0983059666, -0.0983059666])
    out = cecheck(*halved).out
    assert "Softmax Jacobian at T = 2: diagonal p_i(1 − p_i)/T, off the diagonal −p_i p_j/T" in out


def test_a_temperature_changes_the_softmax_and_nothing_else(cecheck):
    hot = ["softmax", 2, 3, 5, "--temperature", 0.001]
    data = as_json(cecheck(*hot, "--format", "json"))
    assert data["softmax"] == [0.0, 0.0, 1.0]
    assert data["share"] == [0.2, 0.3, 0.5]
    assert data["overflowed"] == [0, 1, 2]  # e^2000
    assert "e^(z/T) overflows at class 0 and 2 more" in cecheck(*hot).out


def test_bce_with_a_soft_label_and_a_weight(cecheck):
    # z = 0: L = (w y + 1 - y) log 2, gradient (1 - y)/2 - w y/2, with w = 3, y = 1/4
    weighted = ["bce", 0, "--label", 0.25, "--pos-weight", 3]
    data = as_json(cecheck(*weighted, "--format", "json"))
    assert (data["label"], data["pos_weight"]) == (0.25, 3.0)
    assert data["loss"] == pytest.approx(1.5 * 0.6931471805599453)
    assert data["gradient"] == 0.0
    out = cecheck(*weighted).out
    assert "−wy log σ − (1 − y) log(1 − σ)" in out
    assert "(1 − y)σ − wy(1 − σ)" in out
    assert "The gradient is 0 at σ(z) = wy/(wy + 1 − y) = 0.5000:" in out
    assert "moves the logit up, towards σ(z) = 0.3." in cecheck("bce", -2, "--label", 0.3).out
    assert "−w log σ(z)" in cecheck("bce", 0, "--label", 1, "--pos-weight", 3).out


def test_bce_of_zero(cecheck):
    data = as_json(cecheck("bce", 0, "--label", 1, "--format", "json"))
    assert (data["probability"], data["gradient"]) == (0.5, -0.5)
    assert data["loss"] == pytest.approx(0.6931471805599453)


def test_layer_gradients(cecheck):
    data = as_json(cecheck("layer", *LAYER, "--format", "json"))
    # W = [[0.5, -1], [2, 0], [-0.25, 1.5]], a = (1, 2): z = (-1.5, 2, 2.75)
    assert data["logits"] == [-1.5, 2.0, 2.75]
    g = data["gradient"]
    assert data["weight_gradient"] == [[x, 2 * x] for x in g]
    assert data["bias_gradient"] == g
    assert data["input_gradient"][0] == pytest.approx(0.5 * g[0] + 2 * g[1] - 0.25 * g[2])


def test_layer_with_the_options_of_the_loss(cecheck):
    arguments = [*LAYER[:-2], "--targets", "0,.5,.5", "--temperature", "2", "--weight", "1,2,3"]
    data = as_json(cecheck("layer", *arguments, "--format", "json"))
    z = np.array([-1.5, 2.0, 2.75]) / 2
    p, t = scipy.special.softmax(z), np.array([0.0, 1.0, 1.5])
    g = (p * t.sum() - t) / 2
    assert data["gradient"] == pytest.approx(g, rel=1e-12)
    assert data["loss"] == pytest.approx(-(t @ scipy.special.log_softmax(z)), rel=1e-12)
    assert data["weight_gradient"] == pytest.approx(np.outer(g, [1, 2]), rel=1e-12)
    assert data["input_gradient"] == pytest.approx([[0.5, 2, -0.25], [-1, 0, 1.5]] @ g, rel=1e-9)
    out = cecheck("layer", *arguments).out
    assert "∂L/∂W = (p·Σt − t)aᵀ/T, row j, column i" in out
    assert "∂L/∂a = Wᵀ(p·Σt − t)/T" in out
    assert "L = −Σ t log p" in out


def test_layer_reads_numpys_files(cecheck, tmp_path):
    np.save(tmp_path / "a.npy", [1.0, 2.0])
    files = ["--input", str(tmp_path / "a.npy"), "--weights", "samples/weights.npy", *LAYER[4:]]
    assert cecheck("layer", *files).out == cecheck("layer", *LAYER).out


BY_ONE = "separate all numbers by commas or all by spaces; the decimal point is '.'\n"
ERRORS = [
    (["grad", "1", "2", "--lable", "1"], "cecheck grad: no such option '--lable'", "'--label'?"),
    (["grad", "1", "2", "--zzz", "1"], "no such option '--zzz'", "cecheck grad --help"),
    (["grd", "1"], "cecheck: no such command 'grd'", "did you mean 'grad'?"),
    (["xyz"], "no such command 'xyz'", "lists the commands"),
    (["grad", "1", "abc", "--label", "0"], "argument 2: not a number", "write it in digits"),
    (["grad", "1", "1_000", "--label", "0"], "argument 2: not a number", "leave out the '_': 1000"),
    (["grad", "-1", "-1,5", "--label", "0"], "two numbers between commas\n  -1 -1,5\n", BY_ONE),
    (["grad", "1,5", "2,5", "--label", "0"], "LOGITS: two numbers between commas", BY_ONE),
    (["softmax", "4,", "-4", "3"], "LOGITS: two numbers between commas", BY_ONE),
    (["jacobian", "[1,", "2"], "LOGITS: not a number", "write it in digits"),
    (["grad", "1", "inf", "--label", "0"], "a logit cannot be +inf", "-inf masks"),
    (["grad", "1", "nan", "--label", "0"], "argument 2: is NaN", ""),
    (["grad", "1", "1e999", "--label", "0"], "argument 2: too large for float64", ""),
    (["grad", "1", "2", "--label", "2"], "label 2 is out of range", "labels count from 0"),
    (["grad", "1", "2", "--label", "-1"], "label -1 is out of range", "0 to 1"),
    (["grad", "1", "2", "--label", "1.5"], "--label: not a whole number", ""),
    (["grad", "1", "2"], "give --label or --targets\n", ""),
    (["grad", "1", "2", "--label", "0", "--targets", "0,1"], "or --targets, not both\n", ""),
    (["bce", "-inf", "--label", "1"], "must be finite\n  -inf\n", ""),
    (["bce", "−inf", "--label", "1"], "must be finite\n  −inf\n", ""),
    (["grad", "1", "-1x", "--label", "1"], "not a number\n  -1x\n", ""),
    (["batch", "x.csv", "--max-errors", "1.5"], "--max-errors: not a whole number", ""),
    (["batch", "x.csv", "--worst", "-1"], "--worst: must be 0 or more, not -1", ""),
    (["grad", "--label", "0"], "LOGITS: no logits", "at least two"),
    (["grad", "1", "--label", "0"], "LOGITS: one logit is too few", "at least two"),
    (["grad", "-inf", "-inf", "--label", "0"], "all classes are masked", ""),
    (["grad", "1", "2", "--targets", "0.1,x"], "--targets: not a number", ""),
    (["grad", "1", "2", "--targets", "0.1"], "--targets: targets have shape (1,)", ""),
    (["grad", "1", "2", "--targets", "-1,2"], "--targets, class 0: must be from 0 to", ""),
    (["grad", "1", "2", "--label", "0", "--temperature", "0"], "--temperature: must be from", ""),
    (["grad", "1", "2", "--label", "0", "--weight", "1"], "--weight: 1 weights for 2 classes", ""),
    (["grad", "1", "2", "--label", "0", "--weight", "1,-2"], "--weight, class 1: must be 0", ""),
    (["grad", "1", "2", "--label", "0", "--label-smoothing", "2"], "--label-smoothing: must", ""),
    (["grad", "1", "2", "--label", "0", "--steps", "-1"], "--steps: must be from 0 to 1000", ""),
    (["grad", "1", "2", "--label", "0", "--format", "xml"], "error: --format: 'xml' is", ""),
    (["grad", "1", "2", "--label", "0", "--lr", "1,5"], "--lr: not a number", "1.5"),
    (["softmax"], "LOGITS: no logits", ""),
    (["jacobian", "1", "2", "--vjp", "1"], "--vjp: 1 entries for 2 logits", ""),
    (["jacobian", "-", "--format", "json"], "classes make a matrix", "at most 2048"),
    (["bce", "inf", "--label", "1"], "must be finite", ""),
    (["bce", "1", "--label", "2"], "--label: must be from 0 to 1, not 2", ""),
    (["bce", "1"], "missing option '--label'", ""),
    (["bce", "1", "--label", "1", "--pos-weight", "-1"], "--pos-weight: must be 0 or from", ""),
    (["softmax", "1", "2", "--temperature", "0"], "--temperature: must be from 1e-30", ""),
    (["jacobian", "1", "2", "--temperature", "-1"], "--temperature: must be from 1e-30", ""),
    (["layer", *LAYER, "--targets", "0,1,0"], "give --label or --targets, not both", ""),
    (["layer", *LAYER, "--weight", "1,2"], "--weight: 2 weights for 3 classes", ""),
    (["grad", "1", "2", "--targets", "0,1", "--ignore-index", "1"], "--ignore-index: targets", ""),
    (["grad", "1", "2", "--label", "-100"], "label -100 is out of", "--ignore-index -100"),
    (["layer", *LAYER[:-1], "3"], "label 3 is out of range", ""),
    (["layer", "--input", "1", *LAYER[2:]], "3 biases and 1 inputs need 3 and 1", "a row for each"),
    (["layer", *LAYER[:2], "--weights", "none.csv", *LAYER[4:]], "none.csv: no such file", ""),
    (["layer", *LAYER[:2], "--weights", "samples", *LAYER[4:]], "samples: is a directory", ""),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message", "hint"), ERRORS)
def test_bad_input_is_explained_with_exit_code_2(cecheck, arguments, message, hint):
    outcome = cecheck(*arguments, stdin=" ".join(map(str, range(3000))))
    assert outcome.code == 2
    assert outcome.out == ""
    assert message in outcome.err
    assert f"hint: {hint}" in outcome.err or hint in outcome.err
    assert "Traceback" not in outcome.err


def test_a_bad_word_is_marked_with_carets(cecheck):
    assert cecheck("grad", 1, "abc", "--label", 0).err == (
        "error: argument 2: not a number\n  abc\n  ^^^\n"
        "hint: write it in digits, as in -4, 0.25 or 1e-3\n"
    )


def test_a_number_on_stdin_has_a_line_and_a_column(cecheck):
    assert cecheck("grad", "-", "--label", 0, stdin="\n 3 x 4").err == (
        "error: stdin:2:4: not a number\n   3 x 4\n     ^\n"
        "hint: write it in digits, as in -4, 0.25 or 1e-3\n"
    )


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [[], ["derive"], *([name] for name in NUMBERS)])
def test_help_opens_with_examples(cecheck, command, flag):
    outcome = cecheck(*command, flag)
    assert outcome.code == 0
    assert 0 < outcome.out.index("Examples:") < outcome.out.index("Options:")


@pytest.mark.parametrize(("name", "summary"), SUMMARIES.items())
def test_summaries_are_the_first_lines_of_help(cecheck, name, summary):
    assert cecheck(name, "--help").out.splitlines()[2].strip() == summary


def test_version(cecheck):
    assert cecheck("--version").out == "cecheck, version 0.1.0\n"


def test_a_failed_check_is_exit_code_1(cecheck, monkeypatch):
    from ce_cli.evaluation import gradient

    right = gradient.compute_update

    def wrong(*arguments):
        update = right(*arguments)
        return update._replace(gradient=update.probabilities)

    monkeypatch.setattr(gradient, "compute_update", wrong)
    outcome = cecheck("grad", 4, -4, 3, "--label", 2)
    assert outcome.code == 1
    assert "✗ closed form p − y" in outcome.out


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("oops"), 2, "error: internal error"),
    ],
)
def test_interrupts_and_crashes_leave_no_traceback(cecheck, monkeypatch, error, code, message):
    from ce_cli.evaluation import gradient

    def fail(*_):
        raise error

    monkeypatch.setattr(gradient, "report_gradient", fail)
    outcome = cecheck("grad", 1, 2, "--label", 0)
    assert outcome.code == code
    assert outcome.err.strip().startswith(message)


def test_a_true_process_with_a_pipe(process):
    outcome = process("grad", "-", "--label", "2", stdin="4 -4 3")
    assert outcome.code == 0
    assert "\x1b" not in outcome.out
    assert "Push all, pull one" in outcome.out


def test_a_closed_pipe_is_quiet():
    logits = " ".join(str(k) for k in range(1000))
    script = f"{sys.executable} -m ce_cli jacobian - --format json | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], input=logits, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout == '{"schema":'


def test_output_without_unicode_does_not_crash(process):
    outcome = process("grad", "4", "3", "--label", "0", PYTHONIOENCODING="ascii")
    assert outcome.code == 0
    assert "+ 50-digit arithmetic" in outcome.out
    assert "?" not in outcome.out


def test_every_format_that_is_offered_has_a_writer():
    from ce_cli.commands import SUMMARIES, cli
    from ce_cli.output import FORMATS

    commands = [cli.get_command(None, name) for name in SUMMARIES]
    offered = {
        choice
        for command in commands
        for option in command.params
        if option.name == "output_format"
        for choice in option.type.choices
    }
    assert offered - {"junit"} == set(FORMATS)  # junit is written from batch's own report


def loaded_after(code):
    """Return which heavy libraries a fresh interpreter has loaded after some code."""
    heavy = {"numpy", "sympy", "rich", "polars"}
    script = f"import sys; {code}; print(*sorted({heavy!r} & set(sys.modules)), file=sys.stderr)"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()


def test_help_loads_no_heavy_library():
    assert loaded_after("from ce_cli.__main__ import run; run(['--help'])") == []


@pytest.mark.parametrize("command", NUMBERS)
def test_no_command_of_numbers_loads_sympy(command):
    run = f"from ce_cli.__main__ import run; run({[command, *RUNS[command]]!r})"
    assert loaded_after(run) == ["numpy"]
    assert loaded_after(run.replace("])", ", '--format', 'json'])")) == ["numpy"]


@pytest.mark.parametrize("output_format", ["text", "json", "html"])
def test_a_derivation_loads_rich_for_a_terminal_only(output_format):
    run = f"from ce_cli.__main__ import run; run(['derive', 'vjp', '--format', '{output_format}'])"
    assert not {"rich", "polars"} & set(loaded_after(run))


@pytest.mark.parametrize("options", [("1.5", "--label", 1, "--pos-weight", 0), (0, "--label", 0.5)])
def test_a_logit_without_a_gradient_stays(cecheck, options):
    out = cecheck("bce", *options).out
    assert "The gradient is 0" in out
    assert ": a gradient step leaves the logit where it is." in out
    assert "moves" not in out
