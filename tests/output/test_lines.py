"""Texts in lines: how wide a text is, and where it may be broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_cli.alphabet import columns
from ce_cli.output.lines import wrapped

FOLDED = [
    ("one two three", 8, ["one two", "three"]),
    ("  one two", 7, ["  one", "two"]),
    ("one  two", 20, ["one  two"]),
    ("", 5, [""]),
    ("one\ntwo", 20, ["one", "two"]),
    ("abcdefgh", 3, ["abc", "def", "gh"]),
    ("概率之和等于一", 6, ["概率之", "和等于", "一"]),
    ("概率之和，等于一", 8, ["概率之", "和，等于", "一"]),
    ("对 z_i 求导数", 8, ["对 z_i", "求导数"]),
    ("对z_i求导。", 6, ["对z_i", "求导。"]),
    ("损失（交叉熵）", 6, ["损失", "（交叉", "熵）"]),
    ("误差 (损失)", 8, ["误差 (损", "失)"]),
    ("p̂ q̂", 3, ["p̂ q̂"]),
]


@pytest.mark.parametrize(("text", "width", "lines"), FOLDED)
def test_where_a_text_is_broken(text, width, lines):
    assert wrapped(text, width) == lines


@given(st.text("ab 概率，。（）(.)"), st.integers(6, 20))
def test_no_line_is_too_wide_and_only_blanks_are_lost(text, width):
    lines = wrapped(text, width)
    assert max(map(columns, lines)) <= width
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
