"""The result of ``cecheck derive``: formulas as people write them, in JSON as LaTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sympy import ImmutableDenseMatrix, Integer

from ce_cli.derivations.entries import as_matrices
from ce_cli.derivations.subjects import OF_ONE_LOGIT
from ce_cli.mathematics.arrange import Arrange
from ce_cli.mathematics.inline import unmarked
from ce_cli.mathematics.latex import to_latex
from ce_cli.mathematics.nodes import Digits, Grid, glyph
from ce_cli.output.document import (
    Column,
    Document,
    Equation,
    EquationChain,
    Heading,
    Mark,
    Summary,
    Table,
    Title,
)
from ce_cli.output.numbers import for_people
from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, substitute
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted
from ce_cli.symbolic.notation import i, j

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sympy import Expr, Symbol

    from ce_cli.derivations.example import Values
    from ce_cli.derivations.report import DerivationReport
    from ce_cli.mathematics.nodes import Node
    from ce_cli.output.document import Part
    from ce_cli.symbolic.derivation import Step
    from ce_cli.symbolic.kernel.claims import Assumption
    from ce_cli.symbolic.kernel.verdicts import Scope, Verdict

SCHEMA = "cecheck.derive/1"
SHOWN_FIRST = 3
_CLASS = re.compile("#([0-9]+)")
_MARKS = {Proved: Mark.TRUE, Refuted: Mark.WRONG}


class Layout(NamedTuple):
    """The wishes of the user: the number of the first class, whole chains, all entries."""

    first: int = 0
    brief: bool = False
    every_entry: bool = False


class Line(NamedTuple):
    """An equation as it is shown, with its verdict and its numbers in full."""

    equation: Equation
    verdict: Verdict
    values: Values | None = None


class Passage(NamedTuple):
    """A chain of lines, under a heading of its own unless that is empty."""

    heading: str
    lines: list[Line]


def derivation_document(report: DerivationReport, layout: Layout = Layout()) -> Document:  # noqa: B008 - frozen
    """Return the document of a report."""
    view = _View(report, layout)
    passages = [*view.passages(), *view.excerpt()]
    title = Title(report.derivation.title, tuple(view.notes()))
    summary = Summary(Mark.of(report.exit_code == 0), _summary(report))
    steps = list(_steps(passages))
    parts = (title, *_parts(passages), summary)
    return Document(parts, _data(report, title, steps, summary), _records(steps))


def _parts(passages: list[Passage]) -> Iterator[Part]:
    for heading, lines in passages:
        if heading:
            yield Heading(heading)
        yield EquationChain(tuple(line.equation for line in lines))


def _summary(report: DerivationReport) -> str:
    proved = sum(isinstance(verdict, Proved) for verdict in report.verdicts)
    contradicted = sum(values is not None and not values.agree for values in report.values)
    differ = f"; in {contradicted} the numbers of the two sides differ" if contradicted else ""
    return f"{proved} of {len(report.verdicts)} steps proved{differ}"


class _View:
    """Turns a report into passages."""

    def __init__(self, report: DerivationReport, layout: Layout) -> None:
        self.report = report
        self.derivation = report.derivation
        self.layout = layout
        self.arrange = Arrange(layout.first)

    def notes(self) -> Iterator[str]:
        count, first = self.derivation.classes, self.layout.first
        one_logit = self.derivation.subject in OF_ONE_LOGIT
        if one_logit:
            yield "For one logit $x$."
        elif count is None:
            last = f"C − {1 - first}".removesuffix(" − 0")
            yield f"For every number of classes $C$; classes count from {first} to ${last}$."
        else:
            yield f"For $C = {count}$ classes, counted from {first} to {count - 1 + first}."
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
            return f"$Y = {int(values[0]) + self.layout.first}$"
        more = ", …" if len(values) > 12 else ""
        text = ", ".join(_plain(value) for value in values[:12])
        return f"${glyph(name).unicode} = {f'({text}{more})' if len(values) > 1 else text}$"

    def passages(self) -> Iterator[Passage]:
        """Yield the chains."""
        judged = zip(self.report.verdicts, self.report.values, strict=True)
        for chain in self.derivation.chains():
            lines = [self._step(step, *next(judged)) for step in chain]
            heading = self._counted(chain[0].heading)
            yield Passage(heading, [_joined(lines)] if self.layout.brief else lines)

    def _step(self, step: Step, verdict: Verdict, values: Values | None) -> Line:
        sides = as_matrices(step, self.arrange, self.derivation.definitions) or (
            self.arrange(step.claim.lhs), self.arrange(step.claim.rhs)
        )  # fmt: skip
        return self._line(sides, self._counted(step.rule), step.assumptions, verdict, values)

    def _line(
        self,
        sides: tuple[Node, Node],
        rule: str,
        assumptions: tuple[Assumption, ...],
        verdict: Verdict,
        values: Values | None = None,
    ) -> Line:
        mark, how = _MARKS.get(type(verdict), Mark.OPEN), _how(verdict)
        if isinstance(verdict, Proved):
            assumptions = verdict.assumptions
        numbers, at = None, ""
        if values is not None:
            numbers, at = (_numbers(values.lhs), _numbers(values.rhs)), self._at(values)
            if not values.agree:
                mark, how = Mark.WRONG, "the numbers of the two sides differ"
        needs = tuple(map(self._need, assumptions))
        equation = Equation(*sides, rule, needs, mark, how, numbers, at)
        return Line(equation, verdict, values)

    def _at(self, values: Values) -> str:
        first = self.layout.first
        at = ", ".join(f"{name} = {value + first}" for name, value in values.indices)
        return f"${at}$" if at else ""

    def _need(self, assumption: Assumption) -> str:
        if isinstance(assumption, Equal | Distinct):
            sign = "=" if isinstance(assumption, Equal) else "≠"
            return f"${self._index(assumption.first)} {sign} {self._index(assumption.second)}$"
        if isinstance(assumption, OneHot):
            label = self._index(assumption.label)
            label = f"${label}$" if label.isalpha() else label
            return f"${assumption.vector}$ one-hot, true class {label}"
        return f"${assumption}$"

    def _counted(self, sentence: str) -> str:
        """Return a sentence with its class numbers (#0) counted from ``first``."""
        first = self.layout.first
        return _CLASS.sub(lambda number: str(int(number[1]) + first), sentence)

    def _index(self, index: Symbol | Integer) -> str:
        return str(index + self.layout.first if isinstance(index, Integer) else index)

    def excerpt(self) -> Iterator[Passage]:
        """Yield the entries of the result where a class count is given but indices are used."""
        *_, chain = self.derivation.chains()
        sides, count = (chain[0].claim.lhs, chain[-1].claim.rhs), self.derivation.classes
        if count is None or any(isinstance(side, ImmutableDenseMatrix) for side in sides):
            return
        free = [index for index in (i, j) if index in sides[0].free_symbols]
        if not free:
            return
        classes = self._excerpted(count)
        missing = count - len(classes)
        heading = f"Entries ({missing} more with --all)" if missing else "Entries"
        for at in classes:
            yield Passage(heading, [self._instance(sides, {free[0]: Integer(at)})])
            heading = ""

    def _excerpted(self, count: int) -> list[int]:
        if self.layout.every_entry:
            return list(range(count))
        label = self.derivation.label or 0
        return sorted({*range(min(SHOWN_FIRST, count)), label, count - 1})

    def _instance(self, sides: tuple[Expr, Expr], at: dict[Symbol, Integer]) -> Line:
        left, right = (self.arrange(substitute(side, at)) for side in sides)
        return self._line((left, right), "entry of the result", (), self.report.verdicts[-1])


def _joined(lines: list[Line]) -> Line:
    """Return a chain as one line from its beginning to its end."""
    first, last = lines[0].equation, lines[-1].equation
    failed = next((line for line in lines if line.equation.mark is not Mark.TRUE), lines[-1])
    equations = [line.equation for line in lines]
    equation = last._replace(
        lhs=first.lhs,
        rule=", ".join(dict.fromkeys(equation.rule for equation in equations)),
        needs=tuple(dict.fromkeys(need for equation in equations for need in equation.needs)),
        mark=failed.equation.mark,
        how=failed.equation.how,
        numbers=first.numbers and last.numbers and (first.numbers[0], last.numbers[1]),
    )
    return Line(equation, failed.verdict, lines[-1].values)


def _how(verdict: Verdict) -> str:
    if isinstance(verdict, Proved):
        return f"{_scope(verdict.scope)}, {verdict.method}"
    return str(verdict)


def _scope(scope: Scope) -> str:
    if scope.classes is not None:
        return f"${scope.count_text}$"
    return "every $C$" if scope.least <= 1 else f"every $C ≥ {scope.least}$"


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


def _data(
    report: DerivationReport, title: Title, steps: list[dict[str, Any]], summary: Summary
) -> dict[str, object]:
    derivation = report.derivation
    return {
        "schema": SCHEMA,
        "subject": derivation.subject,
        "title": title.text,
        "classes": derivation.classes,
        "label": derivation.label,
        "notes": list(map(unmarked, title.notes)),
        "given": dict(report.given),
        "steps": steps,
        "proved": summary.mark is Mark.TRUE,
        "summary": summary.text,
    }


def _steps(passages: list[Passage]) -> Iterator[dict[str, Any]]:
    heading = ""
    for passage in passages:
        heading = unmarked(passage.heading) or heading
        yield from ({"heading": heading, **_step(line)} for line in passage.lines)


def _step(line: Line) -> dict[str, object]:
    equation, verdict, values = line
    proof = verdict if isinstance(verdict, Proved) else None
    return {
        "lhs": to_latex(equation.lhs).strip(),
        "rhs": to_latex(equation.rhs).strip(),
        "rule": unmarked(equation.rule),
        "assumptions": list(map(unmarked, equation.needs)),
        "verdict": type(verdict).__name__.lower(),
        "method": proof and proof.method,
        "scope": proof and proof.scope.count_text,
        "reason": _reason(verdict),
        "values": values and _values(values),
    }


def _reason(verdict: Verdict) -> str | None:
    if isinstance(verdict, Proved):
        return None
    return str(verdict.counterexample) if isinstance(verdict, Refuted) else verdict.reason


def _values(values: Values) -> dict[str, object]:
    sides = {"lhs": values.lhs, "rhs": values.rhs}
    return {
        **{name: [list(map(_float, row)) for row in side] for name, side in sides.items()},
        "indices": {str(index): value for index, value in values.indices},
        "agree": values.agree,
    }


def _float(value: Any) -> float:  # noqa: ANN401 - a number of many digits
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _records(steps: list[dict[str, Any]]) -> Table:
    names = ("heading", "lhs", "rhs", "rule", "verdict", "scope", "reason")
    rows = tuple(tuple(step[name] for name in names) for step in steps)
    return Table(tuple(map(Column, names)), rows)
