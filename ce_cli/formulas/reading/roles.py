"""The roles of letters: by the conventions of the subject, and by their use in the text.

A letter that may have several roles is settled by how the text uses it (a letter in an exponent
is a logit, a letter that is differentiated by a logit is no target) and by the roles of the
other letters. If that leaves a choice, it is the user's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.alphabet import ACCENTS
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.input.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ce_cli.formulas.reading.tree import Span

LOGITS, PROBABILITIES, TARGETS, LOSS, CLASSES, CONSTANT, SOFTMAX, SIGMOID = ROLES

CONVENTIONS: dict[str, tuple[str, ...]] = {
    "z": (LOGITS,), "o": (LOGITS,), "f": (LOGITS,), "x": (LOGITS, CONSTANT),
    "a": (LOGITS, PROBABILITIES), "s": (LOGITS, PROBABILITIES),
    "p": (PROBABILITIES,), "ŷ": (PROBABILITIES,), "σ": (PROBABILITIES,),
    "y": (TARGETS, PROBABILITIES), "t": (TARGETS,),
    **dict.fromkeys(("L", "J", "ℓ", "𝕃", "ℒ", "loss"), (LOSS,)), "E": (LOSS, CONSTANT),
    **dict.fromkeys("KCnN", (CLASSES,)),
}  # fmt: skip
"""The roles of a letter by convention, the usual one first."""

_CROSS_ENTROPIES = frozenset(
    {"CE", "BCE", "CCE", "SCE", "XE", "XENT", "NLL", "LOG", "LOGLOSS", "LOGISTIC", "SOFTMAX",
     "CROSSENTROPY", "CROSS"}
)  # fmt: skip
"""Names and labels of a loss that is a cross-entropy."""

_CLASS_LABELS = frozenset({"class", "classes", "cls", "c"})
"""Labels of a number that counts classes."""


@dataclass
class Roles:
    """The role of every letter that has one."""

    by_letter: dict[str, str] = field(default_factory=dict)
    user_letters: frozenset[str] = frozenset()
    """Letters whose role the user stated."""
    questions: Mapping[str, Refusal] = field(default_factory=dict)
    """The questions about letters that have no role because they may have several."""

    def letters(self, role: str) -> list[str]:
        """Return the letters of a role, in the order of the text."""
        return [letter for letter, own in self.by_letter.items() if own == role]

    def first(self, role: str, default: str) -> str:
        """Return the letter of a role, or its usual letter if the text has none."""
        return next(iter(self.letters(role)), default)

    @property
    def guesses(self) -> list[str]:
        """Letters that nothing but a convention takes for constants."""
        return [letter for letter in self.letters(CONSTANT) if letter not in self.user_letters]

    def may_be_logits(self, letter: str) -> bool:
        """Say whether a letter would be the logits if the user said so."""
        return LOGITS in CONVENTIONS.get(letter, ()) and not self.letters(LOGITS)

    @property
    def targets(self) -> str:
        """The letter of the targets: y, if the text does not use it for something else."""
        return self.first(TARGETS, "t" if "y" in self.by_letter else "y")


def base_of(letter: str) -> str:
    """Return a letter without its label: J of J_CE."""
    return letter.split("_", 1)[0]


def strip_bar(letter: str) -> str:
    """Return the event of which a letter with a bar is the complement.

    >>> strip_bar("Ā"), strip_bar("A")
    ('A', 'A')
    """
    return unicodedata.normalize("NFD", letter).removesuffix(ACCENTS["bar"])


def names_in(node: t.Node) -> Iterator[t.Name]:
    """Yield the names of a tree that are not indices."""
    return (part for part in _walk_values(node) if isinstance(part, t.Name))


def _walk_values(node: t.Node) -> Iterator[t.Node]:
    """Yield a node and everything inside it but indices."""
    yield node
    parts: Iterable[t.Node] = t.children(node)
    if isinstance(node, t.Sum):
        parts = (part for part in (node.upper, node.body) if part)
    for part in () if isinstance(node, t.Name) else parts:
        yield from _walk_values(part)


@dataclass
class Evidence:
    """The uses of letters that show their roles."""

    exponents: set[str] = field(default_factory=set)
    """Letters in an exponent or a softmax."""
    activations: set[str] = field(default_factory=set)
    """Letters in a sigmoid."""
    logarithms: set[str] = field(default_factory=set)
    """Letters in a logarithm or an entropy."""
    derivatives: set[tuple[str, str]] = field(default_factory=set)
    """L and z of ∂L/∂z."""
    softmaxes: set[str] = field(default_factory=set)
    """Letters that are set equal to a softmax or a sigmoid."""
    labels: set[str] = field(default_factory=set)
    """The y of P(y = k)."""
    equal_pairs: list[set[str]] = field(default_factory=list)
    """Pairs of letters that the text says are the same."""
    spans: dict[str, Span] = field(default_factory=dict)
    """The first place of every letter."""
    has_softmax: bool = False
    has_logarithm: bool = False

    def see(self, node: t.Node) -> None:
        """Note the uses in a tree."""
        for part in _walk_values(node):
            match part:
                case t.Name():
                    self.spans.setdefault(part.letter, part.span)
                case t.Call():
                    self._see_call(part)
                case t.Division():
                    self.has_softmax |= is_normalised(part)
                case t.Chance(event=t.Condition(first=t.Name(letter=letter))):
                    self.labels.add(letter)
                case t.Derivative(
                    operand=t.Name(letter=operand), variables=(t.Name(letter=name), *_)
                ):
                    self.derivatives.add((operand, name))

    def _see_call(self, call: t.Call) -> None:
        self.has_logarithm |= call.function in {"log", "H", "KL"}
        match call:
            case t.Call(function="exp"):
                self.exponents |= {name.letter for name in linear_names(call.arguments[0])}
            case t.Call(function="log" | "H" | "KL", arguments=(*_, t.Name(letter=letter))):
                self.logarithms.add(letter)
            case t.Call(function="softmax" | "logsumexp"):
                self.has_softmax = True
                self.exponents |= {name.letter for name in names_in(call.arguments[0])}
            case t.Call(function="sigmoid" | "σ" | "tanh" | "softplus", arguments=arguments):
                self.has_softmax = True
                self.activations |= {part.letter for part in arguments if isinstance(part, t.Name)}

    def see_definition(self, left: t.Node, right: t.Node) -> None:
        """Note a name that is set equal to exponentials over their sum, or to another name."""
        if not isinstance(left, t.Name):
            return
        function = right.operand if isinstance(right, t.Entry) else right
        if is_normalised(right) or (
            isinstance(function, t.Call) and function.function in {"softmax", "sigmoid", "σ"}
        ):
            self.softmaxes.add(left.letter)
        if isinstance(right, t.Name) and _same_indices(left, right):
            self.equal_pairs.append({left.letter, right.letter})


def is_normalised(node: t.Node) -> bool:
    """Say whether a tree is something over a sum with exponentials."""
    parts = list(_walk_values(node.bottom)) if isinstance(node, t.Division) else []
    has_exponential = any(isinstance(part, t.Call) and part.function == "exp" for part in parts)
    return has_exponential and any(isinstance(part, t.Sum | t.Add) for part in parts)


def _same_indices(left: t.Name, right: t.Name) -> bool:
    """Say whether two names have the same indices, all of them letters."""
    first, second = ([getattr(index, "letter", None) for index in name.indices]
                     for name in (left, right))  # fmt: skip
    return first == second and None not in first


def linear_names(node: t.Node) -> Iterator[t.Name]:
    """Yield the indexed names in the terms and factors of an exponent: z_i + log E, z_i / T."""
    match node:
        case t.Name() if node.indices or node.letter in CONVENTIONS:
            yield node
        case t.Add(terms=parts) | t.Product(factors=parts):
            for part in parts:
                yield from linear_names(part)
        case t.Negative(operand=part) | t.Division(top=part):
            yield from linear_names(part)


def settle(evidence: Evidence, user_roles: Mapping[str, str], defined: Iterable[str] = ()) -> Roles:
    """Return the roles of all letters, those of the user first, and the questions that are left."""
    letters = [letter for letter in evidence.spans if letter not in defined]
    choices = {
        letter: [user_roles[letter]] if letter in user_roles
        else _possible_roles(letter, evidence, user_roles)
        for letter in letters if letter in user_roles or _conventional_roles(letter)
    }  # fmt: skip
    before = None
    while before != (before := {letter: list(roles) for letter, roles in choices.items()}):
        _exclude(choices, evidence)
    questions = {
        letter: _question(letter, options, evidence.spans[letter])
        for letter, options in choices.items() if len(options) > 1
    }  # fmt: skip
    roles = {letter: options[0] for letter, options in choices.items() if len(options) == 1}
    for check in (_questions_about_probabilities, _questions_about_logits):
        questions |= dict(check(roles, evidence, user_roles))
    known = {letter: role for letter, role in roles.items() if letter not in questions}
    beside = {SOFTMAX, SIGMOID, CLASSES}  # roles of functions, and of the K in i = 1, ..., K
    others = {name: role for name, role in user_roles.items() if role in beside}
    return Roles({**known, **others}, frozenset(user_roles), questions)


def _question(letter: str, choices: list[str], span: Span) -> Refusal:
    options = " or ".join(f"--role {letter}={choice.replace(' ', '')}" for choice in choices)
    return Refusal(f"is {letter} the {' or the '.join(choices)}?", span, f"say {options}")


def _questions_about_probabilities(
    roles: Mapping[str, str], evidence: Evidence, user_roles: Mapping[str, str]
) -> Iterator[tuple[str, Refusal]]:
    """Yield a second letter for the probabilities if nothing says that it is one.

    If nothing says so of the first one either, the question is about both.
    """
    letters = [letter for letter in roles if roles[letter] == PROBABILITIES]
    shown = {letter for letter in letters if letter in user_roles or letter in evidence.softmaxes}
    known = shown or set(letters[:1])
    for _ in letters:
        known |= {name for pair in evidence.equal_pairs if pair & known for name in pair}
    for letter in letters:
        if letter not in known and not _is_output(letter, roles, evidence):
            first = next(other for other in letters if other != letter)
            question = Refusal(
                f"are {first} and {letter} both the softmax?", evidence.spans[letter],
                f"say --role {first}=probabilities --role {letter}=probabilities, or "
                "of one that it is the targets")  # fmt: skip
            yield from ((name, question) for name in (first, letter) if name not in shown)


def _questions_about_logits(
    roles: Mapping[str, str], evidence: Evidence, user_roles: Mapping[str, str]
) -> Iterator[tuple[str, Refusal]]:
    """Yield a second letter for the logits beside the one that the text differentiates by.

    The o in ∂E/∂z_i = o_i - t_i is the output, and nothing but a convention calls it a logit.
    """
    letters = [letter for letter in roles if roles[letter] == LOGITS]
    variables = {variable for _, variable in evidence.derivatives}
    used = evidence.exponents | evidence.activations | variables
    for letter in letters:
        first = next(other for other in letters if other != letter or len(letters) == 1)
        is_same = {letter, first} in evidence.equal_pairs
        is_known = letter in user_roles or letter in used or is_same
        if first != letter and first in used and not is_known:
            hint = f"say --role {letter}=probabilities or --role {letter}=logits"
            place = evidence.spans[letter]
            yield letter, Refusal(f"are {first} and {letter} both the logits?", place, hint)


def _is_output(letter: str, roles: Mapping[str, str], evidence: Evidence) -> bool:
    """Say whether a letter for probabilities can be no target: another is, or none is compared."""
    compares = evidence.has_logarithm or LOSS in roles.values()
    if compares:
        return TARGETS in roles.values() and _conventional_roles(letter) == (PROBABILITIES,)
    return any(
        roles.get(variable) == LOGITS and roles.get(operand) == PROBABILITIES
        for operand, variable in evidence.derivatives
    )


def _conventional_roles(letter: str) -> tuple[str, ...]:
    """Return the roles of a letter by convention.

    Names such as p_{model}, z_{max}, L_{MSE} and C_{norm} have none; J_CE is a loss as J is, and
    n_{classes} the number of classes as n is.
    """
    base = base_of(letter)
    roles = CONVENTIONS.get(base, (LOSS,) if is_cross_entropy(base) else ())
    label = letter[len(base) + 1 :]
    is_usual = is_cross_entropy(label) if roles[:1] == (LOSS,) else _is_about_classes(label)
    keeps_role = is_usual and roles[:1] in {(LOSS,), (CLASSES,)}
    return roles if letter == base or keeps_role else ()


def _is_about_classes(label: str) -> bool:
    return label.strip("{}").casefold() in _CLASS_LABELS


def is_cross_entropy(word: str) -> bool:
    """Say whether a name, or the label of a loss, is of the cross-entropy.

    >>> is_cross_entropy("cross-entropy"), is_cross_entropy("{BCE}"), is_cross_entropy("reg")
    (True, True, False)
    """
    return re.sub(r"[-{} ]", "", word).upper() in _CROSS_ENTROPIES


def _possible_roles(letter: str, evidence: Evidence, user_roles: Mapping[str, str]) -> list[str]:
    """Return the roles that a letter may have, as far as its own use shows."""
    choices = list(_conventional_roles(letter))
    is_target = _stays_target(letter, evidence, user_roles)
    uses = (
        (LOGITS, evidence.exponents),
        (TARGETS, evidence.labels),
        (PROBABILITIES, set() if is_target else evidence.logarithms),
        (PROBABILITIES, evidence.softmaxes),
    )
    shown = [role for role, letters in uses if letter in letters and role in choices]
    return shown[:1] or choices


def _stays_target(letter: str, evidence: Evidence, user_roles: Mapping[str, str]) -> bool:
    """Say whether log y is of a target: beside it there are other probabilities."""
    likely = evidence.logarithms | evidence.softmaxes
    return TARGETS in _conventional_roles(letter) and any(
        user_roles.get(other) == PROBABILITIES
        or (other not in user_roles and _is_probable(other, other in likely))
        for other in evidence.spans if other != letter
    )  # fmt: skip


def _is_probable(letter: str, is_likely: bool) -> bool:
    roles = _conventional_roles(letter)
    return roles == (PROBABILITIES,) or (is_likely and PROBABILITIES in roles)


def _exclude(choices: dict[str, list[str]], evidence: Evidence) -> None:
    """Strike out roles that the other letters or a derivative exclude."""
    settled = {roles[0]: letter for letter, roles in reversed(choices.items())
               if len(roles) == 1}  # fmt: skip
    for letter, roles in choices.items():
        if len(roles) < 2:
            continue
        excluded = {role for role in (LOGITS, TARGETS, LOSS) if settled.get(role, letter) != letter}
        if _differentiates_probabilities(letter, choices, evidence):
            excluded.add(PROBABILITIES)
        if any(operand == letter != variable for operand, variable in evidence.derivatives):
            excluded |= {TARGETS, LOGITS}
        elif TARGETS in roles and (
            PROBABILITIES in settled or evidence.has_softmax or _is_in_a_loss(choices, evidence)
        ):
            excluded.add(PROBABILITIES)
        if LOSS in roles and any(operand == letter for operand, _ in evidence.derivatives):
            excluded.add(CONSTANT)
        if LOGITS in roles and CONSTANT in roles and LOGITS not in excluded:
            is_logit = letter in evidence.exponents | evidence.activations
            excluded.add(CONSTANT if is_logit else LOGITS)
        roles[:] = [role for role in roles if role not in excluded] or roles


def _is_in_a_loss(choices: Mapping[str, list[str]], evidence: Evidence) -> bool:
    """Say whether there is a loss, and no derivative."""
    return [LOSS] in choices.values() and not evidence.derivatives


def _differentiates_probabilities(
    letter: str, choices: Mapping[str, list[str]], evidence: Evidence
) -> bool:
    """Say whether probabilities, other than the letter itself, are differentiated by a letter."""
    return any(
        variable == letter != operand and choices.get(operand) == [PROBABILITIES]
        for operand, variable in evidence.derivatives
    )
