"""One document, and every format that it is written in."""

import csv
import io
import json
import math

import pytest

from ce_cli.evaluation.views.common import left_out, likeliest
from ce_cli.mathematics.nodes import Digits, Fraction, Letter
from ce_cli.output import FORMATS, render
from ce_cli.output.document import (
    Column,
    Document,
    Equation,
    EquationChain,
    Heading,
    Mark,
    Paragraph,
    Summary,
    Table,
    Title,
    Verdict,
)
from ce_cli.output.html import to_fragment
from ce_cli.output.numbers import for_people
from ce_cli.output.screen import Screen, screen_of

TABLE = Table(
    (
        Column("class", "i"),
        Column("logit", "z", "given"),
        Column("push", "−p", "push"),
        Column("pull", "+y", "pull"),
    ),
    (("0", -4.0, -0.25, 0.0), ("→ 1", 1e8 + 0.5, -8.49670851e-18, 1.0)),
    "Push [i] and pull",
    frozenset({1}),
)
DOCUMENT = Document(
    (
        TABLE,
        "a sentence [i]",
        Verdict(Mark.TRUE, "one"),
        Verdict(Mark.WRONG, "two"),
        Verdict(Mark.OPEN, "three"),
    ),
    {"a": [1.0, math.inf, -math.inf, math.nan, 1e-320], "b": (None, True, "−")},
    Table((Column("x", key="the_x"), Column("y")), ((0.1, None), (-math.inf, 3))),
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.73087937, "0.7309"), (8.49670851e-18, "8.4967e-18"), (-2.4518e-4, "-2.4518e-4"),
        (3.0, "3"), (-0.0, "0"), (1e6, "1.0000e6"), (123456.75, "123456.7500"), (math.inf, "inf"),
        (math.nan, "nan"), (7, "7"), ("→ 2", "→ 2"), (None, ""), (0.99999999, "1.0000"),
    ],
)  # fmt: skip
def test_numbers_for_people(value, text):
    assert for_people(value) == text


def test_json_is_strict_and_reads_back():
    text = render(DOCUMENT, "json", Screen())

    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    data = json.loads(text, parse_constant=refuse)
    assert data == {"a": [1.0, "inf", "-inf", "nan", 1e-320], "b": [None, True, "−"]}
    assert text.count("\n") == 1


def test_csv_holds_the_records():
    assert render(DOCUMENT, "csv", Screen()) == "the_x,y\n0.1,\n-inf,3\n"


def test_markdown():
    assert render(DOCUMENT, "markdown", Screen()) == (
        "**Push [i] and pull**\n\n"
        "| class i | logit z | push −p | pull +y |\n"
        "| --: | --: | --: | --: |\n"
        "| 0 | -4 | -0.2500 | 0 |\n"
        "| **→ 1** | **100000000.5** | **-8.4967e-18** | **+1** |\n\n"
        "a sentence [i]\n\n- ✓ one\n- ✗ two\n- – three\n"
    )


NASTY = Document(
    ("\x1b[2J", Table((Column("row"), Column("c\x07", style="text")), ((0, "y\n\x1b[31m"),))),
    {}, Table((), ()),
)  # fmt: skip


@pytest.mark.parametrize("output_format", ["text", "markdown"])
def test_data_cannot_move_the_cursor_or_leave_its_cell(monkeypatch, output_format):
    monkeypatch.setenv("NO_COLOR", "1")
    text = render(NASTY, output_format, Screen())
    assert not set(map(chr, range(32))) & set(text) - {"\n"}
    assert "␛[2J" in text
    assert "y␊␛[31m" in text
    assert "c␇" in text


def test_cells_stay_in_their_columns():
    table = Table((Column("a,b|c"), Column("d")), (('x|"y"\n,z', 1),))
    document = Document((table,), {}, table)
    text = render(document, "csv", Screen())
    assert list(csv.reader(io.StringIO(text))) == [["a,b|c", "d"], ['x|"y"\n,z', "1"]]
    assert render(document, "markdown", Screen()) == (
        '| a,b\\|c | d |\n| --: | --: |\n| x\\|"y"␊,z | 1 |\n'
    )


def test_wide_and_combining_characters_keep_the_columns_in_line():
    table = Table(
        (Column("row"), Column("file", style="text"), Column("n")),
        (("1", "損失.csv", 1.0), ("2", "p\u0302.csv", 22.0)),
    )
    assert render(Document((table,), {}, table), "text", Screen()).splitlines() == [
        "row   " + "file    " + "    n",
        "─" * 19,
        "  1   " + "損失.csv" + "    1",
        "  2   " + "p\u0302.csv   " + "   22",
    ]


def test_on_a_terminal_texts_are_broken_between_words(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("NO_COLOR", "1")
    parts = ("one two three four five", Verdict(Mark.TRUE, "six seven eight nine"))
    assert render(Document(parts, {}, TABLE), "text", screen_of(Terminal())).splitlines() == [
        "one two three four",
        "five",
        "",
        "✓ six seven eight",
        "nine",
    ]


def test_off_a_terminal_nothing_is_coloured_or_cut():
    text = render(DOCUMENT, "text", Screen())
    assert text.splitlines() == [
        "Push [i] and pull",
        "class         logit          push   pull",
        "    i             z            −p     +y",
        "────────────────────────────────────────",
        "    0            -4       -0.2500      0",
        "  → 1   100000000.5   -8.4967e-18     +1",
        "",
        "a sentence [i]",
        "",
        "✓ one",
        "✗ two",
        "– three",
    ]


@pytest.mark.parametrize("width", [80, 200])
def test_a_wide_table_is_split_on_a_terminal_and_no_digit_is_lost(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    numbers = tuple(float(f"{k}.123456e-200") for k in range(1, 25))
    wide = Table(tuple(map(Column, ["row", *map(str, range(24))])), (("a", *numbers),))
    text = render(Document((wide,), {}, wide), "text", screen_of(Terminal()))
    plain = text.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[2m", "")
    assert max(map(len, plain.splitlines())) <= width
    assert "…" not in plain
    assert all(for_people(number) in plain for number in numbers)


def test_what_is_wider_than_a_terminal_is_folded(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    path = "/".join(f"folder{k}" for k in range(20))
    table = Table((Column("row"), Column("file", style="text")), (("12345", path),))
    lines = render(Document((table,), {}, table), "text", screen_of(Terminal())).splitlines()[2:]
    assert max(map(len, lines)) <= 80
    assert "".join(line.strip() for line in lines) == f"12345   {path}"


def test_push_is_red_pull_green_and_the_true_class_bold(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = render(DOCUMENT, "text", screen_of(Terminal()))
    assert "\x1b[31m" in text
    assert "\x1b[1;32m" in text


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_not_wanted(monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = render(DOCUMENT, "text", screen_of(Terminal()))
    assert "\x1b[31m" not in text
    assert "\x1b[32m" not in text


HALF = Fraction(Digits("1"), Digits("2"))
CHAIN = EquationChain(
    (
        Equation(Letter("p"), HALF, "collect $p_j$", Mark.TRUE, "if $i ≠ j$",
                 (Digits("0.5"), Digits("0.5")), "$j = 0$"),
        Equation(HALF, Digits("1"), "a guess", Mark.WRONG, "undecided",
                 (Digits("0.5"), Digits("1"))),
        Equation(Digits("1"), Letter("q"), "definition", Mark.TRUE, "", prose="As $q_0 = 1$:"),
    )
)  # fmt: skip
DERIVATION = Document(
    (
        Title("One & two", ("For $e^{z_0}$.",)),
        Heading("Case $i ≠ j$"),
        Paragraph("Take $p_j$."),
        CHAIN,
        Summary(Mark.WRONG, "1 of 2 steps proved"),
    ),
    {}, Table((), ()),
)  # fmt: skip


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    "part", [*DOCUMENT.parts, *DERIVATION.parts], ids=lambda part: str(type(part))
)
def test_every_part_is_written_in_every_format(output_format, part):
    text = render(Document((part,), {}, TABLE), output_format, Screen())
    assert text.endswith("\n")
    assert text.strip()


def test_a_derivation_as_text():
    lines = render(DERIVATION, "text", Screen()).splitlines()
    assert lines == [
        "One & two",
        "═════════",
        "For e^z₀.",
        "",
        "Case i ≠ j",
        "",
        "Take p_j.",
        "",
        "        1",
        "    p = ─ = 0.5   (j = 0)                       ✓ collect p_j",
        "        2                                         if i ≠ j",
        "",
        "      = 1                                       ✗ a guess",
        "  0.5 = 1                                         undecided",
        "",
        "As q₀ = 1:",
        "      = q                                       ✓ definition",
        "",
        "✗ 1 of 2 steps proved",
    ]


def test_a_derivation_as_markdown():
    assert render(DERIVATION, "markdown", Screen()) == (
        "# One & two\n\nFor e^{z_0}.\n\n## Case i ≠ j\n\nTake $p_j$.\n\n$$\n\\begin{aligned}\n"
        "p &= \\frac{1}{2} = 0.5 \\text{  (j = 0)} && \\checkmark "
        "\\text{ collect } p_j \\text{ (if } i \\ne  j \\text{)} \\cr\n"
        " &= 1 && \\times \\text{ a guess (undecided)} \\cr\n"
        "0.5 &= 1 && \\text{in numbers}\n"
        "\\end{aligned}\n$$\n\nAs $q_0 = 1$:\n\n$$\n\\begin{aligned}\n"
        " &= q && \\checkmark \\text{ definition}\n"
        "\\end{aligned}\n$$\n\n✗ 1 of 2 steps proved\n"
    )


@pytest.mark.parametrize(
    ("output_format", "shown"),
    [
        ("text", "In code:\n`a_b = p * 2`\n"),
        ("markdown", "In code:  \n`a_b = p * 2`\n"),
        ("html", "<p>In code:<br>\n<code>a_b = p * 2</code></p>"),
        ("latex", "In code:\\\\\n\\texttt{a\\_b = p * 2}\n"),
    ],
)
def test_code_stands_on_a_line_of_its_own_and_looks_like_code(output_format, shown):
    document = Document((Paragraph("In code:\n`a_b = p * 2`"),), {}, TABLE)
    assert shown in render(document, output_format, Screen())


def test_html_is_well_formed_and_shows_every_text():
    from xml.etree import ElementTree as Xml

    parts = (*DERIVATION.parts, *DOCUMENT.parts, "<i> & $p_i$")
    root = Xml.fromstring(to_fragment(Document(parts, {}, TABLE)))  # noqa: S314
    text = "".join(root.itertext())
    for shown in (
        "One & two",
        "Case i ≠ j",
        "Take pj.",
        "As q0 = 1:",
        "collect pj",
        "-8.4967e-18",
        "✓ one",
        "– three",
    ):
        assert shown in text
    assert "<i> & $p_i$" in text
    assert [row[1].text for row in root.iter("tr") if row[0].tag == "th"] == [
        "logit z",
        "100000000.5",
    ]


def test_latex_takes_every_text_as_it_is():
    parts = ("50 % of $x_1$ & {a\\b} #1 ~ ^ is −σ", *DOCUMENT.parts)
    text = render(Document(parts, {}, TABLE), "latex", Screen())
    assert (
        r"50 \% of \$x\_1\$ \& \{a\textbackslash{}b\} \#1 "
        r"\textasciitilde{} \textasciicircum{} is $-$$\sigma$"
    ) in text
    assert r"\begin{tabular}{rrrr}" in text
    assert r"\bfseries $\to$ 1 & \bfseries 100000000.5 & \bfseries -8.4967e-18 &" in text


def test_ascii_is_ascii():
    parts = (*DERIVATION.parts, *DOCUMENT.parts)
    text = render(Document(parts, {}, TABLE), "text", Screen(only_ascii=True, encoding="ascii"))
    assert text.isascii()
    assert "+ collect p_j" in text


def test_the_likeliest_classes_are_shown_with_the_true_one():
    p = [0.0] * 100
    p[50], p[70] = 0.6, 0.4
    shown = likeliest(p, first=99)
    assert len(shown) == 20
    assert {50, 70, 99} < set(shown)
    assert left_out(100, shown) == (
        "80 more classes left out; --format json and csv show them all.",
    )
