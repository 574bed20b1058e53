"""Edits of formulas, token by token, for the tests that nothing is dropped in silence."""

import re
import shlex
from typing import NamedTuple

from ce_cli.formulas.reading.tokens import tokens
from tests.places import CASES

DROPPED_KINDS = frozenset({"newline", "blank", "half break", "&", "quad"})
"""Kinds of tokens about the layout of lines alone."""

REPLACEMENTS = {
    "letter": ["q", "j", "2", r"\theta", r"\text{twice}", r"\hat{q}"],
    "number": ["7", "0", "k", r"\text{one}"],
    "+": ["-", r"\cdot", r"\pm"],
    "-": ["+", "/", r"\mp"],
    "*": ["+", "/", r"\wedge"],
    "/": ["-", r"\cdot", r"\setminus"],
    "=": [r"\ne", r"\le", r"\approx", "+"],
    "≠": ["=", r"\le"],
    "_": ["^", "'"],
    "^": ["_", "'"],
    "word": [r"\exp", r"\log", r"\sin", r"\operatorname{ReLU}"],
    "sum": [r"\prod", "2", r"\max"],
    "frac": [r"\binom", r"\sqrt"],
    "∂": [r"\Delta", r"\delta"],
    "dots": ["+", r"\text{etc}", "0"],
    "∈": [r"\notin", "="],
    ",": ["+", r"\text{or}", "="],
    "accent": [r"\check", r"\sqrt"],
    "bold": [r"\sqrt", r"\hat"],
    "font": [r"\sqrt", r"\hat"],
    "text": [r"\text{unless}", r"\text{twice}", r"\mathrm{twice}"],
}
"""Other tokens for the tokens of a kind; for other kinds those of ``OTHERS``."""
OTHERS = ["+", "7", r"\text{twice}", "q"]

INSERTIONS = [
    "+", "-", "7", "0", "q", "'", "!", "_q", "^q", "^7", "_7", "^{*}", "_{,}", "^{(3)}", "[q]",
    "[3]", "(q)", "|", r"\sqrt", r"\log", r"\sum_q", r"\partial", r"\hat", r"\theta", "=", "\\ne",
    r"\text{twice}", r"\text{not}", r"\text{half of}", r"\text{ unless }", r"\text{+ 1}",
    r"\text{2}", r"\mathrm{twice}", r"\mathrm{q}", r"\mathrm{d}", r"\operatorname{ReLU}",
    r"\operatorname{twice}", r"\textbf{wrong}", r"\mbox{minus}", "两倍", "不", "减", "²", "₇", "⁻¹",
    ", 7", ", q", ", q = 7", r"\quad 7", r"\quad q", "; q", ": q", ". 7", "...", r"\dots",
    r"\tag{twice}", r"\tag{-1}", r"\in", r"\forall", r"\not", r"\neg", "~q", "@", "#", "$7$",
    "{7}", "{q}", r"\{7\}", "\u0302", "\u0332", "̸", "½", "∝", "≈", "√", "‖", "\\|", "dz", r"d/dq",
    r"\color{red}{7}", r"\underbrace{7}", r"\overset{7}{=}", r"\cancel", r"\phantom{7}", "twice",
    "not", "if q = 7", "for q = 7", "where q = 7", "and 7", "otherwise", "else", r"\text{if } q",
    r"\text{for } q = 7", r"\text{for all } q = 7", r"\text{otherwise}", "T", "^T", r"^\top", "⊙ q",
    "e", "e^", "1/", "/q", "*", r"\mathbf{1}", r"\mathbb{1}", r"\delta", r"\bar", r"\bar{q}",
]  # fmt: skip


class Case(NamedTuple):
    """A formula with the options of its command line."""

    expected: str
    options: tuple[str, ...]
    text: str


class Edit(NamedTuple):
    """A change of one place of a text: ``old`` gives way to ``new``."""

    before: str
    old: str
    new: str
    after: str
    kind: str

    @property
    def text(self) -> str:
        """The text after the edit."""
        new = self.new
        if re.search(r"\\[A-Za-z]+$", self.before) and new[:1].isalpha():
            new = " " + new
        if re.search(r"\\[A-Za-z]+$", self.before + new) and self.after[:1].isalpha():
            new += " "
        return self.before + new + self.after


def cases():
    """Yield the cases of the verdicts."""
    text = (CASES / "check" / "verdicts.txt").read_text("utf-8")
    for case in text.strip("\n").split("\n---\n"):
        head, formula = case.split("\n", 1)
        expected, *options = shlex.split(head)
        yield Case(expected, tuple(options), formula)


def edits(text):
    """Yield all edits of a text: deleted, doubled, replaced and inserted tokens."""
    seen = set()
    for token in tokens(text):
        start, end = token.span
        if start == end or token.span in seen:
            continue
        seen.add(token.span)
        before, old, after = text[:start], text[start:end], text[end:]
        if token.kind not in DROPPED_KINDS:
            yield Edit(before, old, "", after, token.kind)
            yield Edit(before, old, f"{old} {old}", after, token.kind)
            for new in REPLACEMENTS.get(token.kind, OTHERS):
                yield Edit(before, old, new, after, token.kind)
        for new in INSERTIONS:
            yield Edit(before, "", new, old + after, token.kind)
    for new in INSERTIONS:
        yield Edit(text, "", new, "", "")
