"""A regression: a network that is not polynomial in its weights, trained with squared errors on exact samples, with a ridge."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from critscape.problems.networks.network import Architecture, titled
from critscape.problems.problem.problem import Samples


@dataclass(frozen=True, repr=False)
class Regression:
    """The loss L(w) = ½ Σ_i ‖f_w(x_i) − y_i‖² + ½ Σ_j λ_j w_j² of a network of the room ``activated``.

    ``inputs`` (m × d_x), ``targets`` (m × d_y), one λ_j ≥ 0 per weight (flat, length n).
    """

    network: Architecture
    inputs: Samples
    targets: Samples
    ridge: tuple[Fraction, ...]

    @property
    def samples(self) -> int:
        return len(self.inputs)

    @property
    def dimension(self) -> int:
        """The number of weights."""
        return len(self.ridge)

    @property
    def title(self) -> str:
        """Architecture and number of samples, as headings have them."""
        return titled(self.network, self.samples)

    def __repr__(self) -> str:
        return f"<{self.title}: {self.dimension} weight{'s' if self.dimension > 1 else ''}>"
