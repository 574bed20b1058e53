"""Numbers for all symbols without a definition, so that every line can be evaluated."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from sympy import Basic, ImmutableDenseMatrix, Indexed, Symbol

from ce_cli.derivations.reals import reals
from ce_cli.symbolic.kernel.claims import Distinct, Equal, arguments_of, head_of
from ce_cli.symbolic.kernel.evaluate import Evaluator, Point
from ce_cli.symbolic.notation import C, M, Y, z

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.symbolic.derivation import Derivation, Step

AGREEMENT = 1e-12
_SCALARS = {"eta": 1.0, "lambda": 0.01, "gamma": 2.0, "epsilon": 0.1, "T": 2.0}
_ACTIVATIONS = (1.0, 2.0)
Key = tuple[str, tuple[int, ...]]
Given = tuple[tuple[str, tuple[float, ...]], ...]
Table = list[list[Any]]
"""Numbers of mpmath, row by row."""


class Values(NamedTuple):
    """The numbers of both sides of a step, and the indices they hold for."""

    lhs: Table
    rhs: Table
    indices: tuple[tuple[Symbol, int], ...] = ()

    @property
    def agree(self) -> bool:
        """Say whether the two sides are equal but for rounding."""
        rows = zip(self.lhs, self.rhs, strict=True)
        return all(
            abs(left - right) <= AGREEMENT * max(abs(left), abs(right), 1)
            for row in rows
            for left, right in zip(*row, strict=True)
        )


class Example:
    """One sample with these logits; a label that is not given is 0.

    One logit x stands for the two logits (x, 0), whose softmax is σ(x). A value below the noise,
    which is ten digits above the last one, is shown as zero.
    """

    def __init__(self, derivation: Derivation, logits: Sequence[float]) -> None:
        self.derivation = derivation
        self.logits = (*logits, 0.0) if len(logits) == 1 else tuple(logits)
        self.label = derivation.label or 0
        digits = 40 + int(max(self.logits) - min(self.logits))
        self.numbers = reals(digits)
        self.noise: Any = self.numbers.number(Fraction(1, 10 ** (digits - 10)))
        self.vectors, self.scalars = _open_heads(derivation)
        self.evaluators: dict[tuple[tuple[Symbol, int], ...], Evaluator] = {}

    def values(self, step: Step) -> Values | None:
        """Return the values of both sides, or None if a side has no value (as 1/0)."""
        indices = self._indices(step)
        if indices not in self.evaluators:
            point, definitions = self._point(dict(indices)), self.derivation.definitions
            self.evaluators[indices] = Evaluator(point, definitions, inf, self.numbers)
        evaluator = self.evaluators[indices]
        try:
            lhs, rhs = (self._table(evaluator, side) for side in (step.claim.lhs, step.claim.rhs))
        except ArithmeticError:
            evaluator.reset()
            return None
        return Values(lhs, rhs, indices)

    def _table(self, evaluator: Evaluator, side: Basic) -> Table:
        """Return the values of a matrix row by row; an expression is the only entry."""
        if not isinstance(side, ImmutableDenseMatrix):
            return [[self._value(evaluator, side)]]
        return [[self._value(evaluator, entry) for entry in row] for row in side.tolist()]

    def _value(self, evaluator: Evaluator, expr: Basic) -> Any:  # noqa: ANN401
        value: Any = self.numbers.number(evaluator.value(expr))
        return value if abs(value) > self.noise else self.numbers.number(0)

    def given(self) -> Given:
        """Return the numbers that were used, by name."""
        entries, scalars = self._entries(), self._scalars()
        shown = {
            name: tuple(value for (vector, _), value in entries.items() if vector == name)
            for name in self.vectors
        }
        if self.derivation.subject == "bce":
            del shown["z"]  # bce has only x
        shown |= {name: (scalars[name],) for name in self.scalars if name in scalars}
        steps = self.derivation.steps
        if any(Y in step.claim.lhs.free_symbols | step.claim.rhs.free_symbols for step in steps):
            shown["Y"] = (float(self.label),)
        return tuple(shown.items())

    def _point(self, indices: dict[Symbol, int]) -> Point:
        number: Any = self.numbers.number  # here, of floats
        sizes = {C: len(self.logits), M: len(_ACTIVATIONS)}
        entries = {
            (self.vectors[name], at): number(value) for (name, at), value in self._entries().items()
        }
        values = self._scalars()
        scalars = {s: number(values[name]) for name, s in self.scalars.items() if name in values}
        return Point(sizes, {Y: self.label, **indices}, entries, scalars)

    def _indices(self, step: Step) -> tuple[tuple[Symbol, int], ...]:
        """Return a value for each free index, as the assumptions of the step demand."""
        free = step.claim.lhs.free_symbols | step.claim.rhs.free_symbols
        names = sorted((s for s in free if s.is_integer and s not in {C, M, Y}), key=str)
        chosen: dict[Basic, int] = {name: at for at, name in enumerate(names)}
        for assumption in step.assumptions:
            if isinstance(assumption, Equal | Distinct):
                second = assumption.second
                other = ({Y: self.label} | chosen).get(second, second if second.is_Integer else 0)
                away = isinstance(assumption, Distinct)
                chosen[assumption.first] = (int(other) + away) % len(self.logits)
        return tuple((name, chosen[name]) for name in names)

    def _entries(self) -> dict[Key, float]:
        count = len(self.logits)
        table: dict[Key, float] = {("z", (k,)): logit for k, logit in enumerate(self.logits)}
        for k in range(count):
            table["y", (k,)] = float(k == self.label)
            table["v", (k,)] = table["w", (k,)] = table["t", (k,)] = float(k + 1)
        if "a" in self.vectors:
            table = {key: value for key, value in table.items() if key[0] != "w"}
            table |= dict(self._layer())
        return {key: value for key, value in table.items() if key[0] in self.vectors}

    def _layer(self) -> Iterator[tuple[Key, float]]:
        """Yield a layer with the given logits: the bias makes up the difference."""
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


def _open_heads(derivation: Derivation) -> tuple[dict[str, Basic], dict[str, Symbol]]:
    """Return the vectors, z first, and the scalars that have no definition, by name."""
    vectors: dict[str, Basic] = {"z": z}
    scalars: dict[str, Symbol] = {}
    defined = {str(entry.head) for entry in derivation.definitions.entries}
    bodies = [entry.body for entry in derivation.definitions.entries]
    for step in derivation.steps:
        bodies += [step.claim.lhs, step.claim.rhs]
    for part in (part for body in bodies for part in _named(body)):
        head = head_of(part)
        if str(head) not in defined:
            (vectors if arguments_of(part) else scalars)[str(head)] = head
    return vectors, scalars


def _named(expr: Basic) -> Iterator[Basic]:
    if isinstance(expr, Indexed):
        yield expr
    elif isinstance(expr, Symbol):
        if not expr.is_integer:
            yield expr
    else:
        for part in expr.args:
            yield from _named(part)
