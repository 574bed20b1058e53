"""Derivations for people and programs: text, LaTeX, Markdown, HTML and JSON of one page."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from ce_cli.derivations.pages.page import Page

FORMATS = ("text", "latex", "markdown", "html", "json")


def render_page(page: Page, output_format: str, stream: TextIO, *, only_ascii: bool = False) -> str:
    """Return a page in one of ``FORMATS``; text as it suits ``stream``."""
    if output_format == "text":
        from ce_cli.derivations.pages.text import to_text

        return to_text(page, stream, only_ascii=only_ascii)
    module = import_module(f"ce_cli.derivations.pages.{output_format}")
    text: str = module.to_page(page)
    return text
