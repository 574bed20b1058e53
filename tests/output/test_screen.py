"""Documents on screens that lack some of their characters."""

import pytest

from ce_cli.mathematics.nodes import PARTIAL, Digits, Fraction, Letter, Subscript
from ce_cli.output import render
from ce_cli.output.document import (
    Document,
    Equation,
    EquationChain,
    Mark,
    Paragraph,
    Table,
    Title,
    Verdict,
)
from ce_cli.output.messages import to_message
from ce_cli.output.screen import Screen
from ce_cli.output.transliteration import in_ascii

EQUATION = Equation(
    Fraction(PARTIAL, Subscript(Letter("q"), (Digits("0"),))), Letter("θ"), "商的求导法则",
    Mark.TRUE, "每个 $C$",
)  # fmt: skip
CHINESE = Document(
    (
        Title("交叉熵的梯度", ("类别从 0 数到 $C − 1$。",)),
        Paragraph("真实类别的 logit 被拉上 $1$，$Σy = 1$。"),
        EquationChain((EQUATION,)),
        Verdict(Mark.LOSES_DIGITS, "有效数字丢失"),
    ),
    {}, Table((), ()),
)  # fmt: skip


def test_chinese_stays_where_only_our_signs_are_lacking():
    assert render(CHINESE, "text", Screen(encoding="gbk")).splitlines() == [
        "交叉熵的梯度",
        "============",
        "类别从 0 数到 C - 1。",
        "",
        "真实类别的 logit 被拉上 1，sum y = 1。",
        "",
        "   d",
        "  --- = theta                                   + 商的求导法则",
        "  q_0                                             每个 C",
        "",
        "^ 有效数字丢失",
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "koi8-r"])
def test_a_screen_without_chinese_shows_escapes(encoding):
    screen = Screen(encoding=encoding)
    text = render(CHINESE, "text", screen)
    assert text.isascii()
    words = "交叉熵", "真实类别", "每个", "有效数字"
    assert all("".join(f"\\u{ord(sign):x}" for sign in word) in text for word in words)


SIGNS = [
    # by hand: each must be read back without a doubt
    ("∂L/∂W = (p − y)aᵀ", "dL/dW = (p - y)a^T"),
    ("Σy = 1, Σ_k e^z, z / Σz, Σ ∂L/∂p", "sum y = 1, sum_k e^z, z / sum z, sum dL/dp"),
    ("Σ∂p, σ(z), σy, 2σz, σ_i, σ²", "sum dp, sigma(z), sigma y, 2sigma z, sigma_i, sigma^2"),
    ("ε/K, λθ, Δx, ℓ", "eps/K, lambda theta, Delta x, ell"),
    ("z₀, z₁₀, e⁻¹, 10⁻¹²", "z_0, z_10, e^-1, 10^-12"),
    ("ŷ_i, z̄, p̂", "yhat_i, zbar, phat"),
    ("i ≠ j, C ≥ 2, ε ≤ 1", "i != j, C >= 2, eps <= 1"),
    ("∞/∞, 0·1, p ⊙ a, → 2, z0 … z9", "inf/inf, 0*1, p * a, -> 2, z0 ... z9"),
    ("␛[2J␊", r"\x1b[2J\n"),
    ("mañana Σ.csv", "mañana sum.csv"),
]


@pytest.mark.parametrize(("text", "plain"), SIGNS)
def test_signs_in_ascii(text, plain):
    assert in_ascii(text) == plain


MESSAGES = [
    (
        "a: bad\n  σ + 損失\n      ^^",
        "ascii",
        "a: bad\n  sigma + \\u640d\\u5931\n          " + 12 * "^",
    ),
    ("a: bad\n  σ + 損失\n      ^^", "utf-8", "a: bad\n  σ + 損失\n      ^^^^"),
    ("a: bad\n  1 +\n     ^", "ascii", "a: bad\n  1 +\n     ^"),
    ("a: bad\n  ∂\t?\n    ^", "ascii", "a: bad\n  d ?\n    ^"),
    ("a: bad\n  p̂ = 2\n       ^", "utf-8", "a: bad\n  p̂ = 2\n      ^"),
]


@pytest.mark.parametrize(("message", "encoding", "shown"), MESSAGES)
def test_carets_stand_below_their_part(message, encoding, shown):
    assert to_message(message, Screen(encoding=encoding)) == shown + "\n"


def test_a_folded_message_keeps_the_text_of_the_user_whole():
    message = (
        "error: a.tex:1:3: one two three\n  alpha beta gamma delta\n        ^^^^\nhint: six words"
    )
    assert to_message(message, Screen(width=20)).splitlines() == [
        "error: a.tex:1:3:",
        "one two three",
        "  alpha beta gamma delta",
        "        ^^^^",
        "hint: six words",
    ]
