"""Where the parameters of a family may move: the space of its data."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class ParameterSpace(Protocol):
    """A linear space of places d ∈ ℂᴰ with a polynomial map d ↦ p(d) to the parameters of a family.

    For the loss of a network it is the space of data and ridges; with few samples p(d) does not fill the space of all parameters.
    """

    def generic(self) -> np.ndarray:
        """The place (D,) of the family's generic member: always the same, complex, of size one."""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random place (D,), complex, of size one."""

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k as (K′ + 1, q) along d(t) = Σ_k ``places[k]`` t^k, shape (K + 1, D)."""
