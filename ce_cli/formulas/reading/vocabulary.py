"""Signs, commands and words of formulas, with the tokens they stand for."""

from __future__ import annotations

import re

from ce_cli.alphabet import GREEK, SCRIPT

SIGNS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "×": "*", "⋅": "*", "∗": "*",
    "/": "/", "÷": "/", "⊙": "⊙", "∘": "⊙", "^": "^", "_": "_", "(": "(", ")": ")", "[": "[",
    "]": "]", "{": "{", "}": "}", "=": "=", "≠": "≠", "&": "&", ",": ",", ";": ",", "'": "'",
    "’": "'", "′": "'", "∂": "∂", "∇": "∇", "∑": "sum", "∀": "∀", "∈": "∈", "…": "dots",
    "⋮": "dots", "⋯": "dots", "⋱": "dots", "⇒": "⇒", "⟹": "⇒", "|": "|", "∣": "|", ".": ".",
    "‖": "‖", "∥": "‖",
    "，": ",", ":": ":", "：": ":", "（": "(", "）": ")", "＝": "=", "。": ".", "⊤": "⊤",
    "𝟙": "one",
}  # fmt: skip
"""Characters to the kind of their token."""

COMMANDS = {
    "cdot": "*", "times": "*", "ast": "*", "odot": "⊙", "circ": "⊙", "partial": "∂",
    "nabla": "∇", "sum": "sum", "frac": "frac", "dfrac": "frac", "tfrac": "frac",
    "cfrac": "frac", "over": "over", "ne": "≠", "neq": "≠", "prime": "'",
    "forall": "∀", "in": "∈", "dots": "dots", "ldots": "dots", "cdots": "dots",
    "vdots": "dots", "ddots": "dots", "dotsc": "dots", "dotsb": "dots",
    "Rightarrow": "⇒", "Longrightarrow": "⇒", "implies": "⇒", "mid": "|", "vert": "|",
    "Vert": "‖", "parallel": "‖",
    "hat": "accent", "widehat": "accent", "bar": "accent",
    "overline": "accent", "tilde": "accent", "mathbf": "bold", "boldsymbol": "bold",
    "bm": "bold", "vec": "bold", "mathbb": "font", "mathcal": "font", "mathscr": "font",
    "top": "⊤", "intercal": "⊤", "tag": "tag", "lbrace": "\\{", "rbrace": "\\}",
    "lbrack": "[", "rbrack": "]", "colon": ":", "equiv": "=",
    "quad": "quad", "qquad": "quad",
}  # fmt: skip
"""LaTeX commands to the kind of their token."""

SKIPPED = frozenset([
    "limits", "nolimits", "displaystyle", "textstyle", "scriptstyle", "big", "Big", "bigg", "Bigg",
    "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "nonumber", "notag",
    "hfill", "thinspace", "enspace", "middle", "rm", "bf", "it", "mathstrut", "hline", "boxed",
])  # fmt: skip
"""Commands about looks only."""

FONTS = SCRIPT | {("mathbb", "1"): "𝟙", ("mathbb", "I"): "𝟙"}

FUNCTION_WORDS = {
    "softmax": "softmax", "Softmax": "softmax", "SoftMax": "softmax", "sigmoid": "sigmoid",
    "Sigmoid": "sigmoid", "log": "log", "ln": "log", "exp": "exp", "max": "max", "diag": "diag",
    "Diag": "diag", "tanh": "tanh", "softplus": "softplus", "Softplus": "softplus",
    "SoftPlus": "softplus", "sqrt": "sqrt", "KL": "KL", "DKL": "KL",
    **dict.fromkeys(["logsumexp", "LogSumExp", "log-sum-exp", "LSE", "lse"], "logsumexp"),
    **dict.fromkeys(["logsoftmax", "LogSoftmax", "LogSoftMax", "log-softmax", "log_softmax",
                     r"log\_softmax"], "logsoftmax"),
}  # fmt: skip
"""Words, with or without a backslash, to the function they name."""

SHORT_WORDS = frozenset(["lse", "LSE", "KL", "DKL"])
"""Words that are no part of another word: ``else``, ``NKL``."""

NAMES = {"loss": "loss", "Loss": "loss", "Pr": "P"} | {
    word: GREEK[word] for word in GREEK if len(word) > 3 and word[0].islower()
}
"""Words that are names, as letters are."""

PROSE = frozenset([
    "if", "for", "when", "where", "with", "and", "else", "otherwise", "all", "case", "then",
])  # fmt: skip
"""Words that are no product of letters in plain text."""

LOSS_LETTERS = frozenset(["L", "J", "E", "ℓ", "𝕃", "ℒ"])
LOSS_WORDS = frozenset(["CE", "BCE", "NLL", "XE"])
"""Words that are names of the loss."""
TRACES = frozenset(["tr", "Tr", "sg"])
"""Words of two letters that a bracket shows to be functions."""

_CONNECTIVES = PROSE - {"else", "otherwise"} | frozenset([
    "every", "each", "any", "class", "classes", "let", "so", "hence", "thus", "therefore",
    "since", "because", "as", "we", "get", "have", "obtain", "which", "gives", "give", "by", "from",
    "the", "an", "of", "in", "this", "that", "is", "are", "chain", "rule", "quotient", "product",
    "definition", "vector", "matrix", "form", "cases", "i.e", "e.g", "one-hot", "label", "labels",
    "sample", "using", "eq", "equation", "step", "required", "claimed", "it", "follows", "find",
    "yields", "now", "finally", "here", "indices", "encoded", "softmax",
    "classification", "multi-class", "multiclass", "problem", "problems",
])  # fmt: skip
"""Words that state nothing beside an equation."""
_CJK_CONNECTIVES = re.compile(
    "(?:当|若|如果|时候|时|则|那么|其中|因此|所以|于是|从而|故|即可|即|得到|可得|得|有|由于|由|因为|且"
    "|和|与|对于|对|所有|任意|每个|情况下|情况|的|我们|根据|链式法则|求导|编码|多分类|分类|问题|类别|标签|样本|代入|化简"
    "|整理|综上|式|[、。，；：])*"
)
_SPACE = r"[\s.,:;，。：；]*"
_LETTERS = r"\$?[A-Za-z]\$?(?:\s*(?:[,，、和与]|and)\s*\$?[A-Za-z]\$?)*(?![A-Za-z])"
_ALL = r"(?:for\s+)?(?:all|any|every|each)(?:\s+(?:class|classes|indices))?"
_RANGE_WORDS = re.compile(
    rf"{_SPACE}(?:{_ALL}|for|对?于?(?:所有|任意|每个)的?(?:类别)?){_SPACE}", re.IGNORECASE
)
_HARMLESS = re.compile(
    rf"\b(?:{_ALL}|for)\s+{_LETTERS}|(?:所有|任意|每个)的?(?:类别)?\s*{_LETTERS}"
    r"|[(（](?:eq(?:uation)?\.?\s*|式\s*)?\d+(?:\.\d+)*[)）]|\bcase\s+(?:\d+|[ivx]+|[a-z])\b|情况\s*\d+|\ba\s+(?=[a-z]{2})",
    re.IGNORECASE,
)
"""Ranges of letters, references and articles."""
_CONDITIONS_IN_WORDS = re.compile(
    r"\b(?:if|when)(?=\s+\w)|\bfor(?=\s+(?:the|this|that|which|an?|class|label)\b)"
    r"|(?:当|若|如果)(?!时|$)(?=[^\s.,:;，。：；])",
    re.IGNORECASE,
)
"""Conditions that words alone state: "if the label is one-hot"."""
_ANNOUNCED = re.compile(rf"(?:\b(?:if|when)|当|若|如果){_SPACE}$", re.IGNORECASE)
_WORD = re.compile(
    r"[A-Za-z]+(?:[-.'][A-Za-z]+)*|[\u3001-\u9fff\uac00-\ud7af；，：]+|[0-9]+|[^\s.,:;()（）]"
)
_OTHERWISE = re.compile(
    rf"{_SPACE}(?:and\s+)?(?:otherwise|else|elsewhere|o\.w|(?:in|for)\s+(?:all\s+)?(?:the\s+)?other\s+cases"
    rf"|在?(?:其他|其它|其余)(?:的?情况)?下?|否则){_SPACE}",
    re.IGNORECASE,
)
_TAG_PART = r"(?:(?:[A-Za-z]{1,2}[.:-]?)?[0-9]+(?:[.-][0-9]+)*[A-Za-z]?|[ivxIVX]+|[A-Za-z])'*"
_TAG = re.compile(
    rf"\(?(?:{_TAG_PART}(?:(?:,\s*|–|--?){_TAG_PART})*|\*+|\\(?:d?dagger|ast|star|S|P)\b)\)?"
)


def strange_word(text: str) -> str:
    """Return the first word of a text that may state something; "" if there is none.

    >>> strange_word("for all $i, j$"), strange_word("up to a constant"), strange_word("当")
    ('', 'up', '')
    >>> strange_word("which is 0"), strange_word("by equation (2)")
    ('0', '')
    """
    condition = _CONDITIONS_IN_WORDS.search(text)
    if condition:
        return condition.group()
    words = _WORD.findall(_HARMLESS.sub(" ", text))
    return next((word for word in words if not _is_dressing(word)), "")


def _is_dressing(word: str) -> bool:
    return word.lower() in _CONNECTIVES or _CJK_CONNECTIVES.fullmatch(word) is not None


def is_otherwise(text: str) -> bool:
    """Say whether words stand for all remaining cases.

    >>> is_otherwise("in all other cases."), is_otherwise("其他情况"), is_otherwise("otherwise 2")
    (True, True, False)
    """
    return _OTHERWISE.fullmatch(text) is not None


def announces_range(text: str) -> bool:
    """Say whether words stand in front of the letters that a claim is about: for all i.

    >>> announces_range("for all"), announces_range("对所有"), announces_range("if")
    (True, True, False)
    """
    return _RANGE_WORDS.fullmatch(text) is not None


def announces_condition(text: str) -> bool:
    """Say whether a condition must follow words: if, when, 若.

    >>> announces_condition("and if"), announces_condition("where")
    (True, False)
    """
    return _ANNOUNCED.search(text) is not None


def is_tag(text: str) -> bool:
    r"""Say whether the text of a tag is a label that states nothing.

    >>> is_tag("1-2"), is_tag("iii"), is_tag("chain rule"), is_tag("- 2"), is_tag("twice")
    (True, True, True, False, False)
    """
    text = text.strip()
    is_remark = text[:1].isalpha() and not strange_word(text) and not announces_condition(text)
    return is_remark or _TAG.fullmatch(text) is not None


SUPERSCRIPTS = {"²": "2", "³": "3", "¹": "1", "⁰": "0", "⁴": "4", "⁻": "-", "ᵀ": "T",
                "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9"}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₓ", "0123456789ijknmx", strict=True))
