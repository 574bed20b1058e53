r"""Sentences with mathematics between dollar signs, and code between backticks.

The mathematics stands on one line, as people type it: p_j, e^{z_i}, Σy = 1.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ce_cli.alphabet import BOUND
from ce_cli.mathematics.nodes import GLYPHS, HIGH, LOW, respelt

_COMMANDS = {sign.unicode: sign.latex for sign in GLYPHS.values()}
_COMMANDS |= {"ᵀ": r"^{\mathsf{T}}", "log": r"\log", "max": r"\max", "Σ": r"\sum", "′": "'",
              "²": "^2"}  # fmt: skip
_RAISED = (
    (r"_\{([^{}]*)\}", r"<sub>\1</sub>"),
    (r"_(\w)", r"<sub>\1</sub>"),
    (r"\^\{([^{}]*)\}", r"<sup>\1</sup>"),
    (r"\^(\w)", r"<sup>\1</sup>"),
)


CODE = re.compile("`([^`]*)`")
"""A piece of code outside the mathematics of a sentence."""


_MOST_BOUND = 40
"""A longer formula is broken at its spaces."""


class Span(NamedTuple):
    """A part of a sentence, and whether it is mathematics."""

    text: str
    is_math: bool


def spans(sentence: str) -> list[Span]:
    """Return a sentence in parts.

    >>> [span.text for span in spans("case $i = j$ of the rule")]
    ['case ', 'i = j', ' of the rule']
    """
    parts = enumerate(sentence.split("$"))
    return [Span(text, is_math=at % 2 == 1) for at, text in parts if text]


def unmarked(sentence: str) -> str:
    """Return a sentence without its dollar signs."""
    return sentence.replace("$", "")


def to_text(sentence: str, *, only_ascii: bool = False) -> str:
    r"""Return a sentence for a terminal, without dollar signs and braces.

    No-break spaces hold a short formula together where the sentence is folded.

    >>> to_text("divide by $e^{z_0}$, not by $e^{z_0 + 1}$")
    'divide by e^z₀, not by e^(z₀\xa0+\xa01)'
    """
    parts = spans(sentence)
    return "".join(_typed(text, only_ascii) if is_math else text for text, is_math in parts)


def _typed(mathematics: str, only_ascii: bool) -> str:
    """Return mathematics with small digits; an exponent of several parts is in brackets."""
    text = re.sub(r"_\{([^{}]*)\}", r"_\1", mathematics)
    text = re.sub(r"\^\{([^{}]*\W[^{}]*)\}", r"^(\1)", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"^\1", text)
    if only_ascii:
        return text
    if len(text) <= _MOST_BOUND:
        text = text.replace(" ", BOUND)
    text = re.sub(r"_([0-9]+)", lambda index: index[1].translate(LOW), text)
    return re.sub(r"\^([0-9]+)", lambda exponent: exponent[1].translate(HIGH), text)


def to_latex(mathematics: str) -> str:
    r"""Return mathematics from between two dollar signs in LaTeX.

    >>> to_latex("i ≠ j")
    'i \\ne  j'
    """
    return respelt(mathematics, lambda letter: letter.latex, _with_commands)


def _with_commands(mathematics: str) -> str:
    for sign, command in _COMMANDS.items():
        space = " " if command.startswith("\\") and not command.endswith(" ") else ""
        mathematics = mathematics.replace(sign, command + space)
    return mathematics


def to_html(mathematics: str) -> str:
    """Return mathematics from between two dollar signs in italics, with indices lowered.

    >>> to_html("p_j")
    '<var>p<sub>j</sub></var>'
    """
    from html import escape  # it loads all of HTML's entities, and only pages need them

    text = escape(mathematics)
    for pattern, element in _RAISED:
        text = re.sub(pattern, element, text)
    return f"<var>{text}</var>"
