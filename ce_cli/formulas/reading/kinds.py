"""Vectors or numbers: the kind of the letters without an index, in one chain and in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.sigmoids import shows_single_output
from ce_cli.formulas.reading.tokens import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_cli.formulas.reading.chains import Chain
    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node

_OF_VECTORS = frozenset({"diag", "softmax", "logsumexp", "KL"})
_SUBJECT = frozenset({r.LOGITS, r.PROBABILITIES, r.TARGETS})


class Kinds:
    """Whether bare letters of a chain are vectors, or numbers as 1 - p and σ(z) show.

    A chain that shows neither follows the others that have its letters.
    """

    def __init__(self, chains: Sequence[Chain], setting: Setting) -> None:
        self.setting = setting
        self.vectors: set[str] = set()
        """Letters of chains of vectors."""
        self.numbers: set[str] = set()
        """Letters of chains of numbers."""
        for chain in chains:
            letters = {name.letter for name in self._subject(chain)}
            if self._shows_vectors(chain):
                self.vectors |= letters
            elif _shows_numbers(chain):
                self.numbers |= letters

    def are_vectors(self, chain: Chain) -> bool:
        """Say whether the bare letters of a chain are vectors."""
        if self._shows_vectors(chain):
            return True
        letters = {name.letter for name in self._subject(chain)}
        follows = letters & self.numbers and not letters & self.vectors
        return not (_shows_numbers(chain) or follows)

    def check(self, chain: Chain) -> None:
        """Refuse a letter that is a number in this chain and a vector in another.

        A chain about a single letter is about a function, whatever the letter is elsewhere.
        """
        if self.are_vectors(chain) or not self._is_about_several(chain):
            return
        for name in self._subject(chain):
            if name.letter in self.vectors:
                raise Refusal(f"is {name.letter} a vector, as elsewhere, or a number?", name.span,
                              "write an index, or the equations one by one")  # fmt: skip

    def _is_about_several(self, chain: Chain) -> bool:
        names = (name for node in chain.nodes for name in r.names_in(node))
        letters = {name.letter for name in names if self.setting.role(name) in _SUBJECT | {r.LOSS}}
        return len(letters) > 1

    def _subject(self, chain: Chain) -> Iterator[t.Name]:
        """Yield the names of logits, probabilities and targets."""
        for node in chain.nodes:
            for name in r.names_in(node):
                if self.setting.role(name) in _SUBJECT:
                    yield name

    def _shows_vectors(self, chain: Chain) -> bool:
        return any(name.indices or name.bold for name in self._subject(chain)) or any(
            isinstance(part, t.Transpose | t.Hadamard | t.MatrixLiteral)
            or (isinstance(part, t.Sum) and part.index is None)
            or (isinstance(part, t.Call) and part.function in _OF_VECTORS)
            for part in _parts(chain)
        )


def _shows_numbers(chain: Chain) -> bool:
    return any(map(shows_single_output, _parts(chain)))


def _parts(chain: Chain) -> list[Node]:
    return [part for node in chain.nodes for part in t.walk(node)]
