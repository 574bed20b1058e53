"""The gradient's closed form under the options of a sample, in the writer's letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from ce_cli.input.page_letters import USUAL, Letters

if TYPE_CHECKING:
    from ce_cli.evaluation.gradient import Sample

TAKEN_BY_A_SAMPLE = {
    "T": "the temperature", "w": "the weights", "ε": "the label smoothing", "g": "the gradient",
}  # fmt: skip
"""Letters that the page of a sample uses for something else."""
_EFFECTIVE = "tqrsuvx"
"""Letters for the effective targets: the first that stands for nothing else."""


class ClosedForm(NamedTuple):
    """The formula p − y of a gradient, as the options of a loss change it.

    Examples
    --------
    >>> from ce_cli.evaluation.gradient import Sample
    >>> str(ClosedForm(Sample((0.0, 0.0), (2.0, 1.0)), Letters(targets="t")))
    'p·Σt − t'
    """

    sample: Sample
    letters: Letters = USUAL

    def __str__(self) -> str:
        return f"({self.bare})/T" if self.over else self.bare

    @property
    def bare(self) -> str:
        """The formula without the temperature."""
        return f"{self.push} − {self.target}"

    @property
    def has_effective_targets(self) -> bool:
        """Whether smoothing or weights change the targets."""
        criterion = self.sample.criterion
        return bool(criterion.label_smoothing) or criterion.weight is not None

    @property
    def target(self) -> str:
        """The letter of the targets: y, or t once smoothed or weighted."""
        if not self.has_effective_targets:
            return self.letters.targets
        return next(letter for letter in _EFFECTIVE if letter not in self.letters)

    @property
    def push(self) -> str:
        """The formula of the push: p, or p times the sum of the targets."""
        p = self.letters.probabilities
        is_one = self.sample.criterion.weight is None and self.sums_to_one
        return p if is_one else f"{p}·Σ{self.target}"

    @property
    def over(self) -> str:
        """The division by the temperature, if it is not 1."""
        return "" if self.sample.criterion.temperature == 1 else "/T"

    @property
    def sums_to_one(self) -> bool:
        """Whether the targets sum to 1."""
        return math.isclose(math.fsum(self.sample.targets), 1.0, rel_tol=1e-12)

    @property
    def definition(self) -> str:
        """The definition of the effective targets."""
        epsilon, weight = self.sample.criterion.label_smoothing, self.sample.criterion.weight
        y, classes = self.letters.targets, self.letters.classes
        if not epsilon:
            return f"{self.target} = w·{y}, where w are the weights"
        smoothed = f"(1 − ε)·{y} + ε/{classes}"
        values = f"ε = {epsilon:g}, {classes} = {len(self.sample.logits)}"
        if weight is None:
            return f"{self.target} = {smoothed}, where {values}"
        return f"{self.target} = w·({smoothed}), where {values} and w are the weights"

    @property
    def warnings(self) -> tuple[str, ...]:
        """A warning of targets that do not sum to 1."""
        if self.sums_to_one or self.sample.ignored is not None:
            return ()
        total = math.fsum(self.sample.targets)
        usual = f"{self.letters.probabilities} − {self.letters.targets}"
        return (f"the targets sum to {total!r}, not 1: the gradient is {self}, not {usual}",)
