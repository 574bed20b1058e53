"""The names of classes: ``--names cat,dog,rabbit``, and a label that is one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ce_cli.errors import InputError
from ce_cli.input.numbers import read_integer

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = r"[+−-]?(?:[0-9.]+(?:e[+−-]?[0-9]+)?|inf|nan|∞)"


def read_names(text: str, place: str = "--names") -> list[str]:
    """Return the names of a list, in the order of the classes.

    Raises
    ------
    InputError
        If a name is empty, used twice, or a number, which would look like the number of a
        class.

    Examples
    --------
    >>> read_names("cat, dog, rabbit")
    ['cat', 'dog', 'rabbit']
    """
    names: list[str] = []
    for match in re.finditer(r"[^,]+|(?<=,)(?=,|$)|^(?=,|$)", text):
        written = match.group().strip()
        start, name = match.start() + match.group().find(written), " ".join(written.split())
        problem = name_problem(name, names)
        if problem:
            raise InputError(problem, place=place, text=text, span=(start, start + len(written)),
                             hint="give one name for each class, as in cat,dog,rabbit")  # fmt: skip
        names.append(name)
    return names


def name_problem(name: str, others: Sequence[str]) -> str:
    """Return the reason why a class cannot have this name beside the others, or an empty text."""
    if not name:
        return "a name is empty"
    if re.search("[\ud800-\udfff]", name):
        return "a name is not UTF-8 text"
    if not name.isprintable():
        return "a name has a control character"
    if re.fullmatch(_NUMBER, name.lower()):
        return f"{name} is a number, not a name"
    return f"{name} is the name of two classes" if name in others else ""


def require_names(names: Sequence[str] | None, classes: int, place: str = "--names") -> None:
    """Raise InputError unless there are as many names as classes, or none."""
    if names is not None and len(names) != classes:
        raise InputError(f"{len(names)} names for {classes} classes", place=place,
                         text=",".join(names), hint="give one name for each class")  # fmt: skip


def read_label(text: str, names: Sequence[str] | None = None, place: str = "--label") -> int:
    """Return the class, counted from 0, that a number or a name says.

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> read_label("2"), read_label("dog", ["cat", "dog"])
    (2, 1)
    """
    word = text.strip()
    if names and word in names:
        return list(names).index(word)
    try:
        return read_integer(text, place)
    except InputError as error:
        if names:
            error.message = "is no class"
            error.hint = f"the classes are {', '.join(names[:20])}{', ...' * (len(names) > 20)}"
        elif word.isalpha():
            error.hint = "a class has a name where --names gives it one"
        raise
