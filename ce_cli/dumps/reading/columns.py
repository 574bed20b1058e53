"""The kinds of a dump's columns, recognised by their names or named in options.

================= ====================================================================
logits            ``z0 z1 ...``, ``logit_0 ...`` or ``logits_0 ...``
label             ``label`` or ``labels``
targets           ``y0 y1 ...`` or ``targets0 ...``, one-hot or soft
claimed loss      ``loss``
claimed p         ``p0 p1 ...`` or ``probabilities0 ...``
claimed gradient  ``grad0 grad1 ...``, ``g0 g1 ...`` or ``gradient0 ...``
================= ====================================================================

An underscore before the number and capital letters make no difference. Every other
column is carried along. A name in an option stands for its column or, if there is none,
for all columns of that name with a number behind it. A list or an array with a number for
each class stands for columns: ``logits`` is ``logits0 logits1 ...``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SINGLES = {"label": ("label", "labels"), "loss": ("loss",)}
"""The kinds that have one column, and its names."""
_FAMILIES = {
    "logits": ("z", "logit", "logits"),
    "targets": ("y", "targets"),
    "probabilities": ("p", "probabilities"),
    "gradient": ("grad", "g", "gradient"),
}
_KINDS = {name: kind for kind, names in {**SINGLES, **_FAMILIES}.items() for name in names}
_INSTEAD = {"label": "targets", "targets": "label"}
"""Where one is given, the other is not looked for."""
_FEWEST_CLASSES = 2
_MOST_CLASSES = 100_000

CLAIMS = ("loss", "probabilities", "gradient")
KINDS = ("logits", "label", "targets", *CLAIMS)
"""All kinds of columns with a meaning."""


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

    def positions(self, kind: str) -> tuple[int, ...]:
        """Return the positions of the columns of one of ``KINDS``."""
        entry: int | tuple[int, ...] | None = getattr(self, kind)
        if entry is None:
            return ()
        return (entry,) if isinstance(entry, int) else entry

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The kinds of claims that the dump makes."""
        return tuple(kind for kind in CLAIMS if self.positions(kind))

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The kinds of all columns that hold numbers with a meaning, by position."""
        return {position: kind for kind in KINDS for position in self.positions(kind)}

    @cached_property
    def numeric(self) -> tuple[int, ...]:
        """The positions of these columns, in file order."""
        return tuple(sorted(self.kinds))

    @cached_property
    def carried(self) -> tuple[int, ...]:
        """The positions of all other columns."""
        return tuple(position for position in range(len(self.names)) if position not in self.kinds)

    @cached_property
    def among_numeric(self) -> dict[str, list[int] | slice]:
        """The places among the numeric columns, for every kind that there is."""
        places = {position: place for place, position in enumerate(self.numeric)}
        return {
            kind: _as_slice([places[position] for position in self.positions(kind)])
            for kind in KINDS
            if self.positions(kind)
        }


def _as_slice(indices: list[int]) -> list[int] | slice:
    """Return an index with the same effect on an array, without a copy if there is one."""
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
    named = {column for names in chosen.values() for column in names}
    stem = _stem(name)
    return bool({name, stem} & named or kind_of(name, chosen)) or is_spread(stem, chosen)


def kind_of(name: str, chosen: Mapping[str, Sequence[str]]) -> str:
    """Return the kind of a list or array of this name, an empty text if it is carried along."""
    for kind, names in chosen.items():
        if list(names) == [name]:
            return kind
    kind = _KINDS.get(name.lower(), "")
    return "" if {kind, _INSTEAD.get(kind)} & set(chosen) else kind


@dataclass(frozen=True)
class _Header:
    """The names of a dump's columns, and where they stand."""

    names: list[str]
    file: str
    starts: Sequence[int]

    def at(self, position: int) -> str:
        """Return the place of a column: file:line:column, or the file if it has no lines."""
        return f"{self.file}:1:{self.starts[position] + 1}" if self.starts else self.file

    @property
    def place(self) -> str:
        """The place of all of them."""
        return f"{self.file}:1:1" if self.starts else self.file


def recognise(
    names: Sequence[str],
    file: str,
    chosen: Mapping[str, Sequence[str]] | None = None,
    starts: Sequence[int] = (),
) -> Columns:
    """Return the columns of a dump by their kinds.

    Parameters
    ----------
    names
        The header.
    file
        The dump's name, for messages.
    chosen
        For some of ``KINDS`` the names of their columns, in the order of the classes,
        instead of those found by convention.
    starts
        Where the names begin in the first line, from 0; none if the file has no lines.

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
    header = _Header(names, file, starts)
    _require_distinct(header)
    wanted = {kind: named for kind, named in (chosen or {}).items() if named}
    places = {kind: _named(header, kind, named) for kind, named in wanted.items()}
    _require_disjoint(header, places)
    free = replace(header, names=_without(names, places))
    for kind in KINDS:
        if kind not in places:
            instead = _INSTEAD.get(kind) in wanted
            places[kind] = () if instead else _conventional(free, kind)
    columns = Columns(
        tuple(names),
        places["logits"],
        next(iter(places["label"]), None),
        places["targets"],
        next(iter(places["loss"]), None),
        places["probabilities"],
        places["gradient"],
    )
    _require_complete(columns, header.place)
    return columns


def unclaimed(columns: Columns) -> list[str]:
    """Return the names carried along that have a column for each class, as claims have.

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
    classes = {str(number) for number in range(columns.classes)}
    return [stem for stem, numbered in numbers.items() if numbered == classes]


def condensed(names: Sequence[str]) -> list[str]:
    """Return names, with one stem for all that differ in the number behind it.

    Examples
    --------
    >>> condensed(["id", "z0", "z1", "label", "run_7"])
    ['id', 'z', 'label', 'run_7']
    """
    stems = list(map(_stem, names))
    counts = Counter(stems)
    pairs = zip(names, stems, strict=True)
    return list(dict.fromkeys(stem if counts[stem] > 1 else name for name, stem in pairs))


def _require_distinct(header: _Header) -> None:
    seen: set[str] = set()
    for position, name in enumerate(header.names):
        if name in seen:
            raise InputError(f"two columns are named '{name}'", place=header.at(position))
        seen.add(name)


def _require_disjoint(header: _Header, places: Mapping[str, tuple[int, ...]]) -> None:
    kinds: dict[int, str] = {}
    for kind, positions in places.items():
        for position in positions:
            if position in kinds:
                both = f"both {kinds[position]} and {kind}"
                problem = f"column '{header.names[position]}' is named as {both}"
                if kinds[position] == kind:
                    problem = f"column '{header.names[position]}' is named twice as {kind}"
                raise InputError(problem, place=header.at(position))
            kinds[position] = kind


def _without(names: Sequence[str], places: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return the names, empty at the positions in ``places``."""
    taken = {position for positions in places.values() for position in positions}
    return ["" if position in taken else name for position, name in enumerate(names)]


def _named(header: _Header, kind: str, wanted: Sequence[str]) -> tuple[int, ...]:
    names = header.names
    positions = {name: position for position, name in enumerate(names)}
    missing = [name for name in wanted if name not in positions]
    if not missing:
        return tuple(positions[name] for name in wanted)
    family = _numbered(names, wanted[0])
    if len(wanted) == 1 and family and kind in _FAMILIES:
        return _in_order(family, wanted[0], header)
    shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
    raise InputError(
        f"no column is named '{missing[0]}'", place=header.place, hint=f"its columns are {shown}"
    )


def _conventional(header: _Header, kind: str) -> tuple[int, ...]:
    names = header.names
    lowered = [name.lower() for name in names]
    if kind in SINGLES:
        candidates = [[(0, k)] for k, name in enumerate(lowered) if name in SINGLES[kind]]
    else:
        families = (_numbered(lowered, family) for family in _FAMILIES[kind])
        candidates = [family for family in families if family]
    if len(candidates) > 1:
        positions = [family[0][1] for family in candidates[:2]]
        first, second = (names[position] for position in positions)
        raise InputError(
            f"both '{first}' and '{second}' could be the {kind}", place=header.at(positions[1]),
            hint=f"say which: --{kind} {_stem(first)}, or --{kind} {_stem(second)}",
        )  # fmt: skip
    if not candidates:
        return ()
    return _in_order(candidates[0], _stem(names[candidates[0][0][1]]), header)


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


def _in_order(positions: list[tuple[int, int]], family: str, header: _Header) -> tuple[int, ...]:
    for expected, (number, position) in enumerate(positions):
        if number != expected:
            raise InputError(
                f"there is a column {family}{number} but no {family}{expected}"
                if number > expected
                else f"two columns are {family}{number}",
                place=header.at(position),
                hint="the columns of the classes are numbered from 0 without gaps",
            )
    return tuple(position for _, position in positions)


def _require_complete(columns: Columns, place: str) -> None:
    if not columns.logits:
        raise InputError(
            "no logits", place=place, text=_shortened(columns.names),
            hint="name their columns z0, z1, ... in the first line, or say --logits",
        )  # fmt: skip
    if not _FEWEST_CLASSES <= columns.classes <= _MOST_CLASSES:
        raise InputError(
            f"{columns.classes} classes; there must be {_FEWEST_CLASSES} to {_MOST_CLASSES:,}",
            place=place,
        )
    for kind in ("targets", "probabilities", "gradient"):
        count = len(columns.positions(kind))
        if count not in {0, columns.classes}:
            raise InputError(
                f"{columns.classes} columns of logits but {count} of {kind}", place=place
            )
    _require_truth(columns, place)


def _require_truth(columns: Columns, place: str) -> None:
    if columns.label is None and not columns.targets:
        raise InputError(
            "neither a label nor targets", place=place, text=_shortened(columns.names),
            hint="name the column of the true class 'label', or those of its targets y0, y1, ..., "
            "or say --label or --targets",
        )  # fmt: skip
    if columns.label is not None and columns.targets:
        label, targets = columns.names[columns.label], columns.names[columns.targets[0]]
        raise InputError(
            "both a label and targets", place=place,
            hint=f"say which counts: --label {label}, or --targets {_stem(targets)}",
        )  # fmt: skip


def _shortened(names: Sequence[str]) -> str:
    line = ",".join(names)
    return line if len(line) <= 80 else line[:77] + "..."
