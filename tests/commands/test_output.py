"""-o, --format, --force and --strict, the same in every command."""

import csv
import io
import json
import os
from xml.etree import ElementTree

import pytest

from tests.places import SAMPLES

COMMANDS = {
    "grad": ["grad", 4, -4, 3, "--label", 2],
    "softmax": ["softmax", 1, 2],
    "jacobian": ["jacobian", 1, 2],
    "bce": ["bce", 1.5, "--label", 1],
    "layer": ["layer", "--input", "1,2", "--weights", SAMPLES / "weights.csv", "--bias", "0,0,0",
              "--label", 2],
    "derive": ["derive", "vjp"],
    "check": ["check", "p_i = p_i"],
    "batch": ["batch", SAMPLES / "logits.csv"],
}  # fmt: skip
ENDINGS = {".txt": "text", ".json": "json", ".csv": "csv", ".md": "markdown"}
EVERY = [(command, ending) for command in COMMANDS for ending in ENDINGS]
EVERY += [("derive", ".html"), ("derive", ".tex"), ("batch", ".xml")]
FORMATS = {**ENDINGS, ".html": "html", ".tex": "latex", ".xml": "junit"}


@pytest.mark.parametrize(("command", "ending"), EVERY)
def test_the_ending_chooses_the_format(cecheck, tmp_path, command, ending):
    shown = cecheck(*COMMANDS[command], "--format", FORMATS[ending])
    path = tmp_path / f"report{ending.upper()}"
    written = cecheck(*COMMANDS[command], "-o", path)
    assert (written.code, written.out, written.err) == (shown.code, "", shown.err)
    assert path.read_text(encoding="utf-8") == shown.out
    assert shown.out


def test_the_formats_are_what_they_are_called(cecheck, tmp_path):
    for name in ("a.json", "a.csv", "a.xml"):
        cecheck("batch", SAMPLES / "claims.csv", "-o", tmp_path / name)
    cecheck("derive", "vjp", "-o", tmp_path / "a.html")
    assert json.loads((tmp_path / "a.json").read_text())["rows"] == 6
    (suite,) = ElementTree.parse(tmp_path / "a.xml").getroot()  # noqa: S314  # our own
    assert suite.get("failures") == "1"
    with (tmp_path / "a.csv").open() as stream:
        assert [row["failed"] for row in csv.DictReader(stream)] == ["3"]
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_an_option_outweighs_the_ending(cecheck, tmp_path):
    for name in ("report.txt", "report", "report.log"):
        cecheck("softmax", 1, 2, "-o", tmp_path / name, "--format", "json")
        assert json.loads((tmp_path / name).read_text())["schema"] == "cecheck.softmax/1"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["report", "report.doc", "report."])
def test_an_unknown_ending_is_refused_with_those_that_are_known(cecheck, tmp_path, command, name):
    outcome = cecheck(*COMMANDS[command], "-o", tmp_path / name)
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (2, "", [])
    assert outcome.err.startswith(
        f"error: --output: cannot tell the format of '{tmp_path / name}'\n"
    )
    assert "hint: let its name end in .txt, .json, .csv, .md" in outcome.err
    assert (".tex" in outcome.err) == (command == "derive")
    assert (".xml" in outcome.err) == (command == "batch")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_there_is_replaced_only_by_force(cecheck, tmp_path, command):
    report = tmp_path / "report.txt"
    report.write_text("old")
    refused = cecheck(*COMMANDS[command], "-o", report)
    assert (refused.code, refused.out, report.read_text()) == (2, "", "old")
    assert refused.err == (
        f"error: --output: {report} is there already\n"
        "hint: choose another name, or say --force to replace it\n"
    )
    forced = cecheck(*COMMANDS[command], "-o", report, "--force")
    assert (forced.code, forced.err) == (0, "")
    assert report.read_text(encoding="utf-8") == cecheck(*COMMANDS[command]).out


def test_it_is_refused_before_anything_is_read(cecheck, tmp_path):
    (tmp_path / "o.txt").write_text("old")
    for command in (["check", "--file", "missing.tex"], ["batch", "missing.csv"]):
        assert "is there already" in cecheck(*command, "-o", tmp_path / "o.txt").err
        for path in (tmp_path / "missing" / "o.txt", tmp_path):
            outcome = cecheck(*command, "-o", path, "--format", "text")
            assert outcome.err.startswith(f"error: --output: cannot write {path}: ")


def test_a_command_that_fails_leaves_no_report(cecheck, tmp_path):
    assert cecheck("batch", "missing.csv", "-o", tmp_path / "o.txt").code == 2
    assert not list(tmp_path.iterdir())


def test_a_device_takes_the_report(cecheck):
    assert cecheck("softmax", 1, 2, "-o", os.devnull).code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_text_was_once_a_table(cecheck, command):
    old, new = (cecheck(*COMMANDS[command], "--format", name) for name in ("table", "text"))
    assert old == new


@pytest.mark.parametrize("ending", [".parquet", ".jsonl"])
def test_who_means_rows_hears_where_they_go(cecheck, tmp_path, ending):
    outcome = cecheck("batch", SAMPLES / "logits.csv", "--output", tmp_path / f"o{ending}")
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (2, "", [])
    assert outcome.err == (
        f"error: --output: is the report, which is never {ending}; rows go to --rows-to\n"
    )


def test_the_report_and_the_rows_of_a_batch_are_different_files(cecheck, tmp_path):
    same = tmp_path / "o.csv"
    outcome = cecheck("batch", SAMPLES / "claims.csv", "-o", same, "--rows-to", same)
    assert outcome.err == f"error: --rows-to: {same} is a file that --output writes\n"
    dump = tmp_path / "dump.csv"
    dump.write_text("z0,z1,label\n0,0,0\n")
    outcome = cecheck("batch", dump, "-o", dump, "--force")
    assert outcome.err == f"error: --output: {dump} is a file that is read\n"
    assert dump.read_text() == "z0,z1,label\n0,0,0\n"


def test_rows_may_have_stdout_where_the_report_has_a_file(process, tmp_path):
    report = tmp_path / "report.json"
    files = ["--rows-to", "/dev/stdout", "-o", report]
    outcome = process("batch", SAMPLES / "claims.csv", *files)
    assert (outcome.code, outcome.err) == (1, "")
    assert len(list(csv.DictReader(io.StringIO(outcome.out)))) == 6
    assert json.loads(report.read_text())["failed"] == 3


def write(folder, text):
    (folder / "a.csv").write_text(text)
    return ["batch", folder / "a.csv", "--dtype", "float16"]


LOSS = 0.6931471805599453
"""log 2, the loss of two equal logits."""


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        (f"z0,z1,label,loss\n0,0,0,{LOSS}\n", ""),
        (f"z0,z1,label,loss,dz0,dz1\n0,0,0,{LOSS},-0.5,0.5\n", "columns dz0, ... are carried"),
        ("z0,z1,label\n0,0,0\n", "1 row claims nothing"),
        ("z0,z1,label,grad0,grad1\n0,20,1,0,0\n", "claims a gradient that is zero in every class"),
    ],
)
def test_a_strict_batch_fails_at_what_is_reported(cecheck, tmp_path, text, reported):
    command = write(tmp_path, text)
    for output_format in ("text", "json", "junit"):
        lenient = cecheck(*command, "--format", output_format)
        strict = cecheck(*command, "--format", output_format, "--strict")
        assert (lenient.code, strict.code) == (0, int(bool(reported)))
        assert strict[1:] == lenient[1:]
    lenient = cecheck(*command)
    assert reported in lenient.err + lenient.out


@pytest.mark.parametrize(
    ("arguments", "strict"),
    [
        (["p_i = p_i"], 0),
        (["dL/dz_i = p_i - y_i"], 1),  # needs Σy = 1, which nobody stated
        (["dL/dz_i = p_i - y_i", "--given", "sum"], 0),
        (["p_i = p_i", "--role", "q=logits"], 1),
        (["p_i = p_i", "--define", "S = 2"], 1),
    ],
)
def test_a_strict_check_fails_at_what_is_taken_for_granted(cecheck, arguments, strict):
    assert cecheck("check", *arguments).code == 0
    assert cecheck("check", *arguments, "--strict").code == strict


def test_strict_fails_at_warnings(cecheck):
    unusual = ["grad", 0, 0, "--targets", "2,1"]
    assert (cecheck(*unusual).code, cecheck(*unusual, "--strict").code) == (0, 1)
    for arguments in COMMANDS.values():
        if arguments[0] != "batch":  # whose sample claims nothing
            assert cecheck(*arguments, "--strict").code == 0
