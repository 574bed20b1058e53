"""Documents as lines of text: in colour and within its width on a terminal, elsewhere uncut."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, assert_never

from ce_cli.alphabet import columns
from ce_cli.errors import visible
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
from ce_cli.output.lines import Segment, wrapped
from ce_cli.output.marks import MARKS
from ce_cli.output.tables import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.output.document import Part
    from ce_cli.output.equations import EquationWriter
    from ce_cli.output.lines import Line
    from ce_cli.output.marks import MarkSigns
    from ce_cli.output.screen import Screen


def to_terminal(document: Document, screen: Screen) -> str:
    """Return the document as it should look on a screen: in ASCII if it lacks one of the signs."""
    text = screen.painted(Page(screen).lines(document))
    if screen.carries(text):
        return text
    screen = screen.in_ascii()
    return screen.translate(screen.painted(Page(screen).lines(document)))


class Page:
    """Lays documents out: tables and plain texts in one width, sentences and equations in another.

    >>> from ce_cli.output.document import Mark
    >>> from ce_cli.output.screen import Screen
    >>> document = Document(("It is so.", Verdict(Mark.TRUE, "indeed")), {}, Table((), ()))
    >>> ["".join(text for text, _ in line) for line in Page(Screen()).lines(document)]
    ['It is so.', '', '✓ indeed']
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.width, self.narrow = screen.width, screen.page
        self.translate, self.only_ascii = screen.translate, screen.only_ascii

    @cached_property
    def equations(self) -> EquationWriter:
        """The writer of equations, which most documents do not need."""
        from ce_cli.mathematics.box import Boxes
        from ce_cli.output.equations import EquationWriter

        boxes = Boxes(only_ascii=self.only_ascii)
        return EquationWriter(self.screen.formulas, self.narrow, self.translate, boxes)

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
            case Verdict(mark, text) | Summary(mark, text):
                yield from self._verdict(MARKS[mark], text)
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
        lines = wrapped(self._sentence(text), self.narrow)
        yield from ([Segment(line, style)] for line in lines)

    def _sentence(self, text: str) -> str:
        from ce_cli.mathematics.inline import to_text

        return self.translate(to_text(text, only_ascii=self.only_ascii))

    def _verdict(self, mark: MarkSigns, text: str) -> Iterator[Line]:
        sign = mark.sign(only_ascii=self.only_ascii)
        (first,), *rest = self._text(f"{sign} {text}")
        yield [Segment(first.text[0], mark.colour), Segment(first.text[1:])]
        yield from rest

    def _text(self, text: str) -> Iterator[Line]:
        yield from ([Segment(line)] for line in wrapped(self.translate(visible(text)), self.width))
