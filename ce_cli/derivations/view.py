"""The result of ``cecheck derive``: formulas as people write them, with sentences between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import ImmutableDenseMatrix, Integer

from ce_cli.derivations.data import derivation_data, records
from ce_cli.derivations.frame import Frame
from ce_cli.derivations.layout import Layout
from ce_cli.derivations.lines import LineMaker, Passage, joined, numbered_at_end, numbered_once
from ce_cli.derivations.narration import Narrator, catalogue
from ce_cli.derivations.subjects.indexing import MOST_WRITTEN_OUT
from ce_cli.mathematics.arrange import Arrange, Wording
from ce_cli.output.document import (
    Document,
    EquationChain,
    Heading,
    Mark,
    Paragraph,
    Summary,
    Title,
)
from ce_cli.symbolic.derivation import phrase
from ce_cli.symbolic.kernel.claims import substitute
from ce_cli.symbolic.kernel.verdicts import Proved
from ce_cli.symbolic.notation import i, j

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.derivations.report import DerivationReport
    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Part
    from ce_cli.symbolic.derivation import Derivation, Phrase, Step

SHOWN_FIRST = 3
_ENTRY = phrase("entry-of-result")


def derivation_document(report: DerivationReport, layout: Layout = Layout()) -> Document:  # noqa: B008 - frozen
    """Return the document of a report."""
    view = _View(report, layout)
    title = Title(view.sentence("title"), tuple(view.frame.notes()))
    passages = [*view.passages(), *view.excerpt()]
    summary = Summary(Mark.of(report.exit_code == 0), view.frame.summary())
    parts = (title, *view.parts(passages), summary)
    data = derivation_data(report, title, passages, summary)
    return Document(parts, data, records(passages), language=layout.language)


class _View:
    """Turns a report into passages."""

    def __init__(self, report: DerivationReport, layout: Layout) -> None:
        self.report = report
        self.derivation = report.derivation
        self.layout = layout
        words = catalogue(layout.language)["formula"]
        arrange = Arrange(layout.first, layout.letters, layout.names, Wording(**words))
        few = (self.derivation.classes or MOST_WRITTEN_OUT + 1) <= MOST_WRITTEN_OUT
        self.narrator = Narrator(layout.language, arrange, few=few)
        self.frame = Frame(report, layout, self.narrator, arrange)
        self.maker = LineMaker(self.frame, self.narrator, arrange, self.derivation.definitions)
        self.has_prose = layout.prose and not layout.brief

    def sentence(self, kind: str) -> str:
        """Return the title or the meaning of the subject."""
        return self.narrator.subject(self.derivation.subject, kind)

    def parts(self, passages: list[Passage]) -> Iterator[Part]:
        """Yield the parts of the document between its title and its summary."""
        for heading, lines, meaning in passages:
            if heading:
                yield Heading(heading)
            yield EquationChain(tuple(line.equation for line in lines))
            if meaning:
                yield Paragraph(meaning)
        if self.has_prose and (meaning := self.sentence("meaning")):
            yield Paragraph(meaning)

    def passages(self) -> Iterator[Passage]:
        """Yield the chains."""
        judged = zip(self.derivation.steps, self.report.verdicts, self.report.values, strict=True)
        tables: set[Node] = set()
        for heading, chains in _sections(self.derivation):
            title = self.narrator.title(heading) if heading else ""
            for number, chain in enumerate(chains, 1):
                lines = [self.maker.line(*next(judged), has_prose=self.has_prose) for _ in chain]
                shown = [joined(lines)] if self.layout.brief else numbered_at_end(lines)
                meaning = self._meaning(heading) if number == len(chains) else ""
                yield Passage(title, numbered_once(shown, tables), meaning)
                title = ""

    def _meaning(self, heading: Phrase | None) -> str:
        return self.narrator.meaning(heading) if self.has_prose and heading else ""

    def excerpt(self) -> Iterator[Passage]:
        """Yield the entries of the result where a class count is given but indices are used."""
        *_, chain = self.derivation.chains()
        sides, count = (chain[0].claim.lhs, chain[-1].claim.rhs), self.derivation.classes
        if count is None or any(isinstance(side, ImmutableDenseMatrix) for side in sides):
            return
        free = [index for index in (i, j) if index in sides[0].free_symbols]
        if not free:
            return
        verdicts = self.report.verdicts[-len(chain) :]
        worst = next((one for one in verdicts if not isinstance(one, Proved)), verdicts[-1])
        classes = self._excerpted(count)
        heading = self._heading_of_excerpt(count - len(classes))
        for at in classes:
            left, right = (substitute(side, {free[0]: Integer(at)}) for side in sides)
            line = self.maker.instance((left, right), _ENTRY, worst)
            yield Passage(heading, [line])
            heading = ""

    def _heading_of_excerpt(self, missing: int) -> str:
        page = self.narrator.page
        return page("entries-missing", missing=str(missing)) if missing else page("entries")

    def _excerpted(self, count: int) -> list[int]:
        if self.layout.every_entry:
            return list(range(count))
        label = self.derivation.label or 0
        return sorted({*range(min(SHOWN_FIRST, count)), label, count - 1})


def _sections(
    derivation: Derivation,
) -> list[tuple[Phrase | None, list[tuple[Step, ...]]]]:
    """Return the chains below their headings."""
    sections: list[tuple[Phrase | None, list[tuple[Step, ...]]]] = []
    for chain in derivation.chains():
        heading = chain[0].heading
        if heading or not sections:
            sections.append((heading, []))
        sections[-1][1].append(chain)
    return sections
