"""What a text says as a whole: the roles of its letters, how it counts, its layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.scopes import check_scopes
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ce_cli.formulas.reading.roles import Roles
    from ce_cli.formulas.reading.statements import Chain
    from ce_cli.formulas.reading.tree import Node


_COUNTS = frozenset("CKNn")


@dataclass
class Setting:
    """What a text says as a whole about its letters and indices."""

    roles: Roles
    base: int = 0
    """Whether classes count from 0 or 1."""
    indexed: frozenset[str] = frozenset()
    """Letters that carry an index somewhere."""
    defined: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    """Superscripts of earlier layers."""
    inputs: frozenset[str] = frozenset()
    """Indices that run over the inputs of the last layer."""
    lasts: frozenset[str] = frozenset()
    """Letters that stand behind dots as the index of the last class: p_1, ..., p_n."""
    differentiates: bool = False
    """Whether there is a derivative anywhere."""
    classes: int | None = None
    """The number of classes, if the user gave one."""
    names_d: bool = False
    """Whether d is a letter with a meaning of its own."""
    used: set[str] = field(default_factory=set)

    def head(self, name: t.Name) -> str:
        """Return the name a letter goes by: with its layer if that is an earlier one."""
        return f"{name.letter}^{name.layer}" if name.layer in self.layers else name.letter

    def check_differential(self, node: t.Differential) -> None:
        """Refuse dz outside a derivative, unless d is a letter of the text."""
        if not self.names_d:
            raise Refusal("a differential outside a derivative", node.span,
                          "write a derivative as dL/dz_i; "
                          "say --role d=constant if d is a number")  # fmt: skip

    def role(self, name: t.Name) -> str:
        """Return the role of a name; an earlier layer's letters have none."""
        role = self.roles.of.get(name.letter, "")
        is_other = name.layer in self.layers or (role == r.LOSS and name.indices)
        return "" if is_other else role


def setting_of(
    chains: Sequence[Chain],
    extra: Sequence[Chain],
    given: Mapping[str, str],
    classes: int | None = None,
) -> Setting:
    """Return what the chains of a text, and of further definitions, say about their letters.

    Raises
    ------
    Refusal
        If a letter may be several things.
    """
    everything = [*extra, *chains]
    nodes = [side.node for chain in everything for side in chain.sides if side.node]
    parts = [part for node in nodes for part in t.walk(node)]
    evidence = r.Evidence()
    for chain in everything:
        _see(chain, evidence)
    by_user = {letter for chain in extra for letter in _head(chain)} - set(given)
    roles = r.settle(evidence, {**_shown_kinds(everything), **given}, by_user)
    names = [part for part in parts if isinstance(part, t.Name)]
    layers = _earlier_layers(names)
    for chain in everything:
        _check_layers(chain, layers)
        check_scopes(chain, roles.targets)
    return Setting(
        roles,
        _base(parts),
        frozenset(name.letter for name in names if name.indices),
        frozenset(
            chain.sides[0].node.function for chain in everything
            if isinstance(chain.sides[0].node, t.Call) and chain.sides[0].node.function in "fghφ"
        ),
        layers,
        _input_indices(names, layers),
        frozenset(letter for part in parts for letter in _lasts(part)),
        any(isinstance(part, t.Derivative | t.Prime) for part in parts),
        classes,
        "d" in given or any("d" in _head(chain) for chain in everything),
    )  # fmt: skip


def _see(chain: Chain, evidence: r.Evidence) -> None:
    sides = [side.node for side in chain.sides if side.node]
    for node in sides:
        evidence.see(node)
    for right in sides[1:]:
        evidence.see_definition(sides[0], right)


def _head(chain: Chain) -> Iterable[str]:
    node = chain.sides[0].node
    return [node.letter] if isinstance(node, t.Name) else []


def _shown_kinds(chains: Sequence[Chain]) -> dict[str, str]:
    """Return what σ(z_i) is if the text sets it equal to exponentials over their sum."""
    for chain in chains:
        sides = [side.node for side in chain.sides if side.node]
        calls = [node for node in sides if isinstance(node, t.Call) and node.function == "σ"]
        shown = r.Evidence()
        for right in (side for side in sides if side not in calls):
            shown.see_definition(t.Name((0, 0), "σ", (t.Name((0, 0), "i"),)), right)
        if calls and shown.normalised and _is_indexed(calls[0]):
            return {"σ": r.SOFTMAX}
    return {}


def _is_indexed(call: t.Call) -> bool:
    return any(name.indices for name in r.names_in(call.arguments[0]))


def _earlier_layers(names: Sequence[t.Name]) -> frozenset[str]:
    """Return the layers that are not the last one of the text; that one goes unmarked."""
    layers = sorted({name.layer for name in names if name.layer}, key=_depth)
    return frozenset(layers[:-1])


def _check_layers(chain: Chain, earlier: frozenset[str]) -> None:
    """Refuse a letter that stands in one chain both with its layer and without."""
    nodes = [side.node for side in chain.sides if side.node]
    names = [name for node in nodes for name in r.names_in(node) if name.layer not in earlier]
    bare = {name.letter for name in names if not name.layer}
    for name in names:
        if name.layer and name.letter in bare:
            raise Refusal(f"is {name.letter}^{name.layer} the same as {name.letter}?", name.span,
                          "give both their layer, or neither")  # fmt: skip


def _depth(layer: str) -> tuple[int, str]:
    shift = 1 if layer.endswith("+1") else -1 if layer.endswith("-1") else 0
    return (int(layer) if layer.isdigit() else shift, layer)


def _input_indices(names: Sequence[t.Name], layers: frozenset[str]) -> frozenset[str]:
    return frozenset(
        index.letter for name in names if name.layer in layers
        for index in name.indices if isinstance(index, t.Name)
    )  # fmt: skip


def _lasts(part: Node) -> Iterator[str]:
    """Yield the index letters of the last entry of an array, or term of a sum, with dots."""
    cells: Sequence[Node | None] = ()
    if isinstance(part, t.Array):
        cells = [cell for row in part.rows for cell in row]
    elif isinstance(part, t.Add):
        cells = [None if isinstance(term, t.Dots) else term for term in part.terms]
    last = cells[-1] if cells else None
    if last is not None and None in cells:
        indices = {index.letter for name in r.names_in(last) for index in name.indices
                   if isinstance(index, t.Name)}  # fmt: skip
        yield from indices & _COUNTS


def _base(parts: Sequence[Node]) -> int:
    """Return whether the text counts classes from 0 or from 1; 0 if it does not show."""
    sums = [part for part in parts if isinstance(part, t.Sum)]
    starts = {part.lower.value for part in sums if isinstance(part.lower, t.Number)}
    if 0 in starts:
        return 0
    if 1 in starts:
        return 1
    constants = {
        index.value for part in parts if isinstance(part, t.Name)
        for index in part.indices if isinstance(index, t.Number)
    }  # fmt: skip
    return int(bool(constants) and 0 not in constants)
