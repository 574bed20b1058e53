"""cecheck: a derivation checker for softmax and cross-entropy.

The names for programs stand here. A name is loaded when it is first used, so that
``import ce_cli`` costs nothing.

Examples
--------
>>> from ce_cli import CrossEntropy, softmax
>>> softmax([2.0, 3.0, 5.0]).round(4)
array([0.042 , 0.1142, 0.8438])
>>> CrossEntropy().evaluate([[4.0, -4.0, 3.0]], labels=[2]).gradient.round(4)
array([[ 7.309e-01,  2.000e-04, -7.311e-01]])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_cli.derivations.page import derive
    from ce_cli.errors import InputError
    from ce_cli.formulas.checking import check
    from ce_cli.numeric.binary import binary_cross_entropy, sigmoid
    from ce_cli.numeric.cross_entropy import CrossEntropy, Evaluation
    from ce_cli.numeric.linear import LinearGradients, linear, linear_gradients
    from ce_cli.numeric.softmax import jacobian, log_softmax, logsumexp, softmax, vjp
    from ce_cli.symbolic.kernel.claims import Claim
    from ce_cli.symbolic.kernel.prove import prove

__version__ = "0.1.0"

_HOMES = {
    "Claim": "symbolic.kernel.claims",
    "CrossEntropy": "numeric.cross_entropy",
    "Evaluation": "numeric.cross_entropy",
    "InputError": "errors",
    "LinearGradients": "numeric.linear",
    "binary_cross_entropy": "numeric.binary",
    "check": "formulas.checking",
    "derive": "derivations.page",
    "jacobian": "numeric.softmax",
    "linear": "numeric.linear",
    "linear_gradients": "numeric.linear",
    "log_softmax": "numeric.softmax",
    "logsumexp": "numeric.softmax",
    "prove": "symbolic.kernel.prove",
    "sigmoid": "numeric.binary",
    "softmax": "numeric.softmax",
    "vjp": "numeric.softmax",
}

__all__ = [
    "Claim",
    "CrossEntropy",
    "Evaluation",
    "InputError",
    "LinearGradients",
    "__version__",
    "binary_cross_entropy",
    "check",
    "derive",
    "jacobian",
    "linear",
    "linear_gradients",
    "log_softmax",
    "logsumexp",
    "prove",
    "sigmoid",
    "softmax",
    "vjp",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ce_cli' has no attribute {name!r}")
    return getattr(import_module(f"ce_cli.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
