"""Data in, text out: documents, and the formats that they are written in."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.output.document import Document
    from ce_cli.output.screen import Screen

_WRITERS = {
    "json": "structured:to_json",
    "csv": "structured:to_csv",
    "markdown": "markdown:to_markdown",
    "html": "html:to_page",
    "latex": "latex:to_page",
}
FORMATS = ("text", *_WRITERS)
"""All formats; any document can be written in each, and a command offers some."""


def render(document: Document, output_format: str, screen: Screen) -> str:
    """Return the document as text in one of ``FORMATS``, in characters that the screen has.

    Raises
    ------
    InputError
        If the format has no way to write a character that the screen lacks.
    """
    if output_format == "text":
        from ce_cli.output.terminal import to_terminal

        return to_terminal(document, screen)
    write: Callable[[Document], str] = resolve_name(f"{__name__}.{_WRITERS[output_format]}")
    return encodable(write(document), output_format, screen)


def encodable(text: str, output_format: str, screen: Screen) -> str:
    """Return the text of a format, with escapes if the screen lacks one of its characters.

    Raises
    ------
    InputError
        If the format has none.
    """
    if text.isascii() or screen.is_unicode:
        return text
    from ce_cli.output.escapes import escaped

    return escaped(text, output_format, screen)
