"""Formulas that keep to a width: where they break, and that nothing is lost."""

import pytest
from sympy import Add, log

from ce_cli.derivations.subjects import OF_ONE_LOGIT, SUBJECTS, derive
from ce_cli.mathematics.arrange import Arrange
from ce_cli.mathematics.box import Boxes
from ce_cli.mathematics.breaking import Breaker
from ce_cli.mathematics.nodes import (
    EQUALS,
    Digits,
    Grid,
    Letter,
    Lines,
    Operator,
    Row,
    Superscript,
    Words,
)
from ce_cli.symbolic.notation import Partial, S, T, c, fraction, i, j, p, sum_over, y, z

DOT = Operator("·")
SIX = Add(*(y[at] for at in range(6)))

BROKEN = [
    (SIX, 20, "y₀ + y₁ + y₂ + y₃|  + y₄ + y₅"),
    (Add(*(y[at] * log(p[at]) for at in range(4))), 24,
     "y₀ log p₀ + y₁ log p₁|  + y₂ log p₂|  + y₃ log p₃"),
    (-SIX, 20, "−y₀ − y₁ − y₂ − y₃|  − y₄ − y₅"),
    (T * SIX, 20, "T⎛y₀ + y₁ + y₂ + y₃⎞| ⎝  + y₄ + y₅      ⎠"),
    (log(SIX), 20, "log⎛y₀ + y₁ + y₂⎞|   ⎜  + y₃ + y₄ ⎟|   ⎝  + y₅      ⎠"),
    (fraction(SIX, S), 20, " y₀ + y₁ + y₂ + y₃|   + y₄ + y₅|───────────────────|         S"),
    (sum_over(y[c] * SIX, c), 20,
     "Σ y_c⎛y₀ + y₁ + y₂⎞|c    ⎜  + y₃ + y₄ ⎟|     ⎝  + y₅      ⎠"),
    (p[0] * p[1] * p[2] * p[3] * p[4] * p[5] * p[6], 14, "p₀ p₁ p₂ p₃ p₄|  · p₅ p₆"),
    (Partial(p[i] + y[i], z[j]), 14, " ∂|──── ⎛p_i    ⎞|∂z_j ⎝  + y_i⎠"),
]  # fmt: skip


def boxes_and_breaker(*, only_ascii=False):
    boxes = Boxes(only_ascii=only_ascii)
    return boxes, Breaker(lambda node: boxes.of(node).width)


@pytest.mark.parametrize(("expr", "width", "lines"), BROKEN)
def test_where_a_formula_is_broken(expr, width, lines):
    boxes, breaker = boxes_and_breaker()
    box = boxes.of(breaker.fitted(Arrange()(expr), width))
    assert "|".join(line.rstrip() for line in box.lines) == lines
    assert box.width <= width


def test_a_relation_is_broken_before_its_sides():
    _, breaker = boxes_and_breaker()
    sides = Row((*Arrange()(SIX).parts, EQUALS, Digits("1")))
    assert breaker.fitted(sides, 28) == Lines((Arrange()(SIX), Row((EQUALS, Digits("1")))))


@pytest.mark.parametrize(("first", "labels"), [(0, "columns 0 to 1|column 2"),
                                               (1, "columns 1 to 2|column 3")])  # fmt: skip
def test_a_wide_matrix_is_split_by_columns(first, labels):
    _, breaker = boxes_and_breaker()
    entries = tuple(tuple(Letter(f"{name}{at}") for at in range(3)) for name in "ab")
    lines = breaker.fitted(Grid(entries, first), 9)
    assert lines.is_flush
    assert "|".join(label.text for label in lines.parts[::2]) == labels
    assert [part.rows for part in lines.parts[1::2]] == [
        tuple(line[:2] for line in entries),
        tuple(line[2:] for line in entries),
    ]


def test_a_single_letter_may_be_wider_than_the_page():
    _, breaker = boxes_and_breaker()
    assert breaker.fitted(Letter("a long name"), 5) == Letter("a long name")


def tokens(node):
    """Yield the leaves of a formula from left to right, row by row in a matrix."""
    if isinstance(node, Grid):
        return [token for line in node.rows for entry in line for token in tokens(entry)]
    if isinstance(node, Letter | Digits | Operator | Words):
        return [node]
    if isinstance(node, str | int):
        return []
    return [token for part in node for token in tokens(part)]


def rejoined(node):
    """Return a formula whose broken parts stand side by side again."""
    if isinstance(node, Lines) and node.is_flush:
        parts = [part.rows for part in node.parts[1::2]]
        joined = tuple(sum(line, ()) for line in zip(*parts, strict=True))
        return Grid(tuple(tuple(map(rejoined, line)) for line in joined))
    if isinstance(node, Letter | Digits | Operator | Words) or not isinstance(node, tuple):
        return node
    parts = tuple(rejoined(part) for part in node)
    return type(node)(*parts) if hasattr(node, "_fields") else parts


@pytest.fixture(scope="module")
def formulas():
    return [
        (subject, classes, Arrange()(side))
        for subject in SUBJECTS
        for classes in ((None,) if subject in OF_ONE_LOGIT else (None, 3, 6))
        for step in derive(subject, classes).steps
        for side in (step.claim.lhs, step.claim.rhs)
    ]


@pytest.mark.parametrize(("width", "only_ascii"), [(37, False), (55, True), (77, False)])
def test_nothing_is_too_wide_and_nothing_is_lost(formulas, width, only_ascii):
    boxes, breaker = boxes_and_breaker(only_ascii=only_ascii)
    for subject, classes, node in formulas:
        fitted = breaker.fitted(node, width)
        assert boxes.of(fitted).width <= width, (subject, classes)
        shown = [token for token in tokens(rejoined(fitted)) if token != DOT]
        assert shown == tokens(node), (subject, classes)
        if boxes.of(node).width <= width:
            assert fitted is node


def test_a_power_is_broken_in_its_base():
    boxes, breaker = boxes_and_breaker()
    lines = boxes.of(breaker.fitted(Superscript(Arrange()(log(SIX)), Digits("2")), 20)).lines
    assert max(map(len, lines)) <= 20
    assert lines[0].endswith("⎞²")
