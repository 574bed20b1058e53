"""Numbers for everything a derivation leaves open, so that every line can be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sympy import Basic, Indexed, Symbol
from sympy.core.function import AppliedUndef

from ce_cli.derivations.evaluate import Evaluator, Place
from ce_cli.symbolic.kernel.claims import Distinct, Equal, arguments_of, head_of
from ce_cli.symbolic.notation import C, M, Y

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.symbolic.derivation import Derivation, Step

AGREEMENT = 1e-12
_SCALARS = {"eta": 1.0, "lambda": 0.01, "gamma": 2.0, "epsilon": 0.1, "T": 2.0}
_ACTIVATIONS = (1.0, 2.0)
Key = tuple[str, tuple[int, ...]]
Given = tuple[tuple[str, tuple[float, ...]], ...]


class Values(NamedTuple):
    """The numbers of both sides of a step, row by row, and the indices they hold for."""

    lhs: list[list[Any]]
    rhs: list[list[Any]]
    indices: tuple[tuple[Symbol, int], ...] = ()

    @property
    def agree(self) -> bool:
        """Say whether the two sides are equal but for rounding."""
        lines = zip(self.lhs, self.rhs, strict=True)
        return all(
            abs(one - two) <= AGREEMENT * max(abs(one), abs(two), 1)
            for mine, its in lines
            for one, two in zip(mine, its, strict=True)
        )


class Example:
    """One sample with these logits; a label that is not given is 0.

    One logit x stands for the two logits (x, 0), whose softmax is σ(x).
    """

    def __init__(self, derivation: Derivation, logits: Sequence[float]) -> None:
        self.derivation = derivation
        self.logits = (*logits, 0.0) if len(logits) == 1 else tuple(logits)
        self.label = derivation.label or 0
        self.digits = 40 + int(max(self.logits) - min(self.logits))
        self.vectors, self.scalars = _open_names(derivation)
        self.evaluators: dict[tuple[tuple[Symbol, int], ...], Evaluator] = {}

    def values(self, step: Step) -> Values | None:
        """Return the values of both sides, or None where one has none (as 1/0)."""
        indices = self._indices(step)
        if indices not in self.evaluators:
            place = Place(self._sizes() | dict(indices), self._entries(), self._scalars())
            definitions = self.derivation.definitions
            self.evaluators[indices] = Evaluator(place, definitions, self.digits)
        evaluator = self.evaluators[indices]
        try:
            lhs, rhs = evaluator.table(step.claim.lhs), evaluator.table(step.claim.rhs)
        except ArithmeticError:
            return None
        return Values(lhs, rhs, indices)

    def given(self) -> Given:
        """Return the numbers that were used, by name."""
        shown = {} if self.derivation.subject == "bce" else {"z": self.logits}  # bce has only x
        for name in self.vectors:
            shown[name] = tuple(value for (of, _), value in self._entries().items() if of == name)
        scalars = self._scalars()
        shown |= {name: (scalars[name],) for name in self.scalars if name in scalars}
        if Y in self.derivation_symbols():
            shown["Y"] = (float(self.label),)
        return tuple(shown.items())

    def derivation_symbols(self) -> set[Basic]:
        """Return the free symbols of all claims."""
        steps = self.derivation.steps
        sides = (side for step in steps for side in (step.claim.lhs, step.claim.rhs))
        return set().union(*(side.free_symbols for side in sides))

    def _sizes(self) -> dict[Basic, int]:
        return {C: len(self.logits), M: len(_ACTIVATIONS), Y: self.label}

    def _indices(self, step: Step) -> tuple[tuple[Symbol, int], ...]:
        """Return a value for each free index, as the assumptions of the step demand."""
        free = step.claim.lhs.free_symbols | step.claim.rhs.free_symbols
        names = sorted((s for s in free if s.is_integer and s not in {C, M, Y}), key=str)
        chosen: dict[Basic, int] = {name: at for at, name in enumerate(names)}
        for each in step.assumptions:
            if isinstance(each, Equal | Distinct):
                other = self.label if each.second == Y else chosen.get(each.second, 0)
                away = isinstance(each, Distinct)
                chosen[each.first] = (other + away) % len(self.logits)
        return tuple((name, chosen[name]) for name in names)

    def _entries(self) -> dict[Key, float]:
        count = len(self.logits)
        table: dict[Key, float] = {("z", (k,)): logit for k, logit in enumerate(self.logits)}
        for k in range(count):
            table["y", (k,)] = float(k == self.label)
            table["v", (k,)] = table["w", (k,)] = float(k + 1)
        if "a" in self.vectors:
            table = {key: value for key, value in table.items() if key[0] != "w"}
            table |= dict(self._layer())
        return {key: value for key, value in table.items() if key[0] in {"z", *self.vectors}}

    def _layer(self) -> Iterator[tuple[Key, float]]:
        """Yield a layer whose logits are the given ones: the bias makes up the difference."""
        for m, activation in enumerate(_ACTIVATIONS):
            yield ("a", (m,)), activation
            for k in range(len(self.logits)):
                yield ("w", (m, k)), float(m + k)
        for k, logit in enumerate(self.logits):
            yield ("b", (k,)), logit - sum(a * (m + k) for m, a in enumerate(_ACTIVATIONS))

    def _scalars(self) -> dict[str, float]:
        largest = max(self.logits)
        label = 1 if self.derivation.label is None else self.label
        return _SCALARS | {"x": self.logits[0], "y": float(label), "max z": largest, "s": 2.0}


def _open_names(derivation: Derivation) -> tuple[list[str], list[str]]:
    """Return the names of the entries and of the scalars that have no definition."""
    vectors: dict[str, None] = {}
    scalars: dict[str, None] = {}
    defined = {str(entry.head) for entry in derivation.definitions.entries}
    bodies = [entry.body for entry in derivation.definitions.entries]
    for step in derivation.steps:
        bodies += [step.claim.lhs, step.claim.rhs]
    for part in (part for body in bodies for part in _named(body)):
        name = str(head_of(part))
        if name not in defined and not isinstance(part, AppliedUndef):
            (vectors if arguments_of(part) else scalars)[name] = None
    return [name for name in vectors if name != "z"], list(scalars)


def _named(expr: Basic) -> Iterator[Basic]:
    if isinstance(expr, Indexed):
        yield expr
    elif isinstance(expr, Symbol):
        if not expr.is_integer:
            yield expr
    else:
        for part in expr.args:
            yield from _named(part)
