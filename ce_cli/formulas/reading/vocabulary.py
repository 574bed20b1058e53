"""Signs, commands and words of formulas, with the tokens they stand for."""

from __future__ import annotations

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

SUPERSCRIPTS = {"²": "2", "³": "3", "¹": "1", "⁰": "0", "⁴": "4", "⁻": "-", "ᵀ": "T",
                "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9"}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₓ", "0123456789ijknmx", strict=True))


def add_accent(letter: str, accent: str) -> str:
    """Return a letter with a combining accent as one name.

    >>> add_accent("y", ACCENTS["hat"])
    'ŷ'
    """
    return unicodedata.normalize("NFC", letter + accent)
