"""Words beside an equation: those that state nothing, and those that state something."""

import pytest

from ce_cli.formulas.reading.vocabulary import is_otherwise, is_tag, strange_word

HARMLESS = [
    "for all i", "for all $i, j$", "For any class $k$", "for each", "by the chain rule", "if",
    "Case 1:", "by equation (2)", "by （2）", "(Eq. 3)", "as required, we get",
    "当", "对所有 i", "对任意的 $i, j$", "由（2）式得", "代入化简即可", "情况 1：",
]  # fmt: skip
STRANGE = [
    "which is 0", "equals", "twice", "is 2", "$p$", "for all i + 1", "for all i 2", "is a",
    "if the label is one-hot", "when in class", "for the label", "for which", "otherwise",
    "in all other cases", "similarly", "+", "得 0 的", "当类别", "若标签", "不成立", "二分类",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_connecting_words_state_nothing(text):
    assert strange_word(text) == ""


@pytest.mark.parametrize("text", STRANGE)
def test_other_words_may_state_something(text):
    assert strange_word(text)


@pytest.mark.parametrize(
    "text",
    ["otherwise", "Otherwise.", ", else", "elsewhere", "o.w.", "in all other cases", "其他情况",
     "其它情况下", "其余", "否则。", "， 否则", "for all other cases", "in other cases"],
)  # fmt: skip
def test_otherwise_has_many_forms(text):
    assert is_otherwise(text)


@pytest.mark.parametrize(
    "text", ["otherwise 2", "other", "else if", "not otherwise", "+ otherwise"]
)
def test_more_than_otherwise_is_something_else(text):
    assert not is_otherwise(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(label, True) for label in (
            "1", "2.3a", "1-2", "1--2", "1, 2", "(2)", "iii", "*", "**", r"\dagger", "A", "A.1",
            "chain rule", "by (2)", "softmax",
        )],
        *[(other, False) for other in (
            "", "-1", "- 2", "+1", "1 + 2", "1-", "twice", "wrong", "otherwise", "if", "p_i",
            "i = j", "times 2",
        )],
    ],
)  # fmt: skip
def test_a_tag_is_a_label_or_a_remark(text, expected):
    assert is_tag(text) is expected
