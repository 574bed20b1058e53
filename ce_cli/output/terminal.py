"""Documents as lines of text: in colour and within its width on a terminal, elsewhere uncut."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics.box import Boxes
from ce_cli.mathematics.inline import to_text
from ce_cli.output.document import (
    Document,
    EquationChain,
    Heading,
    Paragraph,
    Summary,
    Table,
    Title,
    Verdict,
)
from ce_cli.output.equations import EquationWriter
from ce_cli.output.lines import Segment, columns, wrapped
from ce_cli.output.marks import MARKS, in_ascii
from ce_cli.output.tables import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from ce_cli.output.document import Part
    from ce_cli.output.lines import Line
    from ce_cli.output.marks import Mark

_UNCUT = 100_000
_PAGE, _WIDEST_PAGE = 80, 100
"""The width of sentences and equations: off a terminal, and on one that is wider."""


def to_terminal(document: Document, stream: TextIO, *, only_ascii: bool = False) -> str:
    """Return the document as it should look on ``stream``."""
    if not (stream.isatty() or os.environ.get("FORCE_COLOR")):
        lines = Page(_UNCUT, _PAGE, only_ascii=only_ascii).lines(document)
        return "".join("".join(part.text for part in line).rstrip() + "\n" for line in lines)
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream)
    page = Page(console.width, min(console.width, _WIDEST_PAGE), only_ascii=only_ascii)
    with console.capture() as capture:
        for line in page.lines(document):
            text = Text.assemble(*line)
            text.rstrip()
            console.print(text, soft_wrap=True)
    return capture.get()


class Page:
    """Lays documents out: tables and plain texts in one width, sentences and equations in another.

    >>> document = Document(("It is so.", Verdict(True, "indeed")), {}, Table((), ()))
    >>> ["".join(text for text, _ in line) for line in Page(80, 80).lines(document)]
    ['It is so.', '', '✓ indeed']
    """

    def __init__(self, width: int, narrow: int, *, only_ascii: bool = False) -> None:
        self.width, self.narrow = width, narrow
        self.translate = in_ascii if only_ascii else str
        self.equations = EquationWriter(narrow, self.translate, Boxes(only_ascii=only_ascii))

    def lines(self, document: Document) -> Iterator[Line]:
        """Yield the lines of all parts."""
        for apart, part in document.spaced():
            if apart:
                yield []
            yield from self._part(part)

    def _part(self, part: Part) -> Iterator[Line]:
        match part:
            case Title(text, notes):
                yield from self._title(text, notes)
            case Heading(text):
                yield from self._sentences(text, "bold")
            case Paragraph(text):
                yield from self._sentences(text)
            case EquationChain():
                yield from self.equations.lines(part)
            case Table():
                yield from table_lines(part, self.width, self.translate)
            case Verdict(passed, text) | Summary(passed, text):
                yield from self._verdict(MARKS[passed], text)
            case str():
                yield from self._text(part)
            case _:
                assert_never(part)

    def _title(self, text: str, notes: tuple[str, ...]) -> Iterator[Line]:
        title = list(self._sentences(text, "bold"))
        yield from title
        yield [Segment(self.translate("═") * max(columns(line[0].text) for line in title), "dim")]
        for note in notes:
            yield from self._sentences(note)

    def _sentences(self, text: str, style: str = "") -> Iterator[Line]:
        lines = wrapped(self.translate(to_text(text)), self.narrow)
        yield from ([Segment(line, style)] for line in lines)

    def _verdict(self, mark: Mark, text: str) -> Iterator[Line]:
        (first,), *rest = self._text(f"{mark.sign} {text}")
        yield [Segment(first.text[0], mark.colour), Segment(first.text[1:])]
        yield from rest

    def _text(self, text: str) -> Iterator[Line]:
        yield from ([Segment(line)] for line in wrapped(self.translate(visible(text)), self.width))
