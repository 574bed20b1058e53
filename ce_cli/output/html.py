"""Documents as HTML pages with MathML: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, assert_never

from ce_cli.errors import visible
from ce_cli.mathematics import inline
from ce_cli.mathematics.mathml import to_mathml_lines
from ce_cli.mathematics.nodes import EQUALS, Lines, Row
from ce_cli.output.chains import ChainLayout, right_side, unequal_numbers
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

    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Document, Equation, Part

_COLUMNS, _FEW_COLUMNS = 72, 34
"""The width of formulas on a page and on a small screen, in columns of a terminal."""

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
.chain td { padding: .55rem .3rem; vertical-align: baseline; }
.chain td.left { width: 1%; white-space: nowrap; }
.chain td.left.beside { text-align: right; }
.chain td.right { width: 100%; max-width: 0; }
.chain div { overflow-x: auto; overflow-y: hidden; padding: .1rem 0; }
.chain td.right div div + div { padding-left: 1.5rem; }
.chain td.why { min-width: 14rem; padding-left: 1.25rem; font-size: .9rem; line-height: 1.35; }
.why small { color: var(--soft); display: block; font-size: .8rem; }
.chain .values { color: var(--soft); }
math { font-size: 1.15rem; }
var { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", serif; }
mtd { padding: .25em .45em; }
mtable.cases mtd, mtable.lines mtd { text-align: left; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--rule); }
@media print, (max-width: 62rem) {
  table.chain, .chain tbody, .chain tr, .chain td { display: block; }
  .chain td, .chain td.left, .chain td.left.beside { padding: .2rem 0; text-align: left;
    width: auto; white-space: normal; }
  .chain td:empty { display: none; }
  .chain td.right { max-width: none; padding-left: 1rem; width: auto; }
  .chain td.why { padding: 0 0 .9rem 2.5rem; }
  .chain div { break-inside: avoid; } }
@media print { body { padding: 0; max-width: none; } .chain div { overflow: visible; } }
@media screen and (max-width: 44rem) { body { padding: 1.25rem 1rem 2rem; }
  .chain .wide { display: none; } .chain .narrow { display: block; } math { font-size: 1.05rem; } }
"""
_CLASSES = {Mark.TRUE: "good", Mark.WRONG: "bad"}


def to_page(document: Document) -> str:
    """Return the document as a page of its own."""
    titles = (part.text for part in document.parts if isinstance(part, Title))
    body = "\n".join(_body(document))
    return (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
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
            lines = "<br>\n".join(map(_sentence, text.splitlines()))
            yield f"<p>{lines}</p>"
        case EquationChain():
            yield _element("table", _chain(part), ' class="chain"')
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


def _chain(chain: EquationChain) -> Iterator[str]:
    """Yield the rows of a chain; what is too wide for a small screen has a form for it."""
    layouts = [ChainLayout(chain, width) for width in (_COLUMNS, _FEW_COLUMNS)]
    left: Node | None = chain.equations[0].lhs
    for line in chain.equations:
        if line.prose:
            yield f'<tr><td colspan="3">{_sentence(line.prose)}</td></tr>'
        if left and layouts[0].is_above:
            yield f'<tr><td class="left" colspan="3">{_left(layouts, left)}</td></tr>'
            left = None
        yield _sides(layouts, left, right_side(line), _why(line))
        numbers = unequal_numbers(line)
        if numbers:
            yield _sides(layouts, *numbers, "", ' class="values"')
        left = None


def _sides(
    layouts: list[ChainLayout], left: Node | None, right: Node, why: str, attributes: str = ""
) -> str:
    front = _left(layouts, left) if left else ""
    behind = _shown(*(_equal(layout.right(right)) for layout in layouts))
    return (
        f'<tr{attributes}><td class="left beside">{front}</td><td class="right">{behind}</td>'
        f'<td class="why">{why}</td></tr>'
    )


def _left(layouts: list[ChainLayout], node: Node) -> str:
    return _shown(*(layout.left(node) for layout in layouts))


def _equal(node: Node) -> Node:
    """Return a formula with a sign of equality in front of its first line."""
    if isinstance(node, Lines):
        first, *rest = node.parts
        return node._replace(parts=(_equal(first), *rest))
    return Row((EQUALS, node))


def _shown(wide: Node, narrow: Node) -> str:
    """Return a formula in its form for a wide page, and hidden the one for a narrow page."""
    one, other = (
        "".join(f"<div>{line}</div>" for line in to_mathml_lines(node)) for node in (wide, narrow)
    )
    if one == other:
        return f"<div>{one}</div>"
    return f'<div class="wide">{one}</div><div class="narrow" hidden>{other}</div>'


def _why(line: Equation) -> str:
    how = f"<small>{_sentence(line.how)}</small>" if line.how else ""
    return f"{_mark(line.mark)} {_sentence(line.rule)}{how}"


def _sentence(sentence: str) -> str:
    return "".join(
        inline.to_html(text) if is_math else inline.CODE.sub(r"<code>\1</code>", escape(text))
        for text, is_math in inline.spans(sentence)
    )


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>\n")


def _mark(mark: Mark) -> str:
    return f'<span class="{_CLASSES.get(mark, "note")}">{MARKS[mark].unicode}</span>'
