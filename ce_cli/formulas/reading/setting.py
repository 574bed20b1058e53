"""The setting of a text: the roles of its letters, its way of counting, its layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.sigmoids import is_difference_of_entries
from ce_cli.formulas.reading.sum_reach import check_reach
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ce_cli.formulas.reading.chains import Chain
    from ce_cli.formulas.reading.roles import Roles
    from ce_cli.formulas.reading.tree import Node

_COUNTS = frozenset("CKNn")


@dataclass
class Setting:
    """The letters and indices of a text as a whole."""

    roles: Roles
    base: int = 0
    """Whether classes count from 0 or 1."""
    indexed_letters: frozenset[str] = frozenset()
    """Letters that carry an index somewhere."""
    defined_functions: frozenset[str] = frozenset()
    """Functions that stand alone on the left of a chain: f(x) = ..."""
    earlier_layers: frozenset[str] = frozenset()
    """Superscripts of earlier layers: all but the last one of the text."""
    input_indices: frozenset[str] = frozenset()
    """Indices that run over the inputs of the last layer."""
    last_letters: frozenset[str] = frozenset()
    """Letters that stand behind dots as the index of the last class: p_1, ..., p_n."""
    has_derivative: bool = False
    classes: int | None = None
    """The number of classes, if the user or a condition gave one."""
    index_letters: frozenset[str] = frozenset()
    """Letters that stand as an index somewhere."""
    value_letters: frozenset[str] = frozenset()
    """Letters that stand for a number or vector somewhere."""
    words: frozenset[str] = frozenset()
    """Names on the left of a chain, to which the text or the user gives a meaning."""
    paired_letters: frozenset[str] = frozenset()
    """Letters that carry two indices somewhere: the 13 of A_{13} may be two of them."""
    has_d: bool = False
    """Whether d is a letter with a meaning of its own."""
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The first list of arguments of every name that has one."""
    free_indices: set[str] = field(default_factory=set)
    """Letters that were met as an index outside the sums over them."""

    def head(self, name: t.Name) -> str:
        """Return the name of a letter: with its layer if that is an earlier one."""
        is_earlier = name.layer in self.earlier_layers
        return f"{name.letter}^{name.layer}" if is_earlier else name.letter

    def check_differential(self, node: t.Differential) -> None:
        """Refuse dz outside a derivative, unless d is a letter of the text."""
        if not self.has_d:
            raise Refusal("a differential outside a derivative", node.span,
                          "write a derivative as dL/dz_i; "
                          "say --role d=constant if d is a number")  # fmt: skip

    def check_arguments(self, node: t.Name | t.Chance) -> None:
        """Refuse another list of arguments than the first one: it may have another value."""
        own, first = _arguments(node), self.arguments.get(_function_name(node, self.roles), ())
        if own and own != first:
            name = node.letter if isinstance(node, t.Name) else "P"
            raise Refusal(f"{name} is a function of ({', '.join(first)}) above", node.span,
                          "give it the same arguments everywhere, or none")  # fmt: skip

    def role(self, name: t.Name) -> str:
        """Return the role of a name; an earlier layer's letters have none."""
        role = self.roles.by_letter.get(name.letter, "")
        is_other = name.layer in self.earlier_layers or (role == r.LOSS and name.indices)
        return "" if is_other else role


def setting_of(
    chains: Sequence[Chain],
    definitions: Sequence[Chain],
    user_roles: Mapping[str, str],
    classes: int | None = None,
) -> Setting:
    """Return the setting of a text from its chains and the user's definitions.

    A chain that can be read in two ways is given its refusal.
    """
    everything = [*definitions, *chains]
    parts = [part for chain in everything for node in chain.nodes for part in t.walk(node)]
    names = [part for part in parts if isinstance(part, t.Name)]
    evidence = _evidence(everything)
    defined = {letter for chain in definitions for letter in _left_letter(chain)} - set(user_roles)
    roles = r.settle(evidence, {**_sigma_role(everything), **user_roles}, defined)
    layers = _earlier_layers(names)
    for chain in everything:
        chain.refusal = chain.refusal or _refusal_of(chain, layers, roles.targets)
    indices = frozenset(letter for part in parts for letter in _index_letters(part))
    return Setting(
        roles,
        base=_base(parts, _ranges(everything, indices)),
        index_letters=indices,
        value_letters=frozenset(
            letter for chain in everything for node in chain.nodes for letter in _values(node)
        ),
        words=frozenset(letter for chain in everything for letter in _left_letter(chain)),
        indexed_letters=frozenset(name.letter for name in names if name.indices),
        defined_functions=frozenset(
            chain.sides[0].node.function for chain in everything
            if isinstance(chain.sides[0].node, t.Call) and chain.sides[0].node.function in "fghφ"
        ),
        earlier_layers=layers,
        input_indices=_input_indices(names, layers),
        last_letters=frozenset(letter for part in parts for letter in _last_letters(part)),
        has_derivative=any(isinstance(part, t.Derivative | t.Prime) for part in parts),
        classes=classes,
        paired_letters=frozenset(name.letter for name in names if len(name.indices) == 2),
        arguments=_first_arguments(parts, roles),
        has_d="d" in user_roles or any("d" in _left_letter(chain) for chain in everything),
    )  # fmt: skip


def _first_arguments(parts: Sequence[Node], roles: Roles) -> dict[str, tuple[str, ...]]:
    """Return the first list of arguments of every name that has one."""
    lists: dict[str, tuple[str, ...]] = {}
    for part in parts:
        if isinstance(part, t.Name | t.Chance) and _arguments(part):
            lists.setdefault(_function_name(part, roles), _arguments(part))
    return lists


def _arguments(node: t.Name | t.Chance) -> tuple[str, ...]:
    """Return the arguments of a name; those of P(A | x) are part of its name."""
    if isinstance(node, t.Name):
        return node.arguments
    return node.observation if isinstance(node.event, t.Condition) else ()


def _function_name(node: t.Name | t.Chance, roles: Roles) -> str:
    """Return the name to which arguments belong; all names of the probabilities are one."""
    if isinstance(node, t.Chance) or roles.by_letter.get(node.letter) == r.PROBABILITIES:
        return r.PROBABILITIES
    return f"{node.letter}^{node.layer}"


def _refusal_of(chain: Chain, layers: frozenset[str], targets: str) -> Refusal | None:
    """Return the reason why a whole chain can be read in two ways, None if it cannot."""
    try:
        _check_layers(chain, layers)
        check_reach(chain, targets)
    except Refusal as refusal:
        return refusal
    return None


def _evidence(chains: Sequence[Chain]) -> r.Evidence:
    evidence = r.Evidence()
    for chain in chains:
        for node in chain.nodes:
            evidence.see(node)
        for right in chain.nodes[1:]:
            evidence.see_definition(chain.nodes[0], right)
    return evidence


def _left_letter(chain: Chain) -> list[str]:
    """Return the letter that is the left side of a chain, if it is one."""
    node = chain.sides[0].node
    return [node.letter] if isinstance(node, t.Name) else []


def _sigma_role(chains: Sequence[Chain]) -> dict[str, str]:
    """Return the role of σ if the text sets σ(z_i) equal to exponentials over their sum."""
    for chain in chains:
        calls = [node for node in chain.nodes if isinstance(node, t.Call) and node.function == "σ"]
        evidence = r.Evidence()
        for right in (node for node in chain.nodes if node not in calls):
            evidence.see_definition(t.Name((0, 0), "σ", (t.Name((0, 0), "i"),)), right)
        is_indexed = any(
            name.indices for call in calls[:1] for name in r.names_in(call.arguments[0])
        ) and not is_difference_of_entries(calls[0].arguments[0])
        if is_indexed and evidence.softmaxes:
            return {"σ": r.SOFTMAX}
    return {}


def _earlier_layers(names: Sequence[t.Name]) -> frozenset[str]:
    """Return all layers but the last one of the text, whose letters are plain z, p and y."""
    layers = sorted({name.layer for name in names if name.layer}, key=_layer_order)
    return frozenset(layers[:-1])


def _check_layers(chain: Chain, earlier: frozenset[str]) -> None:
    """Refuse a letter that stands in one chain both with its layer and without."""
    names = [name for node in chain.nodes for name in r.names_in(node)
             if name.layer not in earlier]  # fmt: skip
    bare = {name.letter for name in names if not name.layer}
    for name in names:
        if name.layer and name.letter in bare:
            raise Refusal(f"is {name.letter}^{name.layer} the same as {name.letter}?", name.span,
                          "give both their layer, or neither")  # fmt: skip


def _layer_order(layer: str) -> tuple[int, str]:
    shift = 1 if layer.endswith("+1") else -1 if layer.endswith("-1") else 0
    return (int(layer) if layer.isdigit() else shift, layer)


def _input_indices(names: Sequence[t.Name], layers: frozenset[str]) -> frozenset[str]:
    return frozenset(
        index.letter for name in names if name.layer in layers
        for index in name.indices if isinstance(index, t.Name)
    )  # fmt: skip


def _last_letters(part: Node) -> Iterator[str]:
    """Yield the index letters of the last entry of an array, or term of a sum, with dots."""
    cells: Sequence[Node | None] = ()
    if isinstance(part, t.MatrixLiteral):
        cells = [cell for row in part.rows for cell in row]
    elif isinstance(part, t.Add):
        cells = [None if isinstance(term, t.Dots) else term for term in part.terms]
    last = cells[-1] if cells else None
    if last is not None and None in cells:
        indices = {index.letter for name in r.names_in(last) for index in name.indices
                   if isinstance(index, t.Name)}  # fmt: skip
        yield from indices & _COUNTS


def _index_letters(part: Node) -> set[str]:
    """Return the letters that a part has as indices."""
    indices: list[Node] = []
    match part:
        case t.Name(indices=own) | t.Entry(indices=own):
            indices += own
        case t.Delta(first=first, second=second):
            indices += (first, second)
        case t.Sum(index=t.Name() as index):
            indices.append(index)
    return {name.letter for index in indices for name in t.walk(index) if isinstance(name, t.Name)}


def _values(node: Node) -> Iterator[str]:
    """Yield the letters of a tree that stand for a number or vector, not for an index."""
    parts: Sequence[Node] = list(t.children(node))
    match node:
        case t.Name(letter=letter):
            yield letter
            parts = ()
        case t.Condition() | t.Delta():
            parts = ()
        case t.Entry(operand=operand):
            parts = (operand,)
        case t.Sum(body=body):
            parts = (body,)
    for part in parts:
        yield from _values(part)


def _ranges(chains: Sequence[Chain], indices: frozenset[str]) -> list[t.Range]:
    """Return the ranges of indices beside equations."""
    return [
        part for chain in chains for side in chain.sides for part in side.conditions
        if isinstance(part, t.Range) and part.index.letter in indices
    ]  # fmt: skip


def _base(parts: Sequence[Node], ranges: Sequence[t.Range]) -> int:
    """Return the first class of the text, 0 or 1; 0 if it does not show."""
    sums = [part for part in parts if isinstance(part, t.Sum)]
    starts = {part.lower.value for part in sums if isinstance(part.lower, t.Number)}
    if 0 in starts:
        return 0
    if 1 in starts:
        return 1
    constants = {part.lower.value for part in ranges} | {
        index.value for part in parts if isinstance(part, t.Name | t.Entry)
        for index in part.indices if isinstance(index, t.Number)
    }  # fmt: skip
    return int(bool(constants) and 0 not in constants)
