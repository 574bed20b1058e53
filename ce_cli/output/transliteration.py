"""Our own signs in ASCII, where an output lacks one of them."""

from __future__ import annotations

import re
from unicodedata import normalize

from ce_cli.mathematics.nodes import GLYPHS, respelt
from ce_cli.output.marks import MARKS

_WORDS = "".join(sign.unicode for sign in GLYPHS.values() if sign.ascii.isalpha())
_BEFORE_ANOTHER = re.compile(f"([{_WORDS}])(?<!∂)(?=[{_WORDS}A-Za-z0-9])")
_LOWERED = re.compile("[₀-₉ᵢⱼₖₘₙₓ]+")
_RAISED = re.compile("[⁰¹²³⁴-⁹⁻]+")
_SIGNS = str.maketrans(
    {mark.unicode: mark.ascii for mark in MARKS.values()}
    | {sign.unicode: sign.ascii for sign in GLYPHS.values()}
    | {0x2400 + code: f"\\x{code:02x}" for code in range(32)}
    | {"␊": r"\n", "␡": r"\x7f", "═": "=", "─": "-", "–": "-", "—": "--", "’": "'"}
    | {"′": "'", "×": "*", "÷": "/", "±": "+-", "∞": "inf", "≤": "<="}
    | {"≈": "~", "∑": "sum", "∈": "in", "∀": "for all", "∇": "nabla", "⇒": "=>", "⟹": "=>"}
    | {"←": "<-", "‖": "||", "∥": "||", "∣": "|", "⊤": "^T", "⋅": "*"}
    | dict.fromkeys("⋮⋯⋱", "...")
)


def in_ascii(text: str) -> str:
    """Return a text with our own signs in ASCII; other characters stay.

    >>> in_ascii("✓ Σp ≠ 1, ∂σ(z₁₀), ŷ = 損²")
    '+ sum p != 1, dsigma(z_10), yhat = 損^2'
    """
    return respelt(text, lambda letter: letter.ascii, _without_accents)


def _without_accents(text: str) -> str:
    text = _BEFORE_ANOTHER.sub(r"\1 ", text)
    text = _LOWERED.sub(lambda run: "_" + normalize("NFKC", run[0]), text)
    text = _RAISED.sub(lambda run: "^" + normalize("NFKC", run[0]), text)
    return text.translate(_SIGNS)
