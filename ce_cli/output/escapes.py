"""Escapes of each format for the characters that an output cannot carry."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.output.transliteration import in_ascii

if TYPE_CHECKING:
    from ce_cli.output.screen import Screen

_BY_NUMBER = {"html", "junit", "markdown"}
"""Formats in which ``&#8722;`` is a character."""
_IN_UTF_8 = {"html", "junit", "latex"}
"""Formats that are read as UTF-8, whatever encoding they are written in."""


def escaped(text: str, output_format: str, screen: Screen) -> str:
    r"""Return the text of a format with escapes, if the screen lacks one of its characters.

    CSV has none: there our own signs take their ASCII form, in which formulas mean the same.

    Raises
    ------
    InputError
        If a character is left for which the format has no escape.

    Examples
    --------
    >>> from ce_cli.output.screen import Screen
    >>> escaped('"∂"', "json", Screen(encoding="cp1252"))
    '"\\u2202"'
    """
    if screen.carries(text) and output_format not in _IN_UTF_8:
        return text
    if output_format == "csv" and screen.carries(plain := in_ascii(text)):
        return plain
    if output_format == "json":
        return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
    if output_format in _BY_NUMBER:
        return text.encode("ascii", "xmlcharrefreplace").decode()
    raise _lacking(text, output_format, screen)


def _lacking(text: str, output_format: str, screen: Screen) -> InputError:
    limits = "ascii" if output_format in _IN_UTF_8 else screen.encoding
    character = next(one for one in text if not _has(limits, one))
    problem = f"cannot carry '{character}' as {output_format} in {screen.encoding}"
    hint = "write to a file with -o, or set PYTHONIOENCODING=utf-8"
    if screen.only_ascii:
        hint = "leave out --ascii, or take --format json"
    return InputError(problem, place="stdout", hint=hint)


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
