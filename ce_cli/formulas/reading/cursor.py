"""A position in a run of tokens: the readers of expressions, lines and conditions share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading.limits import NESTING
from ce_cli.formulas.reading.tokens import Refusal, Token

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ce_cli.formulas.reading.tree import Node, Span

CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "begin": "end"}
_OPEN_ENDED = "\\{"
"""``\\left\\{ ... \\right.`` has no closing brace."""


class Cursor:
    """A position in a run of tokens."""

    def __init__(self, tokens: Sequence[Token], end: Span, *, plain: bool = False) -> None:
        self.tokens = tokens
        self.end = end
        """The place of an error behind the last token."""
        self.plain = plain
        """Whether the text is plain text, not LaTeX."""
        self.position = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        """The kind of the next token, "" at the end."""
        return self.tokens[self.position].kind if self.position < len(self.tokens) else ""

    @property
    def next(self) -> Token:
        """The next token; at the end an empty one."""
        return self.ahead(0)

    def ahead(self, count: int = 1) -> Token:
        """Return the token after the next one, or one ``count`` tokens after it."""
        position = self.position + count
        return self.tokens[position] if position < len(self.tokens) else Token("", "", self.end)

    def take(self) -> Token:
        """Return the next token and move on."""
        token = self.next
        self.position += 1
        return token

    def span_from(self, start: Token | Node) -> Span:
        """Return the span from a token or node to the last token that was taken."""
        return start.span[0], self.tokens[self.position - 1].span[1]

    def unexpected(self, message: str = "") -> Refusal:
        """Return the refusal of the next token."""
        token = self.next
        if token.kind == "unknown":
            return Refusal(token.text, token.span, token.hint)
        if token.kind == "":
            return Refusal(message or "the formula ends too early", token.span)
        return Refusal(message or f"'{token_name(token)}' is not understood here", token.span)

    def enter(self, span: Span) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > NESTING:
            raise Refusal(f"nested more than {NESTING} levels deep", span)

    def leave(self) -> None:
        """Leave a level of nesting."""
        self.depth -= 1

    def group(self, opening: str = "{") -> list[Token]:
        """Take a group in braces, or a single token; return the tokens inside."""
        if self.kind != opening:
            if self.kind in {"", "unknown", "}", ")", "]", "^", "_", "=", "&"}:
                raise self.unexpected()
            return [self.take()]
        start = self.position
        self.position = closing(self.tokens, start) + 1
        return list(self.tokens[start + 1 : self.position - 1])


def token_name(token: Token) -> str:
    """Return the name of a token for a message."""
    names = {"\\\\": "\\\\", "sum": "Σ", "frac": "\\frac", "over": "\\over", "text": token.text}
    return names.get(token.kind, token.text or token.kind)


def closing(tokens: Sequence[Token], start: int) -> int:
    """Return the position at which the bracket at ``start`` closes.

    Raises
    ------
    Refusal
        If it is not closed, or by a bracket of another kind.
    """
    stack: list[Token] = []
    for position in range(start, len(tokens)):
        token = tokens[position]
        if token.kind in CLOSING:
            stack.append(token)
        elif token.kind in CLOSING.values():
            while stack and stack[-1].kind == _OPEN_ENDED and token.kind != "\\}":
                stack.pop()
            if not stack or not _fits(stack[-1], token):
                raise Refusal(f"'{token_name(token)}' closes nothing", token.span)
            stack.pop()
        if not stack:
            return position
    opening = tokens[start]
    raise Refusal(f"'{token_name(opening)}' is not closed", opening.span)


def _fits(opening: Token, token: Token) -> bool:
    same = opening.kind != "begin" or opening.text == token.text
    return CLOSING[opening.kind] == token.kind and same


def is_open_ended(tokens: Sequence[Token], position: int) -> bool:
    r"""Say whether ``\left\{`` stands there and nothing closes it, as in front of cases."""
    is_brace = tokens[position].kind == _OPEN_ENDED
    return is_brace and all(token.kind != "\\}" for token in tokens[position:])


def split(tokens: Sequence[Token], kinds: Collection[str]) -> Iterator[list[Token]]:
    """Yield the parts of tokens between separators that stand outside all brackets."""
    part: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind in kinds:
            yield part
            part = []
        elif token.kind in CLOSING and not is_open_ended(tokens, position):
            end = closing(tokens, position)
            part += tokens[position : end + 1]
            position = end
        else:
            part.append(token)
        position += 1
    yield part


def outside_brackets(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens that stand outside all brackets."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind in CLOSING and not is_open_ended(tokens, position):
            position = closing(tokens, position)
        else:
            yield token
        position += 1


def strip_brackets(tokens: Sequence[Token], kinds: Collection[str]) -> list[Token]:
    """Return tokens without the brackets of some kinds around all of them."""
    inside = list(tokens)
    while is_bracketed(inside, kinds):
        inside = inside[1:-1]
    return inside


def is_bracketed(tokens: Sequence[Token], kinds: Collection[str]) -> bool:
    """Say whether one pair of brackets, of some kinds, stands around all of the tokens."""
    return bool(tokens) and tokens[0].kind in kinds and closing(tokens, 0) == len(tokens) - 1


def span_of(tokens: Sequence[Token], default: Span) -> Span:
    """Return the span of tokens in the text, or the default if there are none."""
    return (tokens[0].span[0], tokens[-1].span[1]) if tokens else default
