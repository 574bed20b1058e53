"""Which column of a dump is what: by the names people give, or by the names they say.

================= ====================================================================
logits            ``z0 z1 ...``, ``logit_0 ...`` or ``logits_0 ...``
label             ``label`` or ``labels``
targets           ``y0 y1 ...`` or ``targets0 ...``, one-hot or soft
claimed loss      ``loss``
claimed p         ``p0 p1 ...`` or ``probabilities0 ...``
claimed gradient  ``grad0 grad1 ...``, ``g0 g1 ...`` or ``gradient0 ...``
================= ====================================================================

An underscore before the number and capital letters make no difference. Every other
column is carried along. A name that is given stands for its column or, if there is none,
for all columns of that name with a number behind it. A list or an array with a number for
each class is columns of its name, too: ``logits`` is ``logits0 logits1 ...``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SINGLES = {"label": ("label", "labels"), "loss": ("loss",)}
_FAMILIES = {
    "logits": ("z", "logit", "logits"),
    "targets": ("y", "targets"),
    "probabilities": ("p", "probabilities"),
    "gradient": ("grad", "g", "gradient"),
}
_KINDS = {name: kind for kind, names in {**_SINGLES, **_FAMILIES}.items() for name in names}
_INSTEAD = {"label": "targets", "targets": "label"}
"""Where one is given, the other is not looked for."""
_FEWEST_CLASSES = 2
_MOST_CLASSES = 100_000

KINDS = ("logits", "label", "targets", "loss", "probabilities", "gradient")
"""What a column can be; those after ``targets`` are claims."""


@dataclass(frozen=True)
class Columns:
    """Positions of the columns of a dump, classes in order; None or empty where absent."""

    names: tuple[str, ...]
    logits: tuple[int, ...]
    label: int | None = None
    targets: tuple[int, ...] = ()
    loss: int | None = None
    probabilities: tuple[int, ...] = ()
    gradient: tuple[int, ...] = ()

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.logits)

    def of(self, kind: str) -> tuple[int, ...]:
        """Return the positions of the columns of one of ``KINDS``."""
        found: int | tuple[int, ...] | None = getattr(self, kind)
        if found is None:
            return ()
        return (found,) if isinstance(found, int) else found

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The kinds of claims that the dump makes."""
        return tuple(kind for kind in KINDS[3:] if self.of(kind))

    @cached_property
    def numeric(self) -> tuple[int, ...]:
        """The positions of all columns that hold numbers with a meaning, in file order."""
        return tuple(sorted(position for kind in KINDS for position in self.of(kind)))

    @cached_property
    def carried(self) -> tuple[int, ...]:
        """The positions of all other columns."""
        known = set(self.numeric)
        return tuple(position for position in range(len(self.names)) if position not in known)

    @cached_property
    def among_numeric(self) -> dict[str, list[int] | slice]:
        """Where the columns of each kind that there is are among the numeric ones."""
        index = {position: index for index, position in enumerate(self.numeric)}
        return {
            kind: _as_slice([index[position] for position in self.of(kind)])
            for kind in KINDS
            if self.of(kind)
        }


def _as_slice(indices: list[int]) -> list[int] | slice:
    """Return what indexes an array alike, without a copy if it can be."""
    first, last = indices[0], indices[-1]
    return slice(first, last + 1) if indices == list(range(first, last + 1)) else indices


def spread(name: str, width: int | None) -> list[str]:
    """Return the columns that a list or array stands for; None is a single number.

    Examples
    --------
    >>> spread("logits", 2), spread("labels", None)
    (['logits0', 'logits1'], ['labels'])
    """
    return [name] if width is None else [f"{name}{k}" for k in range(width)]


def is_spread(name: str, chosen: Mapping[str, Sequence[str]] | None) -> bool:
    """Whether a list of this name has a number for each class, so that it is spread out.

    Examples
    --------
    >>> is_spread("logits", None), is_spread("logits", {"logits": ["score"]})
    (True, False)
    """
    return kind_of(name, chosen or {}) in _FAMILIES


def has_meaning(name: str, chosen: Mapping[str, Sequence[str]]) -> bool:
    """Whether something of this name is, alone or with others, one of ``KINDS``.

    Examples
    --------
    >>> [has_meaning(name, {}) for name in ("logits", "Grad_0", "loss", "epoch")]
    [True, True, True, False]
    """
    named = {each for names in chosen.values() for each in names}
    stem = _stem(name)
    return bool({name, stem} & named or kind_of(name, chosen)) or is_spread(stem, chosen)


def kind_of(name: str, chosen: Mapping[str, Sequence[str]]) -> str:
    """Return what a list or array of this name is, an empty text if it is carried along."""
    for kind, names in chosen.items():
        if list(names) == [name]:
            return kind
    kind = _KINDS.get(name.lower(), "")
    return "" if {kind, _INSTEAD.get(kind)} & set(chosen) else kind


def recognise(
    names: Sequence[str], file: str, chosen: Mapping[str, Sequence[str]] | None = None
) -> Columns:
    """Return what the columns of a dump are.

    Parameters
    ----------
    names
        The header.
    file
        The dump's name, for messages.
    chosen
        For some of ``KINDS`` the names of their columns, in the order of the classes,
        instead of those found by convention.

    Raises
    ------
    InputError
        If there are no logits, a name stands twice or for two things, numbers are left
        out, the parts do not have one column for each class, or there is neither a label
        nor targets.

    Examples
    --------
    >>> found = recognise(["id", "z0", "z1", "label"], "a.csv")
    >>> found.logits, found.label, found.carried
    ((1, 2), 3, (0,))
    """
    names = [name.strip() or f"column {number}" for number, name in enumerate(names, 1)]
    _require_distinct(names, file)
    wanted = {kind: named for kind, named in (chosen or {}).items() if named}
    found = {kind: _named(names, kind, named, file) for kind, named in wanted.items()}
    _require_disjoint(names, found, file)
    free = _without(names, found)
    for kind in KINDS:
        if kind not in found:
            instead = _INSTEAD.get(kind) in wanted
            found[kind] = () if instead else _conventional(free, kind, file)
    columns = Columns(
        tuple(names),
        found["logits"],
        _single(found["label"]),
        found["targets"],
        _single(found["loss"]),
        found["probabilities"],
        found["gradient"],
    )
    _require_complete(columns, file)
    return columns


def unclaimed(columns: Columns) -> list[str]:
    """Return what is carried along with one column for each class, as claims have them.

    Examples
    --------
    >>> unclaimed(recognise(["z0", "z1", "label", "dz0", "dz1", "id", "x3"], "a.csv"))
    ['dz']
    """
    numbers: dict[str, set[str]] = {}
    for position in columns.carried:
        name = columns.names[position]
        stem = _stem(name)
        numbers.setdefault(stem, set()).add(name.removeprefix(stem).removeprefix("_"))
    every = {str(number) for number in range(columns.classes)}
    return [stem for stem, found in numbers.items() if found == every]


def _single(positions: tuple[int, ...]) -> int | None:
    return positions[0] if positions else None


def _require_distinct(names: Sequence[str], file: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"two columns are named '{name}'", place=file)
        seen.add(name)


def _require_disjoint(
    names: Sequence[str], found: Mapping[str, tuple[int, ...]], file: str
) -> None:
    kinds: dict[int, str] = {}
    for kind, positions in found.items():
        for position in positions:
            if position in kinds:
                both = f"both {kinds[position]} and {kind}"
                problem = f"column '{names[position]}' is named as {both}"
                if kinds[position] == kind:
                    problem = f"column '{names[position]}' is named twice as {kind}"
                raise InputError(problem, place=file)
            kinds[position] = kind


def _without(names: Sequence[str], found: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return the names with those that are spoken for left empty."""
    taken = {position for positions in found.values() for position in positions}
    return ["" if position in taken else name for position, name in enumerate(names)]


def _named(names: Sequence[str], kind: str, wanted: Sequence[str], file: str) -> tuple[int, ...]:
    positions = {name: position for position, name in enumerate(names)}
    missing = [name for name in wanted if name not in positions]
    if not missing:
        return tuple(positions[name] for name in wanted)
    family = _numbered(names, wanted[0])
    if len(wanted) == 1 and family and kind in _FAMILIES:
        return _in_order(family, wanted[0], file)
    shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
    raise InputError(
        f"no column is named '{missing[0]}'", place=file, hint=f"its columns are {shown}"
    )


def _conventional(names: Sequence[str], kind: str, file: str) -> tuple[int, ...]:
    lowered = [name.lower() for name in names]
    if kind in _SINGLES:
        found = [[(0, k)] for k, name in enumerate(lowered) if name in _SINGLES[kind]]
    else:
        families = (_numbered(lowered, family) for family in _FAMILIES[kind])
        found = [family for family in families if family]
    if len(found) > 1:
        first, second = (names[family[0][1]] for family in found[:2])
        raise InputError(
            f"both '{first}' and '{second}' could be the {kind}", place=file,
            hint=f"say which: --{kind} {_stem(first)}, or --{kind} {_stem(second)}",
        )  # fmt: skip
    return _in_order(found[0], _stem(names[found[0][0][1]]), file) if found else ()


def _stem(name: str) -> str:
    """Return a name without the number behind it."""
    return re.sub("_?[0-9]+$", "", name)


def _numbered(names: Sequence[str], family: str) -> list[tuple[int, int]]:
    pattern = re.compile(re.escape(family) + "_?([0-9]{1,6})")
    matches = (
        (position, pattern.fullmatch(name))
        for position, name in enumerate(names)
        if name.startswith(family)
    )
    return sorted((int(match[1]), position) for position, match in matches if match)


def _in_order(positions: list[tuple[int, int]], family: str, file: str) -> tuple[int, ...]:
    for expected, (number, _) in enumerate(positions):
        if number != expected:
            raise InputError(
                f"there is a column {family}{number} but no {family}{expected}"
                if number > expected
                else f"two columns are {family}{number}",
                place=file,
                hint="the columns of the classes are numbered from 0 without gaps",
            )
    return tuple(position for _, position in positions)


def _require_complete(columns: Columns, file: str) -> None:
    if not columns.logits:
        raise InputError(
            "no logits", place=file, text=_shortened(columns.names),
            hint="name their columns z0, z1, ... in the first line, or say --logits",
        )  # fmt: skip
    if not _FEWEST_CLASSES <= columns.classes <= _MOST_CLASSES:
        raise InputError(
            f"{columns.classes} classes; there must be {_FEWEST_CLASSES} to {_MOST_CLASSES:,}",
            place=file,
        )
    for kind in ("targets", "probabilities", "gradient"):
        count = len(columns.of(kind))
        if count not in {0, columns.classes}:
            raise InputError(
                f"{columns.classes} columns of logits but {count} of {kind}", place=file
            )
    _require_truth(columns, file)


def _require_truth(columns: Columns, file: str) -> None:
    if columns.label is None and not columns.targets:
        raise InputError(
            "neither a label nor targets", place=file, text=_shortened(columns.names),
            hint="name the column of the true class 'label', or those of its targets y0, y1, ..., "
            "or say --label or --targets",
        )  # fmt: skip
    if columns.label is not None and columns.targets:
        label, targets = columns.names[columns.label], columns.names[columns.targets[0]]
        raise InputError(
            "both a label and targets", place=file,
            hint=f"say which counts: --label {label}, or --targets {_stem(targets)}",
        )  # fmt: skip


def _shortened(names: Sequence[str]) -> str:
    line = ",".join(names)
    return line if len(line) <= 80 else line[:77] + "..."
