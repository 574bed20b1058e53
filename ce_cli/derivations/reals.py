"""Real numbers of many digits: the field for the numbers beside a derivation's lines."""

from __future__ import annotations

from typing import Any

from mpmath.ctx_mp import MPContext

from ce_cli.symbolic.kernel.exact import UndefinedValueError
from ce_cli.symbolic.kernel.jets import NONE, Jet, NumberField


def reals(digits: int) -> NumberField:
    """Return the field of real numbers with ``digits`` digits; log 0 is −∞, 0·log 0 is 0.

    >>> field = reals(20)
    >>> zero = field.constant(0)
    >>> field.log(zero).value, field.times(zero, field.log(zero)).value
    (mpf('-inf'), mpf('0.0'))
    """
    context = MPContext()
    context.dps = digits

    def logarithm(value: Any) -> Any:  # noqa: ANN401 - mpmath has no types
        if value < 0:
            raise UndefinedValueError("a logarithm of a negative number")
        return context.log(value)

    def whole(value: Any) -> int | None:  # noqa: ANN401
        return int(value) if context.isint(value) else None

    def times(first: Jet, second: Jet) -> Jet:
        if any(first.parts.values()) and any(second.parts.values()):
            return first * second
        return Jet({NONE: context.mpf(0)})

    return NumberField(
        number=context.convert,
        exponential=context.exp,
        logarithm=logarithm,
        inverse=lambda value: 1 / context.convert(value),
        whole=whole,
        times=times,
    )
