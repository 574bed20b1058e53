"""Short texts such as the names of rules, in which some words are mathematics."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"\s+|[,.;:()]|[^\s,.;:()]+")
_MATHEMATICS = re.compile(r"[^\W\d_a]'?|max|log|.*[_^=≠−+Σσδ≥/∂{}].*")
_NEUTRAL = re.compile(r"[\s,.;:()]+")
_UNICODE = {
    "Σ": r"\Sigma ", "σ": r"\sigma ", "δ": r"\delta ", "λ": r"\lambda ", "γ": r"\gamma ",
    "ε": r"\varepsilon ", "η": r"\eta ", "−": "-", "≠": r"\ne ", "≥": r"\ge ", "·": r"\cdot ",
    "∂": r"\partial ", "…": r"\dots ", "log": r"\log ", "max": r"\max ", "ᵀ": r"^{\mathsf{T}}",
}  # fmt: skip


class Span(NamedTuple):
    """A part of a text, and whether it is mathematics."""

    text: str
    is_math: bool


def spans(text: str) -> list[Span]:
    """Return a text in parts; neighbouring words of mathematics stay together.

    >>> [span.text for span in spans("case i = j of the rule")]
    ['case ', 'i = j', ' of the rule']
    """
    joined: list[Span] = []
    for token, is_math in _classified(_TOKEN.findall(text)):
        if joined and joined[-1].is_math == is_math:
            joined[-1] = Span(joined[-1].text + token, is_math)
        else:
            joined.append(Span(token, is_math))
    return joined


def _classified(tokens: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield tokens; numbers follow mathematics, punctuation stands between mathematics."""
    before = False
    for at, token in enumerate(tokens):
        if _NEUTRAL.fullmatch(token):
            after = next((later for later in tokens[at:] if not _NEUTRAL.fullmatch(later)), "")
            yield token, before and (_is_math(after) or after.isdigit())
            continue
        before = _is_math(token) or (before and token.isdigit())
        yield token, before


def _is_math(token: str) -> bool:
    return bool(_MATHEMATICS.fullmatch(token))


def math_to_latex(text: str) -> str:
    r"""Return mathematics of a prose text in LaTeX.

    >>> math_to_latex("i ≠ j")
    'i \\ne  j'
    """
    for sign, command in _UNICODE.items():
        text = text.replace(sign, command)
    return text


def text_to_html(text: str) -> str:
    """Return a text with its mathematics in italics and indices lowered.

    >>> text_to_html("take p_j out")
    'take <var>p<sub>j</sub></var> out'
    """
    parts = []
    for span in spans(text):
        safe = escape(span.text)
        if span.is_math:
            safe = re.sub(r"_(\w)", r"<sub>\1</sub>", safe)
            safe = re.sub(r"\^\{([^{}]*)\}", r"<sup>\1</sup>", safe)
            safe = re.sub(r"\^(\w)", r"<sup>\1</sup>", safe)
            safe = f"<var>{safe}</var>"
        parts.append(safe)
    return "".join(parts)
