r"""When a claimed number holds: if honest arithmetic in its type could have given it.

Not a fixed atol, which passes a gradient of zeros, nor a bare relative error, which fails
every framework where p - 1 cancels, but mixed stability, as LAPACK's tests have it: the
claim must be the result of exact arithmetic on logits within k ulp of the given ones, plus k
ulp of the largest quantity that had to be rounded on the way, plus one subnormal step.

With K = k·ε (ε: the spacing of the type's numbers at 1) the logits may move by
:math:`\delta_i = K|z_i|/T`, which moves the odds p/(1-p) of a class by at most a factor
exp(Δ) and p itself by s:

.. math::
    \Delta_i = \delta_i + \log\Bigl(1 + \frac{\sum_{j \ne i} p_j (e^{\delta_j} - 1)}{1 - p_i}
    \Bigr), \qquad
    s_i = \frac{p_i (1 - p_i)(e^{\Delta_i} - 1)}{1 + \min(p_i, 1 - p_i)(e^{\Delta_i} - 1)}.

A claim then holds if it is no further from the truth than

.. math::
    \begin{aligned}
    p_i &: s_i + K p_i + \eta \\
    \partial L/\partial z_i &: (s_i \textstyle\sum t + K \max(p_i \sum t, t_i)) / (T D)
      + \eta (1 + 1/D) \\
    L &: \textstyle\sum_i t_i \delta_i + \sum t \log(1 + \sum_j p_j (e^{\delta_j} - 1))
      + K \max(\sum_i t_i |z_i|/T, |\mathrm{logsumexp}| \sum t, \sum t) + \eta
    \end{aligned}

where t are the weighted targets, T the temperature, D the divisor of the reduction and η
the smallest subnormal number of the type. The last Σt of the loss is for the sum of the
exponentials, of which the logarithm is taken: shifted by the maximum it is 1 or more.

Source: E. Anderson et al., LAPACK Users' Guide, 3rd edition (1999), chapter 4; N. Higham,
Accuracy and Stability of Numerical Algorithms, 2nd edition (2002), section 1.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.numeric.double_double import quiet

if TYPE_CHECKING:
    from ce_cli.numeric.double_double import Array

_LARGEST_EXPONENT = 600.0
_SMALL = 0.005
FIRST_ORDER = 0.98
"""This part of a movement to first order is surely allowed where no δ is more than ``_SMALL``:
terms of second order are less than a percent, and the rest is for rounding."""


class Precision(NamedTuple):
    """A type of floating-point numbers."""

    epsilon: float
    """The spacing of its numbers at 1."""
    smallest: float
    """Its smallest subnormal number."""


PRECISIONS = {
    "float64": Precision(2.0**-52, 2.0**-1074),
    "float32": Precision(2.0**-23, 2.0**-149),
    "bfloat16": Precision(2.0**-7, 2.0**-133),
    "float16": Precision(2.0**-10, 2.0**-24),
}


class Truth(NamedTuple):
    """The true numbers of some rows, classes last: ``[rows, num_classes]`` and ``[rows]``."""

    logits: Array
    """z/T."""
    targets: Array
    """t, smoothed and weighted, 0 in ignored rows."""
    loss: Array
    probabilities: Array
    gradient: Array
    """Divided by the divisor of the reduction."""


class Moved(NamedTuple):
    """How far numbers can move with the logits."""

    probabilities: Array
    log_sum_moved: Array
    """logsumexp, as all that follows in shape ``[rows]``."""
    log_sum: Array
    """|logsumexp| itself, or 1 if that is more."""


class Allowed(NamedTuple):
    """How far claims may be from the truth."""

    loss: Array
    probabilities: Array
    gradient: Array


class Certain(NamedTuple):
    """Parts of a tolerance that need no second look at the logits."""

    part: float
    """So much of the true value."""
    step: float
    """A subnormal step, or 0 in float64, where the truth itself may be off by one."""
    largest_delta: float
    """A larger δ counts as this; as |z| it is in units of K."""


@dataclass(frozen=True)
class Tolerance:
    """The criterion; ``rtol`` and ``atol`` replace it where given.

    Raises
    ------
    InputError
        If an option is out of its range, or two of them contradict each other.
    """

    dtype: str = "float64"
    ulp: float = 8.0
    own_value: bool = False
    """Ask for ``ulp`` ulp of every entry's own true value."""
    rtol: float | None = None
    atol: float | None = None

    def __post_init__(self) -> None:
        for name in ("ulp", "rtol", "atol"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise InputError(f"must be 0 or more, not {value}", place=f"--{name}")
        if self.own_value and self.fixed:
            raise InputError("give either --own-value or --rtol and --atol", place="--own-value")

    @property
    def fixed(self) -> bool:
        """Whether rtol and atol decide."""
        return self.rtol is not None or self.atol is not None

    @property
    def mixed(self) -> bool:
        """Whether mixed stability decides."""
        return not (self.fixed or self.own_value)

    @property
    def rounding(self) -> Tolerance:
        """How far textbook arithmetic in this type may be off, even if less is allowed."""
        return Tolerance(self.dtype, max(self.ulp, Tolerance.ulp))

    @property
    def relative(self) -> float:
        """A claim surely holds within this part of its true value plus ``absolute``."""
        return (self.rtol or 0.0) if self.fixed else self.ulp * PRECISIONS[self.dtype].epsilon

    @property
    def absolute(self) -> float:
        """See ``relative``."""
        return (self.atol or 0.0) if self.fixed else PRECISIONS[self.dtype].smallest

    def certain(self, error: float) -> Certain:
        """Return the errors that are surely allowed beside a truth with a relative ``error``."""
        step = self.absolute - PRECISIONS["float64"].smallest
        return Certain(self.relative - error, step, _SMALL / self.relative)

    @quiet
    def allowed(
        self,
        truth: Truth,
        temperature: float = 1.0,
        divisor: float = 1.0,
        moved: Moved | None = None,
    ) -> Allowed:
        """Return how far claims about some rows may be from the truth.

        ``moved`` is the result of the method of this name, if it is known.
        """
        if not self.mixed:
            parts = (truth.loss, truth.probabilities, truth.gradient)
            return Allowed(*(self.absolute + self.relative * np.abs(part) for part in parts))
        scale, smallest = self.relative, self.absolute
        moved = self.moved(truth) if moved is None else moved
        p, total = truth.probabilities, truth.targets.sum(axis=-1, keepdims=True)
        rounded = scale * np.maximum(p * total, truth.targets)
        return Allowed(
            _loss_allowed(truth, scale, moved) + smallest,
            moved.probabilities + scale * p + smallest,
            (moved.probabilities * total + rounded) / (temperature * divisor)
            + smallest * (1 + 1 / divisor),
        )

    @quiet
    def moved(self, truth: Truth) -> Moved:
        """Return how far the numbers can move with the logits."""
        p, delta = truth.probabilities, self.relative * _size(truth)
        pushed = p * _expm1(delta)
        top = truth.logits.max(axis=-1)
        log_sum = top + np.log(np.exp(truth.logits - top[..., None]).sum(axis=-1))
        return Moved(
            _moved_probabilities(p, delta, pushed),
            np.log1p(pushed.sum(axis=-1)),
            np.maximum(np.abs(log_sum), 1.0),
        )

    @quiet
    def allowed_sum(self, truth: Truth, temperature: float, divisor: float) -> Array:
        """Return how far from 0 a gradient may sum up by rounding alone, ``[rows]``.

        Whatever logits the gradient is of, it sums to 0: only k ulp of max(p Σt, t) remain for
        each entry, which are 2 Σt together, and a subnormal step. With rtol and atol, which
        may be wider, the sum of the allowances of all entries.
        """
        precision = PRECISIONS[self.dtype]
        total, classes = truth.targets.sum(axis=-1), truth.targets.shape[-1]
        rounding = 2 * self.ulp * precision.epsilon * np.where(total > 0, total, 1.0)
        smallest = precision.smallest * classes * (1 + 1 / divisor)
        bound = np.asarray(rounding / (temperature * divisor) + smallest)
        if not self.fixed:
            return bound
        return np.asarray(np.maximum(bound, self.allowed(truth).gradient.sum(axis=-1)))

    @quiet
    def scaled(self, allowed: Array, values: Array, factor: float) -> Array:
        """Return the allowance of values that had the allowance ``allowed`` before a scaling."""
        if self.mixed:
            return allowed * factor + self.absolute
        return self.absolute + self.relative * np.abs(values)


def _size(truth: Truth) -> Array:
    """Return |z|, 0 for masks."""
    return np.where(truth.logits == -np.inf, 0.0, np.abs(truth.logits))


def _moved_probabilities(p: Array, delta: Array, pushed: Array) -> Array:
    rest = _others(p)
    factor = _expm1(delta + np.log1p(np.where(rest > 0, _others(pushed) / rest, 0.0)))
    return np.asarray(p * rest * factor / (1.0 + np.minimum(p, rest) * factor))


def _others(values: Array) -> Array:
    """Return for every class the sum over the others; at the largest nothing may cancel."""
    others: Array = np.maximum(values.sum(axis=-1, keepdims=True) - values, 0.0)
    largest = values.argmax(axis=-1)[..., None]
    rest = values.copy()
    np.put_along_axis(rest, largest, 0.0, axis=-1)
    np.put_along_axis(others, largest, rest.sum(axis=-1, keepdims=True), axis=-1)
    return others


def _expm1(x: Array) -> Array:
    return np.expm1(np.minimum(x, _LARGEST_EXPONENT))


def _loss_allowed(truth: Truth, scale: float, moved: Moved) -> Array:
    total = truth.targets.sum(axis=-1)
    at_target = (truth.targets * _size(truth)).sum(axis=-1)
    rounded = scale * np.maximum(at_target, moved.log_sum * total)
    return np.asarray(scale * at_target + total * moved.log_sum_moved + rounded)
