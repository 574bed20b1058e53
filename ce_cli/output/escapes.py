"""Escapes of each format for the characters that an output cannot carry."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from ce_cli.output.screen import Screen

_BY_NUMBER = {"html", "junit", "markdown"}
"""Formats in which ``&#8722;`` is a character."""
_IN_UTF_8 = {"html", "junit", "latex"}
"""Formats that are read as UTF-8, whatever encoding they are written in."""


def escaped(text: str, output_format: str, screen: Screen) -> str:
    r"""Return the text of a format with escapes, if the screen lacks one of its characters.

    Raises
    ------
    InputError
        If the format has no escapes.

    Examples
    --------
    >>> from ce_cli.output.screen import Screen
    >>> escaped('"∂"', "json", Screen(encoding="cp1252"))
    '"\\u2202"'
    """
    if screen.carries(text) and output_format not in _IN_UTF_8:
        return text
    if output_format == "json":
        return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
    if output_format in _BY_NUMBER:
        return text.encode("ascii", "xmlcharrefreplace").decode()
    raise _lacking(text, output_format, screen)


def _lacking(text: str, output_format: str, screen: Screen) -> InputError:
    limits = "ascii" if output_format in _IN_UTF_8 else screen.encoding
    character = next(one for one in text if not _has(limits, one))
    problem = f"cannot carry '{character}' as {output_format} in {screen.encoding}"
    hint = "leave out --ascii" if screen.only_ascii else "set PYTHONIOENCODING=utf-8"
    return InputError(problem, place="stdout", hint=f"{hint}, or take --format json")


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
