"""Options about letters that no formula has: a slip of the user, who would get no answer to it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.formulas.dependence import reachable_heads
from ce_cli.formulas.reading.roles import CLASSES, base_of, names_in
from ce_cli.formulas.reading.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_cli.formulas.reading.claims import Link, Options, Reading


class Unused(NamedTuple):
    """An option that changes nothing.

    >>> print(Unused("--role", "θ", "there is no θ in the formulas"))
    --role: there is no θ in the formulas
    """

    option: str
    letter: str
    reason: str

    def __str__(self) -> str:
        return f"{self.option}: {self.reason}"


def unused_options(reading: Reading, options: Options) -> tuple[Unused, ...]:
    r"""Return the stated roles and definitions that hit nothing in a text.

    Examples
    --------
    >>> from ce_cli.formulas.reading.claims import Options, read_formula
    >>> options = Options(roles={"θ": "logits"}, define=("q = 2",))
    >>> print(*unused_options(read_formula("p_i = p_i", options), options), sep="\n")
    --role: there is no θ in the formulas
    --define: nothing uses q
    """
    links = [link for chain in reading.chains for link in chain]
    unread = () if all(link.claim is not None for link in links) else (reading.text,)
    return (*_unused_roles(reading, options, unread), *_unused_definitions(reading, links, unread))


def _unused_roles(reading: Reading, options: Options, unread: tuple[str, ...]) -> Iterator[Unused]:
    setting = reading.setting
    known = setting.value_letters | _words((reading.text, *options.define))
    for letter, role in options.roles.items():
        if letter in setting.index_letters - setting.value_letters and role != CLASSES:
            yield Unused("--role", letter, f"{letter} is only an index in the formulas")
        elif letter not in known and not _may_hold(unread, letter):
            yield Unused("--role", letter, f"there is no {letter} in the formulas")


def _unused_definitions(
    reading: Reading, links: list[Link], unread: tuple[str, ...]
) -> Iterator[Unused]:
    letters = {name.letter for link in links for node in link.nodes for name in names_in(node)}
    used = {
        head for link in links if link.claim
        for head in reachable_heads([link.claim.lhs, link.claim.rhs], link)
    }  # fmt: skip
    for head in (definition.head for definition in reading.user_definitions):
        letter = str(head)
        if head not in used and letter not in letters and not _may_hold(unread, letter):
            yield Unused("--define", letter, f"nothing uses {letter}")


def _words(texts: tuple[str, ...]) -> set[str]:
    return {token.text for text in texts for token in tokens(text)}


def _may_hold(unread: tuple[str, ...], letter: str) -> bool:
    """Say whether a text that is not understood may hold a letter, if not with its accent."""
    plain = unicodedata.normalize("NFD", base_of(letter))[:1]
    return bool(_words(unread) & {letter, plain})
