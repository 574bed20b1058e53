"""Which letter is what: the subject's conventions, and what the text itself shows.

A letter that may be several things is settled by how the text uses it (what stands in an
exponent is a logit, what is differentiated by a logit is no target) and by what the other
letters already are. If that leaves a choice, it is the user's.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.formulas.reading.letters import ACCENTS
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import (
    Add,
    Call,
    Chance,
    Condition,
    Derivative,
    Entry,
    Fraction,
    Name,
    Negative,
    Node,
    Product,
    Sum,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ce_cli.formulas.reading.tree import Span

LOGITS, PROBABILITIES, TARGETS, LOSS = "logits", "probabilities", "targets", "loss"
CLASSES, CONSTANT, SOFTMAX, SIGMOID = "class count", "constant", "softmax", "sigmoid"

CONVENTIONS: dict[str, tuple[str, ...]] = {
    "z": (LOGITS,), "o": (LOGITS,), "f": (LOGITS,), "x": (LOGITS, CONSTANT),
    "a": (LOGITS, PROBABILITIES), "s": (LOGITS, PROBABILITIES),
    "p": (PROBABILITIES,), "ŷ": (PROBABILITIES,), "σ": (PROBABILITIES,),
    "y": (TARGETS, PROBABILITIES), "t": (TARGETS,),
    **dict.fromkeys(("L", "J", "ℓ", "𝕃", "ℒ", "loss"), (LOSS,)), "E": (LOSS, CONSTANT),
    **dict.fromkeys("KCnN", (CLASSES,)),
}  # fmt: skip
"""What a letter is by convention, the usual choice first."""

_CROSS_ENTROPIES = frozenset(
    {"CE", "BCE", "CCE", "SCE", "XE", "XENT", "NLL", "LOG", "LOGLOSS", "LOGISTIC", "SOFTMAX",
     "CROSSENTROPY", "CROSS"}
)  # fmt: skip
"""Labels of a loss that is a cross-entropy."""

WORDS = {
    "logit": LOGITS, "logits": LOGITS, "probability": PROBABILITIES,
    "probabilities": PROBABILITIES, "target": TARGETS, "targets": TARGETS, "label": TARGETS,
    "labels": TARGETS, "loss": LOSS, "classes": CLASSES, "constant": CONSTANT,
    "softmax": SOFTMAX, "sigmoid": SIGMOID,
}  # fmt: skip
"""How a role may be called on the command line."""


@dataclass
class Roles:
    """The role of every letter that has one."""

    of: dict[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """Letters whose role the user stated."""

    def letters(self, role: str) -> list[str]:
        """Return the letters of a role, in the order of the text."""
        return [letter for letter, its in self.of.items() if its == role]

    def first(self, role: str, default: str) -> str:
        """Return the letter of a role, or its usual letter if the text has none."""
        return next(iter(self.letters(role)), default)

    @property
    def guessed(self) -> list[str]:
        """Letters that nothing but a convention takes for constants."""
        return [letter for letter in self.letters(CONSTANT) if letter not in self.given]

    def may_be_logits(self, letter: str) -> bool:
        """Say whether a letter would be the logits if the user said so."""
        return LOGITS in CONVENTIONS.get(letter, ()) and not self.letters(LOGITS)

    @property
    def targets(self) -> str:
        """The letter of the targets: y, if the text does not use it for something else."""
        return self.first(TARGETS, "t" if "y" in self.of else "y")


def read_role(text: str, place: str = "--role") -> tuple[str, str]:
    """Return the letter and the role of ``a=probability``.

    Raises
    ------
    InputError
        If it is written otherwise, or there is no such role.

    Examples
    --------
    >>> read_role("a=probability")
    ('a', 'probabilities')
    """
    letter, sign, word = (part.strip() for part in text.partition("="))
    if not sign or not letter or word.lower() not in WORDS:
        raise InputError("not a role", place=place, text=text, span=(0, len(text)),
                         hint=f"LETTER=ROLE, with one of {', '.join(WORDS)}")  # fmt: skip
    names = {"sigma": "σ", "\\sigma": "σ", "yhat": "ŷ", "\\hat{y}": "ŷ", "y_hat": "ŷ"}
    return names.get(letter, letter), WORDS[word.lower()]


def base_of(letter: str) -> str:
    """Return a letter without its label: J of J_CE."""
    return letter.split("_", 1)[0]


def without_bar(letter: str) -> str:
    """Return the event of which a letter with a bar is the complement.

    >>> without_bar("Ā"), without_bar("A")
    ('A', 'A')
    """
    return unicodedata.normalize("NFD", letter).removesuffix(ACCENTS["bar"])


def names_in(node: Node) -> Iterator[Name]:
    """Yield the names of a tree that are not indices."""
    if isinstance(node, Name):
        yield node
    for child in _parts(node):
        yield from names_in(child)


def _parts(node: Node) -> Iterable[Node]:
    if isinstance(node, Name):
        return ()
    if isinstance(node, Sum):
        return [part for part in (node.upper, node.body) if part is not None]
    return children(node)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    for child in _parts(node):
        yield from _inside(child)


@dataclass
class Evidence:
    """What the use of a letter shows."""

    exponents: set[str] = field(default_factory=set)
    activated: set[str] = field(default_factory=set)
    logarithms: set[str] = field(default_factory=set)
    derivatives: set[tuple[str, str]] = field(default_factory=set)
    normalised: set[str] = field(default_factory=set)
    spans: dict[str, Span] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    equal: list[set[str]] = field(default_factory=list)
    """Pairs of letters that the text says are the same."""
    has_softmax: bool = False
    has_logarithm: bool = False

    def see(self, node: Node) -> None:
        """Note what a tree shows."""
        for part in _inside(node):
            match part:
                case Name():
                    self.spans.setdefault(part.letter, part.span)
                case Call():
                    self._see_call(part)
                case Chance(event=Condition(first=Name(letter=letter))):
                    self.labels.add(letter)
                case Derivative(of=Name(letter=of), by=(Name(letter=by), *_)):
                    self.derivatives.add((of, by))

    def _see_call(self, call: Call) -> None:
        self.has_logarithm |= call.function in {"log", "H"}
        match call:
            case Call(function="exp"):
                self.exponents |= {name.letter for name in _linear(call.arguments[0])}
            case Call(function="log" | "H", arguments=(*_, Name(letter=letter))):
                self.logarithms.add(letter)
            case Call(function="softmax"):
                self.has_softmax = True
                self.exponents |= {name.letter for name in names_in(call.arguments[0])}
            case Call(function="sigmoid" | "σ", arguments=arguments):
                self.has_softmax = True
                self.activated |= {part.letter for part in arguments if isinstance(part, Name)}

    def see_definition(self, left: Node, right: Node) -> None:
        """Note that a name is set equal to exponentials over their sum."""
        is_quotient = isinstance(right, Fraction) and any(
            isinstance(part, Call) and part.function == "exp" for part in _inside(right.bottom)
        )
        is_sum = isinstance(right, Fraction) and any(
            isinstance(part, Sum | Add) for part in _inside(right.bottom)
        )
        called = right.of if isinstance(right, Entry) else right
        is_softmax = isinstance(called, Call) and called.function in {"softmax", "sigmoid", "σ"}
        if isinstance(left, Name) and ((is_quotient and is_sum) or is_softmax):
            self.normalised.add(left.letter)
        if isinstance(left, Name) and isinstance(right, Name) and _same_indices(left, right):
            self.equal.append({left.letter, right.letter})


def _same_indices(left: Name, right: Name) -> bool:
    """Say whether two names have the same indices, all of them letters."""
    first, second = ([getattr(index, "letter", None) for index in name.indices]
                     for name in (left, right))  # fmt: skip
    return first == second and None not in first


def _linear(node: Node) -> Iterator[Name]:
    """Yield the indexed names that an exponent is made of: z_i + log E, z_i / T."""
    match node:
        case Name() if node.indices or node.letter in CONVENTIONS:
            yield node
        case Add(terms=parts) | Product(factors=parts):
            for part in parts:
                yield from _linear(part)
        case Negative(of=part) | Fraction(top=part):
            yield from _linear(part)


def settle(evidence: Evidence, given: Mapping[str, str], defined: Iterable[str] = ()) -> Roles:
    """Return the roles of all letters, those of the user first.

    Raises
    ------
    Refusal
        If a letter may still be several things.
    """
    letters = [letter for letter in evidence.spans if letter not in defined]
    open_roles = {
        letter: [given[letter]] if letter in given else _candidates(letter, evidence, given)
        for letter in letters
        if letter in given or _conventional(letter)
    }
    before = None
    while before != (before := str(open_roles)):
        _exclude(open_roles, evidence)
    for letter, choices in open_roles.items():
        if len(choices) > 1:
            raise _question(letter, choices, evidence.spans[letter])
    roles = {letter: choices[0] for letter, choices in open_roles.items() if choices}
    _check_probabilities(roles, evidence, given)
    _check_logits(roles, evidence, given)
    functions = {letter: role for letter, role in given.items() if role in {SOFTMAX, SIGMOID}}
    return Roles({**roles, **functions}, frozenset(given))


def _question(letter: str, choices: list[str], span: Span) -> Refusal:
    options = " or ".join(f"--role {letter}={choice.replace(' ', '')}" for choice in choices)
    return Refusal(f"is {letter} the {' or the '.join(choices)}?", span, f"say {options}")


def _check_probabilities(
    roles: Mapping[str, str], evidence: Evidence, given: Mapping[str, str]
) -> None:
    """Refuse a second letter for the probabilities if nothing says that it is one."""
    letters = [letter for letter in roles if roles[letter] == PROBABILITIES]
    known = {letter for letter in letters if letter in given or letter in evidence.normalised}
    known |= set() if known else set(letters[:1])
    for _ in letters:
        known |= {each for pair in evidence.equal if pair & known for each in pair}
    for letter in letters:
        if letter not in known and not _is_output(letter, roles, evidence):
            first = next(each for each in letters if each != letter)
            raise Refusal(f"are {first} and {letter} both the softmax?", evidence.spans[letter],
                          f"say --role {first}=probabilities --role {letter}=probabilities, or "
                          "of one that it is the targets")  # fmt: skip


def _check_logits(roles: Mapping[str, str], evidence: Evidence, given: Mapping[str, str]) -> None:
    """Refuse a second letter for the logits beside what the text differentiates by.

    The o in ∂E/∂z_i = o_i - t_i is the output, and nothing but a convention calls it a logit.
    """
    letters = [letter for letter in roles if roles[letter] == LOGITS]
    used = evidence.exponents | evidence.activated | {by for _, by in evidence.derivatives}
    for letter in letters:
        first = next(each for each in letters if each != letter or len(letters) == 1)
        is_known = letter in given or letter in used or {letter, first} in evidence.equal
        if first != letter and first in used and not is_known:
            hint = f"say --role {letter}=probabilities or --role {letter}=logits"
            place = evidence.spans[letter]
            raise Refusal(f"are {first} and {letter} both the logits?", place, hint)


def _is_output(letter: str, roles: Mapping[str, str], evidence: Evidence) -> bool:
    """Say whether a letter for probabilities can be no target: another is, or none is compared."""
    compares = evidence.has_logarithm or LOSS in roles.values()
    if compares:
        return TARGETS in roles.values() and _conventional(letter) == (PROBABILITIES,)
    return any(roles.get(by) == LOGITS and roles[of] == PROBABILITIES
               for of, by in evidence.derivatives if of in roles)  # fmt: skip


def _conventional(letter: str) -> tuple[str, ...]:
    """Return what a letter is by convention; p_{model}, z_{max}, L_{MSE} are names of their own."""
    usual = CONVENTIONS.get(base_of(letter), ())
    label = letter[len(base_of(letter)) + 1 :].upper().replace("-", "").replace(" ", "")
    its_own = usual[:1] == (LOSS,) and label not in _CROSS_ENTROPIES
    labelled = usual[:1] in {(LOSS,), (CLASSES,)} and not its_own
    return usual if letter in CONVENTIONS or labelled else ()


def _candidates(letter: str, evidence: Evidence, given: Mapping[str, str]) -> list[str]:
    """Return what a letter may be, as far as its own use shows."""
    choices = list(_conventional(letter))
    logarithms = set() if _stays_target(letter, evidence, given) else evidence.logarithms
    shown = [
        role
        for role, letters in (
            (LOGITS, evidence.exponents),
            (TARGETS, evidence.labels),
            (PROBABILITIES, logarithms),
            (PROBABILITIES, evidence.normalised),
        )
        if letter in letters and role in choices
    ]
    return shown[:1] or choices


def _stays_target(letter: str, evidence: Evidence, given: Mapping[str, str]) -> bool:
    """Say whether log y is of a target: beside it there are other probabilities."""
    likely = evidence.logarithms | evidence.normalised
    return TARGETS in _conventional(letter) and any(
        given.get(other) == PROBABILITIES
        or (other not in given and _is_probable(other, other in likely))
        for other in evidence.spans if other != letter
    )  # fmt: skip


def _is_probable(letter: str, shown: bool) -> bool:
    usual = _conventional(letter)
    return usual == (PROBABILITIES,) or (shown and PROBABILITIES in usual)


def _exclude(roles: dict[str, list[str]], evidence: Evidence) -> None:
    """Strike out roles that the other letters or a derivative exclude."""
    settled = {choices[0]: letter for letter, choices in reversed(roles.items())
               if len(choices) == 1}  # fmt: skip
    for letter, choices in roles.items():
        if len(choices) < 2:
            continue
        excluded = {role for role in (LOGITS, TARGETS, LOSS) if settled.get(role, letter) != letter}
        if _differentiates_probabilities(letter, roles, evidence):
            excluded.add(PROBABILITIES)
        if _is_differentiated(letter, evidence):
            excluded |= {TARGETS, LOGITS}
        elif TARGETS in choices and (
            PROBABILITIES in settled or evidence.has_softmax or _is_in_a_loss(roles, evidence)
        ):
            excluded.add(PROBABILITIES)
        if LOSS in choices and any(of == letter for of, _ in evidence.derivatives):
            excluded.add(CONSTANT)
        if LOGITS in choices and CONSTANT in choices and LOGITS not in excluded:
            is_logit = letter in evidence.exponents | evidence.activated
            excluded.add(CONSTANT if is_logit else LOGITS)
        left = [role for role in choices if role not in excluded]
        choices[:] = left or choices


def _is_in_a_loss(roles: Mapping[str, list[str]], evidence: Evidence) -> bool:
    """Say whether there is a loss, and nothing that is differentiated."""
    return [LOSS] in roles.values() and not evidence.derivatives


def _is_differentiated(letter: str, evidence: Evidence) -> bool:
    return any(of == letter != by for of, by in evidence.derivatives)


def _differentiates_probabilities(
    letter: str, roles: Mapping[str, list[str]], evidence: Evidence
) -> bool:
    """Say whether probabilities, other than itself, are differentiated by a letter."""
    return any(
        by == letter != of and roles.get(of) == [PROBABILITIES] for of, by in evidence.derivatives
    )
