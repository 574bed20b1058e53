r"""The letters that a writer wants to see: ``--role a=logits,\hat{y}=probabilities``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.alphabet import ACCENTS, GREEK, SCRIPT, add_accent, split_accents
from ce_cli.errors import InputError
from ce_cli.input.page_letters import USUAL, Letters
from ce_cli.input.roles import role_of, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SIGNS = frozenset(GREEK.values()) | frozenset(SCRIPT.values())
_SPELT = rf"\\?({'|'.join(GREEK)})|([A-Za-z])"
_SUFFIX = rf"(.+?)_?({'|'.join(ACCENTS)})"
_COMMAND = r"\\([a-z]+)\s*(?:\{\s*([^{}]+?)\s*\}|(?<=\s)(\\?\w+)|(\\\w+))"
_LOOKS = ACCENTS | dict.fromkeys(("mathbf", "boldsymbol", "bm", "vec"), "")
_INDEX = r"_(?:[a-z0-9]{1,2}|\{\s*[a-z0-9]{1,2}\s*\})$"
_HINT = "write one letter, as in a, theta, \\theta or \\hat{y}"
_WITHOUT_ROLE = "write LETTER=ROLE, as in a=logits or \\hat{y}=probabilities"
TAKEN = {
    "e": "the base of exponentials", "d": "the sign of a derivative in ASCII", "Σ": "a sum",
    "i": "an index", "j": "an index", "k": "an index",
}  # fmt: skip
"""Letters that mean something on every page."""


class _Stated(NamedTuple):
    letter: str
    role: str
    text: str
    span: tuple[int, int]

    def refused(self, message: str, place: str, hint: str) -> InputError:
        return InputError(message, place=place, text=self.text, span=self.span, hint=hint)


def read_letter(text: str) -> str | None:
    r"""Return the letter that a text spells, or None; the index of z_i does not belong to it.

    Examples
    --------
    >>> read_letter("theta"), read_letter(r"\hat{y}_i"), read_letter("y_hat"), read_letter("ab")
    ('θ', 'ŷ', 'ŷ', None)
    """
    plain = text.strip().strip("$").strip()
    return _plain_letter(plain) or _accented_letter(_without_index(plain))


def _without_index(text: str) -> str:
    return re.sub(_INDEX, "", text)


def _plain_letter(text: str) -> str | None:
    letter = _without_index(text)
    is_letter = re.fullmatch(_SPELT, letter) or letter in _SIGNS
    return GREEK.get(letter.removeprefix("\\"), letter) if is_letter else None


def _accented_letter(text: str) -> str | None:
    command, suffix = re.fullmatch(_COMMAND, text), re.fullmatch(_SUFFIX, text)
    if command:
        name, *inner = command.groups(default="")
        base, accent = "".join(inner), _LOOKS.get(name, "unknown")
        if (name, base) in SCRIPT:
            return SCRIPT[name, base]
    elif suffix:
        base, accent = suffix[1], ACCENTS[suffix[2]]
    else:
        base, accent = split_accents(text)
    letter = _plain_letter(base)
    if letter is None or accent not in _LOOKS.values():
        return None
    return add_accent(letter, accent)


def read_letters(
    texts: Iterable[str],
    place: str = "--role",
    taken: Mapping[str, str] | None = None,
    usual: Letters = USUAL,
) -> dict[str, str]:
    """Return the letter of every role that is stated.

    ``taken`` has the letters that stand for something else on the page, beside those of
    ``TAKEN``, with their meaning. ``usual`` has the letters of the page where nothing is stated.

    Raises
    ------
    InputError
        If one is not understood, its role has no letter, or a role or a letter comes twice.

    Examples
    --------
    >>> read_letters(["a=logits,t=targets"])
    {'logits': 'a', 'targets': 't'}
    """
    letters: dict[str, str] = {}
    meanings = TAKEN | dict(taken or {})
    all_stated = list(_read(texts, place))
    for stated in all_stated:
        _refuse_second(stated, letters, place)
        if stated.letter in meanings:
            message = f"{stated.letter} is {meanings[stated.letter]} here"
            raise stated.refused(message, place, "take another letter")
        letters[stated.role] = stated.letter
    for stated in all_stated:
        _refuse_default(stated, letters, place, usual)
    return letters


def _read(texts: Iterable[str], place: str) -> Iterator[_Stated]:
    for text in texts:
        for part, start in statements(text):
            begin = start + len(part) - len(part.lstrip())
            yield _read_statement(_Stated("", "", text, (begin, start + len(part))), place)


def _read_statement(whole: _Stated, place: str) -> _Stated:
    start, end = whole.span
    written, sign, word = whole.text[start:end].rpartition("=")
    if not sign:
        raise whole.refused("not a role", place, _WITHOUT_ROLE)
    split = start + len(written)
    letter, role = read_letter(written), role_of(word)
    if letter is None:
        span = (start, split + (not written))
        raise whole._replace(span=span).refused("not a letter", place, _HINT)
    if role not in Letters._fields:
        message = f"no letter stands for a {role} here" if role else "not a role"
        hint = f"the roles are {', '.join(Letters._fields)}"
        raise whole._replace(span=(split + 1, end)).refused(message, place, hint)
    return whole._replace(letter=letter, role=role)


def _refuse_second(stated: _Stated, letters: Mapping[str, str], place: str) -> None:
    letter, role = stated.letter, stated.role
    if role in letters:
        message = f"are the {role} {letters[role]} or {letter}?"
        raise stated.refused(message, place, "state one letter for each role")
    for other in letters:
        if letters[other] == letter:
            message = f"is {letter} the {other} or the {role}?"
            raise stated.refused(message, place, "state one role for each letter")


def _refuse_default(
    stated: _Stated, letters: Mapping[str, str], place: str, usual: Letters
) -> None:
    """Refuse a letter that stands for another role, of which nothing is stated."""
    for role, letter in usual._asdict().items():
        if role not in letters and letter == stated.letter:
            hint = f"state another letter for the {role}, too"
            raise stated.refused(f"{letter} is already the {role}", place, hint)
