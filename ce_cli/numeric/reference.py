"""A slow independent oracle: softmax cross-entropy in 50-digit decimal arithmetic.

It uses the textbook formulas as they stand, ``p - y`` included, with the standard library's
``decimal`` and without the fast kernels. On confident rows digits cancel, so it computes
with as many more digits as can be lost within the range of float64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIGITS = 50
_STEP = Decimal("1e-16")  # of finite differences, in units of the temperature
_ROUNDING = Decimal(10) ** (2 - DIGITS) / _STEP  # of the two logarithms in a difference
# |p(1-p)(1-2p)|, the third derivative of logsumexp, is at most 1/(6 sqrt 3) = 0.0962...
_LARGEST_THIRD_DERIVATIVE = Decimal("0.0963")


@dataclass(frozen=True)
class Reference:
    """One row evaluated in decimal arithmetic; with its gradient in three ways."""

    loss: Decimal
    probabilities: list[Decimal]
    gradient: list[Decimal]
    """(p_i Σt - t_i) / T."""
    targets: list[Decimal]
    """t, the smoothed and weighted targets."""
    exponentials: list[Decimal]
    """exp((z - max z) / T)."""
    temperature: Decimal
    context: Context

    @property
    def total_target(self) -> Decimal:
        """Σt."""
        with localcontext(self.context):
            return sum(self.targets, Decimal(0))

    @cached_property
    def chain_rule(self) -> list[Decimal]:
        """Σ_c ∂L/∂p_c · ∂p_c/∂z_i with ∂L/∂p_c = -t_c / p_c; empty where the loss is infinite."""
        if self.loss.is_infinite():
            return []
        with localcontext(self.context):
            return _chain_rule(self.probabilities, self.targets, self.temperature)

    @cached_property
    def finite_differences(self) -> list[Decimal]:
        """(L(z + h) - L(z - h)) / 2h; empty where the loss is infinite."""
        if self.loss.is_infinite():
            return []
        with localcontext(self.context):
            return _finite_differences(self.exponentials, self.targets, self.temperature)

    @property
    def finite_difference_bound(self) -> Decimal:
        """How far finite differences can be off: truncation and rounding."""
        with localcontext(self.context):
            truncation = _STEP**2 / 6 * _LARGEST_THIRD_DERIVATIVE
            return self.total_target / self.temperature * (truncation + _ROUNDING)


def cross_entropy(
    logits: Sequence[float],
    targets: Sequence[float | Decimal],
    *,
    weight: Sequence[float] | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
) -> Reference:
    r"""Evaluate one row; the arguments are those of ``CrossEntropy``.

    Examples
    --------
    >>> result = cross_entropy([0.0, 0.0, 40.0], [0, 0, 1])
    >>> f"{result.gradient[2]:.30e}"
    '-8.496708510583177918464414051901e-18'
    """
    with localcontext(_context(logits, temperature)) as context:
        z, scale = [Decimal(value) for value in logits], Decimal(temperature)
        t, top = _weighted(targets, weight, label_smoothing), max(z)
        shifted = [(value - top) / scale for value in z]
        e = [value.exp() for value in shifted]
        total, mass = sum(e, Decimal(0)), sum(t, Decimal(0))
        p, log_total = [value / total for value in e], total.ln()
        terms = (a * (log_total - d) for a, d in zip(t, shifted, strict=True) if a)
        gradient = [(b * mass - a) / scale for a, b in zip(t, p, strict=True)]
        return Reference(sum(terms, Decimal(0)), p, gradient, t, e, scale, context.copy())


def jacobian(
    logits: Sequence[float], classes: Sequence[int], temperature: float = 1.0
) -> list[list[Decimal]]:
    r"""Return the rows and columns ``classes`` of :math:`p_i (\delta_{ij} - p_j) / T`.

    Examples
    --------
    >>> jacobian([0.0, 0.0], [0, 1])[0][0]
    Decimal('0.25')
    """
    with localcontext(_context(logits, temperature)):
        p = cross_entropy(logits, [0] * len(logits), temperature=temperature).probabilities
        scale = Decimal(temperature)
        return [[p[i] * ((i == j) - p[j]) / scale for j in classes] for i in classes]


def jacobian_differences(
    logits: Sequence[float], classes: Sequence[int], temperature: float = 1.0
) -> tuple[list[list[Decimal]], Decimal]:
    """Return central differences (p_i(z + h e_j) - p_i(z - h e_j)) / 2h, and their bound.

    The third derivative of p_i is -p_i p_j (1 - 6 p_j (1 - p_j)), on the diagonal
    p_i (1 - p_i) (1 - 6 p_i (1 - p_i)): at most 1/8 in size.

    Examples
    --------
    >>> matrix, bound = jacobian_differences([0.0, 0.0], [0, 1])
    >>> abs(matrix[0][1] + Decimal("0.25")) <= bound < 1e-30
    True
    """
    with localcontext(_context(logits, temperature)):
        scale = Decimal(temperature)
        e = [((Decimal(z) - Decimal(max(logits))) / scale).exp() for z in logits]
        total, ups = sum(e, Decimal(0)), [_STEP.exp(), (-_STEP).exp()]

        def moved(i: int, j: int, factor: Decimal) -> Decimal:
            return e[i] * (factor if i == j else 1) / (total + e[j] * (factor - 1))

        matrix = [
            [(moved(i, j, ups[0]) - moved(i, j, ups[1])) / (2 * _STEP * scale) for j in classes]
            for i in classes
        ]
        return matrix, (_STEP**2 / 48 + _ROUNDING) / scale


def difference_along(
    logits: Sequence[float],
    targets: Sequence[float | Decimal],
    direction: Mapping[int, float],
    temperature: float = 1.0,
) -> tuple[Decimal, Decimal]:
    """Return the loss's central difference along a direction of the logits, and its bound.

    ``direction`` maps a class to how fast its logit moves. A third cumulant of numbers
    from -1 to 1 is below 1 in size, which bounds the truncation.

    Examples
    --------
    >>> value, bound = difference_along([0.0, 0.0], [1, 0], {1: 3.0})
    >>> abs(value - Decimal("1.5")) <= bound < 1e-30
    True
    """
    size = Decimal(max(map(abs, direction.values()), default=0.0))
    if not size:
        return Decimal(0), Decimal(0)
    with localcontext(_context(logits, temperature)):
        top, scale = Decimal(max(logits)), Decimal(temperature)
        e = [((Decimal(z) - top) / scale).exp() for z in logits]
        slopes = {k: Decimal(d) / size for k, d in direction.items()}
        up, down = (_log_total(e, slopes, step) for step in (_STEP, -_STEP))
        mass = sum(map(Decimal, targets), Decimal(0))
        pull = sum((Decimal(targets[k]) * d for k, d in slopes.items()), Decimal(0))
        value = size / scale * (mass * (up - down) / (2 * _STEP) - pull)
        return value, size / scale * mass * (_STEP**2 / 6 + _ROUNDING)


def _log_total(e: list[Decimal], slopes: Mapping[int, Decimal], step: Decimal) -> Decimal:
    moved = sum((e[k] * ((step * d).exp() - 1) for k, d in slopes.items()), Decimal(0))
    return (1 + moved / sum(e, Decimal(0))).ln()


def _context(logits: Sequence[float], temperature: float) -> Context:
    """Return a context with as many more digits as 1 - p loses on this row."""
    ordered = sorted(logits)
    gap = (Decimal(ordered[-1]) - Decimal(ordered[-2])) / Decimal(temperature)
    lost = int(min(gap, Decimal(760)) / Decimal(10).ln())
    return Context(prec=DIGITS + lost, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _weighted(
    targets: Sequence[float | Decimal], weight: Sequence[float] | None, label_smoothing: float
) -> list[Decimal]:
    smoothing = Decimal(label_smoothing)
    weights = [Decimal(value) for value in weight] if weight else [Decimal(1)] * len(targets)
    return [
        w * ((1 - smoothing) * Decimal(y) + smoothing / len(targets))
        for w, y in zip(weights, targets, strict=True)
    ]


def _chain_rule(p: list[Decimal], t: list[Decimal], scale: Decimal) -> list[Decimal]:
    """Return Σ_c v_c p_c (δ_ci - p_i) / T with v_c = -t_c / p_c."""
    upstream = [-a / b if a else Decimal(0) for a, b in zip(t, p, strict=True)]
    mean = sum((v * b for v, b in zip(upstream, p, strict=True)), Decimal(0))
    return [(v * b - b * mean) / scale for v, b in zip(upstream, p, strict=True)]


def _finite_differences(e: list[Decimal], t: list[Decimal], scale: Decimal) -> list[Decimal]:
    """Return central differences of L = Σt · log Σ e^(z/T) - Σ t z/T."""
    up, down = _STEP.exp() - 1, (-_STEP).exp() - 1
    total, mass = sum(e, Decimal(0)), sum(t, Decimal(0))
    return [
        (mass * ((total + b * up) / (total + b * down)).ln() / (2 * _STEP) - a) / scale
        for a, b in zip(t, e, strict=True)
    ]


def error_in_ulp(computed: float, exact: Decimal, scale: Decimal = Decimal(0)) -> float:
    r"""Return |computed - exact| in ulp of the larger of \\|exact\\| and ``scale``.

    Examples
    --------
    >>> error_in_ulp(1.0 + 2**-52, Decimal(1))
    1.0
    """
    if not (math.isfinite(computed) and exact.is_finite()):
        return 0.0 if computed == float(exact) else math.inf
    unit = Decimal(math.ulp(float(max(abs(exact), scale))))
    return float(abs(Decimal(computed) - exact) / unit)
