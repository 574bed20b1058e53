r"""Letters: the Greek ones and their names, accents, and how many columns a text takes.

The rooms that read formulas and the floors that print them share these tables.
"""

from __future__ import annotations

from functools import cache

GREEK = dict(zip([
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta",
    "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi",
    "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma",
    "Phi", "Psi", "Omega", "ell",
], "αβγδεεζηθϑικλμνξπρστυφφχψωΓΔΘΛΞΠΣΦΨΩℓ", strict=True))  # fmt: skip
"""LaTeX's names of letters, without the backslash."""

SCRIPT = {("mathcal", "L"): "ℒ", ("mathscr", "L"): "ℒ", ("mathbb", "L"): "𝕃"}
"""A command for a font and the letter in it, to a letter of its own."""

ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304",
           "tilde": "\u0303"}  # fmt: skip
"""Commands for accents to combining characters."""


BOUND = "\u00a0"
"""The no-break space: a space at which no line ends."""


def add_accent(letter: str, accent: str) -> str:
    """Return a letter with a combining accent as one name.

    >>> add_accent("y", ACCENTS["hat"])
    'ŷ'
    """
    import unicodedata  # most commands write no accent

    return unicodedata.normalize("NFC", letter + accent)


def split_accents(letter: str) -> tuple[str, str]:
    """Return a letter without its accents, and these as combining characters.

    >>> split_accents("θ"), split_accents("ŷ") == ("y", ACCENTS["hat"])
    (('θ', ''), True)
    """
    import unicodedata

    parts = unicodedata.normalize("NFD", letter)
    return parts[:1], parts[1:]


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> columns("p̂ = 1"), columns("損失")
    (5, 4)
    """
    return len(text) if text.isascii() else sum(map(_columns_of, text))


@cache
def _columns_of(sign: str) -> int:
    import unicodedata  # as above

    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
