"""The sentences of derivations, in the language of the reader.

One catalogue a language, ``sentences/en.toml`` and ``sentences/zh.toml``, holds all of them. A
rule has these sentences:

- ``reason`` stands beside the step: "quotient rule".
- ``says`` stands in front of the step where the rule is first used: the rule in general, and in
  this case.
- ``again`` stands in front of the step at each later use, if the catalogue has it.

A heading has a ``title`` and may have a ``meaning``, which stands behind its formulas. A subject
has a ``title``, a ``meaning``, and may have a ``note``. The table ``few`` of an entry holds the
sentences that differ where classes are written out: there is no index c on such a page.

Mathematics stands between dollar signs. ``<i>`` is a part that the step fills in. Letters of
mathematics stand for roles (z for the logits), and the letters of the reader replace them.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ce_cli.mathematics.inline import spans
from ce_cli.mathematics.line import to_line

if TYPE_CHECKING:
    from sympy import Expr

    from ce_cli.mathematics.arrange import Arrange
    from ce_cli.symbolic.derivation import Phrase

Catalogue = dict[str, dict[str, Any]]
_PART = re.compile("<([a-z]+)>")
_INDEXED = re.compile("(_?)<([a-z]+)>")
_WORD = re.compile("(?<![<A-Za-z])[A-Za-z]+(?![A-Za-z>])")
"""A letter or word of mathematics, but not the name of a part."""


@cache
def catalogue(language: str) -> Catalogue:
    """Return the sentences of a language by kind and name.

    >>> catalogue("en")["rule"]["quotient-rule"]["reason"]
    'quotient rule'
    """
    text = files("ce_cli.derivations").joinpath(f"sentences/{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


class Narrator:
    """Says a derivation in one language, with the letters that ``arrange`` prints."""

    def __init__(self, language: str, arrange: Arrange, *, few: bool = False) -> None:
        self._sentences = catalogue(language)
        self._arrange = arrange
        self._letters = {name: to_line(arrange.letter(name)) for name in arrange.letters}
        self._few = few
        self._told: set[str] = set()

    def reason(self, rule: Phrase) -> str:
        """Return the words that stand beside a step."""
        return self._filled(self._entry("rule", rule.name)["reason"], dict(rule.parts))

    def prose(self, rule: Phrase) -> str:
        """Return the sentences in front of a step: in full at the first use of its rule."""
        entry = self._entry("rule", rule.name)
        text = entry.get("again", "") if rule.name in self._told else entry["says"]
        self._told.add(rule.name)
        return self._filled(text, dict(rule.parts))

    def title(self, heading: Phrase) -> str:
        """Return a heading."""
        return self._filled(self._entry("heading", heading.name)["title"], dict(heading.parts))

    def meaning(self, heading: Phrase) -> str:
        """Return the sentences behind a passage, or an empty text."""
        text = self._entry("heading", heading.name).get("meaning", "")
        return self._filled(text, dict(heading.parts))

    def subject(self, name: str, kind: str) -> str:
        """Return the title, note or meaning of a subject."""
        return self._filled(self._entry("subject", name).get(kind, ""), {})

    def page(self, name: str, **parts: str) -> str:
        """Return a sentence about the whole page, with texts put in."""
        return _PART.sub(
            lambda part: parts[part[1]], self._renamed(self._entry("page", name)["says"])
        )

    def _entry(self, kind: str, name: str) -> dict[str, Any]:
        entry: dict[str, Any] = self._sentences[kind][name]
        return entry | entry["few"] if self._few and "few" in entry else entry

    def _filled(self, sentence: str, parts: dict[str, Expr]) -> str:
        return _INDEXED.sub(
            lambda found: self._placed(found[1], parts[found[2]]), self._renamed(sentence)
        )

    def _placed(self, before: str, part: Expr) -> str:
        """Return a part; braces hold the letters of an index together, as in z_{cat}."""
        text = self._part(part)
        return f"_{{{text}}}" if before and len(text) > 1 else before + text

    def _renamed(self, sentence: str) -> str:
        """Return a sentence with the letters of the reader in its mathematics."""
        parts = spans(sentence)
        return "".join(
            f"${self._relettered(text)}$" if is_math else text for text, is_math in parts
        )

    def _relettered(self, mathematics: str) -> str:
        return _WORD.sub(lambda word: self._letters.get(word[0], word[0]), mathematics)

    def _part(self, part: Expr) -> str:
        is_index = part.is_Integer or (part.is_Symbol and part.is_integer)
        return to_line(self._arrange.index(part) if is_index else self._arrange(part))
