"""Signs, commands and words of formulas, with the tokens they stand for."""

from __future__ import annotations

import re
import unicodedata

SIGNS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "×": "*", "⋅": "*", "∗": "*",
    "/": "/", "÷": "/", "⊙": "⊙", "∘": "⊙", "^": "^", "_": "_", "(": "(", ")": ")", "[": "[",
    "]": "]", "{": "{", "}": "}", "=": "=", "≠": "≠", "&": "&", ",": ",", ";": ",", "'": "'",
    "’": "'", "′": "'", "∂": "∂", "∇": "∇", "∑": "sum", "∀": "∀", "∈": "∈", "…": "dots",
    "⋮": "dots", "⋯": "dots", "⋱": "dots", "⇒": "⇒", "⟹": "⇒", "|": "|", "∣": "|", ".": ".",
    "，": ",", "（": "(", "）": ")", "＝": "=", "。": ".", "⊤": "⊤", "𝟙": "one",
}  # fmt: skip
"""Characters to the kind of their token."""

COMMANDS = {
    "cdot": "*", "times": "*", "ast": "*", "odot": "⊙", "circ": "⊙", "partial": "∂",
    "nabla": "∇", "sum": "sum", "frac": "frac", "dfrac": "frac", "tfrac": "frac",
    "cfrac": "frac", "over": "over", "ne": "≠", "neq": "≠", "prime": "'",
    "forall": "∀", "in": "∈", "dots": "dots", "ldots": "dots", "cdots": "dots",
    "vdots": "dots", "ddots": "dots", "dotsc": "dots", "dotsb": "dots",
    "Rightarrow": "⇒", "Longrightarrow": "⇒", "implies": "⇒", "mid": "|", "vert": "|",
    "hat": "accent", "widehat": "accent", "bar": "accent",
    "overline": "accent", "tilde": "accent", "mathbf": "bold", "boldsymbol": "bold",
    "bm": "bold", "vec": "bold", "mathbb": "font", "mathcal": "font", "mathscr": "font",
    "top": "⊤", "intercal": "⊤", "tag": "tag", "lbrace": "\\{", "rbrace": "\\}",
    "lbrack": "[", "rbrack": "]", "colon": ",", "equiv": "=",
    "quad": "quad", "qquad": "quad",
}  # fmt: skip
"""LaTeX commands to the kind of their token."""

SKIPPED = frozenset([
    "limits", "nolimits", "displaystyle", "textstyle", "scriptstyle", "big", "Big", "bigg", "Bigg",
    "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "nonumber", "notag",
    "hfill", "thinspace", "enspace", "middle", "rm", "bf", "it", "mathstrut", "hline", "boxed",
])  # fmt: skip
"""Commands about looks only."""

GREEK = dict(zip([
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta",
    "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi",
    "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma",
    "Phi", "Psi", "Omega", "ell",
], "αβγδεεζηθϑικλμνξπρστυφφχψωΓΔΘΛΞΠΣΦΨΩℓ", strict=True))  # fmt: skip

FONTS = {("mathbb", "L"): "𝕃", ("mathcal", "L"): "ℒ", ("mathscr", "L"): "ℒ",
         ("mathbb", "1"): "𝟙", ("mathbb", "I"): "𝟙"}  # fmt: skip

ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304",
           "tilde": "\u0303"}  # fmt: skip

FUNCTION_WORDS = {
    "softmax": "softmax", "Softmax": "softmax", "SoftMax": "softmax", "sigmoid": "sigmoid",
    "Sigmoid": "sigmoid", "log": "log", "ln": "log", "exp": "exp", "max": "max", "diag": "diag",
    "Diag": "diag",
}  # fmt: skip
"""Words, with or without a backslash, to the function they name."""

NAMES = {"loss": "loss", "Loss": "loss", "Pr": "P"} | {
    word: GREEK[word] for word in GREEK if len(word) > 3 and word[0].islower()
}
"""Words that are names, as letters are."""

PROSE = frozenset(["if", "for", "when", "where", "with", "and", "else", "otherwise", "all", "case"])

OTHERWISE = frozenset(["otherwise", "else", "in all other cases", "其他", "其它", "否则"])
"""Words for all remaining cases."""
_CONNECTIVES = PROSE | OTHERWISE | frozenset([
    "every", "each", "any", "class", "classes", "let", "so", "hence", "thus", "therefore", "then",
    "since", "because", "as", "we", "get", "have", "obtain", "which", "gives", "give", "by", "from",
    "the", "a", "an", "of", "in", "this", "that", "is", "are", "chain", "rule", "quotient",
    "product", "definition", "vector", "matrix", "form", "cases", "i.e", "e.g", "one-hot", "label",
    "labels", "using", "true", "other",
])  # fmt: skip
"""Words that state nothing beside an equation."""
_CJK_CONNECTIVES = re.compile(
    "(?:当|若|如果|时候|时|则|那么|其中|因此|所以|于是|从而|故|即|得到|可得|得|有|由于|由|因为|且|和|与"
    "|对于|对|所有|任意|每个|否则|其他|其它|情况下|情况|的|我们|根据|链式法则|求导|编码|二分类|多分类"
    "|分类|问题|类别|标签|样本|真实|[、。，；：])*"
)
_WORD = re.compile(
    r"\$[A-Za-z](?:_[A-Za-z])?\$|[A-Za-z]+(?:[-.'][A-Za-z]+)*|[\u3001-\u9fff\uac00-\ud7af；，：]+|[0-9]+|[^\s.,:;()（）]"
)


def strange_word(text: str) -> str:
    """Return the first word of a text that may state something; "" if there is none.

    >>> strange_word("for all"), strange_word("up to a constant"), strange_word("当")
    ('', 'up', '')
    """
    return next((word for word in _WORD.findall(text) if not _is_dressing(word)), "")


def _is_dressing(word: str) -> bool:
    is_known = word.lower() in _CONNECTIVES or _CJK_CONNECTIVES.fullmatch(word) is not None
    return is_known or word.isdigit() or (word.startswith("$") and len(word) > 1)


SUPERSCRIPTS = {"²": "2", "³": "3", "¹": "1", "⁰": "0", "⁴": "4", "⁻": "-", "ᵀ": "T",
                "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9"}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₓ", "0123456789ijknmx", strict=True))


def add_accent(letter: str, accent: str) -> str:
    """Return a letter with a combining accent as one name.

    >>> add_accent("y", ACCENTS["hat"])
    'ŷ'
    """
    return unicodedata.normalize("NFC", letter + accent)
