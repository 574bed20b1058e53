"""The tokens of a formula, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_letters
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.alphabet import ACCENTS, GREEK, add_accent
from ce_cli.errors import InputError
from ce_cli.formulas.reading.limits import DIGITS
from ce_cli.formulas.reading.vocabulary import (
    COMMANDS,
    FUNCTION_WORDS,
    LOSS_WORDS,
    NAMES,
    PROSE,
    SHORT_WORDS,
    SIGNS,
    SKIPPED,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TRACES,
    is_otherwise,
    is_tag,
    strange_word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ce_cli.formulas.reading.tree import Span


EXCERPT = 76
"""Characters of a line that an error shows."""

FORMULAS_ONLY = "prose is not read: leave it out, or put % before it"
TWO_SIDES = f"a claim has two sides: a = b; {FORMULAS_ONLY}"


class Token(NamedTuple):
    """One sign of a formula: the parser looks at its kind, ``text`` is the name or number.

    The kind "unknown" is for a sign that is not understood; ``text`` then says why.
    """

    kind: str
    text: str
    span: Span
    hint: str = ""


def is_prose(token: Token) -> bool:
    """Say whether a token is a word that is not understood."""
    return token.kind == "unknown" and token.hint == FORMULAS_ONLY


class Refusal(Exception):  # noqa: N818 - it is caught and given its place
    """A part of the text is not understood."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint

    def as_error(self, text: str, place: str = "") -> InputError:
        """Return the error with ``place:line:column`` and the line with carets."""
        line, column, shown, span = locate(text, self.span)
        shown, span = excerpt(shown, span)
        return InputError(self.message, place=place_name(place, line, column), text=shown,
                          span=span, hint=self.hint)  # fmt: skip


def place_name(place: str, line: int, column: int) -> str:
    """Return a place as errors show it: file:line:column, without a file line:column."""
    return f"{place}:{line}:{column}" if place else f"{line}:{column}"


def excerpt(line: str, span: Span, width: int = EXCERPT) -> tuple[str, Span]:
    """Return the part of a long line around a span, and the span within it.

    >>> excerpt("abcdefgh" * 9, (30, 32), 10)
    ('…defghabc…', (4, 6))
    """
    if len(line) <= width:
        return line, span
    middle = (span[0] + min(span[1], span[0] + width // 2)) // 2
    start = min(max(0, middle - width // 2), len(line) - width)
    cut = line[start : start + width]
    before, behind = "…" * (start > 0), "…" * (start + width < len(line))
    shown = before + cut[len(before) : width - len(behind)] + behind
    return shown, (max(span[0] - start, 0), min(span[1] - start, width))


def locate(text: str, span: Span) -> tuple[int, int, str, Span]:
    r"""Return line and column from 1, the line, and the part of the span within it.

    >>> locate("a = b", (4, 5))
    (1, 5, 'a = b', (4, 5))
    """
    start = min(span[0], len(text))
    begin = text.rfind("\n", 0, start) + 1
    line = text[begin:].split("\n", 1)[0]
    end = max(start + 1, min(span[1], begin + len(line)))
    return text.count("\n", 0, start) + 1, start - begin + 1, line, (start - begin, end - begin)


_NEGATIONS = frozenset({"unless", "except", "excluding", "not", "isn't", "without", "never", "no"})
"""Words that turn a condition around."""
_TEXT = r"\\(?:text|mbox|textrm|textbf|textit|textsf|mathrm|operatorname\*?|mathsf|mathit|rm)"
_COLOUR = r"\\(?:text)?color\s*\{[A-Za-z]{1,20}\}"
_CJK = r"[\u3001\u3005-\u3029\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af；]+"
_PATTERN = re.compile(
    rf"""
    (?P<newline>(?:[^\S\n]*\n)+)
  | (?P<space>[^\S\n]+|~|%[^\n]*|\\[,;:!>]|\${{1,2}}|{_COLOUR})
  | (?P<delimiter>\\[()\[\]])
  | (?P<row>\\\\(?:\*|\[[\w. -]{{0,12}}\])?)
  | (?P<environment>\\(?:begin|end)\s*\{{[A-Za-z]+\*?\}})
  | (?P<differential>\{{\s*\\rm\s+d\s*\}})
  | (?P<tag>\\tag\*?\s*\{{[^{{}}]*\}})
  | (?P<prose>{_TEXT}\s*\{{[^{{}}]*\}})
  | (?P<boundary>\\(?:left|right)\b\s*[.{{}}]?)
  | (?P<double_bar>\\\||\|\|)
  | (?P<brace>\\[{{}}])
  | (?P<command>\\[A-Za-z]+)
  | (?P<half_break>\\[ \n])
  | (?P<scientific>[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+)
  | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
  | (?P<ellipsis>\.\.\.)
  | (?P<accented_letter>[A-Za-z{"".join(GREEK.values())}][\u0302-\u0304])
  | (?P<heading>[Cc]ase[ ]+(?:[0-9]+|[ivxIVX]+|[A-Za-z])[ ]*[:.](?!\S))
  | (?P<letters>[A-Za-z]+(?![\u0302-\u0304]))
  | (?P<relation>\\not\s*=|!=|/=(?!=)|==(?![=>])|\*\*|:=)
  | (?P<superscript>[{"".join(SUPERSCRIPTS)}]+)
  | (?P<subscript>[{"".join(SUBSCRIPTS)}]+)
  | (?P<sign>[{re.escape("".join(SIGNS))}])
  | (?P<cjk>{_CJK}(?:[A-Za-z0-9 -]*{_CJK})*)
  | (?P<character>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEFORE_DISPLAY = frozenset({"", "newline", "blank", "\\\\", "text", "tag", "{"})
"""The kinds of tokens that may stand before ``\\[``."""
_BEHIND_DISPLAY = re.compile(r"[^\S\n]*(?:[.,;]?[^\S\n]*(?:%|\n|\Z)|\})")
"""The text that may stand behind ``\\]``."""
_RELATION_KINDS = {"!=": "≠", "/=": "≠", "==": "=", "**": "^", ":=": "="}
_SINGLE: dict[str, Callable[[str], tuple[str, str]]] = {
    "row": lambda _: ("\\\\", ""),
    "brace": lambda text: (text, ""),
    "double_bar": lambda _: ("‖", "‖"),
    "differential": lambda _: ("letter", "d"),
    "ellipsis": lambda text: ("dots", text),
    "accented_letter": lambda text: ("letter", add_accent(*text)),
    "relation": lambda text: (_RELATION_KINDS.get(text, "≠"), ""),
    "sign": lambda text: (SIGNS[text], text),
    "cjk": lambda text: ("text", text),
    "heading": lambda text: ("text", text),
}
"""The kind and the text of the token, for groups that are always one token."""
_SUBSCRIPT_LETTERS = set("ijklmnpqrcst")
_LONG_WORDS = sorted(
    {*FUNCTION_WORDS, *NAMES, *PROSE, "sum", "partial"} - SHORT_WORDS, key=len, reverse=True
)


def tokens(text: str) -> list[Token]:
    r"""Return the tokens of a text; an unknown sign becomes a token "unknown" that says why.

    >>> [token.text for token in tokens("p_i log p_i")]
    ['p', '_', 'i', 'log', 'p', '_', 'i']
    >>> print(tokens(r"\le")[0].text)
    the command \le is not understood
    """
    return list(Scanner(text).scan())


class Scanner:
    """Cuts a text into tokens; a group of the pattern has a method if it is not in ``_SINGLE``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last_kind = ""

    def scan(self) -> Iterator[Token]:
        """Yield all tokens."""
        for match in _PATTERN.finditer(self.text):
            for token in self._group_tokens(match.lastgroup or "", match.group(), match.span()):
                self.last_kind = token.kind
                yield token

    def _group_tokens(self, group: str, text: str, span: Span) -> Iterator[Token]:
        if group in _SINGLE:
            yield Token(*_SINGLE[group](text), span)
        elif group != "space":
            yield from getattr(self, f"_{group}")(text, span)

    def _delimiter(self, text: str, span: Span) -> Iterator[Token]:
        r"""Drop ``\[ \]`` around a formula; inside one they may be meant for brackets."""
        is_opening, end = text[1] in "([", _BEHIND_DISPLAY.match(self.text, span[1])
        is_outside = self.last_kind in _BEFORE_DISPLAY if is_opening else end
        if not is_outside:
            yield Token("unknown", f"'{text}' inside a formula is not understood", span)

    def _newline(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("blank" if text.count("\n") > 1 else "newline", "", span)

    def _half_break(self, _: str, span: Span) -> Iterator[Token]:
        r"""Read ``\ ``: a space, or a row break of which Markdown has eaten one backslash."""
        if self.text[span[1] :].lstrip(" ")[:1] == "&":
            yield Token("half break", "", span)

    def _environment(self, text: str, span: Span) -> Iterator[Token]:
        name = text[text.index("{") + 1 : -1].rstrip("*")
        yield Token("begin" if "begin" in text else "end", name, span)

    def _boundary(self, text: str, span: Span) -> Iterator[Token]:
        r"""Drop ``\left`` and ``\right``; before a bare brace Markdown has eaten a backslash."""
        if text[-1] in "{}":
            yield Token(f"\\{text[-1]}", "", span)

    def _number(self, text: str, span: Span) -> Iterator[Token]:
        if len(text) > DIGITS:
            yield Token("unknown", f"a number of more than {DIGITS} digits", span)
        else:
            yield Token("number", text, span)

    def _scientific(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("unknown", f"is {text} a number or a product with e?", span)

    def _prose(self, text: str, span: Span) -> Iterator[Token]:
        r"""Read ``\text{if }``, ``\mathrm{softmax}``, ``\operatorname{d}``."""
        begin = text.index("{") + 1
        content = text[begin:-1]
        word = content.strip().replace("\\ ", " ")
        is_upright = not text.startswith(("\\text", "\\mbox"))
        if word in FUNCTION_WORDS:
            yield Token("word", FUNCTION_WORDS[word], span)
        elif word in NAMES or (len(word) == 1 and word.isalpha() and word.isascii()):
            yield Token("letter", NAMES.get(word, word), span)
        elif word.isdecimal() or (not is_upright and re.search(r"=|≠|\\ne", word)):
            yield from self._nested(content, span[0] + begin)
        elif word:
            yield self._upright(word, span)

    def _nested(self, text: str, start: int) -> Iterator[Token]:
        """Yield the tokens of a part of the text that stands at ``start``."""
        for token in tokens(text):
            yield token._replace(span=(start + token.span[0], start + token.span[1]))

    def _upright(self, word: str, span: Span) -> Token:
        """Return upright words: a remark or a condition, or a word that is a name."""
        if _NEGATIONS & set(re.findall("[a-z']+", word.lower())):
            return Token("unknown", f"conditions with '{word}' are not understood", span,
                         FORMULAS_ONLY)  # fmt: skip
        is_name = word.isalpha() and word.isascii() and bool(strange_word(word))
        return Token("label" if is_name and not is_otherwise(word) else "text", word, span)

    def _tag(self, text: str, span: Span) -> Iterator[Token]:
        r"""Drop a tag that is a label; yield the content of another, which may be a condition."""
        begin = text.index("{") + 1
        if not is_tag(text[begin:-1]):
            yield Token("tag", "tag", (span[0], span[0] + begin - 1))
            yield Token("{", "{", (span[0] + begin - 1, span[0] + begin))
            yield from self._nested(text[begin:-1], span[0] + begin)
            yield Token("}", "}", (span[1] - 1, span[1]))

    def _command(self, text: str, span: Span) -> Iterator[Token]:
        name = text[1:]
        if name in SKIPPED:
            return
        if name in COMMANDS:
            yield Token(COMMANDS[name], ACCENTS.get(name, name), span)
        elif name in GREEK or name in NAMES:
            yield Token("letter", GREEK.get(name, NAMES.get(name, "")), span)
        elif name in FUNCTION_WORDS:
            yield Token("word", FUNCTION_WORDS[name], span)
        else:
            yield Token("unknown", f"the command {text} is not understood", span)

    def _letters(self, text: str, span: Span) -> Iterator[Token]:
        r"""Cut a run of letters into known words and single letters: ``ylog`` is y, log.

        Three single letters in a row are not a product but a word that is not known.
        """
        is_function = text in TRACES and self.text[span[1] : span[1] + 1] in {"(", "["}
        if text in LOSS_WORDS or self._is_long_label(text, span):
            yield Token("label", text, span)
        elif text in SHORT_WORDS:
            yield self._word(text, span)
        elif is_function or "KL" in text:
            yield self._unknown_word(text, span)
        elif text.capitalize() == text and text.lower() in PROSE:
            yield Token("text", text, span)
        else:
            yield from self._words_and_letters(text, span)

    def _words_and_letters(self, text: str, span: Span) -> Iterator[Token]:
        start, singles, functions = 0, 0, 0
        while start < len(text):
            letter, known = text[start], (w for w in _LONG_WORDS if text.startswith(w, start))
            word = next(known, letter)
            if word in PROSE and word != text:
                word = letter
            singles = singles + 1 if len(word) == 1 else 0
            functions += word in FUNCTION_WORDS
            if singles > (1 if functions else 2):
                yield self._unknown_word(text, span)
                return
            yield self._word(word, (span[0] + start, span[0] + start + len(word)))
            start += len(word)

    def _unknown_word(self, word: str, span: Span) -> Token:
        return Token("unknown", f"the word '{word}' is not understood", span, FORMULAS_ONLY)

    def _is_long_label(self, text: str, span: Span) -> bool:
        """Say whether a word is all of a subscript in braces: J_{MSE}; {ijk} are indices."""
        if len(text) <= 2 or set(text) <= _SUBSCRIPT_LETTERS:
            return False
        before, behind = self.text[: span[0]].rstrip(), self.text[span[1] :].lstrip()
        return before[-1:] == "{" and before[:-1].rstrip()[-1:] == "_" and behind[:1] == "}"

    def _word(self, word: str, span: Span) -> Token:
        if word in FUNCTION_WORDS:
            return Token("word", FUNCTION_WORDS[word], span)
        if word in {"sum", "partial"}:
            return Token("sum" if word == "sum" else "∂", word, span)
        if word in PROSE:
            return Token("text", word, span)
        return Token("letter", NAMES.get(word, word), span)

    def _superscript(self, text: str, span: Span) -> Iterator[Token]:
        yield from self._script("^", text, span, SUPERSCRIPTS)

    def _subscript(self, text: str, span: Span) -> Iterator[Token]:
        yield from self._script("_", text, span, SUBSCRIPTS)

    def _script(self, kind: str, text: str, span: Span, table: dict[str, str]) -> Iterator[Token]:
        """Yield a Unicode super- or subscript as if it were written with braces."""
        yield Token(kind, "", span)
        yield Token("{", "", span)
        written = "".join(table[sign] for sign in text)
        yield from (token._replace(span=span) for token in tokens(written))
        yield Token("}", "", span)

    def _character(self, text: str, span: Span) -> Iterator[Token]:
        if text in _OTHER_LETTERS:
            yield Token("letter", text, span)
        else:
            yield Token("unknown", f"{_character_name(text)} is not understood", span)


_OTHER_LETTERS = {*GREEK.values(), "ϵ", "ℒ", "𝕃"} | {
    add_accent(letter, accent) for letter in ascii_letters for accent in ACCENTS.values()
}


def _character_name(character: str) -> str:
    """Return a character as it can be shown: control and direction marks by their names."""
    if unicodedata.category(character)[0] in "CZM" or character == "\\":
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        return f"the character {name}"
    return f"the character '{character}'"
