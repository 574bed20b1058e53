"""From tokens to the syntax tree of one side of an equation: the parser with all its readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import (
    arguments,
    brackets,
    derivatives,
    function_words,
    names,
    sums,
)
from ce_cli.formulas.reading.parser import Parser, Readers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Node, Span

_STARTS = {
    "number": names.read_number, "letter": names.read_letter, "label": names.read_label,
    "accent": names.read_accent, "bold": names.read_bold, "font": names.read_font,
    "one": names.read_indicator, "word": function_words.read_word, "sum": sums.read_sum,
    "frac": derivatives.read_fraction, "∂": derivatives.read_partial,
    "∇": derivatives.read_nabla, "(": brackets.read_bracket, "[": brackets.read_bracket,
    "{": brackets.read_braces, "\\{": brackets.read_curly, "begin": brackets.read_environment,
}  # fmt: skip
_READERS = Readers(_STARTS, derivatives.bracketed_differential, arguments.read_arguments_behind)


def parse(tokens: Sequence[Token], end: Span, *, plain: bool = False) -> Node:
    """Return the tree of an expression; all tokens must belong to it.

    Raises
    ------
    Refusal
        At the first token that is not understood.
    """
    return Parser(tokens, end, _READERS, plain).whole()
