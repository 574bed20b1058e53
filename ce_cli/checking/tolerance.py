r"""When a claimed number holds: if honest arithmetic in its type could have given it.

Not a fixed atol, which passes a gradient of zeros, nor a bare relative error, which fails
every framework where p - 1 cancels, but mixed stability, as LAPACK's tests have it: the
claim must be what exact arithmetic gives on logits within k ulp of the given ones, plus k
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
      + K \max(\sum_i t_i |z_i|/T, |\mathrm{logsumexp}| \sum t) + \eta
    \end{aligned}

where t are the weighted targets, T the temperature, D the divisor of the reduction and η
the smallest subnormal number of the type.

Source: E. Anderson et al., LAPACK Users' Guide, 3rd edition (1999), chapter 4; N. Higham,
Accuracy and Stability of Numerical Algorithms, 2nd edition (2002), section 1.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ce_cli.errors import InputError
from ce_cli.numeric.double_double import exactly, quiet, sum_of_others

if TYPE_CHECKING:
    from ce_cli.numeric.double_double import Array

_LARGEST_EXPONENT = 600.0


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
    """What is true of some rows, classes last: ``[rows, num_classes]`` and ``[rows]``."""

    logits: Array
    """z/T."""
    targets: Array
    """t, smoothed and weighted, 0 in ignored rows."""
    loss: Array
    probabilities: Array
    gradient: Array
    """Divided by what the reduction divides by."""


class Allowed(NamedTuple):
    """How far claims may be from the truth."""

    loss: Array
    probabilities: Array
    gradient: Array


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
    strict: bool = False
    """Ask for ``ulp`` ulp of every entry's own true value."""
    rtol: float | None = None
    atol: float | None = None

    def __post_init__(self) -> None:
        for name in ("ulp", "rtol", "atol"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise InputError(f"must be 0 or more, not {value}", place=f"--{name}")
        if self.strict and self.fixed:
            raise InputError("give either --strict or --rtol and --atol", place="--strict")

    @property
    def fixed(self) -> bool:
        """Whether rtol and atol decide."""
        return self.rtol is not None or self.atol is not None

    @property
    def mixed(self) -> bool:
        """Whether mixed stability decides."""
        return not (self.fixed or self.strict)

    @property
    def relative(self) -> float:
        """A claim surely holds within this part of its true value plus ``absolute``."""
        return (self.rtol or 0.0) if self.fixed else self.ulp * PRECISIONS[self.dtype].epsilon

    @property
    def absolute(self) -> float:
        """See ``relative``."""
        return (self.atol or 0.0) if self.fixed else PRECISIONS[self.dtype].smallest

    @quiet
    def allowed(self, truth: Truth, temperature: float = 1.0, divisor: float = 1.0) -> Allowed:
        """Return how far claims about some rows may be from the truth."""
        if not self.mixed:
            parts = (truth.loss, truth.probabilities, truth.gradient)
            return Allowed(*(self.absolute + self.relative * np.abs(part) for part in parts))
        scale, smallest = self.relative, self.absolute
        p, total = truth.probabilities, truth.targets.sum(axis=-1, keepdims=True)
        masked = truth.logits == -np.inf
        size = np.where(masked, 0.0, np.abs(truth.logits))
        moved = moved_probabilities(p, scale * size)
        rounded = scale * np.maximum(p * total, truth.targets)
        return Allowed(
            _loss_allowed(truth, size, scale) + smallest,
            moved + scale * p + smallest,
            (moved * total + rounded) / (temperature * divisor) + smallest * (1 + 1 / divisor),
        )


@quiet
def moved_probabilities(p: Array, delta: Array) -> Array:
    """Return how far p can move if every logit moves by at most ``delta``."""
    rest = sum_of_others(exactly(p)).high
    pushed = sum_of_others(exactly(p * _expm1(delta))).high
    factor = _expm1(delta + np.log1p(np.where(rest > 0, pushed / rest, 0.0)))
    return np.asarray(p * rest * factor / (1.0 + np.minimum(p, rest) * factor))


def _expm1(x: Array) -> Array:
    return np.expm1(np.minimum(x, _LARGEST_EXPONENT))


def _loss_allowed(truth: Truth, size: Array, scale: float) -> Array:
    t, p = truth.targets, truth.probabilities
    total = t.sum(axis=-1)
    top = truth.logits.max(axis=-1)
    log_sum = np.abs(top + np.log(np.exp(truth.logits - top[..., None]).sum(axis=-1)))
    at_target = (t * size).sum(axis=-1)
    moved = scale * at_target + total * np.log1p((p * _expm1(scale * size)).sum(axis=-1))
    return np.asarray(moved + scale * np.maximum(at_target, log_sum * total))
