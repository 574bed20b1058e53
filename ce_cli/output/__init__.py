"""Data in, text out: documents, and the formats that they are written in."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from ce_cli.output.document import Document

_ON_SCREEN = ("table", "text")
_WRITERS = {
    "json": "structured:to_json",
    "csv": "structured:to_csv",
    "markdown": "markdown:to_markdown",
    "html": "html:to_page",
    "latex": "latex:to_page",
}
FORMATS = (*_ON_SCREEN, *_WRITERS)
"""All formats; any document can be written in each, and a command offers some."""


def render(
    document: Document, output_format: str, stream: TextIO, *, only_ascii: bool = False
) -> str:
    """Return the document as text in one of ``FORMATS``; a table or text as it suits ``stream``."""
    if output_format in _ON_SCREEN:
        from ce_cli.output.terminal import to_terminal

        return to_terminal(document, stream, only_ascii=only_ascii)
    write: Callable[[Document], str] = resolve_name(f"{__name__}.{_WRITERS[output_format]}")
    return write(document)
