"""LaTeX that compiles, and in which nothing stands in the margin."""

import shutil
import subprocess

import pytest

COMPILER = shutil.which("pdflatex")
OPTIONS = [
    ["temperature", "--classes", "6"],
    ["--classes", "3", "--label", "2", "--logits", "4,-4,3"],
    ["layer"],
    ["kl", "--classes", "6"],
]


@pytest.mark.skipif(not COMPILER, reason="no pdflatex here")
@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_it_compiles_and_nothing_is_too_wide(cecheck, tmp_path, options):
    log = compiled(cecheck("derive", *options, "--format", "latex").out, tmp_path)
    assert "Overfull" not in log
    assert "\n!" not in log


@pytest.mark.skipif(not COMPILER, reason="no pdflatex here")
def test_what_is_too_wide_would_be_seen(cecheck, tmp_path):
    page = cecheck("derive", "vjp", "--format", "latex").out
    assert "Overfull" in compiled(page.replace(r"\step{S", r"\step{\hspace{170mm}S"), tmp_path)


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_nothing_is_made_smaller(cecheck, options):
    page = cecheck("derive", *options, "--format", "latex").out
    assert not {"resizebox", "scalebox"} & set(page.replace("{", "\\").split("\\"))


def compiled(page, folder):
    (folder / "page.tex").write_text(page, encoding="utf-8")
    command = [COMPILER, "-interaction=nonstopmode", "page.tex"]
    subprocess.run(command, cwd=folder, check=False, capture_output=True)
    return (folder / "page.log").read_text(encoding="latin-1")
