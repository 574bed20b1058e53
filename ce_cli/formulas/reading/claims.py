"""From a text to the claims it makes, with everything that was assumed about its letters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import IndexedBase

from ce_cli.errors import InputError
from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.chains import Chain, Side, read_chains
from ce_cli.formulas.reading.condition_meaning import (
    assumptions_of,
    check_user_letters,
    stated_classes,
    user_assumptions,
    user_classes,
)
from ce_cli.formulas.reading.definition_reading import ABBREVIATIONS, DefinitionReader
from ce_cli.formulas.reading.kinds import Kinds
from ce_cli.formulas.reading.meaning import Meaning
from ce_cli.formulas.reading.meaning_rules import RULES
from ce_cli.formulas.reading.setting import Setting, setting_of
from ce_cli.formulas.reading.shapes import claim_of, claims_across_shapes
from ce_cli.formulas.reading.tokens import Refusal, locate, place_name
from ce_cli.formulas.reading.variables import prime_variable
from ce_cli.formulas.reading.written_out import written_out_classes
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, OneHot, SumsToOne
from ce_cli.symbolic.notation import C, Y

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_cli.formulas.reading.tree import Node, Span
    from ce_cli.formulas.reading.vectors import Value
    from ce_cli.symbolic.kernel.claims import Assumption


@dataclass(frozen=True)
class Options:
    """The options of the user beside the formula."""

    roles: Mapping[str, str] = field(default_factory=dict)
    define: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    classes: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Link:
    """One of the links a = b, b = c of a chain a = b = c: its claim, or why there is none."""

    sides: tuple[Side, Side]
    claim: Claim | None
    refusal: Refusal | None
    other_claims: tuple[Claim, ...]
    """The claims that a number beside a vector may be; without a claim they are all there is."""
    assumptions: tuple[Assumption, ...]
    definitions: Definitions
    meaning: Meaning
    classes: int | None
    reason: str = ""
    """The reason why it is undecided unless it holds: it looks like a definition and is none."""
    defines: bool = False
    """Whether it gives a letter its meaning."""

    @property
    def nodes(self) -> list[Node]:
        """The trees of the sides that are understood."""
        return [side.node for side in self.sides if side.node]


@dataclass(frozen=True)
class Reading:
    """The chains of a text, cut into links, and the meanings of its letters."""

    text: str
    place: str
    setting: Setting
    chains: tuple[tuple[Link, ...], ...]
    definitions: tuple[Definition, ...]
    """The definitions of the user and of the text."""
    user_definitions: tuple[Definition, ...] = ()
    text_letters: frozenset[str] = frozenset()
    """Letters that the text defines."""

    @property
    def bare_letters(self) -> Mapping[str, list[str]]:
        """Letters without an index, by the kind they were taken for: vectors or numbers."""
        kinds: dict[str, list[str]] = {}
        for meaning in (link.meaning for chain in self.chains for link in chain[:1]):
            for letter in self.setting.roles.by_letter:
                letters = kinds.setdefault("vectors" if meaning.vectors else "numbers", [])
                if letter in meaning.bare_letters and letter not in letters:
                    letters.append(letter)
        return {kind: letters for kind, letters in kinds.items() if letters}

    def text_at(self, span: Span) -> str:
        """Return a part of the text on one line."""
        return " ".join(self.text[span[0] : span[1]].split())

    def place_of(self, span: Span) -> str:
        """Return the place of a part: file:line:column."""
        line, column, _, _ = locate(self.text, span)
        return place_name(self.place, line, column)

    @property
    def targets(self) -> IndexedBase:
        """The vector of targets."""
        return self.vector(self.setting.roles.targets)

    def vector(self, letter: str) -> IndexedBase:
        """Return the vector of a letter, with an entry for every class."""
        return IndexedBase(letter, shape=(C,))


def read_formula(text: str, options: Options | None = None) -> Reading:
    """Return the claims of a text.

    Raises
    ------
    InputError
        If a letter may have several roles, or the text cannot be cut into equations.

    Examples
    --------
    >>> reading = read_formula("dL/dz_i = p_i - y_i")
    >>> print(reading.chains[0][0].claim)
    Partial(L, z[i]) = p[i] - y[i]
    >>> reading.setting.roles.by_letter
    {'L': 'loss', 'z': 'logits', 'p': 'probabilities', 'y': 'targets'}
    """
    options = options or Options()
    try:
        return _Reader(text, options).reading()
    except Refusal as refusal:
        raise refusal.as_error(text, options.place) from None


class _Reader:
    """Reads one text: roles first, then definitions, then claims."""

    def __init__(self, text: str, options: Options) -> None:
        self.text, self.options = text, options
        self.chains = read_chains(text, options.place)
        self.user_chains = [
            (definition, chain) for definition in options.define
            for chain in read_chains(definition, "--define")
        ]  # fmt: skip
        definitions = [chain for _, chain in self.user_chains]
        roles = {**self._given_roles(), **options.roles}
        self.setting = setting_of(self.chains, definitions, roles, options.classes)
        self.setting.classes = user_classes(self.setting, options.when)
        self.kinds = Kinds([*definitions, *self.chains], self.setting)
        self.reader = DefinitionReader(self.chains, self.setting, self.kinds)

    def _given_roles(self) -> dict[str, str]:
        """Return the role of y if the user states something of the targets and none has it."""
        others = {"t"} | {
            letter for letter, role in self.options.roles.items() if role == r.TARGETS
        }
        letters = {name.letter for chain in self.chains for node in chain.nodes
                   for name in t.walk(node) if isinstance(name, t.Name)}  # fmt: skip
        return {"y": r.TARGETS} if self.options.given and not letters & others else {}

    def reading(self) -> Reading:
        """Return everything the text claims."""
        parts = [part for chain in self.chains for node in chain.nodes for part in t.walk(node)]
        check_user_letters(self.setting, parts, self.options.when)
        definitions = self._user_definitions()
        reasons = [self._add_definition(chain, definitions) for chain in self.chains]
        chains = tuple(
            self._links(chain, definitions, reason)
            for chain, reason in zip(self.chains, reasons, strict=True)
        )
        letters = frozenset(str(known.head) for known in definitions[len(self.user_chains) :])
        of_user = tuple(definitions[: len(self.user_chains)])
        return Reading(self.text, self.options.place, self.setting, chains, tuple(definitions),
                       of_user, letters)  # fmt: skip

    def _user_definitions(self) -> list[Definition]:
        definitions: list[Definition] = []
        for text, chain in self.user_chains:
            definition = self.reader.of_user(text, chain)
            if definition.head in {other.head for other in definitions}:
                raise InputError("one letter is defined twice", place="--define", text=text)
            if self.reader.is_circular(definition, definitions):
                raise InputError("not a definition", place="--define", text=text,
                                 hint="write NAME = EXPRESSION without NAME in it")  # fmt: skip
            definitions.append(definition)
        return definitions

    def _add_definition(self, chain: Chain, definitions: list[Definition]) -> str:
        """Add the definition of a chain; return the reason why it is none but looks like one."""
        definition = self.reader.of_text(chain)
        if definition is None or definition.head in {other.head for other in definitions}:
            return self.reader.why_undecided(chain)
        if self.reader.is_circular(definition, definitions):
            return "this definition is circular"
        definitions.append(definition)
        chain.defines = True
        return ""

    def _links(
        self, chain: Chain, definitions: Sequence[Definition], reason: str
    ) -> tuple[Link, ...]:
        heads = {definition.head for definition in definitions}
        everything = Definitions((*definitions, *self.reader.conventions(chain, heads)))
        meaning = Meaning(RULES, replace(self.setting), self.kinds.are_vectors(chain),
                          prime_variable(chain.sides[0].node))  # fmt: skip
        refusal = chain.refusal or self._refusal_of(chain, meaning)
        known = {str(head) for head in heads} | (_left_letters(chain) if reason else set())
        values = [refusal or self._side_value(side, meaning, known) for side in chain.sides]
        stated = self._stated_assumptions(meaning)
        links: list[Link] = []
        for sides, pair in zip(pairwise(chain.sides), pairwise(values), strict=True):
            claim, unread, assumptions = _claim_or_refusal(sides, pair, meaning)
            others = _other_claims(sides, pair, meaning.setting) if unread and not claim else ()
            classes = None if refusal else self._classes(meaning, chain, sides[1])
            if isinstance(classes, Refusal):
                claim, unread, others, classes = None, classes, (), None
            links.append(Link(sides, claim, unread, others, (*stated, *assumptions), everything,
                              meaning, classes, "" if links else reason,
                              defines=chain.defines and not links))  # fmt: skip
        return tuple(links)

    def _refusal_of(self, chain: Chain, meaning: Meaning) -> Refusal | None:
        """Return the reason why a chain is not judged; note the number of classes it states."""
        try:
            self.kinds.check(chain)
            meaning.setting.classes = self._stated_classes(*chain.sides)
        except Refusal as refusal:
            return refusal
        return None

    def _side_value(self, side: Side, meaning: Meaning, defined: set[str]) -> Value | Refusal:
        if side.node is None:
            return side.refusal or Refusal("not understood", side.span)
        try:
            self._check_abbreviations(side.node, defined)
            return meaning.value(side.node)
        except Refusal as refusal:
            return refusal

    def _check_abbreviations(self, node: Node, defined: set[str]) -> None:
        example = f"\\sum_k e^{{{self.setting.roles.first(r.LOGITS, 'z')}_k}}"
        for name in r.names_in(node):
            if name.letter in ABBREVIATIONS - defined and not name.indices:
                raise Refusal(f"{name.letter} is not defined", name.span,
                              f"say --define '{name.letter} = {example}'")  # fmt: skip

    def _stated_classes(self, *sides: Side) -> int | None:
        conditions = (condition for side in sides for condition in side.conditions)
        return stated_classes(self.setting, conditions, self.setting.classes)

    def _classes(self, meaning: Meaning, chain: Chain, side: Side) -> int | Refusal | None:
        """Return the number of classes that vectors written out, conditions or options state."""
        stated = self._stated_classes(side)
        lengths = meaning.lengths | ({stated} if stated else set())
        nodes = [node for _, definition in self.user_chains for node in definition.nodes]
        lengths = lengths or written_out_classes([*nodes, *chain.nodes], self.setting.base)
        if len(lengths) > 1:
            return Refusal("vectors of different lengths", side.span)
        return next(iter(lengths), None)

    def _stated_assumptions(self, meaning: Meaning) -> tuple[Assumption, ...]:
        """Return the assumptions that the user states for all claims."""
        targets = IndexedBase(self.setting.roles.targets, shape=(C,))
        kinds: dict[str, Assumption] = {"one-hot": OneHot(targets, Y), "sum": SumsToOne(targets)}
        stated = [kinds[name] for name in self.options.given]
        return (*stated, *user_assumptions(meaning, self.options.when))


def _left_letters(chain: Chain) -> set[str]:
    """Return the letter on the left of a chain, if it is one."""
    node = chain.sides[0].node
    return {node.letter} if isinstance(node, t.Name) else set()


def _claim_or_refusal(
    sides: tuple[Side, Side], values: tuple[Value | Refusal, Value | Refusal], meaning: Meaning
) -> tuple[Claim | None, Refusal | None, tuple[Assumption, ...]]:
    """Return the claim of a link, or its refusal, and the assumptions of its conditions."""
    refusal = next((value for value in values if isinstance(value, Refusal)), None)
    assumptions: tuple[Assumption, ...] = ()
    try:
        assumptions = assumptions_of(meaning, sides[1].conditions)
        left, right = values
        if isinstance(left, Refusal) or isinstance(right, Refusal):
            return None, refusal, assumptions
        return claim_of(left, right, sides[1].span), None, assumptions
    except Refusal as error:
        return None, error, assumptions


def _other_claims(
    sides: tuple[Side, Side], values: tuple[Value | Refusal, Value | Refusal], setting: Setting
) -> tuple[Claim, ...]:
    """Return the claims that a number beside a vector may be, none if it may be no such thing."""
    left, right = values
    if isinstance(left, Refusal) or isinstance(right, Refusal):
        return ()
    nodes = [side.node for side in sides if side.node]
    bare = {
        name.letter for node in nodes for name in r.names_in(node)
        if not name.indices and not name.bold and setting.role(name) not in {"", r.LOSS}
    }  # fmt: skip
    return claims_across_shapes(left, right) if bare <= setting.indexed_letters else ()
