"""One number, as people write it, and lists of numbers."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE = {"inf", "+inf", "infinity", "+infinity", "∞", "+∞"}
_MINUS_INFINITE = {"-inf", "-infinity", "-∞"}
_HINTS = (
    (r"[+-]?[0-9]+,[0-9]+", "write the decimal point as '.': {point}"),
    (r"[+-]?[0-9][0-9_.]*(?:[eE][+-]?[0-9]+)?", "leave out the '_': {plain}"),
    (r"[+-]?0[xXbBoO].*", "write it in decimal"),
    (r"[+-]?[0-9.]+[dD][+-]?[0-9]+", "write the exponent with 'e': {exponent}"),
)


def read_number(text: str, place: str = "") -> float:
    """Return a finite number.

    Decimal digits with an optional sign, point and exponent; a Unicode minus counts as
    ``-``. Nothing else: no ``1_000``, ``1,5``, ``0x10``, and no ``inf``.

    Raises
    ------
    InputError
        If it is not a number, NaN, infinite, or too large for float64.

    Examples
    --------
    >>> read_number("−4"), read_number("1e-3")
    (-4.0, 0.001)
    """
    number = _read(text, place)
    if math.isinf(number):
        raise _error(text, place, "must be finite")
    return number


def read_logit(text: str, place: str = "") -> float:
    """Return a finite number or ``-inf``, which masks a class.

    Raises
    ------
    InputError
        As ``read_number`` does, and for ``+inf``.

    Examples
    --------
    >>> read_logit("-inf")
    -inf
    """
    number = _read(text, place)
    if number == math.inf:
        raise _error(text, place, "a logit cannot be +inf", "-inf masks a class")
    return number


def read_integer(text: str, place: str = "") -> int:
    """Return a whole number, such as a label.

    Raises
    ------
    InputError
        If it is not written with digits alone, but for its sign.

    Examples
    --------
    >>> read_integer("2"), read_integer("−1")
    (2, -1)
    """
    plain = text.strip().replace("−", "-")
    if not re.fullmatch("[+-]?[0-9]{1,18}", plain):
        raise _error(text, place, "not a whole number" if plain else "empty")
    return int(plain)


def _read(text: str, place: str) -> float:
    plain = text.strip().replace("−", "-")
    if _DECIMAL.fullmatch(plain):
        number = float(plain)
        if math.isinf(number):
            raise _error(text, place, "too large for float64")
        return number
    word = plain.lower()
    if word in _INFINITE or word in _MINUS_INFINITE:
        return math.inf if word in _INFINITE else -math.inf
    if word.lstrip("+-") == "nan":
        raise _error(text, place, "is NaN")
    raise _error(text, place, "not a number" if plain else "empty", _hint(plain))


def _hint(text: str) -> str:
    for pattern, hint in _HINTS:
        if re.fullmatch(pattern, text):
            return hint.format(
                point=text.replace(",", "."),
                plain=text.replace("_", ""),
                exponent=re.sub("[dD]", "e", text),
            )
    return "write it in digits, as in -4, 0.25 or 1e-3" if text else ""


def _error(text: str, place: str, message: str, hint: str = "") -> InputError:
    return InputError(message, place=place, text=text, span=(0, len(text)), hint=hint)


def read_list(
    text: str, place: str = "", read: Callable[[str, str], float] = read_number, *, line: int = 0
) -> list[float]:
    """Return the numbers of a list such as ``0.1,0.2,0.7``.

    Entries are separated by commas, or all of them by white space; a list that mixes
    both (``1,5 2,5``) could mean two things and is refused. It may stand in brackets. If the
    text is that of the file ``place`` from one of its lines on, counted from 1, errors name
    file:line:column.

    Raises
    ------
    InputError
        If the list is empty or mixed, or an entry is not a number; the entry is marked.

    Examples
    --------
    >>> read_list("[0.1, 0.2, 0.7]"), read_list("4 -4 3")
    ([0.1, 0.2, 0.7], [4.0, -4.0, 3.0])
    """
    pattern = r"[^,]+|(?<=,)(?=,|$)|^(?=,)" if "," in text else r"\S+"
    entries = list(re.finditer(pattern, _without_brackets(text)))
    if not entries:
        raise InputError("no numbers", place=place)
    return [_read_entry(text, entry, read, place, line) for entry in entries]


def _without_brackets(text: str) -> str:
    """Return a list with spaces for its brackets, so that every place stays the same."""
    inner = text.strip()
    if inner[:1] + inner[-1:] not in {"[]", "()"}:
        return text
    start, end = text.index(inner[0]), text.rindex(inner[-1])
    return f"{text[:start]} {text[start + 1 : end]} {text[end + 1 :]}"


def _read_entry(
    text: str, entry: re.Match[str], read: Callable[[str, str], float], place: str, line: int
) -> float:
    word = entry.group().strip()
    start = entry.start() + len(entry.group()) - len(entry.group().lstrip())
    try:
        _require_one(word)
        return read(word, place)
    except InputError as error:
        line_start = text.rfind("\n", 0, start) + 1
        column = start - line_start
        error.text, error.span = text[line_start:].split("\n", 1)[0], (column, column + len(word))
        number = line + text.count("\n", 0, start)
        error.place = f"{place}:{number}:{column + 1}" if line else place
        raise


def _require_one(word: str) -> None:
    if len(word.split()) > 1:
        hint = "separate all numbers by commas or all by spaces; the decimal point is '.'"
        raise InputError("two numbers between commas", hint=hint)
