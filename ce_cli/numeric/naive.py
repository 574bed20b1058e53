"""First attempts, for comparison: hardmax, plain shares, softmax without care."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ce_cli.numeric.cross_entropy import one_hot
from ce_cli.numeric.double_double import Array, exactly, exp, quiet, rounded
from ce_cli.numeric.softmax import as_logits

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def hardmax(logits: ArrayLike) -> Array:
    """Return 1 at the largest logit (the first of equals) and 0 elsewhere.

    Examples
    --------
    >>> hardmax([2, 3, 5])
    array([0., 0., 1.])
    """
    z = as_logits(logits)
    return one_hot(np.argmax(z, axis=-1), z.shape[-1])


@quiet
def plain_share(logits: ArrayLike) -> Array:
    r"""Return :math:`z_i / \sum_k z_k`; nan or infinite where the sum is 0.

    Examples
    --------
    >>> plain_share([2, 3, 5])
    array([0.2, 0.3, 0.5])
    """
    z = as_logits(logits)
    return np.asarray(z / np.sum(z, axis=-1, keepdims=True))


@quiet
def naive_softmax(logits: ArrayLike) -> Array:
    r"""Return :math:`e^{z_i} / \sum_k e^{z_k}` without a shift: exp overflows above 709.78.

    Examples
    --------
    >>> naive_softmax([123, 456, 789])
    array([ 0.,  0., nan])
    """
    exponentials = rounded(exp(exactly(as_logits(logits))))
    return np.asarray(exponentials / np.sum(exponentials, axis=-1, keepdims=True))
