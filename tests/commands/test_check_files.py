"""``cecheck check --file A --file B``: each file is a text of its own."""

import csv
import io
import json

import pytest

FILES = {
    "right.tex": "p_i = \\frac{e^{z_i}}{\\sum_k e^{z_k}}\n\ndp_i/dz_j = p_i (δ_ij - p_j)\n",
    "wrong.tex": "dL/dx_i = y_i - p_i\n\np_i = softmax(x)_i\n",
    "partly.tex": "p_i = p_i\n\np_i = \\foo\n",
    "prose.tex": "This is no formula\n",
    "empty.tex": "",
    "bad.tex": b"\xff",
}
RIGHT, WRONG, PARTLY, PROSE = "right.tex", "wrong.tex", "partly.tex", "prose.tex"


@pytest.fixture
def check_files(cecheck, tmp_path):
    """Run the command on some of the files; names in its output are without the folder."""

    def call(*names, stdin="", options=()):
        for name, text in FILES.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        paths = [name if name == "-" else str(tmp_path / name) for name in names]
        arguments = [part for path in paths for part in ("--file", path)]
        outcome = cecheck("check", *arguments, *options, stdin=stdin)
        folder = f"{tmp_path}/"
        return outcome._replace(
            out=outcome.out.replace(folder, ""), err=outcome.err.replace(folder, "")
        )

    return call


def test_the_reports_stand_one_after_the_other(check_files):
    outcome = check_files(RIGHT, WRONG, PROSE)
    assert outcome.code == 1
    names = [line for line in outcome.out.splitlines() if line.endswith(".tex")]
    assert names == [RIGHT, WRONG, PROSE]
    assert "✓ right.tex:3:13  dp_i/dz_j" in outcome.out
    assert "✗ wrong.tex:1:11  dL/dx_i" in outcome.out
    assert "assumed: p probabilities; z logits" in outcome.out
    assert "x logits" in outcome.out
    assert "– prose.tex:1:1  not understood: the word 'This' is not understood" in outcome.out
    assert outcome.err.startswith("warning: prose.tex:1:1: the word 'This' is not understood\n")


CODES = [
    (0, [RIGHT, RIGHT]), (1, [RIGHT, WRONG]), (1, [WRONG, PROSE]), (1, [PARTLY, WRONG]),
    (2, [RIGHT, PARTLY]), (2, [PROSE, RIGHT]), (2, [PROSE, PROSE]), (2, ["empty.tex", RIGHT]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "names"), CODES)
def test_the_worst_exit_code_counts(check_files, code, names):
    outcome = check_files(*names, options=["--format", "json"])
    data = json.loads(outcome.out)
    assert outcome.code == code == data["exit_code"]
    assert [file["file"] for file in data["files"]] == names


def test_json_of_several_files(check_files):
    data = json.loads(check_files(RIGHT, PROSE, PARTLY, options=["--format", "json"]).out)
    assert data["schema"] == "cecheck.check/1"
    assert [link["place"].split(":")[0] for link in data["links"]] == [RIGHT, RIGHT, PARTLY, PARTLY]
    assert [file["exit_code"] for file in data["files"]] == [0, 2, 2]
    assert [file["error"] for file in data["files"]] == [
        None, "prose.tex:1:1: the word 'This' is not understood", None,
    ]  # fmt: skip
    assert data["files"][0]["roles"] == {"p": "probabilities", "z": "logits"}
    assert data["files"][1]["roles"] == {}


def test_json_of_one_file_is_that_of_its_text(check_files, cecheck):
    one = json.loads(check_files(RIGHT, options=["--format", "json"]).out)
    text = json.loads(cecheck("check", FILES[RIGHT], "--format", "json").out)
    for link in one["links"]:
        link["place"] = link["place"].removeprefix("right.tex:")
    assert one == text
    assert "files" not in one


def test_csv_has_the_rows_of_all_files(check_files):
    outcome = check_files(RIGHT, WRONG, options=["--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert [row["place"].split(":")[0] for row in rows] == [RIGHT, RIGHT, WRONG, WRONG]


def test_markdown_names_the_files(check_files):
    outcome = check_files(RIGHT, WRONG, options=["--format", "markdown"])
    assert outcome.out.startswith("right.tex\n\n- ✓ right.tex:1:7 ")


def test_stdin_is_one_of_the_files(check_files):
    outcome = check_files(RIGHT, "-", stdin="p_i = p_i")
    assert outcome.code == 0
    assert "\nstdin\n" in outcome.out
    assert "✓ stdin:1:7  p_i = p_i" in outcome.out
    twice = check_files("-", "-")
    assert (twice.code, twice.out, twice.err) == (2, "", "error: --file: stdin is given twice\n")


def test_all_files_that_cannot_be_read_are_named_before_anything_is_printed(check_files):
    outcome = check_files(RIGHT, "gone.tex", "bad.tex", "lost.tex")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: gone.tex: no such file or directory", "error: bad.tex:1:1: not UTF-8 text",
        "error: lost.tex: no such file or directory",
    ]  # fmt: skip


def test_letters_do_not_pass_from_file_to_file(check_files):
    data = json.loads(check_files(RIGHT, WRONG, options=["--format", "json"]).out)
    assert [sorted(file["roles"]) for file in data["files"]] == [["p", "z"], ["L", "p", "x", "y"]]


UNUSED = [
    ([RIGHT, WRONG], ["--role", "x=logits"], []),
    ([RIGHT, WRONG], ["--role", "q=logits"], ["--role: there is no q in the formulas"]),
    ([RIGHT, PROSE], ["--role", "q=logits"], []),
    ([RIGHT, WRONG], ["--define", "q = 2"], ["--define: nothing uses q"]),
]


@pytest.mark.parametrize(("names", "options", "reported"), UNUSED)
def test_an_option_is_unused_if_no_file_uses_it(check_files, names, options, reported):
    outcome = check_files(*names, options=[*options, "--format", "json"])
    assert json.loads(outcome.out)["unused"] == reported
    assert outcome.err.count("warning: --") == len(reported)


def test_a_pipe_gets_no_colour_and_whole_lines(process, tmp_path):
    for name in (RIGHT, WRONG):
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    files = [part for name in (RIGHT, WRONG) for part in ("--file", str(tmp_path / name))]
    outcome = process("check", *files)
    assert outcome.code == 1
    assert f"\n{tmp_path / WRONG}\n" in outcome.out
    assert "\x1b" not in outcome.out


def test_a_report_never_takes_the_place_of_a_file_that_is_read(cecheck, tmp_path):
    text, weights = tmp_path / "steps.tex", tmp_path / "w.csv"
    text.write_text("p_i = p_i\n")
    weights.write_text("1,2\n3,4\n")
    layer = ["layer", "--input", "1,2", "--weights", weights, "--bias", "0,0", "--label", 0]
    for path, command in {text: ["check", "--file", text], weights: layer}.items():
        before = path.read_text()
        outcome = cecheck(*command, "--output", path, "--format", "text", "--force")
        assert outcome.code == 2
        assert outcome.err == f"error: --output: {path} is a file that is read\n"
        assert path.read_text() == before
