"""The meaning of conditions beside an equation: on its indices, or on the number of classes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sympy import Integer

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.indices import conditions_in
from ce_cli.formulas.reading.limits import CLASSES
from ce_cli.formulas.reading.name_meaning import assumption_of, index_of, is_class_count
from ce_cli.formulas.reading.tokens import Refusal, tokens
from ce_cli.symbolic.kernel.claims import Distinct
from ce_cli.symbolic.notation import C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sympy import Expr

    from ce_cli.formulas.reading.meaning import Meaning
    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.symbolic.kernel.claims import Assumption


def assumptions_of(
    meaning: Meaning, conditions: Iterable[t.Condition | t.Range]
) -> tuple[Assumption, ...]:
    """Return the assumptions on indices that conditions state.

    Raises
    ------
    Refusal
        If a condition is about something else.
    """
    assumptions: list[Assumption] = []
    for condition in conditions:
        if isinstance(condition, t.Range):
            assumptions += _excluded(meaning, condition)
        elif _count_in(meaning.setting, condition) is None:
            assumptions.append(assumption_of(meaning, condition))
    return tuple(assumptions)


def stated_classes(
    setting: Setting, conditions: Iterable[t.Condition | t.Range], known: int | None = None
) -> int | None:
    """Return the number of classes that C = 2 states, or the known one.

    Raises
    ------
    Refusal
        If it states two numbers.
    """
    for condition in conditions:
        count = _count_in(setting, condition)
        if count is not None and known not in {None, count}:
            raise Refusal(f"are there {known} or {count} classes?", condition.span)
        known = known if count is None else count
    return known


def is_limited(meaning: Meaning, conditions: Sequence[t.Condition | t.Range]) -> bool:
    """Say whether an equation holds under conditions only: then it defines nothing."""
    try:
        is_counted = stated_classes(meaning.setting, conditions) is not None
        return is_counted or bool(assumptions_of(meaning, conditions))
    except Refusal:
        return True


def user_assumptions(meaning: Meaning, texts: Iterable[str]) -> Iterator[Assumption]:
    """Yield the assumptions that --when states.

    Raises
    ------
    InputError
        If a condition is not understood.
    """
    for text in texts:
        with _option(text):
            yield from assumptions_of(meaning, conditions_in(tokens(text)))


def user_classes(setting: Setting, texts: Iterable[str]) -> int | None:
    """Return the number of classes that --classes or --when states.

    Raises
    ------
    InputError
        If they state two numbers.
    """
    classes = setting.classes
    for text in texts:
        with _option(text):
            classes = stated_classes(setting, conditions_in(tokens(text)), classes)
    return classes


def check_user_letters(setting: Setting, parts: Sequence[t.Node], texts: Iterable[str]) -> None:
    """Refuse a condition of --when about an index that no formula has."""
    letters = {part.letter for part in parts if isinstance(part, t.Name)}
    known = letters | {setting.roles.targets, "Y", "K", "C"}
    for text in texts if parts else ():
        for token in tokens(text):
            if token.kind == "letter" and token.text not in known:
                message = f"there is no {token.text} in the formula"
                raise Refusal(message, token.span).as_error(text, "--when")


@contextmanager
def _option(text: str) -> Iterator[None]:
    """Give a refusal its place in an option."""
    try:
        yield
    except Refusal as refusal:
        raise refusal.as_error(text, "--when") from None


def _count_in(setting: Setting, condition: t.Condition | t.Range) -> int | None:
    """Return the 2 of C = 2; None if a condition is not about the number of classes."""
    if isinstance(condition, t.Range):
        return None
    sides = (condition.first, condition.second)
    numbers = [side for side in sides if isinstance(side, t.Number)]
    counts = [side for side in sides if isinstance(side, t.Name) and is_class_count(setting, side)]
    if len(numbers) != 1 or len(counts) != 1:
        return None
    value = int(numbers[0].value)
    if condition.relation != "=" or not 2 <= value <= CLASSES:
        raise Refusal("this number of classes is not understood", condition.span,
                      f"from 2 to {CLASSES} classes: C = 2")  # fmt: skip
    return value


def _excluded(meaning: Meaning, node: t.Range) -> list[Assumption]:
    """Return the assumptions that exclude the first or the last class: i = 2, ..., K."""
    if node.index.letter not in meaning.setting.index_letters:
        return []
    index, setting = index_of(meaning, node.index), meaning.setting
    ends: list[tuple[int, Expr]] = [
        (int(node.lower.value) - setting.base, Integer(0)), (_missing(setting, node), C - 1)
    ]  # fmt: skip
    if any(missing not in {0, 1} for missing, _ in ends):
        raise Refusal("this range of indices is not understood", node.span)
    return [Distinct(index, end) for missing, end in ends if missing]


def _missing(setting: Setting, node: t.Range) -> int:
    """Return how many classes a range leaves out at its end."""
    last = 0
    match node.upper:
        case t.Number(value=value) if setting.classes is not None:
            return setting.base + setting.classes - 1 - int(value)
        case t.Name() as name:
            pass
        case t.Add(terms=(t.Name() as name, t.Negative(operand=t.Number(value=value)))):
            last = int(value)
        case _:
            return -1
    is_count = r.base_of(name.letter) in {"K", "C", "n", "N"}
    if not (is_count or setting.roles.by_letter.get(name.letter) == r.CLASSES):
        raise Refusal(f"is {name.letter} the number of classes?", name.span,
                      f"say --role {name.letter}=classes")  # fmt: skip
    return last - (1 - setting.base)
