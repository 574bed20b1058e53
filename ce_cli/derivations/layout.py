"""The wishes of the reader: how much is shown, in which language, letters and names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ce_cli.derivations.subjects import OF_ONE_LOGIT
from ce_cli.input.letters import TAKEN, read_letters
from ce_cli.input.page_letters import Letters
from ce_cli.mathematics.nodes import glyph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sympy import Basic

    from ce_cli.symbolic.derivation import Derivation

LANGUAGES = ("en", "zh")
_OF_THE_PROSE = "fghuδ"
"""Letters of the general rules, f = g/h, and of the Kronecker delta."""


@dataclass(frozen=True)
class Layout:
    """The wishes of the reader.

    Parameters
    ----------
    first
        The number of the first class, 0 or 1.
    brief
        Show a chain as one line, from its beginning to its end.
    every_entry
        Show all entries of the result for many classes.
    prose
        Show the sentences between the formulas.
    language
        The language of all sentences, one of ``LANGUAGES``.
    letters
        The reader's letters in place of ours, as ``{"z": "a"}``.
    names
        Names of the classes.
    """

    first: int = 0
    brief: bool = False
    every_entry: bool = False
    prose: bool = True
    language: str = "en"
    letters: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()


def letters_for(derivation: Derivation, roles: Iterable[str], place: str) -> dict[str, str]:
    """Return the reader's letters in place of ours: ``{"z": "a"}`` for the role a=logits.

    Raises
    ------
    InputError
        If a role is not understood, or a letter stands for something else on the page.
    """
    usual = Letters(logits="x") if derivation.subject in OF_ONE_LOGIT else Letters()
    taken = _letters_of(derivation) - set(usual) | set(_OF_THE_PROSE)
    stated = read_letters(roles, place, dict.fromkeys(taken - TAKEN.keys(), "in use"), usual)
    return {getattr(usual, role): letter for role, letter in stated.items()}


def _letters_of(derivation: Derivation) -> set[str]:
    """Return all letters of a derivation as they are printed, those of sums and functions too."""
    sides = [side for step in derivation.steps for side in (step.claim.lhs, step.claim.rhs)]
    return {glyph(name).unicode for side in sides for name in _names(side)}


def _names(expr: Basic) -> Iterator[str]:
    if expr.is_Symbol or not expr.args:
        yield str(expr)
    if expr.is_Function:
        yield str(expr.func)
    for part in expr.args:
        yield from _names(part)
