"""The logits of one sample, as arguments or on stdin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.input.numbers import read_list, read_logit
from ce_cli.input.text import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_OF_A_LIST = r"[,\[\]()\s]"


def read_logits(words: Sequence[str]) -> list[float]:
    """Return two or more logits, not all masked; a single ``-`` stands for stdin.

    They are separated by spaces or by commas, and may stand in brackets.

    Raises
    ------
    InputError
        If there are too few, all are masked, one is not a number or -inf, or stdin holds
        more than one sample.

    Examples
    --------
    >>> read_logits(["4", "-4", "3"]) == read_logits(["[4,", "-4,", "3]"])
    True
    """
    logits = _on_stdin(read_text("-")) if list(words) == ["-"] else _in_words(words)
    if len(logits) < 2:
        problem = "one logit is too few" if logits else "no logits"
        hint = "give one number for each class, at least two, as in 4 -4 3"
        raise InputError(problem, place="LOGITS", hint=hint)
    if max(logits) == float("-inf"):
        raise InputError("all classes are masked (-inf)", place="LOGITS")
    return logits


def _in_words(words: Sequence[str]) -> list[float]:
    if any(re.search(_OF_A_LIST, word) for word in words):
        return read_list(" ".join(words), "LOGITS", read_logit)
    return [read_logit(word, f"argument {number}") for number, word in enumerate(words, 1)]


def _on_stdin(text: str) -> list[float]:
    """Return the numbers of a line, of a list in brackets, or of a column."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    is_list = text.strip()[:1] in {"[", "("}
    if not is_list and len(lines) > 1 and any(map(_has_several, lines)):
        number, line = lines[1]
        raise InputError(f"{len(lines)} lines are not one sample", place=f"stdin:{number}:1",
                         text=line.strip(), hint="cecheck batch reads a sample a line")  # fmt: skip
    return read_list(text, "stdin", read_logit, line=1)


def _has_several(line: tuple[int, str]) -> bool:
    return len(line[1].strip().rstrip(",").replace(",", " ").split()) > 1
