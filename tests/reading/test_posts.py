"""The yardstick: the displayed equations of real posts, where they are present."""

import re

import pytest
from posts import FOLDER, OPTIONS, Equation, equations

from ce_cli.checking.formula import report_formula
from ce_cli.errors import InputError

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the posts are not here")

WRONG = {("000", 26), ("000", 38), ("001", 241), ("004", 24)}
"""Where the posts' displayed wrong equations stand."""
ASSIGNMENTS = {("000", 62), ("000", 64)}
"""Updates written as equations."""
REFUSABLE = {("000", 28)}
"""A wrong line whose notation has no meaning."""


@pytest.fixture(scope="module")
def reports():
    found = {}
    for equation in equations():
        try:
            found[equation] = report_formula(equation.text, equation.options)
        except InputError as error:
            found[equation] = error
    return found


def test_nearly_all_equations_are_read(reports):
    refused = [
        equation for equation, report in reports.items()
        if (equation.post, equation.line) not in REFUSABLE
        and (isinstance(report, InputError) or any(step.refusal for step in report.steps))
    ]  # fmt: skip
    assert len(reports) >= 65
    assert len(refused) <= 0.05 * len(reports), refused


def test_no_right_equation_is_refuted(reports):
    for equation, report in reports.items():
        if (equation.post, equation.line) not in WRONG | ASSIGNMENTS:
            for step in getattr(report, "steps", ()):
                assert step.judgement is None or step.judgement.verdict != "refuted", step


def inline(post, pattern):
    """Return the inline equations of a post that match a pattern."""
    text = next(FOLDER.glob(f"{post}_*.txt")).read_text(encoding="utf-8")
    found = [each for each in re.findall(r"\$([^$]+=[^$]+)\$", text) if re.search(pattern, each)]
    assert found
    return [Equation(post, 0, each) for each in found]


def displayed(post, line):
    return [each for each in equations() if (each.post, each.line) == (post, line)]


@pytest.mark.parametrize(
    ("post", "line", "when"),
    [
        ("000", 26, ("i != j",)),
        ("000", 38, ("i != j",)),
        ("001", 241, ()),
        ("004", 24, ()),
        ("004", r"^p_i.*e_\{e_i\}", ()),
        ("004", r"^log.*e_\{e_i\}", ()),
    ],
)
def test_every_wrong_equation_is_refuted_unless_its_assumption_is_contradicted(post, line, when):
    found = displayed(post, line) if isinstance(line, int) else inline(post, line)
    for equation in found:
        options = OPTIONS[post]
        report = report_formula(equation.text, options)
        assert report.exit_code == 1
        steps = [step for step in report.steps if not step.holds]
        assert all(step.judgement.verdict in {"refuted", "proved_if"} for step in steps)
        if when:
            contradicted = report_formula(
                equation.text, options.__class__(**{**vars(options), "when": when})
            )
            assert "refuted" in [step.judgement.verdict for step in contradicted.steps]
