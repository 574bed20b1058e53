"""The roles of letters in formulas, and the words for them: ``--role a=logits,K=classes``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES = (
    "logits", "probabilities", "targets", "loss", "classes", "constant", "softmax", "sigmoid",
)  # fmt: skip
_OTHER_WORDS = {
    "logit": "logits", "probability": "probabilities", "target": "targets", "label": "targets",
    "labels": "targets",
}  # fmt: skip
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def role_of(word: str) -> str | None:
    """Return the role that a word names, if it names one.

    >>> role_of(" Probability"), role_of("banana")
    ('probabilities', None)
    """
    plain = word.strip().lower()
    return plain if plain in ROLES else _OTHER_WORDS.get(plain)


class Statement(NamedTuple):
    """A part of a list of roles: ``a=logits``, and where it starts in the list."""

    text: str
    start: int


def statements(text: str) -> Iterator[Statement]:
    r"""Yield the parts of a list; a comma in brackets is not of the list.

    >>> [part.text for part in statements(r"p_{a,b}=constant,t=targets")]
    ['p_{a,b}=constant', 't=targets']
    """
    depth = start = 0
    for at, sign in enumerate(text):
        depth += _BRACKETS.get(sign, 0)
        if sign == "," and depth <= 0:
            yield Statement(text[start:at], start)
            start = at + 1
    yield Statement(text[start:], start)
