"""A derivation as it is shown, before anybody decides in which format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sympy import ImmutableDenseMatrix, Integer

from ce_cli.derivations.pages.entries import as_matrices
from ce_cli.derivations.subjects import OF_ONE_LOGIT
from ce_cli.mathematics.arrange import Arrange
from ce_cli.mathematics.nodes import Digits, Grid, glyph
from ce_cli.output.numbers import for_people
from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, substitute
from ce_cli.symbolic.kernel.verdicts import Proved, Undecided
from ce_cli.symbolic.notation import i, j

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sympy import Expr, Symbol

    from ce_cli.derivations.example import Values
    from ce_cli.derivations.report import DerivationReport
    from ce_cli.mathematics.nodes import Node
    from ce_cli.symbolic.derivation import Step
    from ce_cli.symbolic.kernel.claims import Assumption
    from ce_cli.symbolic.kernel.verdicts import Verdict

SHOWN_FIRST = 3
_CLASS = re.compile(r"(?<=_)[0-9]+|(?<=True class )[0-9]+")
NO_VERDICT = Undecided("not judged")


class Line(NamedTuple):
    """One step as it is shown; it continues the one before it where their sides meet."""

    lhs: Node
    rhs: Node
    rule: str
    needs: tuple[str, ...]
    passed: bool
    how: str
    continues: bool = False
    numbers: tuple[Node, Node] | None = None
    at: str = ""
    verdict: Verdict = NO_VERDICT
    values: Values | None = None


class Section(NamedTuple):
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


class Page(NamedTuple):
    """Everything there is to show."""

    report: DerivationReport
    title: str
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    summary: str
    passed: bool


class Layout(NamedTuple):
    """What the user chose."""

    first: int = 0
    brief: bool = False
    every_entry: bool = False


def page_of(report: DerivationReport, layout: Layout = Layout()) -> Page:  # noqa: B008 - frozen
    """Return the page of a report."""
    writer = _Writer(report, layout)
    sections = (*writer.sections(), *writer.excerpt())
    proved = sum(isinstance(verdict, Proved) for verdict in report.verdicts)
    summary = f"{proved} of {len(report.verdicts)} steps proved"
    contradicted = sum(values is not None and not values.agree for values in report.values)
    if contradicted:
        summary += f"; in {contradicted} the numbers of the two sides differ"
    passed = report.exit_code == 0
    return Page(report, report.derivation.title, tuple(writer.notes()), sections, summary, passed)


class _Writer:
    """Turns a report into sections."""

    def __init__(self, report: DerivationReport, layout: Layout) -> None:
        self.report = report
        self.derivation = report.derivation
        self.layout = layout
        self.arrange = Arrange(layout.first)

    def notes(self) -> Iterator[str]:
        count, first = self.derivation.classes, self.layout.first
        one_logit = self.derivation.subject in OF_ONE_LOGIT
        if one_logit:
            yield "For one logit x."
        elif count is None:
            last = f"C − {1 - first}".removesuffix(" − 0")
            yield f"For every number of classes C; classes count from {first} to {last}."
        else:
            yield f"For C = {count} classes, counted from {first} to {count - 1 + first}."
        if self.derivation.note:
            yield self.derivation.note
        if self.report.given:
            numbers = ", ".join(map(self._given, self.report.given))
            label = set() if self.derivation.label is None else {"y", "Y"}
            given = {"x"} if one_logit else {"z", "max z"}
            chosen = {name for name, _ in self.report.given} - {*given, *label}
            example = " (an example where none was given)" if chosen else ""
            yield f"Numbers for {numbers}{example}."

    def _given(self, given: tuple[str, tuple[float, ...]]) -> str:
        name, values = given
        if name == "Y":
            return f"Y = {int(values[0]) + self.layout.first}"
        more = ", …" if len(values) > 12 else ""
        text = ", ".join(_plain(value) for value in values[:12])
        return f"{glyph(name).unicode} = {f'({text}{more})' if len(values) > 1 else text}"

    def sections(self) -> Iterator[Section]:
        heading, at = "", 0
        lines: list[Line] = []
        for chain in self.derivation.chains():
            if chain[0].heading and lines:
                yield Section(heading, tuple(lines))
                lines = []
            heading = self._counted(chain[0].heading) or heading
            places = range(at, at + len(chain))
            lines += self._joined(list(places)) if self.layout.brief else map(self._line, places)
            at += len(chain)
        yield Section(heading, tuple(lines))

    def _line(self, at: int) -> Line:
        step, verdict = self.derivation.steps[at], self.report.verdicts[at]
        before = self.derivation.steps[at - 1] if at else step
        continues = at > 0 and not step.heading and step.claim.lhs == before.claim.rhs
        lhs, rhs = self._sides(step)
        needs = verdict.assumptions if isinstance(verdict, Proved) else step.assumptions
        line = Line(
            lhs,
            rhs,
            self._counted(step.rule),
            tuple(map(self._need, needs)),
            isinstance(verdict, Proved),
            _how(verdict),
            continues,
            verdict=verdict,
        )
        return self._with_numbers(line, self.report.values[at])

    def _sides(self, step: Step) -> tuple[Node, Node]:
        definitions = self.derivation.definitions
        return as_matrices(step, self.arrange, definitions) or (
            self.arrange(step.claim.lhs), self.arrange(step.claim.rhs)
        )  # fmt: skip

    def _joined(self, places: list[int]) -> list[Line]:
        """Return a chain as one line from its beginning to its end."""
        lines = [self._line(at) for at in places]
        if len(lines) == 1:
            return lines
        first, last = lines[0], lines[-1]
        failed = next((line for line in lines if not line.passed), last)
        needs = tuple(dict.fromkeys(need for line in lines for need in line.needs))
        rules = ", ".join(dict.fromkeys(line.rule for line in lines))
        numbers = first.numbers and last.numbers and (first.numbers[0], last.numbers[1])
        return [
            last._replace(lhs=first.lhs, rule=rules, needs=needs, passed=failed.passed,
                          how=failed.how, continues=False, numbers=numbers,
                          verdict=failed.verdict)
        ]  # fmt: skip

    def _need(self, assumption: Assumption) -> str:
        if isinstance(assumption, Equal | Distinct):
            sign = "=" if isinstance(assumption, Equal) else "≠"
            return f"{self._index(assumption.first)} {sign} {self._index(assumption.second)}"
        if isinstance(assumption, OneHot):
            return f"{assumption.vector} one-hot, true class {self._index(assumption.label)}"
        return str(assumption)

    def _counted(self, text: str) -> str:
        """Return a text with its class numbers (e^{z_0}, True class 2) counted from ``first``."""
        first = self.layout.first
        return _CLASS.sub(lambda number: str(int(number.group()) + first), text)

    def _index(self, index: Symbol | Integer) -> str:
        return str(index + self.layout.first if isinstance(index, Integer) else index)

    def _with_numbers(self, line: Line, values: Values | None) -> Line:
        if values is None:
            return line
        at = ", ".join(f"{name} = {value + self.layout.first}" for name, value in values.indices)
        if not values.agree:
            line = line._replace(passed=False, how="the numbers of the two sides differ")
        return line._replace(
            values=values, numbers=(_numbers(values.lhs), _numbers(values.rhs)), at=at
        )

    def excerpt(self) -> Iterator[Section]:
        """Yield the entries of the result where a class count is given but indices are used."""
        *_, chain = self.derivation.chains()
        sides, count = (chain[0].claim.lhs, chain[-1].claim.rhs), self.derivation.classes
        if count is None or any(isinstance(side, ImmutableDenseMatrix) for side in sides):
            return
        free = [index for index in (i, j) if index in sides[0].free_symbols]
        if not free:
            return
        shown = self._shown(count)
        lines = [self._instance(sides, {free[0]: Integer(at)}) for at in shown]
        left = count - len(shown)
        heading = "Entries" if not left else f"Entries ({left} more with --all)"
        yield Section(heading, tuple(lines))

    def _shown(self, count: int) -> list[int]:
        if self.layout.every_entry:
            return list(range(count))
        label = self.derivation.label or 0
        return sorted({*range(min(SHOWN_FIRST, count)), label, count - 1})

    def _instance(self, sides: tuple[Expr, Expr], at: dict[Symbol, Integer]) -> Line:
        left, right = (self.arrange(substitute(side, at)) for side in sides)
        verdict = self.report.verdicts[-1]
        needs = verdict.assumptions if isinstance(verdict, Proved) else ()
        return Line(left, right, "entry of the result", tuple(map(self._need, needs)),
                    isinstance(verdict, Proved), _how(verdict), verdict=verdict)  # fmt: skip


def _how(verdict: Verdict) -> str:
    if isinstance(verdict, Proved):
        return f"{verdict.scope}, {verdict.method}"
    return str(verdict)


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−") if float(f"{value:g}") == value else repr(value)


def _numbers(table: list[list[Any]]) -> Node:
    rows = tuple(tuple(map(_number, line)) for line in table)
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else Grid(rows)


def _number(value: Any) -> Digits:  # noqa: ANN401 - a number of many digits
    try:
        return Digits(for_people(float(value)).replace("-", "−"))
    except OverflowError:
        return Digits(f"{value:.4e}".replace("e+", "e"))
