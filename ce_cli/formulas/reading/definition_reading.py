"""Equations that give a letter its meaning, in the text and in the options of the user.

The names that everybody knows are judged by their known meaning, if a text sets them equal to a
formula that is near to it: a slip defines nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, IndexedBase, Symbol, exp, log

from ce_cli.errors import InputError
from ce_cli.formulas.reading import known_names as known
from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.condition_meaning import is_limited
from ce_cli.formulas.reading.definitions import (
    heads,
    make_definition,
    sigmoid_definitions,
    softmax_definitions,
)
from ce_cli.formulas.reading.meaning import Meaning
from ce_cli.formulas.reading.meaning_rules import RULES
from ce_cli.formulas.reading.slips import sum_without_index
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.unevaluated import negative
from ce_cli.formulas.reading.variables import is_variable
from ce_cli.symbolic.kernel.claims import Definition
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.formulas.reading.chains import Chain
    from ce_cli.formulas.reading.kinds import Kinds
    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node

ABBREVIATIONS = frozenset({"Σ", "S", "Z"})
"""Letters that always abbreviate an expression, which must be defined."""


class DefinitionReader:
    """Finds the definitions of a text with its setting."""

    def __init__(self, chains: Sequence[Chain], setting: Setting, kinds: Kinds) -> None:
        self.chains, self.setting, self.kinds = chains, setting, kinds

    def of_user(self, text: str, chain: Chain) -> Definition:
        """Return the definition that the user gives.

        Raises
        ------
        InputError
            If it is not understood, or is no definition.
        """
        try:
            definition = self._of_user(chain)
        except Refusal as refusal:
            raise refusal.as_error(text, "--define") from None
        if definition is None:
            raise InputError("not a definition", place="--define", text=text,
                             hint="write NAME = EXPRESSION without NAME in it")  # fmt: skip
        return definition

    def _of_user(self, chain: Chain) -> Definition | None:
        for refusal in (chain.refusal, *(side.refusal for side in chain.sides)):
            if refusal is not None:
                raise refusal
        for node in chain.nodes:
            if total := sum_without_index(node):
                raise Refusal("the index of this sum does not occur in it", total.span)
        meaning, conditions = Meaning(RULES, self.setting), chain.sides[-1].conditions
        is_equation = len(chain.nodes) == 2 and not is_limited(meaning, conditions)
        return self._definition(chain, *chain.nodes) if is_equation else None

    def of_text(self, chain: Chain) -> Definition | None:
        """Return the definition that the first equation of a chain is, if it is one."""
        left, right = chain.sides[0].node, chain.sides[1].node
        if left is None or right is None or chain.refusal:
            return None
        if not self._may_define(left, right, chain):
            return None
        try:
            return self._definition(chain, left, right)
        except Refusal:
            return None

    def _definition(self, chain: Chain, left: Node, right: Node) -> Definition | None:
        meaning = Meaning(RULES, self.setting, self.kinds.are_vectors(chain))
        term, body = meaning.value(left), meaning.value(right)
        if not isinstance(term, Expr) or not isinstance(body, Expr):
            return None
        if isinstance(term, log):
            term, body = term.args[0], exp(body)
        return make_definition(term, body)

    def _may_define(self, left: Node, right: Node, chain: Chain) -> bool:
        """Say whether an equation gives a meaning to a letter that has none yet."""
        meaning = Meaning(RULES, self.setting)
        if is_limited(meaning, chain.sides[1].conditions) or sum_without_index(right):
            return False
        if isinstance(left, t.Call) and left.function == "log":
            (left,) = left.arguments
            return isinstance(left, t.Name) and not left.indices and self._is_new(
                left, right, chain
            )  # fmt: skip
        if isinstance(left, t.Call):
            return left.function in self.setting.defined_functions
        return isinstance(left, t.Name) and self._is_new(left, right, chain)

    def _is_new(self, left: t.Name, right: Node, chain: Chain) -> bool:
        """Say whether a letter has no meaning yet that an equation could contradict."""
        is_recursive = any(name.letter == left.letter for name in r.names_in(right))
        if left.letter in self.setting.roles.questions or is_recursive:
            return False
        if known.is_loss(left.letter):
            return self._may_define_loss(left, right, chain)
        if known.is_entropy(left.letter) and False in known.minuses_in_entropy(right, self.setting):
            return False
        role = self.setting.role(left)
        if role == r.PROBABILITIES and self._has_constants(right):
            return self._is_used_elsewhere(left.letter, chain)
        return role in {"", r.CONSTANT, r.LOGITS}

    def _may_define_loss(self, left: t.Name, right: Node, chain: Chain) -> bool:
        """Say whether a loss is set equal to a formula that may be meant, as its definition.

        A loss that no other equation uses is judged, and so is one that is called cross-entropy and
        has other parts than that.
        """
        if known.is_log_likelihood(left.letter, right, self.setting):
            return self._is_used_elsewhere(left.letter, chain)
        if known.slip_in_loss(right, self.setting):
            return False
        is_named = known.is_cross_entropy(left.letter)
        if is_named and not known.is_weighted_cross_entropy(right, self.setting):
            return False
        is_loss = self.setting.role(left) == r.LOSS
        return not is_loss or self._is_used_elsewhere(left.letter, chain)

    def why_undecided(self, chain: Chain) -> str:
        """Return the reason why a chain that looks like a definition is neither true nor one.

        It is "" for others, and for slips that can be refuted.
        """
        left, right = chain.sides[0].node, chain.sides[1].node
        if not isinstance(left, t.Name) or right is None:
            return ""
        idle = sum_without_index(right)
        if idle and idle.index and left.letter in ABBREVIATIONS:
            return f"the index {idle.index.letter} of a sum does not occur in it"
        is_known = self.setting.role(left) == r.LOSS or left.letter == "loss"
        if known.is_loss(left.letter):
            slip = known.slip_in_loss(right, self.setting)
            if slip and (not is_known or slip == known.ITSELF):
                return f"{left.letter} is nearly the cross-entropy, {known.SLIPS[slip]}"
        minuses = known.minuses_in_entropy(right, self.setting)
        is_mixed = minuses == {True, False} or (minuses == {False} and bool(left.indices))
        if known.is_entropy(left.letter) and is_mixed:
            return f"{left.letter} is nearly the entropy, {known.SLIPS[known.SIGN]}"
        return ""

    def is_circular(self, definition: Definition, others: Sequence[Definition]) -> bool:
        """Say whether a letter is defined by itself, also through others and by convention."""
        parts = {str(other.head): set(map(str, heads(other.body))) for other in others}
        roles = self.setting.roles
        logits = roles.first(r.LOGITS, "z")
        for letter in roles.letters(r.PROBABILITIES):
            parts.setdefault(letter, {logits})
        for letter in roles.letters(r.LOSS):
            parts.setdefault(letter, {roles.first(r.PROBABILITIES, "p"), logits, roles.targets})
        reached, waiting = set[str](), set(map(str, heads(definition.body)))
        while waiting:
            letter = waiting.pop()
            reached.add(letter)
            waiting |= parts.get(letter, set()) - reached
        return str(definition.head) in reached

    def _has_constants(self, node: Node) -> bool:
        """Say whether a body has letters that no convention knows: then it is no plain softmax."""
        letters = {name.letter for name in r.names_in(node) if not self.setting.role(name)}
        return bool(letters - ABBREVIATIONS - {"e"})

    def _is_used_elsewhere(self, letter: str, chain: Chain) -> bool:
        nodes = (node for other in self.chains if other is not chain for node in other.nodes)
        return any(name.letter == letter for node in nodes for name in r.names_in(node))

    def _entropy(self, chain: Chain) -> list[Definition]:
        """Return the entropy as everybody knows it, if a chain writes it without its minus."""
        left, right = chain.sides[0].node, chain.sides[1].node
        is_bare = isinstance(left, t.Name) and not left.indices and known.is_entropy(left.letter)
        if not is_bare or right is None:
            return []
        if known.minuses_in_entropy(right, self.setting) != {False}:
            return []
        try:
            wrong = self._definition(chain, *chain.nodes[:2])
        except Refusal:
            return []
        return [Definition(wrong.term, negative(wrong.body))] if wrong else []

    def conventions(self, chain: Chain, defined: set[object]) -> list[Definition]:
        """Return the conventional definitions of the letters that the text does not define."""
        roles, has_vectors = self.setting.roles, self.kinds.are_vectors(chain)
        names = roles.letters(r.PROBABILITIES) or ["p"]
        primary = next((name for name in names if is_variable(name, chain)), names[0])
        define = softmax_definitions if has_vectors else sigmoid_definitions
        *definitions, loss = define(roles.first(r.LOGITS, "z"), (primary, *names), roles.targets)
        definitions += [Definition(Symbol(name), loss.body) for name in roles.letters(r.LOSS)]
        if has_vectors and "loss" in self.setting.indexed_letters:
            i = Symbol("i", integer=True)
            p, losses = (IndexedBase(name, shape=(C,)) for name in (primary, "loss"))
            definitions.append(Definition(losses[i], -log(p[i])))
        definitions += self._entropy(chain)
        by_head = {definition.head: definition for definition in definitions}
        return [definition for head, definition in by_head.items() if head not in defined]
