"""The letters in which a page is written."""

from __future__ import annotations

from typing import NamedTuple


class Letters(NamedTuple):
    """A letter for every role; ``letters.read_letters`` reads those of a writer.

    Examples
    --------
    >>> Letters(logits="a", targets="t")
    Letters(logits='a', probabilities='p', targets='t', loss='L', classes='C')
    """

    logits: str = "z"
    probabilities: str = "p"
    targets: str = "y"
    loss: str = "L"
    classes: str = "C"


USUAL = Letters()
