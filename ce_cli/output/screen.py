"""How texts are written to one stream: its width, its colours and its characters."""

from __future__ import annotations

import codecs
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from ce_cli.output.lines import Line

COLOURS = ("auto", "always", "never")
_UNCUT = 100_000
_PAGE, _WIDEST_PAGE, _NARROWEST = 80, 100, 20


class Screen(NamedTuple):
    """The form of all texts on a stream; by default that of a file."""

    width: int = _UNCUT
    """The width of tables and plain texts."""
    page: int = _PAGE
    """The width of sentences."""
    has_colour: bool = False
    only_ascii: bool = False
    """Whether our own signs take their ASCII form."""
    encoding: str = "utf-8"
    """Characters that it lacks are shown as escapes."""

    @property
    def is_unicode(self) -> bool:
        """Whether the encoding has every character."""
        return codecs.lookup(self.encoding).name.startswith("utf")

    @property
    def formulas(self) -> int:
        """The width of equations: all of a terminal, a page of a file."""
        return self.page if self.width == _UNCUT else self.width

    def carries(self, text: str) -> bool:
        """Whether a text can be written without escapes.

        >>> Screen(encoding="cp1252").carries("é"), Screen(encoding="cp1252").carries("✓")
        (True, False)
        """
        if self.is_unicode:
            return True
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def in_ascii(self) -> Screen:
        """Return the same with our own signs in ASCII."""
        return self._replace(only_ascii=True)

    def uncut(self) -> Screen:
        """Return the same for lines of any length."""
        return self._replace(width=_UNCUT)

    def translate(self, text: str) -> str:
        r"""Return a text in the characters of this screen.

        >>> Screen(only_ascii=True, encoding="gbk").translate("✓ 损失 ö")
        '+ 损失 \\xf6'
        """
        if not self.only_ascii or text.isascii():
            return text
        from ce_cli.output.transliteration import in_ascii

        return in_ascii(text).encode(self.encoding, "backslashreplace").decode(self.encoding)

    def shown(self, text: str) -> str:
        """Return a finished text: as it is, or with our own signs in ASCII if one is lacking."""
        return text if self.carries(text) else self.in_ascii().translate(text)

    def painted(self, lines: Iterable[Line]) -> str:
        """Return lines as text, with colours where they are wanted."""
        return "".join(self._painted(line).rstrip() + "\n" for line in lines)

    def _painted(self, line: Line) -> str:
        if not self.has_colour:
            return "".join(segment.text for segment in line)
        from rich.style import Style

        return "".join(Style.parse(style).render(text) for text, style in _trimmed(line))


def _trimmed(line: Line) -> Line:
    """Return a line without blanks at its end, be they coloured or not."""
    if not line:
        return []
    *before, last = line
    text = last.text.rstrip()
    return [*before, last._replace(text=text)] if text else _trimmed(before)


def screen_of(
    stream: TextIO,
    colour: str = "auto",
    *,
    only_ascii: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Screen:
    """Return the screen of a stream, as the options and the environment want it.

    Examples
    --------
    >>> import io
    >>> screen_of(io.StringIO(), environment={"COLUMNS": "60", "FORCE_COLOR": "1"})
    Screen(width=60, page=60, has_colour=True, only_ascii=False, encoding='utf-8')
    """
    width = _width(stream, environment)
    return Screen(
        width or _UNCUT,
        min(width, _WIDEST_PAGE) if width else _PAGE,
        _has_colour(stream, colour, environment),
        only_ascii,
        encoding_of(stream, only_ascii),
    )


def encoding_of(stream: TextIO | None, only_ascii: bool) -> str:
    """Return the encoding of a stream; a file has UTF-8."""
    return "ascii" if only_ascii else getattr(stream, "encoding", None) or "utf-8"


def _width(stream: TextIO, environment: Mapping[str, str]) -> int:
    """Return the width that ``COLUMNS`` or the terminal has, 0 if neither says one."""
    columns = environment.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return max(int(columns), _NARROWEST)
    if not stream.isatty():
        return 0
    try:
        return max(os.get_terminal_size(stream.fileno()).columns or _PAGE, _NARROWEST)
    except OSError:
        return _PAGE


def _has_colour(stream: TextIO, colour: str, environment: Mapping[str, str]) -> bool:
    """Return the decision of the option, else of the first variable that makes one."""
    if colour != "auto":
        return colour == "always"
    if environment.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environment.get(name, "0") not in {"", "0"}:
            return True
    is_refused = environment.get("TERM") == "dumb" or environment.get("CLICOLOR") == "0"
    return not is_refused and stream.isatty()
