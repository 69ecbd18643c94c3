"""Random starting points of descent: the usual initialisations of weights, each point fixed by a seed and its number alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import Architecture, weight_count

STREAM = 4
"""Keeps these random numbers apart from those of other uses of a seed."""
GAINS = {"he": 2.0, "lecun": 1.0}
"""Variance times fan-in: He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10; LeCun, Bottou, Orr and
Müller, "Efficient backprop", 1998, equation 16."""
DISTRIBUTIONS = ("gaussian", "uniform", *GAINS)
LAYERED = ("linear", "towers", "autoencoder", "quadratic", "masked", "residual", "piecewise-linear")
"""Families whose weights are the entries of matrices, a row for each unit: its fan-in is the number of its trained entries."""
BIASES = {"piecewise-linear": {"b": "W", "c": "v"}}
"""Family → the block of biases of the units of another block: a bias comes in with the entries of its unit's row."""


@dataclass(frozen=True)
class StartingPoints:
    """A distribution of independent weights.

    ``uniform`` : from ``low`` to ``high``. The others are centred Gaussians; their standard deviation is ``scale`` for ``gaussian``
    and ``scale``·√(gain/fan-in) for ``he`` and ``lecun``.
    """

    distribution: str
    scale: float = 1.0
    low: float = -1.0
    high: float = 1.0

    @classmethod
    def of(cls, distribution: str | None, scale: float | None, interval: tuple[float, float] | None) -> StartingPoints:
        """The distribution that is asked for: Gaussian if no other is named and there is no ``interval``.

        Raises
        ------
        BadInput : parameters that do not go together, or numbers that are no interval or no positive scale.

        >>> StartingPoints.of(None, None, (-2, 1))
        StartingPoints(distribution='uniform', scale=1.0, low=-2.0, high=1.0)
        """
        kind = distribution or ("gaussian" if interval is None else "uniform")
        if kind not in DISTRIBUTIONS:
            raise BadInput("distribution", "one of " + ", ".join(DISTRIBUTIONS), kind)
        if (kind == "uniform") != (interval is not None):
            raise BadInput(
                "interval", "two numbers A,B for the distribution uniform, and for no other", "none" if interval is None else interval
            )
        if interval is None:
            if scale is not None and not 0 < scale < math.inf:
                raise BadInput("scale", "a positive number", scale)
            return cls(kind, 1.0 if scale is None else float(scale))
        if scale is not None:
            raise BadInput("scale", "no scale beside an interval", scale)
        low, high = map(float, interval)
        if not -math.inf < low < high < math.inf:
            raise BadInput("interval", "two numbers A,B with A < B", f"{low:g},{high:g}")
        return cls(kind, low=low, high=high)

    def document(self) -> dict:
        """The distribution as a JSON-ready object."""
        spread = {"low": self.low, "high": self.high} if self.distribution == "uniform" else {"scale": self.scale}
        return {"distribution": self.distribution, **spread}

    @property
    def title(self) -> str:
        """The distribution in a few words.

        >>> StartingPoints("gaussian", 0.5).title, StartingPoints("uniform", low=-2.0, high=1.0).title, StartingPoints("he").title
        ('Gaussian, 0.5 per weight', 'uniform from -2 to 1', 'Gaussian, variance 2/fan-in')
        """
        if self.distribution == "uniform":
            return f"uniform from {self.low:g} to {self.high:g}"
        if self.distribution == "gaussian":
            return f"Gaussian, {self.scale:g} per weight"
        return f"Gaussian, variance {GAINS[self.distribution] * self.scale**2:g}/fan-in"

    def deviations(self, network: Architecture) -> np.ndarray:
        """The standard deviation of each weight (n,), 1 for ``uniform``.

        Raises
        ------
        BadInput : fan-in has no settled meaning for this family.
        """
        if self.distribution == "uniform":
            return np.ones(weight_count(network))
        if self.distribution == "gaussian":
            return np.full(weight_count(network), self.scale)
        return np.array([self.scale * math.sqrt(GAINS[self.distribution] / fan_in) for fan_in in fan_ins(network)])

    def points(self, network: Architecture, seed: int, numbers: Iterable[int]) -> np.ndarray:
        """The starting points with these numbers, one per row (P, n), in double precision."""
        deviations = self.deviations(network)
        n, rows = len(deviations), []
        for number in numbers:
            rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(STREAM, number)))
            if self.distribution == "uniform":
                rows.append(rng.uniform(self.low, self.high, n))
            else:
                rows.append(deviations * rng.standard_normal(n))
        return np.array(rows).reshape(-1, n)

    def invariant(self, element: SignedPermutation, network: Architecture) -> bool:
        """Whether a signed permutation of the weights leaves the distribution as it is."""
        deviations = self.deviations(network)
        centred = self.distribution != "uniform" or self.low == -self.high
        return bool((deviations[list(element.image)] == deviations).all()) and (centred or min(element.sign) > 0)


def fan_ins(network: Architecture) -> list[int]:
    """How many weights, itself included, come into the unit that each weight comes into: those of its row of its matrix.

    >>> from critscape.problems.networks.families.quadratic import Quadratic
    >>> fan_ins(Quadratic(3, 2, None, False))
    [3, 3, 3, 3, 3, 3, 2, 2]
    >>> from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
    >>> fan_ins(PiecewiseLinear(3, 2, biases=True))
    [4, 4, 4, 4, 4, 4, 4, 4, 2, 2]

    Raises
    ------
    BadInput : the family is not one of matrices with a row for each unit.
    """
    if network.family not in LAYERED:
        raise BadInput("distribution", f"gaussian or uniform: fan-in has no settled meaning for {network.family} networks")
    owner = BIASES.get(network.family, {})
    units = [(owner.get(block.name, block.name), i) for block in network.blocks for i, _ in block.positions]
    return [units.count(unit) for unit in units]
