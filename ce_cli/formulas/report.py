"""Somebody else's chains of equations, judged step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ce_cli.formulas.doubts import doubts_of, with_doubts
from ce_cli.formulas.links import judge_claim, judge_link, shown_point
from ce_cli.formulas.reading.claims import claim_of, read_formula
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.repairs import suggest
from ce_cli.symbolic.kernel.counterexample import exact_and_decimal
from ce_cli.symbolic.kernel.limits import TOO_LONG, work_limit

if TYPE_CHECKING:
    from ce_cli.errors import InputError
    from ce_cli.formulas.judgement import Judgement
    from ce_cli.formulas.reading.claims import Link, Options, Reading


WORK = 70_000
"""What one step may cost, in units of about ten microseconds; a text has this once, ..."""
WORK_A_STEP = 10_000
"""... and this much more for every step."""
SECONDS = 1.5
SECONDS_A_STEP = 0.1
"""Processor time in the same way, for the little that the count misjudges."""


class Disproof(NamedTuple):
    """A point where the two sides differ, with their values there."""

    point: str
    lhs: str
    rhs: str
    classes: int


class Step(NamedTuple):
    """One judged step; ``refusal`` says why it is not understood."""

    lhs: str
    rhs: str
    position: str
    span: tuple[int, int]
    judgement: Judgement | None
    disproof: Disproof | None = None
    suggestion: str = ""
    refusal: InputError | None = None

    @property
    def holds(self) -> bool:
        """Whether it is true as far as was asked."""
        return self.judgement is not None and self.judgement.holds


class JudgedChain(NamedTuple):
    """The steps of a chain, and which of its lines does not fit the others."""

    steps: tuple[Step, ...]
    odd: str = ""


class FormulaReport(NamedTuple):
    """The verdicts on a text."""

    chains: tuple[JudgedChain, ...]
    roles: dict[str, str]
    defined: tuple[str, ...]
    bare: dict[str, list[str]]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps of all chains."""
        return tuple(step for chain in self.chains for step in chain.steps)

    @property
    def exit_code(self) -> int:
        """2 if something is not understood, 1 if something does not hold, else 0."""
        if any(step.refusal for step in self.steps):
            return 2
        return int(not all(step.holds for step in self.steps))


def report_formula(
    text: str, options: Options | None = None, *, conventions: bool = True
) -> FormulaReport:
    """Read a text and judge every step in it.

    Raises
    ------
    InputError
        If the text cannot be read at all.

    Examples
    --------
    >>> report = report_formula("dp_i/dz_j = -p_j p_j if i != j")
    >>> [step] = report.steps
    >>> step.judgement.verdict, step.disproof.lhs, step.disproof.rhs, step.suggestion
    ('refuted', '-1/18 = -0.0555556', '-1/9 = -0.111111', '-p_i p_j')
    """
    reading = read_formula(text, options)
    steps = sum(map(len, reading.chains))
    reason = "the whole text takes too long: check it in parts" if steps > 1 else TOO_LONG
    with work_limit(WORK + WORK_A_STEP * steps, SECONDS + SECONDS_A_STEP * steps, reason):
        judged = _judged(reading, conventions)
        chains = tuple(
            _chain(links, steps, reading)
            for links, steps in zip(reading.chains, judged, strict=True)
        )
    return FormulaReport(
        chains, dict(reading.setting.roles.of), reading.defined, dict(reading.bare)
    )


def _judged(reading: Reading, conventions: bool) -> list[list[Step]]:
    """Judge every step, then what is doubtful because another one does not hold."""
    chains = [[(link, _judgement(link, reading, conventions)) for link in links]
              for links in reading.chains]  # fmt: skip
    doubts = doubts_of((pair for chain in chains for pair in chain[:1]), reading)
    return [[_step(link, reading, judgement and with_doubts(judgement, link, reading, doubts))
             for link, judgement in chain] for chain in chains]  # fmt: skip


def _chain(links: tuple[Link, ...], steps: list[Step], reading: Reading) -> JudgedChain:
    odd = _odd_line(links, steps, reading)
    if odd is None:
        return JudgedChain(
            tuple(_with_suggestion(*pair, reading) for pair in zip(links, steps, strict=True))
        )
    at, sentence = odd
    steps[at] = _with_suggestion(links[at], steps[at], reading)
    return JudgedChain(tuple(steps), sentence)


def _judgement(link: Link, reading: Reading, conventions: bool) -> Judgement | None:
    if link.refusal is not None or link.claim is None:
        return None
    with work_limit(WORK):
        return judge_link(link, reading, conventions=conventions)


def _step(link: Link, reading: Reading, judgement: Judgement | None) -> Step:
    left, right = link.sides
    span = (left.span[0], right.span[1])
    texts = reading.part(left.span), reading.part(right.span)
    place = reading.position(right.span)
    if judgement is None:
        refusal = (link.refusal or Refusal("not understood", span)).located(
            reading.text, reading.place
        )
        return Step(*texts, place, span, None, refusal=refusal)
    judgement = judgement.counted_from(reading.setting.base)
    return Step(*texts, place, span, judgement, _disproof(judgement, reading))


def _disproof(judgement: Judgement, reading: Reading) -> Disproof | None:
    found = judgement.counterexample
    if found is None or judgement.holds:
        return None
    point = shown_point(found, reading.setting.base)
    return Disproof(point, exact_and_decimal(found.lhs), exact_and_decimal(found.rhs),
                    found.classes)  # fmt: skip


def _with_suggestion(link: Link, step: Step, reading: Reading) -> Step:
    if step.judgement is None or step.holds:
        return step
    found = step.judgement.counterexample
    return step._replace(suggestion=suggest(link, reading, found)) if found else step


def _odd_line(
    links: tuple[Link, ...], steps: list[Step], reading: Reading
) -> tuple[int, str] | None:
    """Return the wrong step of which the right side is to be repaired, and the sentence."""
    if len(steps) < 2 or not all(step.holds or step.disproof for step in steps):
        return None
    bad = [at for at, step in enumerate(steps) if not step.holds]
    if bad == [0] or bad == [len(steps) - 1]:
        return bad[0], _sentence(links, len(steps) if bad[0] else 0, reading)
    if len(bad) == 2 and bad[1] == bad[0] + 1 and _neighbours_agree(links, bad[0], reading):
        return bad[0], _sentence(links, bad[1], reading)
    return None


def _neighbours_agree(links: tuple[Link, ...], at: int, reading: Reading) -> bool:
    """Say whether the sides around the right side of a step agree."""
    first, second = links[at], links[at + 1]
    left, right = first.sides[0].node, second.sides[1].node
    if left is None or right is None:
        return False
    try:
        claim = claim_of(second.context.of(left), second.context.of(right), second.sides[1].span)
    except Refusal:
        return False
    return judge_claim(claim, second, reading).holds


def _sentence(links: tuple[Link, ...], odd: int, reading: Reading) -> str:
    """Say which line disagrees, or which side, if a line holds two that are not alike."""
    sides = [links[0].sides[0], *(link.sides[1] for link in links)]
    lines = [reading.text.count("\n", 0, side.span[0]) + 1 for side in sides]
    own_lines = len(set(lines[1:])) == len(lines) - 1 and lines[0] == lines[1]
    others = sorted({line for at, line in enumerate(lines) if at != odd})
    if own_lines and lines[odd] not in others:
        name, number = "line", lines[odd]
    else:
        others = [at + 1 for at in range(len(sides)) if at != odd]
        name, number = "side", odd + 1
    return f"{name} {number} is the odd one out: {name}s {', '.join(map(str, others))} agree"
