"""Walking over tokens: what parsers of expressions, lines and conditions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading.limits import NESTING
from ce_cli.formulas.reading.tokens import FORMULAS_ONLY, Refusal, Token

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ce_cli.formulas.reading.tree import Span

CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "begin": "end"}
_OPEN_ENDED = "\\{"
"""``\\left\\{ ... \\right.`` has no closing brace."""


class Cursor:
    """A position in a run of tokens."""

    def __init__(self, tokens: Sequence[Token], end: Span, *, plain: bool = False) -> None:
        self.tokens = tokens
        self.end = end
        self.plain = plain
        self.at = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        """The kind of the next token, "" at the end."""
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    @property
    def next(self) -> Token:
        """The next token; at the end an empty one."""
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("", "", self.end)

    def ahead(self, by: int = 1) -> Token:
        """Return the token after the next one, or a later one."""
        at = self.at + by
        return self.tokens[at] if at < len(self.tokens) else Token("", "", self.end)

    def take(self) -> Token:
        """Return the next token and move on."""
        token = self.next
        self.at += 1
        return token

    def expect(self, kind: str, what: str) -> Token:
        """Take a token of a kind, or refuse what stands in its place."""
        if self.kind != kind:
            raise self.unexpected(f"{what} expected")
        return self.take()

    def unexpected(self, message: str = "") -> Refusal:
        """Return the refusal of the next token."""
        token = self.next
        if token.kind == "unknown":
            is_word = token.text.startswith("the word ")
            return Refusal(token.text, token.span, FORMULAS_ONLY * is_word)
        if token.kind == "":
            return Refusal(message or "the formula ends too early", token.span)
        return Refusal(message or f"'{shown(token)}' is not understood here", token.span)

    def enter(self, span: Span) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > NESTING:
            raise Refusal(f"nested more than {NESTING} levels deep", span)

    def leave(self) -> None:
        """Leave a level of nesting."""
        self.depth -= 1

    def group(self, opening: str = "{") -> list[Token]:
        """Take a group in braces, or a single token, and return what is inside."""
        if self.kind != opening:
            if self.kind in {"", "unknown", "}", ")", "]", "^", "_", "=", "&"}:
                raise self.unexpected()
            return [self.take()]
        start = self.at
        self.at = closing(self.tokens, start) + 1
        return list(self.tokens[start + 1 : self.at - 1])


def shown(token: Token) -> str:
    """Return a token as a message can name it."""
    names = {"\\\\": "\\\\", "sum": "Σ", "frac": "\\frac", "over": "\\over", "text": token.text}
    return names.get(token.kind, token.text or token.kind)


def closing(tokens: Sequence[Token], start: int) -> int:
    """Return where the bracket at ``start`` closes.

    Raises
    ------
    Refusal
        If it is not closed, or by a bracket of another kind.
    """
    stack: list[Token] = []
    for at in range(start, len(tokens)):
        token = tokens[at]
        if token.kind in CLOSING:
            stack.append(token)
        elif token.kind in CLOSING.values():
            while stack and stack[-1].kind == _OPEN_ENDED and token.kind != "\\}":
                stack.pop()
            if not stack or not _fits(stack[-1], token):
                raise Refusal(f"'{shown(token)}' closes nothing", token.span)
            stack.pop()
        if not stack:
            return at
    opened = tokens[start]
    raise Refusal(f"'{shown(opened)}' is not closed", opened.span)


def _fits(opening: Token, token: Token) -> bool:
    same = opening.kind != "begin" or opening.text == token.text
    return CLOSING[opening.kind] == token.kind and same


def split(tokens: Sequence[Token], kinds: Collection[str]) -> Iterator[list[Token]]:
    """Yield the parts of tokens between separators that stand outside all brackets."""
    part: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind in kinds:
            yield part
            part = []
        elif token.kind in CLOSING and not _is_open_ended(tokens, at):
            end = closing(tokens, at)
            part += tokens[at : end + 1]
            at = end
        else:
            part.append(token)
        at += 1
    yield part


def _is_open_ended(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].kind == _OPEN_ENDED and not any(token.kind == "\\}" for token in tokens[at:])


def span_of(tokens: Sequence[Token], default: Span) -> Span:
    """Return from where to where tokens stand in the text."""
    return (tokens[0].span[0], tokens[-1].span[1]) if tokens else default
