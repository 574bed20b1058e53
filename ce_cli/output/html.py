"""Documents as HTML pages with MathML: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics import inline
from ce_cli.mathematics.mathml import to_mathml
from ce_cli.mathematics.nodes import EQUALS, row
from ce_cli.output.document import (
    EquationChain,
    Heading,
    Mark,
    Paragraph,
    Summary,
    Table,
    Title,
    Verdict,
)
from ce_cli.output.marks import MARKS
from ce_cli.output.numbers import cell_text, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_cli.output.document import Document, Equation, Part

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2128; --soft: #656d76; --paper: #ffffff;
  --rule: #e3e6ea; --good: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1;
  --paper: #0d1117; --rule: #2a313a; --good: #3fb950; --bad: #f85149; } }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.75rem; font-weight: 600; margin: 0 0 .5rem; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 2.25rem 0 .5rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--rule); }
.note { color: var(--soft); margin: .2rem 0; }
table.chain { border-collapse: collapse; width: 100%; margin: .25rem 0; }
.chain td { padding: .55rem .3rem; vertical-align: middle; }
.chain td.left { text-align: right; width: 1%; white-space: nowrap; }
.chain td.sign { width: 1%; }
.scroll { overflow-x: auto; overflow-y: hidden; padding: .1rem 0; }
.chain td.right { width: 100%; max-width: 0; }
.chain td.why { min-width: 14rem; padding-left: 1.25rem; font-size: .9rem; line-height: 1.35; }
.why small { color: var(--soft); display: block; font-size: .8rem; }
.chain .values td { color: var(--soft); padding: 0 .3rem .4rem 1.5rem; max-width: 0; }
math { font-size: 1.15rem; }
.values math { font-size: 1rem; }
var { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", serif; }
mtd { padding: .25em .45em; }
mtable.cases mtd { text-align: left; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--rule); }
@media (max-width: 40rem) { .chain td.why { min-width: 7rem; padding-left: .5rem; } }
"""
_CLASSES = {Mark.TRUE: "good", Mark.WRONG: "bad"}


def to_page(document: Document) -> str:
    """Return the document as a page of its own."""
    titles = (part.text for part in document.parts if isinstance(part, Title))
    body = "\n".join(_body(document))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(next(titles, 'cecheck'))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def to_fragment(document: Document) -> str:
    """Return the document without head and colours, to stand inside another page."""
    return f'<div class="cecheck">{"".join(_body(document))}</div>'


def _body(document: Document) -> Iterator[str]:
    for part in document.parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:  # noqa: C901 - one for each kind
    match part:
        case Title(text, notes):
            yield f"<h1>{_sentence(text)}</h1>"
            yield from (f'<p class="note">{_sentence(note)}</p>' for note in notes)
        case Heading(text):
            yield f"<h2>{_sentence(text)}</h2>"
        case Paragraph(text):
            yield f"<p>{_sentence(text)}</p>"
        case EquationChain(equations):
            rows = (_equation(line, continues=at > 0) for at, line in enumerate(equations))
            yield _element("table", rows, ' class="chain"')
        case Table():
            yield _element("table", _rows(part))
        case Verdict(mark, text):
            yield f"<p>{_mark(mark)} {_text(text)}</p>"
        case Summary(mark, text):
            yield f"<footer>{_mark(mark)} {_text(text)}</footer>"
        case str():
            yield f"<p>{_text(part)}</p>"
        case _:
            assert_never(part)


def _element(name: str, lines: Iterable[str], attributes: str = "") -> str:
    inner = "\n".join(lines)
    return f"<{name}{attributes}>\n{inner}\n</{name}>"


def _rows(table: Table) -> Iterator[str]:
    if table.title:
        yield f"<caption>{_text(table.title)}</caption>"
    yield _row("th", [heading(column) for column in table.columns])
    for at, cells in enumerate(table.rows):
        name = "th" if at in table.marked else "td"
        yield _row(name, map(cell_text, table.columns, cells))


def _row(name: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{name}>{escape(cell)}</{name}>' for cell in cells)}</tr>"


def _equation(line: Equation, *, continues: bool) -> str:
    left = "" if continues else to_mathml(line.lhs)
    why = f"{_mark(line.mark)} {_sentence(line.rule)}"
    how = f"<small>{_sentence(line.judgement)}</small>" if line.judgement else ""
    return (
        f'{_prose(line)}<tr><td class="left">{left}</td><td class="sign">{to_mathml(EQUALS)}</td>'
        f'<td class="right"><div class="scroll">{to_mathml(line.rhs)}{_value(line)}</div></td>'
        f'<td class="why">{why}{how}</td></tr>{_different(line)}'
    )


def _prose(line: Equation) -> str:
    if not line.prose:
        return ""
    return f'<tr><td class="prose" colspan="4">{_sentence(line.prose)}</td></tr>\n'


def _value(line: Equation) -> str:
    """Return the number of both sides, to stand behind the right one."""
    return f" {to_mathml(row(EQUALS, line.value))}{_at(line)}" if line.value else ""


def _different(line: Equation) -> str:
    """Return a row with the numbers of both sides where they differ."""
    if not line.different:
        return ""
    left, right = line.different
    return (
        '<tr class="values"><td colspan="4"><div class="scroll">'
        f"{to_mathml(row(left, EQUALS, right))}{_at(line)}</div></td></tr>"
    )


def _at(line: Equation) -> str:
    return f" <small>at {_sentence(line.at)}</small>" if line.at else ""


def _sentence(sentence: str) -> str:
    spans = inline.spans(sentence)
    return "".join(inline.to_html(text) if is_math else escape(text) for text, is_math in spans)


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>\n")


def _mark(mark: Mark) -> str:
    return f'<span class="{_CLASSES.get(mark, "note")}">{MARKS[mark].unicode}</span>'
