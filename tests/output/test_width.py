"""No line is wider than the page, whatever is derived."""

import pytest

from ce_cli.alphabet import columns
from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS, derive
from ce_cli.mathematics.arrange import Arrange
from ce_cli.output.document import Column, Document, Equation, EquationChain, Mark, Paragraph, Table
from ce_cli.output.screen import Screen
from ce_cli.output.terminal import Page

RULE = "take the derivative of the exponential out of the sum, and then collect all that is left"


@pytest.fixture(scope="module")
def documents():
    return {
        (subject, classes): document(derive(subject, classes))
        for subject in SUBJECTS
        for classes in ((None,) if subject in OF_ONE_LOGIT else (None, 3, 6))
    }


def document(derivation):
    parts = [EquationChain(tuple(map(equation, chain))) for chain in derivation.chains()]
    return Document((Paragraph(f"{RULE}. " * 3), *parts), {}, Table((), ()))


def equation(step):
    sides = Arrange()(step.claim.lhs), Arrange()(step.claim.rhs)
    return Equation(*sides, RULE, Mark.TRUE, "if $y$ one-hot, true class 2", prose=f"{RULE}. " * 2)


@pytest.mark.parametrize(
    ("width", "only_ascii"), [(40, True), (60, False), (80, False), (80, True), (120, False)]
)
def test_no_line_is_wider_than_the_page(documents, width, only_ascii):
    page = Page(Screen(width, min(width, 100), only_ascii=only_ascii))
    for name, shown in documents.items():
        for line in page.lines(shown):
            assert columns("".join(segment.text for segment in line)) <= width, name


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_derivation_fits_on_a_page(cecheck, subject):
    options = [] if subject in OF_ONE_LOGIT else ["--classes", "3", "--label", "2"]
    lines = cecheck("derive", subject, *options).out.splitlines()
    assert max(map(columns, lines)) <= 80


def lines_at(width, chain):
    page = Page(Screen(width, min(width, 100)))
    document = Document((chain,), {}, Table((), ()))
    return ["".join(text for text, _ in line) for line in page.lines(document)]


def sums(count):
    from sympy import Add

    from ce_cli.symbolic.notation import L, y

    total = Arrange()(Add(*(y[at] for at in range(count))))
    return EquationChain((Equation(Arrange()(L), total, "a rule", Mark.TRUE, "if $i = j$"),))


def test_a_wide_terminal_is_used():
    first, second = lines_at(200, sums(28))
    formula, _ = first.split("✓ a rule")
    assert formula.endswith("+ y₂₇  ")
    assert second == " " * len(formula) + "  if i = j"


def test_on_a_small_terminal_the_reason_stands_below():
    assert lines_at(40, sums(7)) == [
        "  L = y₀ + y₁ + y₂ + y₃ + y₄ + y₅ + y₆",
        "    ✓ a rule",
        "      if i = j",
    ]


def test_a_line_that_goes_on_is_indented():
    assert lines_at(30, sums(7))[:2] == ["  L = y₀ + y₁ + y₂ + y₃ + y₄", "        + y₅ + y₆"]


def test_the_reason_stands_beside_the_last_line_if_there_is_room():
    chain = sums(20)
    lines = lines_at(80, chain)
    assert [line[48:] for line in lines[1:]] == ["✓ a rule", "  if i = j"]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_wide_first_column_is_folded(width):
    names = Column("column", style="text"), Column("number"), Column("file", style="text")
    rows = (("a name of many words " * 3, 0.25, "x" * 30), ("损失" * 20, -1.5e-30, "猫"))
    table = Table(names, rows)
    page = Page(Screen(width, width)).lines(Document((table,), {}, table))
    lines = ["".join(text for text, _ in line) for line in page]
    assert max(map(columns, lines)) <= width
    assert "".join(lines).count("损") >= 20
    assert {"0.2500", "-1.5000e-30"} <= set(" ".join(lines).split())
