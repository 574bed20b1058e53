"""The options of ``cecheck check`` that state assumptions, as one types them."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from ce_cli.formulas.judgement import ClassCount, Independent
from ce_cli.symbolic.kernel.claims import Distinct, Equal, OneHot, SumsToOne

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_cli.formulas.judgement import AnyAssumption


def stating(assumptions: Iterable[AnyAssumption]) -> str:
    """Return the options that state assumptions, "" if one of them has none.

    Examples
    --------
    >>> from ce_cli.symbolic.notation import i, j
    >>> print(stating([Distinct(i, j), ClassCount(2)]))
    --when 'i != j' --classes 2
    """
    options = [_option(assumption) for assumption in assumptions]
    return " ".join(dict.fromkeys(options)) if all(options) else ""


def _option(assumption: AnyAssumption) -> str:  # noqa: PLR0911 - one for each kind
    match assumption:
        case Equal(first, second):
            return f"--when {quote(f'{first} = {second}')}"
        case Distinct(first, second):
            return f"--when {quote(f'{first} != {second}')}"
        case ClassCount(classes):
            return f"--classes {classes}"
        case Independent(letters):
            return " ".join(f"--role {quote(f'{letter}=constant')}" for letter in letters)
        case OneHot():
            return "--given one-hot"
        case SumsToOne():
            return "--given sum"
        case _:
            return ""
