"""From a text to the claims it makes, with everything that was assumed about its letters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import Expr, Indexed, IndexedBase, Integer, Symbol, exp, log, nan, oo, zoo

from ce_cli.errors import InputError
from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.chains import Chain, Side, read_chains
from ce_cli.formulas.reading.condition_meaning import (
    assumptions_of,
    check_user_letters,
    is_limited,
    stated_classes,
    user_assumptions,
    user_classes,
)
from ce_cli.formulas.reading.definitions import (
    make_definition,
    sigmoid_definitions,
    softmax_definitions,
)
from ce_cli.formulas.reading.meaning import Meaning
from ce_cli.formulas.reading.meaning_rules import RULES
from ce_cli.formulas.reading.setting import Setting, setting_of
from ce_cli.formulas.reading.sigmoids import shows_single_output
from ce_cli.formulas.reading.tokens import Refusal, locate, place_name
from ce_cli.formulas.reading.variables import is_variable, prime_variable
from ce_cli.formulas.reading.vectors import Matrix, Value, Vector
from ce_cli.formulas.reading.written_out import written_out_classes
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, OneHot, SumsToOne
from ce_cli.symbolic.notation import C, Y

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_cli.formulas.reading.tree import Node, Span
    from ce_cli.symbolic.kernel.claims import Assumption

ABBREVIATIONS = frozenset({"Σ", "S", "Z"})
"""Letters that always abbreviate an expression, which must be defined."""
_OF_VECTORS = frozenset({"diag", "softmax", "logsumexp", "KL"})
ENTRY, ROW, COLUMN = (Symbol(name, integer=True) for name in ("entry", "row", "column"))
"""The indices at which two vectors or matrices are compared; no text names them."""


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
    assumptions: tuple[Assumption, ...]
    definitions: Definitions
    meaning: Meaning
    classes: int | None

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
        return IndexedBase(self.setting.roles.targets, shape=(C,))


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
        try:
            roles = {**self._given_roles(), **options.roles}
            self.setting = setting_of(self.chains, definitions, roles, options.classes)
        except Refusal as refusal:
            raise self._place_refusal(refusal) from None
        self.setting.classes = user_classes(self.setting, options.when)

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
        definitions = [self._user_definition(*pair) for pair in self.user_chains]
        for chain in self.chains:
            definition = self._text_definition(chain)
            if definition and definition.head not in {other.head for other in definitions}:
                definitions.append(definition)
        if len({definition.head for definition in definitions}) < len(definitions):
            raise InputError("one letter is defined twice", place="--define")
        chains = tuple(self._links(chain, definitions) for chain in self.chains)
        return Reading(self.text, self.options.place, self.setting, chains, tuple(definitions))

    def _place_refusal(self, refusal: Refusal) -> Exception:
        """Return the error of a refusal in a definition of the user, else the refusal.

        A span of a definition is known by identity: in the formula the same numbers mean another.
        """
        for text, chain in self.user_chains:
            if any(part.span is refusal.span for node in chain.nodes for part in t.walk(node)):
                return refusal.as_error(text, "--define")
        return refusal

    # --- definitions ---------------------------------------------------------------------

    def _user_definition(self, text: str, chain: Chain) -> Definition:
        try:
            for side in chain.sides:
                if side.refusal is not None:
                    raise side.refusal
            meaning, conditions = Meaning(RULES, self.setting), chain.sides[-1].conditions
            is_equation = len(chain.nodes) == 2 and not is_limited(meaning, conditions)
            definition = self._definition(chain, *chain.nodes) if is_equation else None
        except Refusal as refusal:
            raise refusal.as_error(text, "--define") from None
        if definition is None or definition.head in definition.body.atoms(type(definition.head)):
            raise InputError("not a definition", place="--define", text=text,
                             hint="write NAME = EXPRESSION without NAME in it")  # fmt: skip
        return definition

    def _text_definition(self, chain: Chain) -> Definition | None:
        """Return the definition that the first equation of a chain is, if it is one."""
        left, right = chain.sides[0].node, chain.sides[1].node
        if left is None or right is None or not self._may_define(left, right, chain):
            return None
        try:
            return self._definition(chain, left, right)
        except Refusal:
            return None

    def _definition(self, chain: Chain, left: Node, right: Node) -> Definition | None:
        meaning = Meaning(RULES, self.setting, self._has_vectors(chain))
        term, body = meaning.value(left), meaning.value(right)
        if not isinstance(term, Expr) or not isinstance(body, Expr):
            return None
        if isinstance(term, log):
            term, body = term.args[0], exp(body)
        return make_definition(term, body)

    def _may_define(self, left: Node, right: Node, chain: Chain) -> bool:
        """Say whether an equation gives a meaning to a letter that has none yet."""
        if isinstance(left, t.Call) and left.function == "log":
            (left,) = left.arguments
            if not isinstance(left, t.Name) or left.indices:
                return False
        if isinstance(left, t.Call):
            return left.function in self.setting.defined_functions
        if not isinstance(left, t.Name) or is_limited(
            Meaning(RULES, self.setting), chain.sides[1].conditions
        ):
            return False
        role = self.setting.role(left)
        if role == r.LOSS:
            return self._is_used_elsewhere(left.letter, chain)
        is_recursive = any(name.letter == left.letter for name in r.names_in(right))
        if role == r.PROBABILITIES and not is_recursive and self._has_constants(right):
            return self._is_used_elsewhere(left.letter, chain)
        return role in {"", r.CONSTANT, r.LOGITS} and not is_recursive

    def _has_constants(self, node: Node) -> bool:
        """Say whether a body has letters that no convention knows: then it is no plain softmax."""
        letters = {name.letter for name in r.names_in(node) if not self.setting.role(name)}
        return bool(letters - ABBREVIATIONS - {"e"})

    def _is_used_elsewhere(self, letter: str, chain: Chain) -> bool:
        nodes = (node for other in self.chains if other is not chain for node in other.nodes)
        return any(name.letter == letter for node in nodes for name in r.names_in(node))

    def _conventions(
        self, chain: Chain, has_vectors: bool, defined: set[object]
    ) -> list[Definition]:
        """Return the conventional definitions of the letters that the text does not define."""
        roles = self.setting.roles
        names = roles.letters(r.PROBABILITIES) or ["p"]
        primary = next((name for name in names if is_variable(name, chain)), names[0])
        define = softmax_definitions if has_vectors else sigmoid_definitions
        *definitions, loss = define(roles.first(r.LOGITS, "z"), [primary, *names], roles.targets)
        definitions += [Definition(Symbol(name), loss.body) for name in roles.letters(r.LOSS)]
        if has_vectors and "loss" in self.setting.indexed_letters:
            i = Symbol("i", integer=True)
            p, losses = (IndexedBase(name, shape=(C,)) for name in (primary, "loss"))
            definitions.append(Definition(losses[i], -log(p[i])))
        by_head = {definition.head: definition for definition in definitions}
        return [definition for head, definition in by_head.items() if head not in defined]

    # --- claims --------------------------------------------------------------------------

    def _has_vectors(self, chain: Chain) -> bool:
        """Say whether bare letters of a chain are vectors, or numbers as 1 - p and σ(z) show."""
        parts = [part for node in chain.nodes for part in t.walk(node)]
        subject = [
            part for part in parts if isinstance(part, t.Name)
            and self.setting.role(part) in {r.LOGITS, r.PROBABILITIES, r.TARGETS}
        ]  # fmt: skip
        shows_vector = any(name.indices or name.bold for name in subject) or any(
            isinstance(part, t.Transpose | t.Hadamard | t.MatrixLiteral)
            or (isinstance(part, t.Sum) and part.index is None)
            or (isinstance(part, t.Call) and part.function in _OF_VECTORS)
            for part in parts
        )
        return shows_vector or not any(shows_single_output(part) for part in parts)

    def _links(self, chain: Chain, definitions: Sequence[Definition]) -> tuple[Link, ...]:
        has_vectors = self._has_vectors(chain)
        heads = {definition.head for definition in definitions}
        everything = Definitions((*definitions, *self._conventions(chain, has_vectors, heads)))
        classes = self._stated_classes(*chain.sides)
        setting = replace(self.setting, classes=classes)
        meaning = Meaning(RULES, setting, has_vectors, prime_variable(chain.sides[0].node))
        values = [self._side_value(side, meaning, heads) for side in chain.sides]
        stated = self._stated_assumptions(meaning)
        links = []
        for sides, pair in zip(pairwise(chain.sides), pairwise(values), strict=True):
            claim, refusal, assumptions = _claim_or_refusal(sides, pair, meaning)
            links.append(Link(sides, claim, refusal, (*stated, *assumptions), everything,
                              meaning, self._classes(meaning, chain, sides[1])))  # fmt: skip
        return tuple(links)

    def _side_value(self, side: Side, meaning: Meaning, defined: set[object]) -> Value | Refusal:
        if side.node is None:
            return side.refusal or Refusal("not understood", side.span)
        try:
            self._check_abbreviations(side.node, {str(head) for head in defined})
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

    def _classes(self, meaning: Meaning, chain: Chain, side: Side) -> int | None:
        """Return the number of classes that vectors written out, conditions or options state."""
        stated = self._stated_classes(side)
        lengths = meaning.lengths | ({stated} if stated else set())
        nodes = [node for _, definition in self.user_chains for node in definition.nodes]
        lengths = lengths or written_out_classes([*nodes, *chain.nodes], self.setting.base)
        if len(lengths) > 1:
            raise Refusal("vectors of different lengths", side.span)
        return next(iter(lengths), None)

    def _stated_assumptions(self, meaning: Meaning) -> tuple[Assumption, ...]:
        """Return the assumptions that the user states for all claims."""
        targets = IndexedBase(self.setting.roles.targets, shape=(C,))
        kinds: dict[str, Assumption] = {"one-hot": OneHot(targets, Y), "sum": SumsToOne(targets)}
        stated = [kinds[name] for name in self.options.given]
        return (*stated, *user_assumptions(meaning, self.options.when))


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


def claim_of(left: Value, right: Value, span: Span) -> Claim:
    """Return the claim that two values are equal, entry by entry.

    Raises
    ------
    Refusal
        If they have different shapes.
    """
    if isinstance(left, Expr) and isinstance(right, Expr):
        if left.has(nan, zoo, oo) or right.has(nan, zoo, oo):
            raise Refusal("a division by zero", span)
        _refuse_two_senses(left, right, span)
        return Claim(left, right)
    values = (left, right)
    if isinstance(right if isinstance(left, Expr) else left, Vector):
        sides = [side.entry(ENTRY) if isinstance(side, Vector) else side for side in values]
    else:
        sides = [side.entry(ROW, COLUMN) if isinstance(side, Matrix) else side for side in values]
    kinds = {type(side) for side in values if side != Integer(0)}
    if len(kinds) > 1 or not all(isinstance(side, Expr) for side in sides):
        raise Refusal("the two sides have different shapes", span)
    return Claim(*sides)


def _refuse_two_senses(left: Expr, right: Expr, span: Span) -> None:
    """Refuse a letter that is an index on one side and a number on the other."""
    indices = {str(index) for side in (left, right) for entry in side.atoms(Indexed)
               for index in entry.indices}  # fmt: skip
    for symbol in left.free_symbols | right.free_symbols:
        if isinstance(symbol, Symbol) and not symbol.is_integer and symbol.name in indices:
            raise Refusal(f"is {symbol} an index or a number?", span)
