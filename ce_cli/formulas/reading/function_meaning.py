"""From functions to SymPy: of numbers (exp), of vectors (softmax, entropies), and chances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Function, IndexedBase, Integer, KroneckerDelta, Symbol

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.name_meaning import index_of
from ce_cli.formulas.reading.sigmoids import is_difference_of_entries
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.unevaluated import (
    exponential,
    logarithm,
    negative,
    product,
    quotient,
    total,
)
from ce_cli.formulas.reading.vectors import Matrix, Value, Vector, contract, map_entries
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.formulas.reading.meaning import Meaning
    from ce_cli.formulas.reading.tree import Node


def call_value(meaning: Meaning, node: t.Call) -> Value:
    """Return the value of a function."""
    if node.function in _OF_VECTORS:
        return _OF_VECTORS[node.function](meaning, node)
    argument = _only_argument(node)
    if node.function in _OF_NUMBERS:
        return _entry_by_entry(meaning, node.function, argument)
    is_defined = node.function in meaning.setting.defined_functions
    if node.function in {"softmax", "sigmoid", "σ"} and not is_defined:
        return _activation(meaning, node, argument)
    return Function(node.function)(meaning.number(argument))


def _only_argument(node: t.Call) -> Node:
    if len(node.arguments) != 1:
        raise Refusal(f"{node.function} takes one argument", node.span)
    return node.arguments[0]


def _entry_by_entry(meaning: Meaning, function: str, argument: Node) -> Value:
    value = meaning.value(argument)
    if value == 0 and function == "log":
        raise Refusal("a logarithm of zero", argument.span)
    return map_entries(value, _OF_NUMBERS[function])


def _tanh(term: Expr) -> Expr:
    """Return (e^x - e^-x) / (e^x + e^-x)."""
    up, down = exponential(term), exponential(negative(term))
    return quotient(total(up, negative(down)), total(up, down))


def _softplus(term: Expr) -> Expr:
    return logarithm(total(Integer(1), exponential(term)))


def _log_sum_exp(meaning: Meaning, node: t.Call) -> Expr:
    value = _vector(meaning, node, _only_argument(node))
    return logarithm(contract(value.size, lambda k: exponential(value.entry(k))))


def _entropy(meaning: Meaning, node: t.Call) -> Expr:
    """Return H(a, b) = -Σ a log b; H(a) is H(a, a)."""
    for argument in node.arguments:
        if isinstance(argument, t.Name) and meaning.setting.role(argument) == r.LOGITS:
            raise Refusal("an entropy of logits?", argument.span, "write H(y, softmax(z))")
    first, last = _two_vectors(meaning, node)
    return negative(
        contract(first.size, lambda k: product(first.entry(k), logarithm(last.entry(k))))
    )


def _divergence(meaning: Meaning, node: t.Call) -> Expr:
    """Return KL(a || b) = Σ a log(a / b)."""
    first, last = _two_vectors(meaning, node)
    return contract(first.size, lambda k: product(
        first.entry(k), logarithm(quotient(first.entry(k), last.entry(k)))))  # fmt: skip


def _two_vectors(meaning: Meaning, node: t.Call) -> tuple[Vector, Vector]:
    """Return the first and the last argument."""
    first, last = (_vector(meaning, node, node.arguments[position]) for position in (0, -1))
    if first.size != last.size:
        raise Refusal("two vectors of different lengths", node.span)
    return first, last


def chance_value(meaning: Meaning, node: t.Chance) -> Expr:
    """Return p_k for P(y = k | x); another event has an unknown probability."""
    meaning.setting.check_arguments(node)
    roles = meaning.setting.roles
    targets = {roles.targets, "Y"}
    match node.event:
        case t.Condition(first=t.Name(letter=letter), relation="=") if letter in targets:
            p = IndexedBase(roles.first(r.PROBABILITIES, "p"), shape=(C,))
            return p[index_of(meaning, node.event.second)]
        case t.Name(letter=letter, indices=()):
            event = r.strip_bar(letter)
            chance = Symbol(f"P({event}|{','.join(node.observation)})")
            return chance if event == letter else total(Integer(1), negative(chance))
    raise Refusal("the probability of what?", node.span)


def _diagonal(meaning: Meaning, node: t.Call) -> Matrix:
    value = meaning.value(_only_argument(node))
    if not isinstance(value, Vector):
        raise Refusal("a diagonal of something that is no vector", node.arguments[0].span)
    return Matrix(
        lambda i, j: product(value.entry(i), KroneckerDelta(i, j)), value.size, value.size
    )


def _activation(meaning: Meaning, node: t.Call, argument: Node) -> Value:
    """Return σ(x), softmax(z), or softmax(z_i), which people write for softmax(z)_i."""
    if _activation_kind(meaning, node, argument) == r.SIGMOID:
        return map_entries(meaning.value(argument), _sigmoid)
    if isinstance(argument, t.Name) and argument.indices:
        name = replace(argument, indices=(), bold=True)
        call = replace(node, arguments=(name,))
        return entry_value(meaning, t.Entry(node.span, call, argument.indices))
    return _softmax(meaning, node)


def _sigmoid(term: Expr) -> Expr:
    return quotient(Integer(1), total(Integer(1), exponential(negative(term))))


def _activation_kind(meaning: Meaning, node: t.Call, argument: Node) -> str:
    """Return softmax or sigmoid: σ may be either."""
    if node.function != "σ":
        return node.function
    role = meaning.setting.roles.by_letter.get("σ", "")
    if role in {r.SOFTMAX, r.SIGMOID}:
        return role
    if is_difference_of_entries(argument):
        return r.SIGMOID
    if any(name.indices for name in r.names_in(argument)):
        raise Refusal("is σ the softmax or the sigmoid?", node.span,
                      "say --role σ=softmax or --role σ=sigmoid")  # fmt: skip
    return r.SOFTMAX if isinstance(meaning.value(argument), Vector) else r.SIGMOID


def _softmax(meaning: Meaning, node: t.Call) -> Value:
    value = _vector(meaning, node, _only_argument(node))
    bottom = contract(value.size, lambda k: exponential(value.entry(k)))
    vector = Vector(lambda i: quotient(exponential(value.entry(i)), bottom), value.size)
    return vector if meaning.component is None else vector.entry(meaning.component)


def _vector(meaning: Meaning, node: t.Call, argument: Node) -> Vector:
    """Return a vector to which a function is applied; a letter that nobody explained is one."""
    value = replace(meaning, component=None).value(argument)
    if (
        isinstance(value, Symbol)
        and isinstance(argument, t.Name)
        and not _has_role(meaning, argument)
    ):
        head = meaning.setting.head(argument)
        value = Vector(lambda i: IndexedBase(head, shape=(C,))[i], C)
    if not isinstance(value, Vector):
        raise Refusal(f"{node.function} of something that is no vector", argument.span)
    return value


def _has_role(meaning: Meaning, name: t.Name) -> bool:
    return meaning.setting.role(name) in {r.PROBABILITIES, r.TARGETS, r.CLASSES, r.LOSS}


def _maximum(meaning: Meaning, node: t.Call) -> Expr:
    """Return max z, a constant about which only its name is known: nothing to differentiate."""
    if meaning.setting.has_derivative:
        raise Refusal("a maximum beside derivatives is not understood", node.span)
    letter = _letter_of(meaning.value(node.arguments[0]))
    if meaning.setting.roles.by_letter.get(letter) != r.LOGITS:
        raise Refusal("a maximum of what?", node.span, "write max(z) or max_k z_k")
    return maximum_symbol(letter)


def _letter_of(value: Value) -> str:
    """Return the letter of a vector that is no more than a letter; "" of anything else."""
    index = Symbol("k", integer=True)
    entry = value.entry(index) if isinstance(value, Vector) else None
    is_letter = entry is not None and entry.is_Indexed and entry.args[1:] == (index,)
    return str(entry.args[0]) if entry is not None and is_letter else ""


def maximum_symbol(letter: str) -> Symbol:
    """Return the constant that stands for the maximum of a vector."""
    return Symbol(f"max {letter}", real=True)


def entry_value(meaning: Meaning, node: t.Entry) -> Value:
    """Return an entry of a vector or matrix."""
    value = replace(meaning, component=None).value(node.operand)
    places = [index_of(meaning, index) for index in node.indices]
    if isinstance(value, Vector) and len(places) == 1:
        return value.entry(*places)
    if isinstance(value, Matrix) and len(places) == 2:
        return value.entry(*places)
    raise Refusal("this has no such entries", node.span)


_OF_NUMBERS: dict[str, Callable[[Expr], Expr]] = {
    "exp": exponential, "log": logarithm, "tanh": _tanh, "softplus": _softplus,
}  # fmt: skip
_OF_VECTORS: dict[str, Callable[[Meaning, t.Call], Value]] = {
    "max": _maximum, "H": _entropy, "KL": _divergence, "logsumexp": _log_sum_exp,
    "diag": _diagonal,
}  # fmt: skip
