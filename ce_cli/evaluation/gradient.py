"""One sample: its loss and gradient, the push and pull on every logit, and four checks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.evaluation.agreement import (
    SMALLEST_NORMAL,
    Check,
    CheckedReport,
    allowed_error,
    combined,
    compare,
    within,
)
from ce_cli.numeric import reference
from ce_cli.numeric.cross_entropy import CrossEntropy, Evaluation
from ce_cli.numeric.softmax import logsumexp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_cli.numeric.double_double import Array
    from ce_cli.numeric.reference import Reference

PYTORCH_IGNORES = -100
"""The label that ``torch.nn.CrossEntropyLoss`` ignores unless another is given."""
_IMPOSSIBLE = "not applicable: the true class has probability 0"


class Sample(NamedTuple):
    """Logits with a label or with a target vector, and the options of the loss."""

    logits: tuple[float, ...]
    targets: tuple[float, ...]
    label: int | None = None
    criterion: CrossEntropy = CrossEntropy()
    ignored: int | None = None
    """The label, where it is one that does not count."""

    @classmethod
    def of(
        cls,
        logits: Sequence[float],
        label: int | None,
        targets: Sequence[float] | None,
        criterion: CrossEntropy,
        ignore_index: int | None = None,
    ) -> Sample:
        """Return the sample of a label or of targets; the label ``ignore_index`` does not count.

        Raises
        ------
        InputError
            Unless there is either a label, of a class or to be ignored, or targets.

        Examples
        --------
        >>> Sample.of([0.0, 1.0], -100, None, CrossEntropy(), -100).evaluate().gradient
        array([0., 0.])
        """
        if targets is not None and label is None:
            if ignore_index is not None:
                raise InputError("targets have no label to ignore", place="--ignore-index")
            return cls(tuple(logits), tuple(targets), criterion=criterion)
        if label is None or targets is not None:
            both = ", not both" if targets is not None else ""
            raise InputError(f"give --label or --targets{both}", place="--label")
        if label == ignore_index:
            plain = CrossEntropy(temperature=criterion.temperature)
            return cls(tuple(logits), (0.0,) * len(logits), None, plain, label)
        return cls.labelled(logits, label, criterion)

    @classmethod
    def labelled(
        cls, logits: Sequence[float], label: int, criterion: CrossEntropy | None = None
    ) -> Sample:
        """Return a sample whose target is 1 at ``label`` and 0 elsewhere.

        Raises
        ------
        InputError
            If the label is not one of the classes 0..K-1.
        """
        require_label(label, len(logits))
        targets = tuple(float(k == label) for k in range(len(logits)))
        return cls(tuple(logits), targets, label, criterion or CrossEntropy())

    def effective_targets(self) -> Array:
        """Return t, the targets smoothed and weighted."""
        return self.criterion.effective_targets(self.targets)

    def pull(self) -> Array:
        """Return t / T, which drives every logit up."""
        return np.asarray(self.effective_targets() / self.criterion.temperature)

    def evaluate(self) -> Evaluation:
        """Return loss, probabilities and gradient."""
        return self.criterion.evaluate(self.logits, targets=self.targets)


def require_label(label: int, classes: int) -> None:
    """Raise InputError unless ``label`` is one of the classes 0..K-1."""
    if 0 <= label < classes:
        return
    hint = f"the classes are 0 to {classes - 1}"
    if label == classes:
        hint += f"; labels count from 0, so the last class is {classes - 1}"
    if label == PYTORCH_IGNORES:
        hint += f"; cecheck grad and batch leave it out with --ignore-index {label}"
    raise InputError(
        f"label {label} is out of range for {classes} classes", place="--label", hint=hint
    )


class Update(NamedTuple):
    """An update z - lr * gradient of a sample's logits; one entry for each class."""

    number: int
    """The number of updates before."""
    logits: tuple[float, ...]
    probabilities: tuple[float, ...]
    push: tuple[float, ...]
    """-p_i Σt / T: it drives every logit down."""
    gradient: tuple[float, ...]
    updated_logits: tuple[float, ...]
    loss: float


@dataclass(frozen=True)
class GradientReport(CheckedReport):
    """One sample, its updates, and the checks of the sample as given."""

    sample: Sample
    lr: float
    logsumexp: float
    pull: tuple[float, ...]
    """t_i / T: it drives the true logit up."""
    updates: tuple[Update, ...]
    """The first is the update of the sample as given."""

    @property
    def start(self) -> Update:
        """The update of the sample as given."""
        return self.updates[0]

    @property
    def predicted(self) -> int:
        """The class with the largest logit, the first of equals."""
        return self.sample.logits.index(max(self.sample.logits))


def report_gradient(sample: Sample, lr: float = 1.0, steps: int = 0) -> GradientReport:
    """Evaluate a sample, check the result in four ways, and update it ``steps`` times.

    Raises
    ------
    InputError
        If an update leaves the range of float64.

    Examples
    --------
    >>> report = report_gradient(Sample.labelled([4.0, -4.0, 3.0], 2))
    >>> [round(entry, 4) for entry in report.start.gradient], report.exit_code
    ([0.7309, 0.0002, -0.7311], 0)
    """
    temperature = sample.criterion.temperature
    updates = [compute_update(sample, lr)]
    for number in range(1, steps + 1):
        sample_now = sample._replace(logits=updates[-1].updated_logits)
        updates.append(compute_update(sample_now, lr, number))
    return GradientReport(
        sample=sample,
        lr=lr,
        logsumexp=float(logsumexp(np.asarray(sample.logits) / temperature)),
        pull=tuple(sample.pull().tolist()),
        updates=tuple(updates),
        checks=check_gradient(sample, updates[0]),
    )


def compute_update(sample: Sample, lr: float = 1.0, number: int = 0) -> Update:
    """Evaluate a sample and update its logits once."""
    loss, probabilities, gradient = (part.tolist() for part in sample.evaluate())
    updated = [z - lr * g for z, g in zip(sample.logits, gradient, strict=True)]
    if math.inf in updated or any(map(math.isnan, updated)) or max(updated) == -math.inf:
        raise InputError(f"the logits leave the range of float64 after step {number}", place="--lr")
    mass = float(np.sum(sample.pull()))
    push = tuple(-p * mass for p in probabilities)
    return Update(
        number, sample.logits, tuple(probabilities), push, tuple(gradient), tuple(updated), loss
    )


def check_gradient(sample: Sample, computed: Update) -> tuple[Check, ...]:
    """Compare computed numbers with the same numbers computed in four other ways.

    An entry is p - t. It passes within 4 ulp of max(p, t), or of itself where the target is
    a label, for nothing cancels there. Where that is subnormal, it passes within one
    subnormal step.
    """
    exact = exactly(sample)
    scales = _scales(sample, exact)
    return (
        _closed_form(sample, computed, scales),
        _chain_rule(exact, computed.gradient, scales),
        _finite_differences(exact, computed.gradient, scales),
        _decimal(exact, computed, scales),
    )


def exactly(sample: Sample) -> Reference:
    """Return a sample evaluated in 50-digit arithmetic."""
    criterion = sample.criterion
    return reference.cross_entropy(
        sample.logits,
        sample.targets,
        weight=criterion.weight,
        label_smoothing=criterion.label_smoothing,
        temperature=criterion.temperature,
    )


def _scales(sample: Sample, exact: Reference) -> list[Decimal]:
    """Return the size of every entry by which its error is measured."""
    temperature = Decimal(sample.criterion.temperature)
    one_target = sum(target != 0 for target in exact.targets) == 1
    return [
        abs(g) if one_target else max(p * exact.total_target, t) / temperature
        for g, p, t in zip(exact.gradient, exact.probabilities, exact.targets, strict=True)
    ]


def _closed_form(sample: Sample, computed: Update, scales: list[Decimal]) -> Check:
    """Compare with p Σt - t, computed exactly from the probabilities as printed.

    These are rounded, so the error is measured by max(p, t) even for a label.
    """
    temperature = Decimal(sample.criterion.temperature)
    t = [Decimal(value) for value in sample.effective_targets().tolist()]
    mass = sum(t) / temperature
    push = [Decimal(p) * mass for p in computed.probabilities]
    pull = [value / temperature for value in t]
    closed = [a - b for a, b in zip(push, pull, strict=True)]
    least = SMALLEST_NORMAL * mass  # below it, p has lost digits
    sizes = [max(*parts, least) for parts in zip(push, pull, scales, strict=True)]
    return compare("closed form", computed.gradient, closed, sizes)


def _chain_rule(exact: Reference, gradient: Sequence[float], scales: list[Decimal]) -> Check:
    name = "chain rule"
    if not exact.chain_rule:
        return Check(name, None, detail=_IMPOSSIBLE)
    return compare(name, gradient, exact.chain_rule, scales)


def _finite_differences(
    exact: Reference, gradient: Sequence[float], scales: list[Decimal]
) -> Check:
    name = "finite differences"
    if not exact.finite_differences:
        return Check(name, None, detail=_IMPOSSIBLE)
    pairs = zip(gradient, exact.finite_differences, strict=True)
    allowed = [exact.finite_difference_bound + allowed_error(scale) for scale in scales]
    return within(name, [abs(Decimal(g) - d) for g, d in pairs], allowed)


def _decimal(exact: Reference, computed: Update, scales: list[Decimal]) -> Check:
    return combined(
        "50-digit arithmetic",
        [
            compare("loss", [computed.loss], [exact.loss]),
            compare("probabilities", computed.probabilities, exact.probabilities),
            compare("gradient", computed.gradient, exact.gradient, scales),
        ],
    )
