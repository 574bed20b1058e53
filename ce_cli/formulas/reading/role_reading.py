"""The roles that the user states: a letter in any spelling, ``=``, and the word for its role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ce_cli.alphabet import ACCENTS, GREEK, add_accent
from ce_cli.errors import InputError
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.parse import parse
from ce_cli.formulas.reading.tokens import Refusal, Token, tokens
from ce_cli.input.roles import ROLES, role_of, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HINT = "write LETTER=ROLE with one letter: a=probabilities, \\theta=logits, p_{model}=constant"
_SPELT = re.compile(
    rf"\s*({'|'.join(GREEK)}|[A-Za-z])(?:_?({'|'.join(ACCENTS)}))?(?![A-Za-z\u0302-\u0304])"
)
"""A letter in words without a backslash: theta, yhat, y_hat."""
_LABEL = re.compile(r"_[A-Za-z]{2,}\s*")
"""A label without braces: the _model of p_model."""


def read_roles(texts: Iterable[str], place: str = "--role") -> dict[str, str]:
    r"""Return the roles of letters; a text may state several, with commas between them.

    Raises
    ------
    InputError
        If one is written otherwise, there is no such role, or a letter is given two roles.

    Examples
    --------
    >>> read_roles(["a=probability,theta=logits", r"\hat{y}_i=probabilities"])
    {'a': 'probabilities', 'θ': 'logits', 'ŷ': 'probabilities'}
    """
    roles: dict[str, str] = {}
    for text in texts:
        for letter, role in _read_list(text, place):
            if roles.setdefault(letter, role) != role:
                raise InputError(f"is {letter} the {roles[letter]} or the {role}?", place=place,
                                 text=text, hint="state one role for each letter")  # fmt: skip
    return roles


def _read_list(text: str, place: str) -> Iterator[tuple[str, str]]:
    for part, start in statements(text):
        try:
            yield _read_role(part)
        except Refusal as refusal:
            begin, end = refusal.span
            refusal.span = (start + begin, start + end)
            raise refusal.as_error(text, place) from None


def _read_role(text: str) -> tuple[str, str]:
    signs = [token.span for token in tokens(text) if token.kind == "="]
    if not signs:
        raise Refusal("not a role", (0, len(text)), _HINT)
    start, end = signs[-1]
    role = role_of(text[end:])
    if role is None:
        raise Refusal("not a role", (end, len(text)), f"the roles are {', '.join(ROLES)}")
    return _read_letter(text[:start]), role


def _read_letter(text: str) -> str:
    """Return the letter of θ, theta or θ_k; a label belongs to it: p_{model}.

    A word that stands for nothing else is a name, as it is in upright type.
    """
    written = _tokens_of_letter(text)
    unknown = {token.span: token.text for token in written if token.kind == "unknown"}
    if unknown and text.strip().isalpha() and text.isascii():
        return text.strip()
    try:
        node = parse(written, (len(text),) * 2, plain="\\" not in text)
    except Refusal as refusal:
        message = unknown.get(refusal.span, "not a letter")
        raise Refusal(message, refusal.span, _HINT) from None
    bracket = next((token.span for token in written if token.kind == "("), None)
    if not isinstance(node, t.Name) or node.layer or bracket:
        raise Refusal("not a letter", bracket or node.span, _HINT)
    return node.letter


def _tokens_of_letter(text: str) -> list[Token]:
    """Return the tokens of a letter; its name and its label may be words without a sign."""
    spelt = _SPELT.match(text)
    if spelt is None:
        return tokens(text)
    start, rest = spelt.end(), text[spelt.end() :]
    if _LABEL.fullmatch(rest):
        start, rest = start - 1, f"_{{{rest.strip()[1:]}}}"
    return [_spelt_letter(spelt), *(_shifted(token, start) for token in tokens(rest))]


def _spelt_letter(match: re.Match[str]) -> Token:
    word, accent = match.groups()
    letter = GREEK.get(word, word)
    name = add_accent(letter, ACCENTS[accent]) if accent else letter
    return Token("letter", name, match.span(1))


def _shifted(token: Token, start: int) -> Token:
    return token._replace(span=(token.span[0] + start, token.span[1] + start))
