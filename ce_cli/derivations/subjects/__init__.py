"""Our derivations, one file a subject; ``derive`` is the way in.

Rules and headings are names; their sentences stand in ``derivations/sentences``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from ce_cli.symbolic.derivation import Derivation

SUBJECTS = (
    "softmax", "vjp", "log-softmax", "logsumexp", "cross-entropy", "one-hot", "from-log", "nll",
    "sigmoid", "bce", "layer", "update", "hessian", "temperature", "distillation",
    "label-smoothing", "weights", "z-loss", "focal", "kl", "entropy",
)  # fmt: skip
"""The subjects; each is derived by the module of its name, loaded when it is asked for."""

OF_ONE_LOGIT = ("sigmoid", "bce")
"""The subjects of one logit x with a target y, 0 or 1, instead of classes."""


def derive(
    subject: str = "cross-entropy",
    classes: int | None = None,
    label: int | None = None,
    *,
    every_entry: bool = False,
) -> Derivation:
    """Return our derivation of a subject, for every class count or written out for one.

    Parameters
    ----------
    subject
        One of ``SUBJECTS``.
    classes
        A class count of at least 2, to write out every sum and matrix.
    label
        The true class, counted from 0, to use one-hot targets.
    every_entry
        Follow all entries of vectors and matrices through the steps, not one or two of them.

    Raises
    ------
    InputError
        For an unknown subject, fewer than two classes, or a label outside the classes.

    Examples
    --------
    >>> print(derive("cross-entropy").result)
    Partial(L, z[i]) = p[i] - y[i]
    """
    require(subject)
    if classes is not None and classes < 2:
        raise InputError(f"a derivation needs at least 2 classes, not {classes}")
    if label is not None and not 0 <= label < (classes or label + 1):
        raise InputError(f"there is no class {label}", hint="classes count from 0")
    from ce_cli.derivations.subjects.indexing import Indexing  # noqa: PLC0415 - it loads SymPy

    module = import_module(f"{__name__}.{subject.replace('-', '_')}")
    derivation: Derivation = module.derive(Indexing(classes, label, every_entry))
    return derivation


def require(subject: str) -> None:
    """Raise InputError unless there is such a subject."""
    if subject not in SUBJECTS:
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

        near = get_close_matches(subject, SUBJECTS, n=1)
        hint = f"did you mean {near[0]}?" if near else "one of " + ", ".join(SUBJECTS)
        raise InputError(
            "unknown subject", place="SUBJECT", text=subject, span=(0, len(subject)), hint=hint
        )
