"""Roles that the user states and the text contradicts: a target that is a softmax of the logits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ce_cli.formulas.reading.chains import Chain
    from ce_cli.formulas.reading.tree import Node


def contradictions(
    chains: Iterable[Chain], roles: r.Roles, user_roles: Mapping[str, str], variables: set[str]
) -> dict[str, Refusal]:
    """Return the questions about letters that the text uses for something else than the user says.

    ``variables`` are the letters by which the text differentiates.
    """
    nodes = [chain.nodes for chain in chains]
    inputs = {name.letter: name for sides in nodes for node in sides for name in _inputs(node)}
    questions = {}
    for letter, role in user_roles.items():
        name = inputs.get(letter)
        is_only = inputs.keys() <= {letter}
        if name and _excludes_input(role, is_only=is_only, is_variable=letter in variables):
            questions[letter] = _question(name, "is the exponent of a softmax", role)
    for sides in nodes:
        for name, softmax in _outputs(sides):
            role = user_roles.get(name.letter, "")
            exponents = {part.letter for part in _inputs(softmax)}
            has_logits = any(roles.by_letter.get(letter) == r.LOGITS for letter in exponents)
            if _excludes_output(role, has_logits=has_logits):
                questions[name.letter] = _question(name, "is set equal to a softmax", role)
    return questions


def _question(name: t.Name, use: str, role: str) -> Refusal:
    return Refusal(f"{name.letter} {use}: is it the {role}?", name.span,
                   f"leave out --role {name.letter}=..., or change the formula")  # fmt: skip


def _excludes_input(role: str, *, is_only: bool, is_variable: bool) -> bool:
    """Say whether a role does not fit an exponent; the logits of a teacher may be constants."""
    if role == r.CONSTANT:
        return is_variable or is_only
    return role in {r.TARGETS, r.LOSS, r.CLASSES}


def _excludes_output(role: str, *, has_logits: bool) -> bool:
    """Say whether a role does not fit a softmax; that of a teacher may be the targets."""
    others = {r.TARGETS, r.CONSTANT, r.LOGITS}
    return role in {r.LOSS, r.CLASSES} or (role in others and has_logits)


def _outputs(sides: list[Node]) -> Iterator[tuple[t.Name, Node]]:
    """Yield a name on the left of a chain with every softmax that it is set equal to."""
    for right in sides[1:]:
        if isinstance(sides[0], t.Name) and list(_softmaxes(right, depth=1)):
            yield sides[0], right


def _inputs(node: Node) -> Iterator[t.Name]:
    """Yield the names that are an exponent of a softmax by themselves."""
    for part in _softmaxes(node):
        for exponent in (inner for inner in t.walk(part) if isinstance(inner, t.Call)):
            names = list(r.linear_names(exponent.arguments[0]))
            if exponent.function in {"exp", "softmax"} and len(names) == 1:
                yield names[0]


def _softmaxes(node: Node, depth: int = 0) -> Iterator[Node]:
    """Yield the softmaxes in a tree; with a depth of 1 the tree itself, if it is one."""
    parts = [node] if depth else t.walk(node)
    for part in parts:
        function = part.operand if isinstance(part, t.Entry) else part
        is_call = isinstance(function, t.Call) and function.function == "softmax"
        if is_call or r.is_normalised(function):
            yield function
