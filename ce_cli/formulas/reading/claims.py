"""From a text to the claims it makes, with everything that was assumed about its letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import Expr, Indexed, IndexedBase, Integer, Symbol, exp, log, nan, oo, zoo

from ce_cli.errors import InputError
from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.arrays import Matrix, Value, Vector
from ce_cli.formulas.reading.definitions import (
    checked_definition,
    sigmoid_definitions,
    softmax_definitions,
)
from ce_cli.formulas.reading.indices import conditions_in
from ce_cli.formulas.reading.meaning import Meaning
from ce_cli.formulas.reading.setting import Setting, setting_of
from ce_cli.formulas.reading.single_output import shows_single_output
from ce_cli.formulas.reading.statements import Chain, Side, read_chains
from ce_cli.formulas.reading.tokens import Refusal, locate, tokens
from ce_cli.symbolic.kernel.claims import Claim, Definition, Definitions, OneHot, SumsToOne
from ce_cli.symbolic.notation import C, Y

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_cli.formulas.reading.tree import Node, Span
    from ce_cli.symbolic.kernel.claims import Assumption

ABBREVIATIONS = frozenset({"Σ", "S", "Z"})
"""Letters that always stand for something that must be said."""
ENTRY, ROW, COLUMN = (Symbol(name, integer=True) for name in ("entry", "row", "column"))
"""The indices at which two vectors or matrices are compared; no text names them."""


@dataclass(frozen=True)
class Options:
    """What the user says besides the formula."""

    roles: Mapping[str, str] = field(default_factory=dict)
    define: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    classes: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Link:
    """One step of a chain: two neighbouring sides, or why they are not understood."""

    sides: tuple[Side, Side]
    claim: Claim | None
    refusal: Refusal | None
    assumptions: tuple[Assumption, ...]
    definitions: Definitions
    context: Meaning
    classes: int | None


@dataclass(frozen=True)
class Reading:
    """The chains of a text and what its letters were taken for."""

    text: str
    place: str
    setting: Setting
    chains: tuple[tuple[Link, ...], ...]
    defined: tuple[str, ...]

    @property
    def bare(self) -> Mapping[str, list[str]]:
        """Letters without an index by what they were taken for: vectors or numbers."""
        found: dict[str, list[str]] = {}
        for context in (link.context for chain in self.chains for link in chain[:1]):
            for letter in self.setting.roles.of:
                names = found.setdefault("vectors" if context.vectors else "numbers", [])
                if letter in context.bare and letter not in names:
                    names.append(letter)
        return {kind: names for kind, names in found.items() if names}

    def part(self, span: Span) -> str:
        """Return a part of the text on one line."""
        return " ".join(self.text[span[0] : span[1]].split())

    def position(self, span: Span) -> str:
        """Return where a part stands: file:line:column."""
        line, column, _, _ = locate(self.text, span)
        return f"{self.place}:{line}:{column}" if self.place else f"{line}:{column}"

    @property
    def targets(self) -> IndexedBase:
        """The vector of targets."""
        return IndexedBase(self.setting.roles.targets, shape=(C,))


def read_formula(text: str, options: Options | None = None) -> Reading:
    """Return the claims of a text.

    Raises
    ------
    InputError
        If a letter may be several things, or the text cannot be cut into equations.

    Examples
    --------
    >>> reading = read_formula("dL/dz_i = p_i - y_i")
    >>> print(reading.chains[0][0].claim)
    Partial(L, z[i]) = p[i] - y[i]
    >>> reading.setting.roles.of
    {'L': 'loss', 'z': 'logits', 'p': 'probabilities', 'y': 'targets'}
    """
    options = options or Options()
    chains = read_chains(text, options.place)
    extra = [(each, chain) for each in options.define for chain in read_chains(each, "--define")]
    try:
        return _Reader(text, options, chains, extra).reading()
    except Refusal as refusal:
        raise refusal.located(text, options.place) from None


class _Reader:
    """Reads one text: roles first, then definitions, then claims."""

    def __init__(
        self, text: str, options: Options, chains: list[Chain], extra: list[tuple[str, Chain]]
    ) -> None:
        self.text, self.options, self.chains, self.extra = text, options, chains, extra
        more = [chain for _, chain in extra]
        try:
            self.setting = setting_of(chains, more, options.roles, options.classes)
        except Refusal as refusal:
            raise self._placed(refusal) from None

    def reading(self) -> Reading:
        """Return everything the text claims."""
        self._check_conditions()
        found: list[Definition | None] = [self._given_definition(*each) for each in self.extra]
        for chain in self.chains:
            entry = self._definition(chain)
            if entry is not None and entry.head not in {each.head for each in found if each}:
                found.append(entry)
        entries = tuple(each for each in found if each is not None)
        if len({each.head for each in entries}) < len(entries):
            raise InputError("one letter is defined twice", place="--define")
        chains = tuple(self._links(chain, entries) for chain in self.chains)
        return Reading(self.text, self.options.place, self.setting, chains,
                       tuple(str(each.term) for each in entries))  # fmt: skip

    def _placed(self, refusal: Refusal) -> Exception:
        """Return the error of what is refused in a definition of the user, else the refusal.

        A span of a definition is known by identity: in the formula the same numbers mean another.
        """
        for text, chain in self.extra:
            nodes = [side.node for side in chain.sides if side.node]
            if any(part.span is refusal.span for node in nodes for part in t.walk(node)):
                return refusal.located(text, "--define")
        return refusal

    # --- definitions ---------------------------------------------------------------------

    def _given_definition(self, text: str, chain: Chain) -> Definition:
        """Return what the user defines."""
        try:
            for side in chain.sides:
                if side.refusal is not None:
                    raise side.refusal
            nodes = [side.node for side in chain.sides if side.node]
            found = self._as_definition(chain, *nodes) if len(nodes) == 2 else None
        except Refusal as refusal:
            raise refusal.located(text, "--define") from None
        if found is None or found.head in found.body.atoms(type(found.head)):
            raise InputError("not a definition", place="--define", text=text,
                             hint="write NAME = EXPRESSION without NAME in it")  # fmt: skip
        return found

    def _check_conditions(self) -> None:
        """Refuse a condition about an index that no formula has."""
        nodes = [side.node for chain in self.chains for side in chain.sides if side.node]
        letters = {
            part.letter for node in nodes for part in t.walk(node) if isinstance(part, t.Name)
        }
        known = letters | {self.setting.roles.targets, "Y", "K", "C"}
        for text in self.options.when:
            strange = [token for token in tokens(text) if token.kind == "letter"
                       and token.text not in known]  # fmt: skip
            if nodes and strange:
                raise Refusal(f"there is no {strange[0].text} in the formula",
                              strange[0].span).located(text, "--when")  # fmt: skip

    def _definition(self, chain: Chain) -> Definition | None:
        """Return what the first equation of a chain defines, if it does."""
        left, right = chain.sides[0].node, chain.sides[1].node
        if left is None or right is None or not self._may_define(left, right, chain):
            return None
        try:
            return self._as_definition(chain, left, right)
        except Refusal:
            return None

    def _as_definition(self, chain: Chain, left: Node, right: Node) -> Definition | None:
        meaning = Meaning(self.setting, self._are_vectors(chain))
        term, body = meaning.of(left), meaning.of(right)
        if not isinstance(term, Expr) or not isinstance(body, Expr):
            return None
        if isinstance(term, log):
            term, body = term.args[0], exp(body)
        return checked_definition(term, body)

    def _may_define(self, left: Node, right: Node, chain: Chain) -> bool:
        """Say whether an equation says what a letter means: one that has no meaning yet."""
        if isinstance(left, t.Call) and left.function == "log":
            (left,) = left.arguments
            if not isinstance(left, t.Name) or left.indices:
                return False
        if isinstance(left, t.Call):
            return left.function in self.setting.defined
        if not isinstance(left, t.Name) or chain.sides[1].conditions:
            return False
        role = self.setting.role(left)
        if role == r.LOSS:
            return self._is_used_elsewhere(left.letter, chain)
        itself = any(name.letter == left.letter for name in r.names_in(right))
        if role == r.PROBABILITIES and not itself and self._has_constants(right):
            return self._is_used_elsewhere(left.letter, chain)
        return role in {"", r.CONSTANT, r.LOGITS} and not itself

    def _has_constants(self, node: Node) -> bool:
        """Say whether a body has letters that no convention knows: then it is no plain softmax."""
        names = [name for name in r.names_in(node) if not self.setting.role(name)]
        return bool({name.letter for name in names} - ABBREVIATIONS - {"e"})

    def _is_used_elsewhere(self, letter: str, chain: Chain) -> bool:
        others = [side.node for each in self.chains if each is not chain for side in each.sides]
        return any(name.letter == letter for node in others if node for name in r.names_in(node))

    def _conventions(self, chain: Chain, vectors: bool, used: set[object]) -> list[Definition]:
        """Return what the letters of the subject mean where the text does not say."""
        roles = self.setting.roles
        names = roles.letters(r.PROBABILITIES) or ["p"]
        primary = next((name for name in names if self._is_variable(name, chain)), names[0])
        logits, targets = roles.first(r.LOGITS, "z"), roles.targets
        if vectors:
            found = softmax_definitions(logits, [primary, *names], targets)
        else:
            found = sigmoid_definitions(logits, [primary, *names], targets)
        *probabilities, loss = found
        losses = [Definition(Symbol(name), loss.body) for name in roles.letters(r.LOSS)]
        if vectors and "loss" in self.setting.indexed:
            i = Symbol("i", integer=True)
            p = IndexedBase(primary, shape=(C,))
            losses.append(Definition(IndexedBase("loss", shape=(C,))[i], -log(p[i])))
        everything = {each.head: each for each in (*probabilities, *losses)}
        return [each for head, each in everything.items() if head not in used]

    def _is_variable(self, letter: str, chain: Chain) -> bool:
        nodes = [side.node for side in chain.sides if side.node]
        return any(
            isinstance(part, t.Derivative) and isinstance(part.by[0], t.Name)
            and part.by[0].letter == letter
            for node in nodes for part in t.walk(node)
        )  # fmt: skip

    # --- claims --------------------------------------------------------------------------

    def _are_vectors(self, chain: Chain) -> bool:
        """Say whether bare letters of a chain are vectors, or numbers as 1 - p and σ(z) show."""
        nodes = [side.node for side in chain.sides if side.node]
        parts = [part for node in nodes for part in t.walk(node)]
        subject = [
            part for part in parts if isinstance(part, t.Name)
            and self.setting.role(part) in {r.LOGITS, r.PROBABILITIES, r.TARGETS}
        ]  # fmt: skip
        is_vector = any(name.indices or name.bold for name in subject) or any(
            isinstance(part, t.Transpose | t.Hadamard | t.Array)
            or (isinstance(part, t.Sum) and part.index is None)
            or (isinstance(part, t.Call) and part.function in {"diag", "softmax"})
            for part in parts
        )
        return is_vector or not any(shows_single_output(part) for part in parts)

    def _links(self, chain: Chain, entries: tuple[Definition, ...]) -> tuple[Link, ...]:
        vectors = self._are_vectors(chain)
        used = {each.head for each in entries}
        definitions = Definitions((*entries, *self._conventions(chain, vectors, used)))
        context = Meaning(self.setting, vectors, prime_by=_prime_variable(chain.sides[0].node))
        values = [self._value(side, context, entries) for side in chain.sides]
        classes = self._classes(context, chain)
        stated = self._stated(context)
        return tuple(
            self._link((left, right), pair, (definitions, context, classes), stated)
            for (left, right), pair in zip(pairwise(chain.sides), pairwise(values), strict=True)
        )

    def _value(
        self, side: Side, context: Meaning, entries: Sequence[Definition]
    ) -> Value | Refusal:
        if side.node is None:
            return side.refusal or Refusal("not understood", side.span)
        try:
            self._check_abbreviations(side.node, entries)
            return context.of(side.node)
        except Refusal as refusal:
            return refusal

    def _check_abbreviations(self, node: Node, entries: Sequence[Definition]) -> None:
        defined = {str(each.head) for each in entries}
        example = f"\\sum_k e^{{{self.setting.roles.first(r.LOGITS, 'z')}_k}}"
        for name in r.names_in(node):
            if name.letter in ABBREVIATIONS - defined and not name.indices:
                raise Refusal(f"{name.letter} is not defined", name.span,
                              f"say --define '{name.letter} = {example}'")  # fmt: skip

    def _classes(self, context: Meaning, chain: Chain) -> int | None:
        lengths = context.lengths | ({self.options.classes} if self.options.classes else set())
        if len(lengths) > 1:
            raise Refusal("vectors of different lengths", chain.sides[0].span)
        return next(iter(lengths), None)

    def _stated(self, context: Meaning) -> tuple[Assumption, ...]:
        """Return what the user states for all claims."""
        targets = IndexedBase(self.setting.roles.targets, shape=(C,))
        kinds: dict[str, Assumption] = {"one-hot": OneHot(targets, Y), "sum": SumsToOne(targets)}
        stated = [kinds[each] for each in self.options.given]
        for text in self.options.when:
            try:
                stated += [context.assumption(each) for each in conditions_in(tokens(text))]
            except Refusal as refusal:
                raise refusal.located(text, "--when") from None
        return tuple(stated)

    def _link(
        self,
        sides: tuple[Side, Side],
        values: tuple[Value | Refusal, Value | Refusal],
        around: tuple[Definitions, Meaning, int | None],
        stated: tuple[Assumption, ...],
    ) -> Link:
        definitions, context, classes = around
        refusal = next((each for each in values if isinstance(each, Refusal)), None)
        claim, assumptions = None, stated
        try:
            assumptions += tuple(context.assumption(each) for each in sides[1].conditions)
            if refusal is None:
                claim = claim_of(*values, sides[1].span)
        except Refusal as found:
            refusal = found
        return Link(sides, claim, refusal, assumptions, definitions, context, classes)


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
    shape = right if isinstance(left, Expr) else left
    if isinstance(shape, Vector):
        sides = [each.entry(ENTRY) if isinstance(each, Vector) else each for each in (left, right)]
    else:
        sides = [each.entry(ROW, COLUMN) if isinstance(each, Matrix) else each
                 for each in (left, right)]  # fmt: skip
    kinds = {type(each) for each in (left, right) if each != Integer(0)}
    if len(kinds) > 1 or not all(isinstance(side, Expr) for side in sides):
        raise Refusal("the two sides have different shapes", span)
    return Claim(*sides)


def _refuse_two_senses(left: Expr, right: Expr, span: Span) -> None:
    """Refuse a letter that is an index on one side and a number on the other."""
    indices = {str(index) for side in (left, right) for entry in side.atoms(Indexed)
               for index in entry.indices}  # fmt: skip
    for each in left.free_symbols | right.free_symbols:
        if isinstance(each, Symbol) and not each.is_integer and each.name in indices:
            raise Refusal(f"is {each} an index or a number?", span)


def _prime_variable(node: Node | None) -> Node | None:
    """Return the variable by which the left side of a chain differentiates, if there is one."""
    if node is None:
        return None
    found = {
        part.by[0].letter + str([str(index) for index in t.children(part.by[0])]): part.by[0]
        for part in t.walk(node)
        if isinstance(part, t.Derivative) and isinstance(part.by[0], t.Name)
    }
    return next(iter(found.values())) if len(found) == 1 else None
