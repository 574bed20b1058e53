"""Outputs whose encoding lacks one of our signs take their ASCII form, and nothing is lost."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from ce_cli.commands import SUMMARIES
from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS
from tests.commands.test_commands import ERRORS
from tests.formulas.test_verdicts import TEXTS
from tests.places import ROOT

LAYER = "layer --input 1,2 --weights samples/weights.csv --bias 0,0,0 --label 2"
SMOOTHED = "grad 4 -4 3 --label 2 --label-smoothing 0.1 --weight 1,1,2 --temperature 2 --steps 2"
RESULTS = [
    "grad 4 -4 3 --label 2", SMOOTHED, "grad 1 2 3 --targets 0.1,0.2,0.7", "softmax 123 456 789",
    "softmax -800 -900", "jacobian 4 -4 3 --vjp 1,0,0", "bce 1.5 --label 1", LAYER,
    "batch samples/claims.csv", "batch samples/logits.csv --columns",
    "check --file samples/steps.tex", "check 'dp_i/dz_j = -p_j p_j' --when 'i != j'",
    "check 'dp_i/dz_j = -p_i p_j'", "check 'L = 1'", "derive vjp",
    "derive --classes 3 --label 2 --logits 4,-4,3",
]  # fmt: skip
DERIVATIONS = [f"derive {subject}" for subject in SUBJECTS] + [
    f"derive {subject} --classes 3" for subject in SUBJECTS if subject not in OF_ONE_LOGIT
]
PAGES = [f"{name} --help" for name in SUMMARIES]
FORMULAS = [case.split("\n", 1) for case in TEXTS.strip("\n").split("\n---\n") if case.isascii()]
ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|x[0-9a-f]{2})")
"""Nothing of ours has one: each of our signs has a form in ASCII."""


class Bytes(NamedTuple):
    code: int
    out: bytes
    err: bytes


def cecheck_in(environment, *arguments, stdin=b""):
    """Run a command line in an environment, with the bytes that it writes."""
    command = [sys.executable, "-m", "ce_cli", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, input=stdin, capture_output=True,
        check=False,
    )  # fmt: skip
    return Bytes(done.returncode, done.stdout, done.stderr)


def assert_ours_is_ascii(outcome):
    for text in (outcome.out, outcome.err):
        assert text.isascii()
        assert not ESCAPE.search(text)


@pytest.mark.slow
@pytest.mark.parametrize("command", RESULTS + DERIVATIONS)
def test_every_result_has_a_form_in_ascii(cecheck, command):
    plain, full = cecheck(*shlex.split(command), "--ascii"), cecheck(*shlex.split(command))
    assert plain.code == full.code
    assert_ours_is_ascii(plain)
    signs = dict(zip("✓~△✗–", "+~^!?", strict=True))
    marks = [line[0] for line in full.out.splitlines() if line[:1] in set(signs)]
    lines = [line[0] for line in plain.out.splitlines() if re.match(r"[+~^!?] ", line)]
    assert lines == [signs[mark] for mark in marks]


@pytest.mark.parametrize("command", PAGES)
def test_every_help_page_has_a_form_in_ascii(cecheck, command):
    name, option = command.split()
    assert_ours_is_ascii(cecheck(name, "--ascii", option))


@pytest.mark.parametrize(
    "arguments", [arguments for arguments, *_ in ERRORS if "".join(arguments).isascii()]
)
def test_every_error_has_a_form_in_ascii(cecheck, arguments):
    outcome = cecheck(*arguments, "--ascii", stdin=" ".join(map(str, range(3000))))
    assert outcome.code == 2
    assert_ours_is_ascii(outcome)


@pytest.mark.parametrize("kind", ["conditional", "proved", "refuted", "refused", "undecided"])
def test_every_verdict_has_a_form_in_ascii(cecheck, kind):
    for head, text in [case for case in FORMULAS if case[0].startswith(kind)][::6]:
        _, *options = shlex.split(head)
        assert_ours_is_ascii(cecheck("check", "-", *options, "--ascii", stdin=text))


ENVIRONMENTS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "cp437": {"PYTHONIOENCODING": "cp437"},
    "gbk": {"PYTHONIOENCODING": "gbk"},
    "C": {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "LC_ALL": "C"},
}


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize(
    "command",
    ["grad 4 -4 3 --label 2", "check 'dp_i/dz_j = -p_i p_j' --when 'i != j'", "derive vjp"],
)
def test_an_output_that_lacks_a_sign_is_that_of_ascii(cecheck, environment, command):
    expected = cecheck(*shlex.split(command), "--ascii")
    outcome = cecheck_in(environment, *shlex.split(command))
    assert (outcome.code, outcome.out.decode("ascii")) == (expected.code, expected.out)


def test_an_output_that_has_all_signs_keeps_them(cecheck):
    conditional = cecheck_in(ENVIRONMENTS["gbk"], "check", "dp_i/dz_j = -p_i p_j").out
    assert "~ 1:13  dp_i/dz_j = -p_i p_j\n    proved for every C if i ≠ j" in conditional.decode(
        "gbk"
    )
    words = ["softmax", "2", "3", "--format", "csv"]
    assert cecheck_in(ENVIRONMENTS["cp1252"], *words).out.decode() == cecheck(*words).out
    page = cecheck("layer", "--help").out
    assert "∂L/∂a = Wᵀ(p − y)" in page
    assert b"all dp_i/dz_j" in cecheck_in(ENVIRONMENTS["ascii"], "--help").out
    assert "dL/da = W^T(p - y)" in cecheck_in(ENVIRONMENTS["gbk"], "layer", "--help").out.decode()


TEXT = "损失_i = é + p_i"
IN_ENCODINGS = {
    "utf-8": "损失_i = é + p_i\n  ^^^^\n",
    "gbk": "损失_i = é + p_i\n  ^^^^\n",
    "cp1252": "\\u635f\\u5931_i = é + p_i\n  ^^^^^^^^^^^^\n",
    "ascii": "\\u635f\\u5931_i = \\xe9 + p_i\n  ^^^^^^^^^^^^\n",
}


@pytest.mark.parametrize(("encoding", "shown"), IN_ENCODINGS.items())
def test_a_text_of_the_user_is_escaped_and_marked_where_it_is_wrong(encoding, shown):
    outcome = cecheck_in({"PYTHONIOENCODING": encoding}, "check", "-", stdin=TEXT.encode())
    assert outcome.code == 2
    assert f"\n  {shown}" in outcome.err.decode(encoding)


@pytest.fixture
def dump(tmp_path):
    """Return a dump with a Chinese name, and with Chinese text in a column."""
    path = tmp_path / "数据.csv"
    path.write_text("z0,z1,label,grad0,grad1,名\n1,2,0,0,0,猫\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk"])
def test_json_is_the_same_in_every_encoding(dump, encoding):
    outcome = cecheck_in({"PYTHONIOENCODING": encoding}, "batch", str(dump), "--format", "json")
    worst = json.loads(outcome.out.decode(encoding))["worst"][0]
    assert (worst["file"], worst["carried"]) == (str(dump), {"名": "猫"})
    assert (b"\\u732b" in outcome.out) is (encoding != "gbk")


@pytest.mark.parametrize(
    ("encoding", "shown"), [("cp1252", r"\u6570\u636e.csv"), ("gbk", "数据.csv")]
)
def test_a_table_keeps_its_columns_in_line_with_escapes(dump, encoding, shown):
    outcome = cecheck_in({"PYTHONIOENCODING": encoding}, "batch", str(dump))
    text = outcome.out.decode(encoding)
    assert shown in text
    title, head, rule, row = text[text.index("Worst") :].splitlines()[:4]
    widths = [len(line.encode("gbk")) for line in (head, rule, row)]
    assert len(set(widths)) == 1, title


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize("output_format", ["markdown", "junit", "html"])
def test_markup_has_references(dump, encoding, output_format):
    from html import unescape

    words = ["batch", str(dump), "--format", output_format]
    words = ["derive", "vjp", "--format", "html"] if output_format == "html" else words
    texts = [
        unescape(cecheck_in({"PYTHONIOENCODING": name}, *words).out.decode(name))
        for name in ("utf-8", encoding)
    ]
    assert texts[0] == texts[1]
    assert not texts[0].isascii()


def test_csv_has_our_signs_in_ascii():
    words = ["check", "∂L/∂z_i = p_i − y_i", "--format", "csv"]
    rows = cecheck_in({"PYTHONIOENCODING": "cp1252"}, *words).out.decode("ascii").splitlines()
    assert rows[1] == "1:11,dL/dz_i,p_i - y_i,proved_if,True,sum y = 1,,"


@pytest.mark.parametrize(
    ("options", "encoding", "hint"),
    [
        ([], "ascii", "or set PYTHONIOENCODING=utf-8"),
        (["--ascii"], "utf-8", "leave out --ascii"),
        ([], "gbk", ""),
    ],
)
def test_csv_is_right_or_refused(options, encoding, hint):
    formula = "é_i = 猫_i + p_i = p_i\n\np_i = p_i"
    words = ["check", "-", "--format", "csv", *options]
    outcome = cecheck_in({"PYTHONIOENCODING": encoding}, *words, stdin=formula.encode())
    if hint:
        assert (outcome.code, outcome.out) == (2, b"")
        assert b"stdout: cannot carry" in outcome.err
        assert hint.encode() in outcome.err
    else:
        assert "猫" in outcome.out.decode(encoding)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
@pytest.mark.parametrize(
    "written", ["-o o.txt", "-o o.json", "-o o.md", "-o o.xml", "--rows-to o.csv",
                "--rows-to o.parquet", "--rows-to o.jsonl", "--failures o.csv"],
)  # fmt: skip
def test_the_bytes_of_a_file_name_may_be_no_text(tmp_path, encoding, written):
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    Path(os.fsdecode(path)).write_text("z0,z1,label,grad0,grad1\n1,2,0,0,0\n", encoding="utf-8")
    option, name = written.split()
    words = ["batch", path, option, str(tmp_path / name)]
    outcome = cecheck_in({"PYTHONIOENCODING": encoding}, *words)
    assert (outcome.code, outcome.err) == (1, b"")
    if name != "o.parquet":  # its bytes are packed
        assert rb"\udcff" in (tmp_path / name).read_bytes()


def test_a_name_whose_bytes_are_no_text_is_refused():
    for command in ("grad 1 2 --label 0", "batch samples/claims.csv"):
        outcome = cecheck_in({}, *command.split(), "--names", b"\xff,b")
        assert outcome.code == 2
        assert outcome.err.startswith(b"error: --names: a name is not UTF-8 text")


def test_words_are_read_as_utf_8_where_the_locale_is_ascii(dump):
    expected = cecheck_in({}, "check", "∂L/∂z_i = p_i − y_i", "--ascii")
    assert cecheck_in(ENVIRONMENTS["C"], "check", "∂L/∂z_i = p_i − y_i") == expected
    named = cecheck_in(ENVIRONMENTS["C"], "batch", str(dump), "--names", "猫,é", "--format", "json")
    assert json.loads(named.out)["names"] == ["猫", "é"]
