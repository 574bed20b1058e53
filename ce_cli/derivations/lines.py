"""Steps as lines of a page: formulas, sentences, marks and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sympy import Integer, Symbol

from ce_cli.derivations.entries import sides_of
from ce_cli.mathematics.line import to_line
from ce_cli.mathematics.nodes import Digits
from ce_cli.output.document import Equation, Mark
from ce_cli.output.numbers import for_people
from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne
from ce_cli.symbolic.kernel.verdicts import Proved, Refuted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sympy import Expr

    from ce_cli.derivations.example import Values
    from ce_cli.derivations.frame import Frame
    from ce_cli.derivations.narration import Narrator
    from ce_cli.mathematics.arrange import Arrange
    from ce_cli.mathematics.nodes import Node
    from ce_cli.symbolic.derivation import Phrase, Step
    from ce_cli.symbolic.kernel.claims import Assumption, Definitions
    from ce_cli.symbolic.kernel.verdicts import Verdict

_MARKS = {Proved: Mark.TRUE, Refuted: Mark.WRONG}


class Line(NamedTuple):
    """An equation as it is shown, its rule, its verdict, and its numbers in full."""

    equation: Equation
    rule: str
    needs: tuple[str, ...]
    verdict: Verdict
    values: Values | None = None


class Passage(NamedTuple):
    """A chain of lines; a heading and a meaning stand around it unless they are empty."""

    heading: str
    lines: list[Line]
    meaning: str = ""


class LineMaker:
    """Makes the lines of one page."""

    def __init__(
        self, frame: Frame, narrator: Narrator, arrange: Arrange, definitions: Definitions
    ) -> None:
        self._frame = frame
        self._narrator = narrator
        self._arrange = arrange
        self._definitions = definitions

    def line(self, step: Step, verdict: Verdict, values: Values | None, *, has_prose: bool) -> Line:
        """Return the line of a step."""
        sides = sides_of(step, self._arrange, self._definitions)
        assumptions = verdict.assumptions if isinstance(verdict, Proved) else step.assumptions
        needs = tuple(map(self._need, assumptions))
        equation = Equation(
            *sides,
            self._narrator.reason(step.rule),
            mark=Mark.WRONG if values and not values.agree else _mark(verdict),
            how=self._narrator.page("comma").join(self._remarks(needs, verdict, values)),
            numbers=values and (self._numbers(values.lhs), self._numbers(values.rhs)),
            at=self._at(values) if values else "",
            prose=self._narrator.prose(step.rule) if has_prose else "",
        )
        return Line(equation, step.rule.name, needs, verdict, values)

    def instance(self, sides: tuple[Expr, Expr], rule: Phrase, verdict: Verdict) -> Line:
        """Return the line of an equation that follows from one with this verdict."""
        left, right = map(self._arrange, sides)
        how = "" if isinstance(verdict, Proved) else str(verdict)
        equation = Equation(left, right, self._narrator.reason(rule), _mark(verdict), how)
        return Line(equation, rule.name, (), verdict)

    def _remarks(
        self, needs: tuple[str, ...], verdict: Verdict, values: Values | None
    ) -> Iterator[str]:
        """Yield the words on one step that the summary does not say for all steps."""
        page = self._narrator.page
        if values and not values.agree:
            yield page("numbers-differ")
        if needs:
            yield page("if", needs=page("comma").join(needs))
        if not isinstance(verdict, Proved):
            yield str(verdict)
            return
        if scope := self._frame.scope(verdict.scope):
            yield scope
        if verdict.scope.is_partial:
            yield page("partial")

    def _numbers(self, table: list[list[Any]]) -> Node:
        rows = tuple(tuple(map(_number, line)) for line in table)
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else self._arrange.grid(rows)

    def _at(self, values: Values) -> str:
        at = (f"{name} = {self._index(Integer(value))}" for name, value in values.indices)
        return f"${', '.join(at)}$" if values.indices else ""

    def _need(self, assumption: Assumption) -> str:
        match assumption:
            case Equal(first, second) | Distinct(first, second):
                sign = "=" if isinstance(assumption, Equal) else "≠"
                return f"${self._index(first)} {sign} {self._index(second)}$"
            case OneHot(vector, label):
                letter = to_line(self._arrange.letter(str(vector)))
                return self._narrator.page("one-hot", vector=letter, true=self._index(label))
            case SumsToOne(vector):
                return f"$Σ{to_line(self._arrange.letter(str(vector)))} = 1$"
        return f"${assumption}$"

    def _index(self, index: Symbol | Integer) -> str:
        return to_line(self._arrange.index(index))


def _mark(verdict: Verdict) -> Mark:
    return _MARKS.get(type(verdict), Mark.OPEN)


def joined(lines: list[Line]) -> Line:
    """Return a chain as one line from its beginning to its end."""
    first, last = lines[0].equation, lines[-1].equation
    failed = next((line for line in lines if line.equation.mark != Mark.TRUE), lines[-1])
    equations = [line.equation for line in lines]
    equation = last._replace(
        lhs=first.lhs,
        rule=", ".join(dict.fromkeys(equation.rule for equation in equations)),
        mark=failed.equation.mark,
        how=failed.equation.how,
    )
    return lines[-1]._replace(equation=equation, verdict=failed.verdict)


def numbered_at_end(lines: list[Line]) -> list[Line]:
    """Return a chain with numbers on its last line only, and where both sides differ."""
    *before, last = lines
    return [*(line if _differs(line) else _without_numbers(line) for line in before), last]


def numbered_once(lines: list[Line], shown: set[Node]) -> list[Line]:
    """Return the lines without numbers that stand in the formula or, a table, on the page already.

    ``shown`` are the tables of the page so far; those of the lines are added.
    """
    kept = []
    for line in lines:
        _, numbers = line.equation.numbers or (None, None)
        is_new = numbers is not None and numbers not in {line.equation.rhs, *shown}
        kept.append(line if is_new or _differs(line) else _without_numbers(line))
        if numbers is not None and not isinstance(numbers, Digits):
            shown.add(numbers)
    return kept


def _differs(line: Line) -> bool:
    return line.values is not None and not line.values.agree


def _without_numbers(line: Line) -> Line:
    return line._replace(equation=line.equation._replace(numbers=None, at=""))


def _number(value: Any) -> Digits:  # noqa: ANN401 - a number of many digits
    try:
        return Digits(for_people(float(value)).replace("-", "−"))
    except OverflowError:
        return Digits(f"{value:.4e}".replace("e+", "e"))
