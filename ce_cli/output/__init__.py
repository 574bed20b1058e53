"""Data in, text out: tables, JSON, CSV and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from ce_cli.output.document import Document

FORMATS = ("table", "json", "csv", "markdown")


def render(document: Document, output_format: str, stream: TextIO) -> str:
    """Return the document as text in one of ``FORMATS``; a table as it suits ``stream``."""
    if output_format == "json":
        from ce_cli.output.structured import to_json

        return to_json(document)
    if output_format == "csv":
        from ce_cli.output.structured import to_csv

        return to_csv(document)
    if output_format == "markdown":
        from ce_cli.output.markdown import to_markdown

        return to_markdown(document)
    from ce_cli.output.terminal import to_terminal

    return to_terminal(document, stream)
