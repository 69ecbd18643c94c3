"""What is tracked: a family of losses together with the space that its data and ridges fill."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Protocol

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.problems.networks.network import Network


@dataclass(frozen=True)
class Units:
    """Natural units: w = ``weights``·w̃ (n,), x = ``x``·x̃, y = ``y``·ỹ, weights of samples and outputs ``metric``, L = ``loss``·L̃."""

    weights: np.ndarray
    x: float
    y: float
    metric: float
    loss: float

    @property
    def ridge(self) -> np.ndarray:
        """The unit of λ (n,)."""
        return self.loss / self.weights**2


class Objective(Hashable, Protocol):
    """A :class:`critscape.algebra.polynomial.parameter_space.ParameterSpace`: the data of one shape with a polynomial map to a family's parameters.

    Hashable. A place is flat; the ridge, where the network has one, comes last in it and last in the parameters.
    """

    @property
    def network(self) -> Network:
        """The network that is trained."""

    @property
    def samples(self) -> int:
        """The number of samples of the losses; 0 where these are typed in."""

    @property
    def family(self) -> Family:
        """The losses."""

    @property
    def title(self) -> str:
        """Network, form of the loss and number of samples, as file names have them."""

    def document(self) -> dict:
        """What identifies it in records: ``architecture`` and ``samples``, and what else differs from the squared loss."""

    def generic(self) -> np.ndarray:
        """The place (D,) of the family's generic member: always the same, complex, of size one."""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random place (D,), complex, of size one."""

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k as (K′ + 1, q) along d(t) = Σ_k ``places[k]`` t^k, shape (K + 1, D)."""

    def parameters(self, place: Sequence) -> tuple:
        """The parameters (q,) at a place (D,), over any ring."""

    def units(self, units: Units) -> np.ndarray:
        """The units of a place (D,)."""


def curve(objective: Objective, places: np.ndarray) -> np.ndarray:
    """``Objective.curve`` from ``Objective.parameters``, by arithmetic of polynomials in t."""
    entries = objective.parameters([Polynomial(column) for column in places.T])
    columns = [entry.coefficients if isinstance(entry, Polynomial) else [entry] for entry in entries]
    found = np.zeros((max(map(len, columns)), len(columns)), dtype=complex)
    for k, column in enumerate(columns):
        found[: len(column), k] = column
    return found[: np.flatnonzero(found.any(axis=1)).max(initial=0) + 1]


@dataclass(frozen=True, eq=False)
class Polynomial:
    """Σ_k c_k t^k: what :mod:`numpy.polynomial` computes, in a fifth of its time, as nothing is checked and no degree reduced."""

    coefficients: np.ndarray

    def __add__(self, other: Polynomial | complex) -> Polynomial:
        if not isinstance(other, Polynomial):
            other = Polynomial(np.array([other]))
        long, short = sorted((self.coefficients, other.coefficients), key=len, reverse=True)
        total = long.astype(complex)
        total[: len(short)] += short
        return Polynomial(total)

    def __mul__(self, other: Polynomial | complex) -> Polynomial:
        if isinstance(other, Polynomial):
            return Polynomial(np.convolve(self.coefficients, other.coefficients))
        return Polynomial(self.coefficients * other)

    def __pow__(self, exponent: int) -> Polynomial:
        return reduce(mul, [self] * exponent, Polynomial(np.ones(1)))

    __radd__, __rmul__ = __add__, __mul__


def complex_gaussians(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Independent complex Gaussians of variance one."""
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / np.sqrt(2)


def complex_ridge(rng: np.random.Generator, count: int) -> np.ndarray:
    """Complex numbers near one in size, of every direction."""
    return np.exp(0.5 * rng.standard_normal(count) + 1j * rng.uniform(-np.pi, np.pi, count))
