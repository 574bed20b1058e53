"""Errors in the input: the problem, its place, and a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_SIGNS |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def visible(text: str) -> str:
    r"""Return a text with a sign for every control character, so that a terminal obeys none.

    Examples
    --------
    >>> visible("a\x1b[2Jb")
    'a␛[2Jb'
    """
    return text.translate(_SIGNS)


class InputError(ValueError):
    """Input that cannot be used: it ends the command with exit code 2.

    Parameters
    ----------
    message
        The problem, in lower case and without a full stop.
    place
        An option, an argument, or ``file:line:column``.
    text
        The offending text, shown on a line of its own.
    span
        Start and end of the offending part of ``text``, marked with carets.
    hint
        The way to avoid the error.

    Examples
    --------
    >>> print(InputError("not a number", place="argument 2", text="4 abc", span=(2, 5),
    ...                  hint="write it with digits, as in -4 or 1e-3"))
    argument 2: not a number
      4 abc
        ^^^
    hint: write it with digits, as in -4 or 1e-3
    """

    def __init__(
        self,
        message: str,
        *,
        place: str = "",
        text: str = "",
        span: tuple[int, int] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.text = text
        self.span = span
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.message}" if self.place else self.message]
        if self.text:
            lines.append(f"  {self.text}")
        if self.text and self.span:
            start, end = self.span
            lines.append("  " + " " * start + "^" * max(1, end - start))
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return visible("\n".join(lines))


class SeveralInputsError(InputError):
    """Several errors at once, as of several files.

    Examples
    --------
    >>> errors = [InputError("is empty", place=file) for file in ("a.csv", "b.csv")]
    >>> print(SeveralInputsError(errors))
    a.csv: is empty
    b.csv: is empty
    """

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.messages = tuple(dict.fromkeys(map(str, errors)))
        """Each of them once."""
        super().__init__("\n".join(self.messages))
