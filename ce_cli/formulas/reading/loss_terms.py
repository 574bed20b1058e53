"""The terms of a formula that may be a loss, and the parts of a cross-entropy in each of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node

_WEIGHTS = frozenset("αβγλεηwTKCnNm")
"""Letters of factors that are positive: weights, counts, temperatures."""
_ACTIVATIONS = frozenset({"softmax", "sigmoid", "σ", "f", "g", "h"})
_MOST_TERMS = 64


@dataclass
class Term:
    """A term of a formula: its sign, and how often it has each part of a cross-entropy."""

    negative: bool = False
    targets: int = 0
    complements: int = 0
    """Factors 1 - y."""
    probabilities: int = 0
    logs: list[str] = field(default_factory=list)
    """The arguments of its logarithms: p, 1-p, y, another name, Σe for a sum, ? for others."""
    logits: int = 0
    weights: int = 0
    others: int = 0
    summed: frozenset[str] = frozenset()
    """The indices of the sums around it."""
    indices: frozenset[str] = frozenset()
    """The indices of its targets and of the probabilities in its logarithms."""

    @property
    def labels(self) -> int:
        """Factors y and 1 - y."""
        return self.targets + self.complements

    @property
    def has_log(self) -> bool:
        """Whether it has one logarithm of probabilities, and no factor of unknown sign."""
        kinds = {"p", "1-p", *({"name"} if self.labels or self.negative else ())}
        is_log = len(self.logs) == 1 and self.logs[0] in kinds
        return is_log and not (self.probabilities or self.logits or self.others)

    @property
    def is_entropy(self) -> bool:
        """Whether it is p log p or y log y."""
        factors = {"p": self.probabilities, "1-p": self.probabilities, "y": self.labels}
        return len(self.logs) == 1 and bool(factors.get(self.logs[0])) and not self.others


def terms_of(node: Node, setting: Setting) -> list[Term]:
    """Return the terms of a formula that is multiplied out around its logarithms."""
    return list(_Terms(setting).of(node))


class _Terms:
    """Cuts a formula into terms."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def of(self, node: Node, summed: frozenset[str] = frozenset()) -> Iterator[Term]:
        """Yield the terms of a formula that is multiplied out around its logarithms."""
        match node:
            case t.Add(terms=parts):
                for part in parts:
                    yield from self.of(part, summed)
            case t.Negative(operand=operand):
                for term in self.of(operand, summed):
                    yield replace(term, negative=not term.negative)
            case t.Sum(body=body, index=index):
                yield from self.of(body, summed | ({index.letter} if index else set()))
            case _:
                yield from self._product(_factors(node), summed)

    def _product(self, factors: tuple[Node, ...], summed: frozenset[str]) -> Iterator[Term]:
        """Yield the products of the terms of factors with logarithms and of the other factors."""
        first, *rest = factors
        parts = list(self.of(first, summed)) if _splits(first) else [self._single(first, summed)]
        others = list(self._product(tuple(rest), summed)) if rest else [Term(summed=summed)]
        for left, right in list(product(parts, others))[:_MOST_TERMS]:
            yield _times(left, right)

    def _single(self, node: Node, summed: frozenset[str]) -> Term:
        term = Term(summed=summed)
        self._add_factors(term, node)
        return term

    def _add_factors(self, term: Term, node: Node) -> None:
        """Count the factors of a product."""
        match node:
            case t.Product(factors=factors):
                for factor in factors:
                    self._add_factors(term, factor)
            case t.Negative(operand=operand):
                term.negative = not term.negative
                self._add_factors(term, operand)
            case t.Transpose(operand=operand):
                self._add_factors(term, operand)
            case t.Division(top=top, bottom=bottom) if not self._is_probability(node):
                self._add_factors(term, top)
                term.others += not self._is_weight(bottom)
            case t.Call(function="log", arguments=(argument,)):
                self._add_logarithm(term, argument)
            case t.Call(function="H", arguments=arguments):
                term.negative = not term.negative
                self._add_factor(term, arguments[0])
                self._add_logarithm(term, arguments[-1])
            case _:
                self._add_factor(term, node)

    def _add_logarithm(self, term: Term, argument: Node) -> None:
        argument = argument.operand if isinstance(argument, t.Transpose) else argument
        if isinstance(argument, t.Call) and argument.function == "exp":
            term.logits += 1
            return
        term.logs.append(self._log_kind(argument))
        term.indices |= _indices(argument)

    def _log_kind(self, argument: Node) -> str:
        if self._is_target(argument):
            return "y"
        if self._is_complement(argument, self._is_probability):
            return "1-p"
        if self._is_probability(argument):
            return "p"
        if isinstance(argument, t.Name):
            return "name"
        parts = list(t.walk(argument))
        has_exponential = any(isinstance(part, t.Call) and part.function == "exp" for part in parts)
        is_sum = isinstance(argument, t.Sum | t.Add) and has_exponential
        return "Σe" if is_sum else "?"

    def _add_factor(self, term: Term, node: Node) -> None:
        if self._is_target(node):
            term.targets += 1
            term.indices |= _indices(node)
        elif self._is_complement(node, self._is_target):
            term.complements += 1
        elif self._is_probability(node) or self._is_complement(node, self._is_probability):
            term.probabilities += 1
        elif isinstance(node, t.Name) and self.setting.role(node) == r.LOGITS:
            term.logits += 1
        elif isinstance(node, t.Number):
            term.others += not node.value
        elif self._is_smoothed(node):
            term.targets, term.weights = term.targets + 1, term.weights + 1
        elif self._is_weight(node):
            term.weights += 1
        else:
            term.others += 1

    def _is_target(self, node: Node) -> bool:
        if isinstance(node, t.Indicator | t.Delta):
            return True
        return isinstance(node, t.Name) and self.setting.role(node) == r.TARGETS

    def _is_probability(self, node: Node) -> bool:
        """Say whether a part is p, softmax(z)_i or σ(z), also written out, or P(y | x)."""
        node = node.operand if isinstance(node, t.Entry) else node
        match node:
            case t.Name():
                roles = r.CONVENTIONS.get(_plain(node.letter), ())
                return r.PROBABILITIES in {self.setting.role(node), *roles[:1]}
            case t.Call(function=function):
                return function in _ACTIVATIONS
            case t.Division(top=top, bottom=bottom):
                has_sum = isinstance(bottom, t.Sum | t.Add)
                return has_sum and any(
                    isinstance(part, t.Call) and part.function == "exp" for part in t.walk(bottom)
                ) and not _has_logarithm(top)  # fmt: skip
        return isinstance(node, t.Chance)

    @staticmethod
    def _is_complement(node: Node, is_kind: Callable[[Node], bool]) -> bool:
        """Say whether a part is 1 - y or 1 - p."""
        match node:
            case t.Add(terms=(t.Number(value=value), t.Negative(operand=operand))) if value == 1:
                return is_kind(operand)
        return False

    def _is_smoothed(self, node: Node) -> bool:
        """Say whether a part is targets mixed with numbers and weights: (1 - ε) y + ε / K."""
        names = list(r.names_in(node))
        has_targets = any(self.setting.role(name) == r.TARGETS for name in names)
        others = [name for name in names if self.setting.role(name) != r.TARGETS]
        return isinstance(node, t.Add) and has_targets and all(map(self._is_weight, others))

    def _is_weight(self, node: Node) -> bool:
        """Say whether a part is made of numbers and of letters that are positive by convention."""
        are_positive = all(
            r.base_of(name.letter) in _WEIGHTS
            and self.setting.role(name) in {"", r.CLASSES, r.CONSTANT}
            for name in r.names_in(node)
        )
        others = (t.Call, t.Derivative, t.Chance)
        return are_positive and not any(isinstance(part, others) for part in t.walk(node))


def _factors(node: Node) -> tuple[Node, ...]:
    """Return the factors of a product or a quotient with logarithms, else the whole."""
    match node:
        case t.Product(factors=factors) if _has_logarithm(node):
            return factors
        case t.Hadamard(first=first, second=second):
            return (first, second)
        case t.Division(top=top, bottom=bottom) if _has_logarithm(top):
            return (top, t.Power(bottom.span, bottom, t.Number(bottom.span, Fraction(-1))))
    return (node,)


def _plain(letter: str) -> str:
    """Return a letter without its label and its accents, but ŷ as it is."""
    base = r.base_of(letter)
    return base if base in r.CONVENTIONS else unicodedata.normalize("NFD", base)[:1]


def _splits(node: Node) -> bool:
    """Say whether a factor is multiplied out: a sum or product of terms with logarithms."""
    kinds = t.Add | t.Negative | t.Sum | t.Product | t.Hadamard
    return _has_logarithm(node) and isinstance(node, kinds)


def _has_logarithm(node: Node) -> bool:
    return any(isinstance(part, t.Call) and part.function == "log" for part in t.walk(node))


def _times(left: Term, right: Term) -> Term:
    return Term(
        left.negative != right.negative, left.targets + right.targets,
        left.complements + right.complements, left.probabilities + right.probabilities,
        left.logs + right.logs, left.logits + right.logits, left.weights + right.weights,
        left.others + right.others, left.summed | right.summed, left.indices | right.indices,
    )  # fmt: skip


def _indices(node: Node) -> frozenset[str]:
    names = [index for name in r.names_in(node) for index in name.indices]
    return frozenset(index.letter for index in names if isinstance(index, t.Name))
