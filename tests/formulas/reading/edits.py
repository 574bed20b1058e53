"""Edits of the cases' formulas, token by token, and the edits that change nothing in a meaning."""

import re
import shlex
from itertools import count
from typing import NamedTuple

from ce_cli.formulas.reading.claims import Options
from ce_cli.formulas.reading.role_reading import read_roles
from ce_cli.formulas.reading.tokens import tokens
from tests.places import CASES

LAYOUT = frozenset({"newline", "blank", "half break", "&", "quad"})
"""Kinds of tokens about the layout of lines alone: the dressing."""

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

    verdict: str
    options: Options
    text: str


class Edit(NamedTuple):
    """A change of one place of a text: ``old`` gives way to ``new``."""

    before: str
    old: str
    new: str
    after: str

    @property
    def text(self):
        """The text after the edit; a command does not grow by it."""
        text = self.before
        for part in (self.new, self.after):
            is_open = re.search(r"\\[A-Za-z]+$", text) and part[:1].isalpha()
            text += f" {part}" if is_open else part
        return text

    @property
    def shown(self):
        """The edit as synonyms and failures show it: z_⟨i→j⟩ = 1."""
        return f"{self.before}⟨{self.old}→{self.new}⟩{self.after}"


def cases():
    """Yield the cases of the verdicts."""
    texts = (CASES / "check" / "verdicts.txt").read_text("utf-8")
    for case in texts.strip("\n").split("\n---\n"):
        head, text = case.split("\n", 1)
        verdict, *options = shlex.split(head)
        yield Case(verdict, options_of(options), text)


def options_of(words):
    """Return the options of a command line, as far as they are about a reading."""
    named = {"--define": [], "--given": [], "--when": [], "--role": [], "--classes": []}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word
        elif name in named:
            named[name].append(word)
    return Options(
        roles=read_roles(named["--role"]), define=tuple(named["--define"]),
        given=tuple(named["--given"]), when=tuple(named["--when"]),
        classes=next(map(int, named["--classes"]), None),
    )  # fmt: skip


def edits(text, every=17):
    """Yield edits of a text: all tokens deleted, doubled and replaced, and others inserted.

    Of the insertions it yields every 17th, at each place others.
    """
    numbers, seen = count(), set()
    for token in tokens(text):
        start, end = token.span
        if token.span in seen:
            continue
        seen.add(token.span)
        before, old, after = text[:start], text[start:end], text[end:]
        if old and token.kind not in LAYOUT:
            for new in ("", f"{old} {old}", *REPLACEMENTS.get(token.kind, OTHERS)):
                if new != old:
                    yield Edit(before, old, new, after)
        yield from (Edit(before, "", new, old + after) for new in INSERTIONS
                    if next(numbers) % every == 0)  # fmt: skip
    yield from (Edit(text, "", new, "") for new in INSERTIONS[::3])


WORDS = r"[Ii]f|[Cc]ase \d:?|and|all|当|时|代入化简即可"
REMARK = (
    r"\\(text|textbf|mathrm)\{([Ii]f|for|when|where|with|and|all|every|any|class|using|by|the|chain|rule"
    r"|as|claimed|equation|vector|form|[Cc]ase|当|时|\$[ijk]\$|[\s.,:()（）：\d])+\}"
)
"""Words beside an equation, bare and in upright type."""

SYNONYMS = {
    "a + in front of a term": r"(?:^|[-{(\[=+&,:*/·−\s]|\\cdot|\\left\.?|\\log|\^)⟨→\+⟩"
    r"|⟨→\+⟩\s*[-+−]|⟨\+→\+ \+⟩|⟨\\\\→\+⟩\n",
    "the same function": r"⟨\\?(log|ln)→\\(log)⟩|⟨\\?exp→\\exp⟩|⟨\\[dt]?frac→\\frac⟩",
    "== and = are one sign": r"⟨→=⟩=|=⟨→=⟩",
    "a zero in front of a number, and behind its decimals": r"⟨→0⟩\d|\b0⟨→0⟩|\.\d+⟨→0⟩",
    "factors with a sign between them, and without": r"⟨→\*⟩|⟨(\\cdot|\\times|[*·×⋅])→⟩",
    "an indicator with and without its 1 and its subscript": r"(1|\})⟨_→⟩\{(\\\{)?\w|⟨1→⟩\[",
    "an empty line": r"⟨\\\\→\\\\ \\\\⟩|⟨\\\\→⟩\s*\n|^⟨\\\\→",
    "punctuation beside an equation or a condition": (
        r"⟨([,:;.。])→(\1 \1)?⟩\s*($|\n|&|\\\\|\\q|\\text|\\end|[iC]\b)|⟨:→: :⟩"
    ),
    "a comma between equations": r"⟨,→, ,⟩ \\frac",
    "a comma beside dots": r"⟨,→⟩ \\dots|\\dots⟨,→⟩",
    "a comma between two indices": r"_\{\w⟨,→⟩\w\}",
    "a new line is as good as an arrow": r"\n⟨\\(Rightarrow|implies)→\+?⟩",
    "words that state nothing": rf"⟨(?P<words>{WORDS}|{REMARK})→((?P=words) (?P=words))?⟩",
    "for all in front of a condition": r"⟨→\\forall⟩",
    "the letters behind for all": r"(\\forall|任意的) [^=]*⟨[^⟩]*⟩[\w, ]*(, i|$)",
    "otherwise, twice, or beside the one condition left": (
        r"⟨→(\\text\{)?(otherwise|else)\}?⟩"
        r"|⟨(?P<others>(\\text\{)?"
        r"(otherwise(, )?|else(where)?|o\.w\.|in all other cases\.|其他)\}?)"
        r"→((?P=others) (?P=others))?⟩"
    ),
    "a range with = and with ∈": r"k ⟨\\in→=⟩ (\\\{|\[)\d,",
    "an argument, bold or not": r"(\(|,|\\mid|\|)[^()=]*⟨\\mathbf→(\\mathbf \\mathbf)?⟩( \w|\{\w)",
    "k and a primed k, with a comma between them or not": r"\{k⟨,→⟩k'\}",
    "a prime on an index, raised or not": r"k⟨\^→⟩\\prime",
}
"""The reasons why an edit says the same in other words, with the edits as ``shown`` has them."""


def is_synonym(edit):
    """Say whether an edit changes nothing that is judged."""
    return any(re.search(pattern, edit.shown, re.MULTILINE) for pattern in SYNONYMS.values())
