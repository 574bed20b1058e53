"""A derivation as one HTML page with MathML: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ce_cli.derivations.pages.prose import text_to_html
from ce_cli.mathematics.mathml import to_mathml
from ce_cli.mathematics.nodes import EQUALS, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.derivations.pages.page import Line, Page, Section

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


def to_page(page: Page) -> str:
    """Return the page."""
    body = "\n".join(_body(page))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(page.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def fragment(page: Page) -> str:
    """Return the page without its head and colours, to stand inside another page."""
    return f'<div class="cecheck">{"".join(_body(page))}</div>'


def _body(page: Page) -> Iterator[str]:
    yield f"<h1>{escape(page.title)}</h1>"
    yield from (f'<p class="note">{text_to_html(note)}</p>' for note in page.notes)
    for section in page.sections:
        if section.heading:
            yield f"<h2>{text_to_html(section.heading)}</h2>"
        yield from _tables(section)
    yield f"<footer>{_mark(page.passed)} {escape(page.summary)}</footer>"


def _tables(section: Section) -> Iterator[str]:
    """Yield a table for each chain, so that every chain aligns its own equals signs."""
    rows: list[str] = []
    for line in section.lines:
        if rows and not line.continues:
            yield _table(rows)
            rows = []
        rows.append(_row(line))
    yield _table(rows)


def _table(rows: list[str]) -> str:
    inner = "\n".join(rows)
    return f'<table class="chain">\n{inner}\n</table>'


def _row(line: Line) -> str:
    left = "" if line.continues else to_mathml(line.lhs)
    needs = f"if {', '.join(line.needs)}; " if line.needs else ""
    why = f"{_mark(line.passed)} {text_to_html(line.rule)}"
    how = f"<small>{text_to_html(needs + line.how)}</small>"
    return _cells(left, to_mathml(line.rhs), why + how) + _values(line)


def _values(line: Line) -> str:
    """Return a row with the numbers of both sides."""
    if not line.numbers:
        return ""
    left, right = line.numbers
    both = row(EQUALS, right) if line.continues else row(left, EQUALS, right)
    at = f" <small>at {text_to_html(line.at)}</small>" if line.at else ""
    return (
        f'<tr class="values"><td colspan="4"><div class="scroll">{to_mathml(both)}{at}</div>'
        "</td></tr>"
    )


def _cells(left: str, right: str, why: str) -> str:
    return (
        f'<tr><td class="left">{left}</td><td class="sign">{to_mathml(EQUALS)}</td>'
        f'<td class="right"><div class="scroll">{right}</div></td><td class="why">{why}</td></tr>'
    )


def _mark(passed: bool) -> str:
    return f'<span class="{"good" if passed else "bad"}">{"✓" if passed else "✗"}</span>'
