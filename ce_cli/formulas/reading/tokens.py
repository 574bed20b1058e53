"""The tokens of a formula, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.errors import InputError
from ce_cli.formulas.reading.letters import (
    ACCENTS,
    COMMANDS,
    GREEK,
    NAMES,
    PROSE,
    SIGNS,
    SKIPPED,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    WORDS,
    accented,
)
from ce_cli.formulas.reading.limits import DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.tree import Span


EXCERPT = 76
"""Characters of a line that an error shows."""


FORMULAS_ONLY = "prose is not read: leave it out, or put % before it"
TWO_SIDES = f"a claim has two sides: a = b; {FORMULAS_ONLY}"


class Token(NamedTuple):
    """One sign: ``kind`` is what the parser looks at, ``text`` the name or number."""

    kind: str
    text: str
    span: Span


class Refusal(Exception):  # noqa: N818 - it is caught and given its place
    """Something that is not understood, at a span of the text."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint

    def located(self, text: str, place: str = "") -> InputError:
        """Return the error with ``place:line:column`` and the line with carets."""
        line, column, shown, span = locate(text, self.span)
        shown, span = excerpt(shown, span)
        where = f"{place}:{line}:{column}" if place else f"{line}:{column}"
        return InputError(self.message, place=where, text=shown, span=span, hint=self.hint)


def excerpt(line: str, span: Span, width: int = EXCERPT) -> tuple[str, Span]:
    """Return the part of a long line around a span, and where the span is in it.

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


_TURNED = frozenset({"unless", "except", "excluding", "not", "isn't", "without", "never", "no"})
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
  | (?P<upright>\{{\s*\\rm\s+d\s*\}})
  | (?P<prose>{_TEXT}\s*\{{[^{{}}]*\}})
  | (?P<boundary>\\(?:left|right)\b\s*[.{{}}]?)
  | (?P<brace>\\[{{}}])
  | (?P<command>\\[A-Za-z]+)
  | (?P<eaten>\\[ \n])
  | (?P<scientific>[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+)
  | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
  | (?P<ellipsis>\.\.\.)
  | (?P<accented>[A-Za-z][\u0302-\u0304])
  | (?P<letters>[A-Za-z]+(?![\u0302-\u0304]))
  | (?P<relation>\\not\s*=|!=|/=(?!=)|==(?![=>])|\*\*|:=)
  | (?P<up>[{"".join(SUPERSCRIPTS)}]+)
  | (?P<down>[{"".join(SUBSCRIPTS)}]+)
  | (?P<sign>[{re.escape("".join(SIGNS))}])
  | (?P<foreign>{_CJK}(?:[A-Za-z0-9 -]*{_CJK})*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEFORE = frozenset({"", "newline", "blank", "\\\\", "text", "tag", "{"})
"""What may stand before ``\\[``."""
_BEHIND = re.compile(r"[^\S\n]*(?:[.,;]?[^\S\n]*(?:%|\n|\Z)|\})")
"""What may stand behind ``\\]``."""
_RELATIONS = {"!=": "≠", "/=": "≠", "==": "=", "**": "^", ":=": "="}
_INDEX_LETTERS = set("ijklmnpqrcst")
_LONG_WORDS = sorted({**WORDS, **NAMES, "sum": "", "partial": "", **dict.fromkeys(PROSE, "")},
                     key=len, reverse=True)  # fmt: skip


def tokens(text: str) -> list[Token]:
    r"""Return the tokens of a text; what is not known is a token "unknown" that says why.

    >>> [token.text for token in tokens("p_i log p_i")]
    ['p', '_', 'i', 'log', 'p', '_', 'i']
    >>> tokens(r"\le")
    [Token(kind='unknown', text='the command \\le is not understood', span=(0, 3))]
    """
    return list(Scanner(text).scan())


class Scanner:
    """Cuts a text into tokens, one method for each kind of thing it can meet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last = ""
        """The kind of the last token."""

    def scan(self) -> Iterator[Token]:
        """Yield all tokens."""
        for match in _PATTERN.finditer(self.text):
            kind = match.lastgroup or ""
            if kind != "space":
                for token in getattr(self, f"_{kind}")(match.group(), match.span()):
                    self.last = token.kind
                    yield token

    def _delimiter(self, text: str, span: Span) -> Iterator[Token]:
        r"""Drop ``\[ \]`` around a formula; inside one they may be meant for brackets."""
        is_outside = self.last in _BEFORE if text[1] in "([" else _BEHIND.match(self.text, span[1])
        if not is_outside:
            yield Token("unknown", f"'{text}' inside a formula is not understood", span)

    def _newline(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("blank" if text.count("\n") > 1 else "newline", "", span)

    def _row(self, _: str, span: Span) -> Iterator[Token]:
        yield Token("\\\\", "", span)

    def _eaten(self, _: str, span: Span) -> Iterator[Token]:
        r"""Read ``\ ``: a space, or a row break of which Markdown has eaten one backslash."""
        if self.text[span[1] :].lstrip(" ")[:1] == "&":
            yield Token("eaten", "", span)

    def _environment(self, text: str, span: Span) -> Iterator[Token]:
        yield Token(
            "begin" if "begin" in text else "end", text[text.index("{") + 1 : -1].rstrip("*"), span
        )

    def _boundary(self, text: str, span: Span) -> Iterator[Token]:
        r"""Drop ``\left`` and ``\right``; before a bare brace Markdown has eaten a backslash."""
        if text[-1] in "{}":
            yield Token(f"\\{text[-1]}", "", span)

    def _brace(self, text: str, span: Span) -> Iterator[Token]:
        yield Token(text, "", span)

    def _number(self, text: str, span: Span) -> Iterator[Token]:
        if len(text) > DIGITS:
            yield Token("unknown", f"a number of more than {DIGITS} digits", span)
        else:
            yield Token("number", text, span)

    def _ellipsis(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("dots", text, span)

    def _scientific(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("unknown", f"is {text} a number or a product with e?", span)

    def _relation(self, text: str, span: Span) -> Iterator[Token]:
        yield Token(_RELATIONS.get(text, "≠"), "", span)

    def _prose(self, text: str, span: Span) -> Iterator[Token]:
        r"""Read ``\text{if }``, ``\mathrm{softmax}``, ``\operatorname{d}``."""
        word = text[text.index("{") + 1 : -1].strip().replace("\\ ", " ")
        at = (span[0] + text.index("{") + 1, span[1] - 1)
        upright = not text.startswith(("\\text", "\\mbox"))
        if word in WORDS:
            yield Token("word", WORDS[word], span)
        elif word in NAMES or (upright and len(word) == 1 and word.isalpha()):
            yield Token("letter", NAMES.get(word, word), span)
        elif not upright and re.search(r"=|≠|\\ne", word):
            inside = tokens(self.text[at[0] : at[1]])
            yield from (part._replace(span=_shifted(part.span, at[0])) for part in inside)
        elif _TURNED & set(re.findall("[a-z']+", word.lower())):
            yield Token("unknown", f"what '{word}' turns around is not understood", span)
        elif not upright or " " in word:
            yield Token("text", word, span)
        else:
            yield Token("label", word, span)

    def _command(self, text: str, span: Span) -> Iterator[Token]:
        name = text[1:]
        if name in SKIPPED:
            return
        if name in COMMANDS:
            yield Token(COMMANDS[name], ACCENTS.get(name, name), span)
        elif name in GREEK or name in NAMES:
            yield Token("letter", GREEK.get(name, NAMES.get(name, "")), span)
        elif name in WORDS:
            yield Token("word", WORDS[name], span)
        else:
            yield Token("unknown", f"the command {text} is not understood", span)

    def _upright(self, _text: str, span: Span) -> Iterator[Token]:
        r"""Read ``{\rm d}`` as the sign of a differential."""
        yield Token("letter", "d", span)

    def _letters(self, text: str, span: Span) -> Iterator[Token]:
        r"""Cut a run of letters into known words and single letters: ``ylog`` is y, log.

        Three single letters in a row are not a product but a word that is not known.
        """
        if len(text) > 2 and self._is_subscript(span) and not set(text) <= _INDEX_LETTERS:
            yield Token("label", text, span)
            return
        if "KL" in text:
            yield Token("unknown", "the Kullback-Leibler divergence is not understood", span)
            return
        at, singles = 0, 0
        while at < len(text):
            word = next((word for word in _LONG_WORDS if text.startswith(word, at)), text[at])
            if word in PROSE and word != text:
                word = text[at]
            singles = singles + 1 if len(word) == 1 else 0
            if singles > 2:
                yield Token("unknown", f"the word '{text}' is not understood", span)
                return
            yield self._word(word, (span[0] + at, span[0] + at + len(word)))
            at += len(word)

    def _is_subscript(self, span: Span) -> bool:
        """Say whether a word is all of a subscript in braces: J_{MSE}."""
        before, behind = self.text[: span[0]].rstrip(), self.text[span[1] :].lstrip()
        return before[-1:] == "{" and before[:-1].rstrip()[-1:] == "_" and behind[:1] == "}"

    def _word(self, word: str, span: Span) -> Token:
        if word in WORDS:
            return Token("word", WORDS[word], span)
        if word in {"sum", "partial"}:
            return Token("sum" if word == "sum" else "∂", word, span)
        if word in PROSE:
            return Token("text", word, span)
        return Token("letter", NAMES.get(word, word), span)

    def _up(self, text: str, span: Span) -> Iterator[Token]:
        yield from self._script("^", text, span, SUPERSCRIPTS)

    def _down(self, text: str, span: Span) -> Iterator[Token]:
        yield from self._script("_", text, span, SUBSCRIPTS)

    def _script(self, kind: str, text: str, span: Span, table: dict[str, str]) -> Iterator[Token]:
        """Yield a Unicode super- or subscript as if it were written with braces."""
        yield Token(kind, "", span)
        yield Token("{", "", span)
        yield from (
            token._replace(span=span) for token in tokens("".join(table[sign] for sign in text))
        )
        yield Token("}", "", span)

    def _sign(self, text: str, span: Span) -> Iterator[Token]:
        yield Token(SIGNS[text], text, span)

    def _foreign(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("text", text, span)

    def _accented(self, text: str, span: Span) -> Iterator[Token]:
        yield Token("letter", accented(text[0], text[1]), span)

    def _other(self, text: str, span: Span) -> Iterator[Token]:
        if text in _OTHER_LETTERS:
            yield Token("letter", text, span)
        else:
            yield Token("unknown", f"{_described(text)} is not understood", span)


_OTHER_LETTERS = {*GREEK.values(), "ϵ", "ℒ", "𝕃"} | {
    accented(letter, ACCENTS["hat"]) for letter in "yae"
}


def _shifted(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _described(character: str) -> str:
    """Return a character as it can be shown: control and direction marks by their names."""
    if unicodedata.category(character)[0] in "CZM" or character == "\\":
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        return f"the character {name}"
    return f"the character '{character}'"
