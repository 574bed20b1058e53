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

    A chain that shows neither follows the rest of the text.
    """

    def __init__(self, chains: Sequence[Chain], setting: Setting) -> None:
        self.setting = setting
        vectors = [chain for chain in chains if self._shows_vectors(chain)]
        self.vector_letters = {name.letter for chain in vectors for name in self._bare(chain)}
        """Letters that stand without an index in a chain of vectors."""
        self.default = bool(vectors) or not any(map(_shows_numbers, chains))

    def are_vectors(self, chain: Chain) -> bool:
        """Say whether the bare letters of a chain are vectors."""
        if self._shows_vectors(chain):
            return True
        return False if _shows_numbers(chain) else self.default

    def check(self, chain: Chain) -> None:
        """Refuse a letter that is a number in this chain and a vector in another."""
        for name in () if self.are_vectors(chain) else self._bare(chain):
            if name.letter in self.vector_letters:
                raise Refusal(f"is {name.letter} a vector, as elsewhere, or a number?", name.span,
                              "write an index, or the equations one by one")  # fmt: skip

    def _shows_vectors(self, chain: Chain) -> bool:
        parts = _parts(chain)
        subject = (part for part in parts if isinstance(part, t.Name)
                   and self.setting.role(part) in _SUBJECT)  # fmt: skip
        return any(name.indices or name.bold for name in subject) or any(
            isinstance(part, t.Transpose | t.Hadamard | t.MatrixLiteral)
            or (isinstance(part, t.Sum) and part.index is None)
            or (isinstance(part, t.Call) and part.function in _OF_VECTORS)
            for part in parts
        )

    def _bare(self, chain: Chain) -> Iterator[t.Name]:
        """Yield the names of the subject that stand without an index and not in bold type."""
        for node in chain.nodes:
            for name in r.names_in(node):
                if not (name.indices or name.bold) and self.setting.role(name) in _SUBJECT:
                    yield name


def _shows_numbers(chain: Chain) -> bool:
    return any(map(shows_single_output, _parts(chain)))


def _parts(chain: Chain) -> list[Node]:
    return [part for node in chain.nodes for part in t.walk(node)]
