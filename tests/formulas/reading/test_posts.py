"""The yardstick: the displayed equations of real posts, where they are present."""

import re

import pytest

from ce_cli.errors import InputError
from ce_cli.formulas.reading.claims import read_formula
from ce_cli.formulas.report import report_formula
from tests.formulas.reading.post_values import POINTS, SIDES, Point, numbers
from tests.formulas.reading.posts import OPTIONS, POSTS, Equation, equations

pytestmark = pytest.mark.skipif(not POSTS.is_dir(), reason="the posts are not here")

WRONG = {("000", 26), ("000", 38), ("001", 241), ("004", 24)}
"""The post and line of every wrong equation that is displayed."""
ASSIGNMENTS = {("000", 62), ("000", 64)}
"""Updates written as equations."""
REFUSED = {("000", 28), ("001", 235), ("003", 35)}
"""A sum lost inside a derivative, a sum from 1 over p_0, a missing ∂."""


@pytest.fixture(scope="module")
def reports():
    outcomes = {}
    for equation in equations():
        try:
            outcomes[equation] = report_formula(equation.text, equation.options)
        except InputError as error:
            outcomes[equation] = error
    return outcomes


def test_nearly_all_equations_are_read(reports):
    refused = {
        (equation.post, equation.line) for equation, report in reports.items()
        if isinstance(report, InputError) or any(link.refusal for link in report.links)
    }  # fmt: skip
    assert refused == REFUSED
    assert len(reports) == 70
    assert len(refused) <= 0.05 * len(reports)


def links_at(post, line):
    """Yield the links that are read at a line, each with the values of its two sides."""
    readings = [read_formula(equation.text, equation.options) for equation in displayed(post, line)]
    chains = [chain for reading in readings for chain in reading.chains]
    sides = iter(SIDES[post, line])
    for chain in chains:
        left = next(sides)
        for link in chain:
            right = next(sides)
            yield link, left, right
            left = right
    assert next(sides, None) is None


@pytest.mark.parametrize(("post", "line"), sorted({equation[:2] for equation in equations()}))
def test_no_equation_is_misread(post, line):
    for link, *expected in links_at(post, line):
        if None in expected:
            assert link.claim is None
            continue
        for z, y, at in POINTS:
            point = Point(z, y, at)
            evaluator = numbers(post, line, point)
            for side, value in zip((link.claim.lhs, link.claim.rhs), expected, strict=True):
                if value is not ...:
                    number = evaluator.value(side)
                    assert number == pytest.approx(value(point), rel=1e-6, abs=1e-8), (side, at)


def test_no_right_equation_is_refuted(reports):
    for equation, report in reports.items():
        if (equation.post, equation.line) not in WRONG | ASSIGNMENTS:
            for link in getattr(report, "links", ()):
                assert link.judgement is None or link.judgement.verdict != "refuted", link


def inline(post, pattern):
    """Return the inline equations of a post that match a pattern."""
    text = next(POSTS.glob(f"{post}_*.txt")).read_text(encoding="utf-8")
    formulas = [tex for tex in re.findall(r"\$([^$]+=[^$]+)\$", text) if re.search(pattern, tex)]
    assert formulas
    return [Equation(post, 0, tex) for tex in formulas]


def displayed(post, line):
    return [equation for equation in equations() if equation[:2] == (post, line)]


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
    wrong = displayed(post, line) if isinstance(line, int) else inline(post, line)
    for equation in wrong:
        options = OPTIONS[post]
        report = report_formula(equation.text, options)
        assert report.exit_code == 1
        links = [link for link in report.links if not link.holds]
        assert all(link.judgement.verdict in {"refuted", "proved_if"} for link in links)
        if when:
            contradicted = report_formula(
                equation.text, options.__class__(**{**vars(options), "when": when})
            )
            assert "refuted" in [link.judgement.verdict for link in contradicted.links]


@pytest.mark.parametrize(("post", "line"), sorted(WRONG))
def test_the_values_tell_wrong_equations_from_right_ones(post, line):
    sides = [side for side in SIDES[post, line] if side]
    values = [[side(Point(*point)) for point in POINTS] for side in sides]
    assert not all(value == pytest.approx(values[0]) for value in values)
