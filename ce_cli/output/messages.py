"""Messages on stderr: coloured, folded and in characters that it has, with carets in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ce_cli.alphabet import columns
from ce_cli.output.lines import Segment, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.output.lines import Line
    from ce_cli.output.screen import Screen

_CARETS = re.compile("  ( *)(\\^+)")
_LABEL = re.compile("(?:error|hint|warning): ")
_COLOURS = {"error: ": "bold red", "hint: ": "bold", "warning: ": "yellow"}


def to_message(text: str, screen: Screen) -> str:
    r"""Return a message as it should look on a screen.

    Lines that begin with blanks show the text of the user and stay whole.

    Examples
    --------
    >>> from ce_cli.output.screen import Screen
    >>> print(to_message("error: unknown\n  σ = 損\n      ^", Screen(encoding="ascii")), end="")
    error: unknown
      sigma = \u640d
              ^^^^^^
    """
    if not screen.carries(text):
        screen = screen.in_ascii()
    return screen.painted(_lines(text.split("\n"), screen))


def _lines(texts: list[str], screen: Screen) -> Iterator[Line]:
    before = ""
    for text in texts:
        carets = _CARETS.fullmatch(text)
        if carets and before.startswith("  "):
            yield _marked(before, *carets.span(2), screen)
        elif text.startswith("  "):
            yield [Segment(screen.translate(text).replace("\t", " "))]
        else:
            yield from _folded(text, screen)
        before = text


def _marked(text: str, start: int, end: int, screen: Screen) -> Line:
    """Return carets below a part of a text, which may be wider than it has characters."""
    front, part = (columns(screen.translate(piece)) for piece in (text[:start], text[start:end]))
    return [Segment(" " * front), Segment("^" * max(part, 1), "red")]


def _folded(text: str, screen: Screen) -> Iterator[Line]:
    """Yield a sentence in lines; the word that it begins with is coloured if it has a colour."""
    first, *rest = wrapped(screen.translate(text), screen.width)
    label = _LABEL.match(first)
    word, colour = (label[0], _COLOURS[label[0]]) if label else ("", "")
    yield [Segment(word, colour), Segment(first[len(word) :])]
    yield from ([Segment(line)] for line in rest)
