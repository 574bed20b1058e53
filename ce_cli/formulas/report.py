"""Somebody else's chains of equations, judged link by link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.formulas.doubts import apply_doubts, find_doubts
from ce_cli.formulas.judgement import Judgement
from ce_cli.formulas.links import judge_claim
from ce_cli.formulas.other_readings import claim_with_long_arguments, compare_readings
from ce_cli.formulas.reading.claims import Options, read_formula
from ce_cli.formulas.reading.roles import CONSTANT
from ce_cli.formulas.reading.shapes import claim_of
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.repairs import suggest
from ce_cli.formulas.strangers import parameters
from ce_cli.formulas.unused import unused_options
from ce_cli.symbolic.kernel.limits import TOO_LONG, work_limit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ce_cli.errors import InputError
    from ce_cli.formulas.judgement import UsualMeaning
    from ce_cli.formulas.reading.claims import Link, Reading
    from ce_cli.formulas.unused import Unused
    from ce_cli.symbolic.kernel.claims import Claim, Definition
    from ce_cli.symbolic.kernel.counterexample import Counterexample

WORK = 70_000
"""The work of one link, in units of about ten microseconds; a text has this once, ..."""
WORK_A_LINK = 10_000
"""... and this much more for every link."""
SECONDS = 1.5
SECONDS_A_LINK = 0.1
"""Processor time in the same way, for the little that the count misjudges."""


class JudgedLink(NamedTuple):
    """The judgement of a link, or the refusal that says why it is not understood."""

    lhs: str
    rhs: str
    place: str
    span: tuple[int, int]
    judgement: Judgement | None
    refusal: InputError | None = None
    suggestion: str = ""

    @property
    def verdict(self) -> str:
        """The verdict in one word; ``not_understood`` where there is none."""
        return self.judgement.verdict if self.judgement else "not_understood"

    @property
    def holds(self) -> bool:
        """Whether it is true as far as was asked."""
        return self.judgement is not None and self.judgement.holds

    @property
    def counterexample(self) -> Counterexample | None:
        """A point where the two sides differ; None if the link holds or none is known."""
        return self.judgement.counterexample if self.judgement and not self.holds else None


class OddOne(NamedTuple):
    """The one line of a chain that does not fit the others, or the one side."""

    unit: str
    """``line`` or ``side``."""
    number: int
    others: tuple[int, ...]


class JudgedChain(NamedTuple):
    """The judged links of a chain."""

    links: tuple[JudgedLink, ...]
    odd: OddOne | None = None


class FormulaReport(NamedTuple):
    """The verdicts on a text, and the meanings of its letters."""

    chains: tuple[JudgedChain, ...]
    roles: dict[str, str]
    definitions: tuple[Definition, ...]
    bare_letters: dict[str, list[str]]
    base: int
    """The first class of the text, 0 or 1."""
    unused: tuple[Unused, ...] = ()
    """The options about letters that the text does not have."""

    @property
    def links(self) -> tuple[JudgedLink, ...]:
        """All links of all chains."""
        return tuple(link for chain in self.chains for link in chain.links)

    @property
    def exit_code(self) -> int:
        """1 if something does not hold, else 2 if something is not understood, else 0."""
        judged = [link for link in self.links if not link.refusal]
        if not all(link.holds for link in judged):
            return 1
        return 0 if len(judged) == len(self.links) else 2


def report_formula(
    text: str, options: Options | None = None, *, conventions: bool = True
) -> FormulaReport:
    """Read a text and judge every link in it.

    Raises
    ------
    InputError
        If the text cannot be read at all.

    Examples
    --------
    >>> report = report_formula("dp_i/dz_j = -p_j p_j if i != j")
    >>> [link] = report.links
    >>> link.judgement.verdict, link.suggestion
    ('refuted', '-p_i p_j')
    >>> print(link.counterexample)
    C = 3, z = (0, ln 2, ln 3), i = 0, j = 1: left -1/18 = -0.0555556, right -1/9 = -0.111111
    """
    options = options or Options()
    reading = read_formula(text, options)
    count = sum(map(len, reading.chains))
    reason = "the whole text takes too long: check it in parts" if count > 1 else TOO_LONG
    with work_limit(WORK + WORK_A_LINK * count, SECONDS + SECONDS_A_LINK * count, reason):
        judged = _judged_links(reading, conventions)
        chains = tuple(
            _judged_chain(links, judged_links, reading)
            for links, judged_links in zip(reading.chains, judged, strict=True)
        )
    unused = unused_options(reading, options)
    absent = {option.letter for option in unused if option.option == "--define"}
    definitions = tuple(part for part in reading.definitions if str(part.head) not in absent)
    return FormulaReport(chains, _assumed_roles(reading, unused), definitions,
                         dict(reading.bare_letters), reading.setting.base, unused)  # fmt: skip


def _assumed_roles(reading: Reading, unused: Collection[Unused]) -> dict[str, str]:
    """Return the roles of the letters that the text has, those of constants included."""
    absent = {option.letter for option in unused if option.option == "--role"}
    roles = reading.setting.roles.by_letter | dict.fromkeys(parameters(reading), CONSTANT)
    return {letter: role for letter, role in roles.items() if letter not in absent}


def _judged_links(reading: Reading, conventions: bool) -> list[list[JudgedLink]]:
    """Judge every link; then count doubts about letters for which one of them does not hold."""
    chains = [
        [(link, _judgement(link, reading, conventions)) for link in links]
        for links in reading.chains
    ]
    doubts = find_doubts((pair for chain in chains for pair in chain[:1]), reading)
    return [[_judged_link(*pair, reading, doubts) for pair in chain] for chain in chains]


def _judgement(link: Link, reading: Reading, conventions: bool) -> Judgement | None:
    with work_limit(WORK):
        if link.claim is None:
            return _judge_across_shapes(link, reading, conventions)
        judgement = _judge_readings(link.claim, link, reading, conventions)
    if link.reason and not judgement.holds:
        return Judgement("undecided", reason=link.reason)
    return judgement


def _judge_readings(claim: Claim, link: Link, reading: Reading, conventions: bool) -> Judgement:
    judgement = judge_claim(claim, link, reading, conventions=conventions)
    long = claim_with_long_arguments(link)
    if long is None or judgement.verdict == "undecided":
        return judgement
    other = judge_claim(long, link, reading, conventions=conventions)
    return compare_readings(judgement, other)


def _judge_across_shapes(link: Link, reading: Reading, conventions: bool) -> Judgement | None:
    """Judge a number beside a vector: refuted if it is false in every way to read it."""
    judged = [judge_claim(claim, link, reading, conventions=conventions)
              for claim in link.other_claims]  # fmt: skip
    if not judged or any(judgement.verdict != "refuted" for judgement in judged):
        return None
    return judged[0]._replace(reason="one side is a number, the other one a vector")


def _judged_link(
    link: Link, judgement: Judgement | None, reading: Reading, doubts: Mapping[str, UsualMeaning]
) -> JudgedLink:
    left, right = link.sides
    span = (left.span[0], right.span[1])
    refusal = None
    if judgement is None:
        error = link.refusal or Refusal("not understood", span)
        refusal = error.as_error(reading.text, reading.place)
    else:
        claim = link.claim or link.other_claims[0]
        judgement = apply_doubts(judgement, replace(link, claim=claim), reading, doubts)
        judgement = judgement.counted_from(reading.setting.base)
    place = reading.place_of(right.span if reading.text_at(right.span) else left.span)
    return JudgedLink(reading.text_at(left.span), reading.text_at(right.span), place, span,
                      judgement, refusal)  # fmt: skip


def _judged_chain(
    links: tuple[Link, ...], judged: list[JudgedLink], reading: Reading
) -> JudgedChain:
    """Return the chain with suggestions; if one line is odd, only its link has one."""
    position, odd = _odd_one(links, judged, reading)
    repaired = tuple(
        _add_suggestion(link, judged_link, reading) if position in (None, number) else judged_link
        for number, (link, judged_link) in enumerate(zip(links, judged, strict=True))
    )
    return JudgedChain(repaired, odd)


def _add_suggestion(link: Link, judged: JudgedLink, reading: Reading) -> JudgedLink:
    if judged.counterexample is None:
        return judged
    return judged._replace(suggestion=suggest(link, reading, judged.counterexample))


def _odd_one(
    links: tuple[Link, ...], judged: list[JudgedLink], reading: Reading
) -> tuple[int | None, OddOne | None]:
    """Return the position of the wrong link whose right side is to be repaired, and the odd one."""
    if len(judged) < 2 or not all(link.holds or link.counterexample for link in judged):
        return None, None
    wrong = [position for position, link in enumerate(judged) if not link.holds]
    if wrong == [0] or wrong == [len(judged) - 1]:
        return wrong[0], _odd_line_or_side(links, len(judged) if wrong[0] else 0, reading)
    are_neighbours = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    if are_neighbours and _neighbours_agree(links, wrong[0], reading):
        return wrong[0], _odd_line_or_side(links, wrong[1], reading)
    return None, None


def _neighbours_agree(links: tuple[Link, ...], position: int, reading: Reading) -> bool:
    """Say whether the sides around the right side of a link agree."""
    first, second = links[position], links[position + 1]
    left, right = first.sides[0].node, second.sides[1].node
    if left is None or right is None:
        return False
    meaning = second.meaning
    try:
        claim = claim_of(meaning.value(left), meaning.value(right), second.sides[1].span)
    except Refusal:
        return False
    return judge_claim(claim, second, reading).holds


def _odd_line_or_side(links: tuple[Link, ...], position: int, reading: Reading) -> OddOne:
    """Return the odd line, or the odd side if a line holds two that are not alike."""
    sides = [links[0].sides[0], *(link.sides[1] for link in links)]
    lines = [reading.text.count("\n", 0, side.span[0]) + 1 for side in sides]
    has_own_lines = len(set(lines[1:])) == len(lines) - 1 and lines[0] == lines[1]
    others = sorted({line for number, line in enumerate(lines) if number != position})
    if has_own_lines and lines[position] not in others:
        return OddOne("line", lines[position], tuple(others))
    numbers = (number for number in range(1, len(sides) + 1) if number != position + 1)
    return OddOne("side", position + 1, tuple(numbers))
